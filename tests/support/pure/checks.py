"""What must hold after every step and in every place, however it was reached (the invariants of the safety notes)."""

from collections.abc import Iterator
from dataclasses import replace

from sessions.checkin.state import PARTNERS, Exchange, Partner, other
from tests.support.pure.moves import Move
from tests.support.pure.world import EYES, World, opened_mark, others_than, said


def check_step(before: World, step: Move, after: World, code: str | None) -> None:
    """I2 and I3: open to revealed at most once, by the second of two marks; what was revealed stays."""
    if code is not None:
        assert after == before
    check_answers_stay(before, after)
    if len(after.opened) > len(before.opened):
        check_reveal(before, step, after)
        return
    assert after.opened == before.opened
    now = after.state.round
    if now is not None and now.phase == "revealed":
        was = before.state.round
        assert was is not None and was.reveal is not None and now.reveal is not None
        assert (was.number, was.phase) == (now.number, "revealed")
        assert now.reveal.marks == was.reveal.marks == after.opened[-1].marks
        assert now.reveal.pattern == was.reveal.pattern


def check_answers_stay(before: World, after: World) -> None:
    """What both have answered stays as it is for as long as its round is the latest, and is told of no other round."""
    was, now = before.state.round, after.state.round
    if was is None or now is None or was.exchange is None or now.exchange is None:
        return
    earlier, later = was.exchange, now.exchange
    if was.number != now.number:
        assert not (later.said_same or later.reconnected or later.days or later.heard_words)
        return
    assert was.when == now.when
    if [*earlier.said_same.values()] == [True, True]:
        assert later.said_same == earlier.said_same
    assert earlier.reconnected <= later.reconnected
    if earlier.reconnected == set(PARTNERS):
        assert later.days == earlier.days and later.reconnected_on == earlier.reconnected_on
    if before.state.earlier is None:
        assert after.state.earlier is None, "it is asked about once"


def check_answers_sealed(world: World) -> None:
    """What only one has answered shows to nobody else, and nor does a no."""
    for seat, without in _without_lone_answers(world):
        for viewer in others_than(seat):
            assert world.view(viewer) == without.view(viewer), f"{viewer} is told what {seat} alone has answered"


def _without_lone_answers(world: World) -> Iterator[tuple[Partner, World]]:
    """Yield who has answered something that not both have said, and the world in which they have not."""
    state = world.state
    exchange = state.round.exchange if state.round else None
    for seat in PARTNERS:
        if exchange and seat in exchange.said_same and [*exchange.said_same.values()] != [True, True]:
            rest = {one: said for one, said in exchange.said_same.items() if one != seat}
            yield seat, replace(world, state=state.with_exchange(said_same=rest))
        if exchange and exchange.reconnected == {seat}:
            yield seat, replace(world, state=state.with_exchange(reconnected=frozenset(), days={}))
        if state.earlier and state.earlier.reconnected == {seat}:
            nobody = replace(state.earlier, reconnected=frozenset(), days={})
            yield seat, replace(world, state=replace(state, earlier=nobody))


def check_reveal(before: World, step: Move, after: World) -> None:
    was, now = before.state.round, after.state.round
    assert was is not None and now is not None and now.reveal is not None
    assert step.command is not None and step.command.type == "mark.seal"
    assert step.seat == "a" or step.seat == "b"
    first = other(step.seat)
    assert (was.phase, now.phase, now.number) == ("open", "revealed", was.number)
    assert was.sealed == {first}
    assert now.reveal.marks == {
        first: opened_mark(before.boxes["mark", first]),
        step.seat: opened_mark(step.command),
    }
    assert len(after.opened) == len(before.opened) + 1 <= now.number


