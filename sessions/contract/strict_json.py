"""How the API reads a body and writes an answer: as strictly, and as evenly, as the socket reads and writes a frame."""

from typing import Any

from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from cycleproject.api.problems import Problem
from sessions.checkin import wire


class StrictJSONParser(BaseParser):
    """Reads a body as strictly as a frame."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Decode the body. Raises Problem."""
        largest: int = parser_context["view"].largest_body
        body: bytes = stream.read(largest + 1)
        if len(body) > largest:
            raise Problem("content.too_large")
        try:
            return wire.decode_json(body.decode())
        except (wire.BadFrame, UnicodeDecodeError):
            raise Problem("frame.invalid") from None


class PaddedJSONRenderer(JSONRenderer):
    """Writes an answer as a frame is written: padded, where it carries a reveal."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Encode the answer."""
        if isinstance(data, dict) and wire.carries_reveal(data):
            return wire.encode(data).encode()
        rendered: bytes = super().render(data, accepted_media_type, renderer_context)
        return rendered
