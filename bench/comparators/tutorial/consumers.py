"""The consumer."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer

from bench.comparators.tutorial.models import Mark, Room, Round


class RoomConsumer(JsonWebsocketConsumer):
    """One socket of one partner."""

    def connect(self) -> None:
        """Join the room's group."""
        self.seat: str = self.scope["url_route"]["kwargs"]["seat"]
        self.room, _ = Room.objects.get_or_create(name=self.scope["url_route"]["kwargs"]["name"])
        self.group = f"room_{self.room.name}"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        self.send_snapshot()

    def disconnect(self, code: int) -> None:
        """Leave it."""
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def receive_json(self, content: dict[str, Any], **_: Any) -> None:
        """Store, answer, and tell everybody in the room that something has changed."""
        if content["type"] == "round.open":
            Round.objects.create(room=self.room, number=content["after"] + 1)
        else:
            latest = Round.objects.get(room=self.room, number=content["round"])
            mark = {"reaction": content["reaction"], "intensity": content["intensity"]}
            Mark.objects.update_or_create(round=latest, seat=self.seat, defaults=mark)
        self.send_json({"type": "ack", "op": content["op"]})
        async_to_sync(self.channel_layer.group_send)(self.group, {"type": "room.changed"})

    def room_changed(self, event: dict[str, Any]) -> None:
        """Something has changed: look again."""
        self.send_snapshot()

    def send_snapshot(self) -> None:
        """Send what this partner may see."""
        latest = Round.objects.filter(room=self.room).order_by("-number").first()
        self.send_json({"type": "snapshot", "session": {"round": latest and self.shown(latest)}})

    def shown(self, latest: Round) -> dict[str, Any]:
        """Return a round as this partner may see it: the marks once both are in."""
        marks = {mark.seat: {"reaction": mark.reaction, "intensity": mark.intensity} for mark in latest.marks.all()}
        revealed = len(marks) == 2
        return {
            "number": latest.number,
            "state": "revealed" if revealed else "open",
            "sealed": self.seat in marks and not revealed,
            "reveal": {"marks": marks} if revealed else None,
        }