def check_pace(before: World, step: Move, after: World) -> None:
    """The quiet, the pause and a turn: ended by time, by both together, or with the check-in, and by nobody alone."""
    ended = after.state.ended(after.now)
    was, now = before.state.pause_at(before.now), after.state.pause_at(after.now)
    if was is not None and step.command is not None:
        check_paused(before, step, after)
        if now is None and not ended:
            assert step.command.type == "pause.resume"
            assert step.seat in PARTNERS and was.asked_to_resume == {other(step.seat)}
        assert ended or now is None or now.until >= was.until
    if was is None and now is not None:
        assert step.command is not None and step.command.type == "pause.start"
    if quiet(before) and not quiet(after) and step.command is not None and not ended:
        assert step.command.type in ("quiet.skip", "round.open")
        if step.command.type == "quiet.skip":
            assert exchange_of(before).skipped_quiet == {other(step.seat)}  # type: ignore[arg-type]
    spoke = before.state.turn_at(before.now)
    if spoke is not None and step.command is not None and step.command.type.startswith("turn.") and before != after:
        assert step.seat in ("host", spoke.speaker), "a listener has taken the floor"
    turn = after.state.turn_at(after.now)
    if turn is not None:
        assert now is None and not quiet(after)
        assert after.state.round is not None and after.state.round.phase == "revealed"
        if turn != before.state.turn_at(before.now):
            assert step.command is not None and step.command.type == "turn.start"


def check_paused(before: World, step: Move, after: World) -> None:
    """In a pause nothing is written, marked, opened or answered; what was sealed can only go."""
    assert before.opened == after.opened
    assert set(after.boxes) <= set(before.boxes)
    was, now = before.state.round, after.state.round
    if was is not None and now is not None and not after.state.ended(after.now):
        assert was.number == now.number and was.exchange == now.exchange
        if was.phase == now.phase:
            assert replace(was, sealed=now.sealed) == now and now.sealed <= was.sealed


def exchange_of(world: World) -> Exchange:
    """Return the exchange that there is."""
    assert world.state.round is not None and world.state.round.exchange is not None
    return world.state.round.exchange


def quiet(world: World) -> bool:
    """Tell whether the quiet after a reveal is on; then nothing has been written yet."""
    exchange = world.state.round and world.state.round.exchange
    if not exchange or not exchange.quiet(world.now):
        return False
    assert not exchange.said and exchange.needs is None
    assert not exchange.steps and not exchange.reconnected
    return True


def check_place(world: World) -> None:
    """I2 and I7: a box lies where the state says so, one at the most, and nobody's snapshot knows what is in it."""
    latest = world.state.round
    exchange = latest.exchange if latest else None
    sealed = latest.sealed if latest else frozenset()
    hidden = exchange.said if exchange and exchange.needs is None else frozenset()
    boxes = {("mark", seat) for seat in sealed} | {("need", seat) for seat in hidden}
    assert set(world.boxes) == boxes
    assert len(boxes) <= 1
    assert not sealed or (latest and latest.phase == "open")
    check_answers_sealed(world)
    words = list(world.sealed_words())
    for viewer in EYES:
        session = world.view(viewer)
        text = repr(session)
        assert not any(word in text for word in words)
        shown = session["round"]
        if shown is not None:
            assert (shown["reveal"] is not None) == (shown["state"] == "revealed")
            assert shown["reveal"] is None or set(shown["reveal"]["marks"]) == set(PARTNERS)


def check_leaving(world: World) -> None:
    """I6: whoever leaves gets out, reveals nothing and leaves nothing sealed behind."""
    for seat in PARTNERS:
        left, code = world.ask(seat, said("session.leave"))
        if world.state.ended(world.now):
            assert code == "session.ended"
            continue
        assert code is None
        assert not left.boxes and left.opened == world.opened
        ended, _ = world.ask(other(seat), said("session.end"))
        for viewer in EYES:
            session = left.view(viewer)
            assert session["state"] == "ended" and session["can"] == []
            assert session["round"] is session["turn"] is session["pause"] is None
            assert session == ended.view(viewer)
