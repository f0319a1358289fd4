"""What recorded clients do. A scene that has been recorded is not changed: whatever is new gets a scene of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes import (
    accounts,
    again,
    appointment,
    care,
    closing,
    couple,
    dated_notes,
    each_chooses,
    ending,
    erased,
    guests,
    hosted,
    later,
    limits,
    link_keys,
    notices,
    open_until,
    opening,
    pages,
    parted,
    planned,
    private,
    refusals,
    repeats,
    rest,
    rhythm,
    suggested,
)


@dataclass(frozen=True)
class Scene:
    """What one recording holds, and how the server has to be for it."""

    about: str
    plays: Callable[[Recorder], None]
    server: dict[str, float] = field(default_factory=dict)


SCENES = {
    "guests": Scene("Two guests go through one check-in over sockets, with a screen that both look at.", guests.scene),
    "rest": Scene("The same over REST alone, with every command and every refusal of the state.", rest.scene),
    "hosted": Scene("A therapist hosts two guests, who take back their yes or are left.", hosted.scene),
    "couple": Scene("Two accounts pair, check in, look back, take along, erase, and part.", couple.scene),
    "again": Scene("A couple says when it was, on which day contact came back, and that it came again.", again.scene),
    "ending": Scene("Two see an end coming that one of them asked for; one stays, then both want it.", ending.scene),
    "open_until": Scene(
        "Two read until when it is open: later once both are in, and no more at its end.", open_until.scene
    ),
    "erased": Scene("A step is erased while a room is open that asks about it.", erased.scene),
    "later": Scene("A couple says how a round was a day later, shares it, and takes it back.", later.scene),
    "parted": Scene("Two have parted: one sees less of what was, and takes their words back.", parted.scene),
    "care": Scene("A couple and a therapist: invitations, consent, notes, hosting by a care link.", care.scene),
    "dated_notes": Scene("A host keeps notes on one check-in, and writes on after its end.", dated_notes.scene),
    "accounts": Scene("Logging in and out, by token and by cookie; oneself; going for good.", accounts.scene),
    "private": Scene("What somebody keeps for themselves, of every kind.", private.scene),
    "planned": Scene("A couple plans, comes too early, and asks again for what it was not told.", planned.scene),
    "appointment": Scene("What becomes of a plan: read, moved, called off, by both alike.", appointment.scene),
    "opening": Scene("Two agree on an hour, seal apart, and it opens; another is called off.", opening.scene),
    "rhythm": Scene("Two agree on a rhythm; it is paused, resumed and ended.", rhythm.scene),
    "each_chooses": Scene("Two agree on an hour, and each seals a moment with the mark.", each_chooses.scene),
    "suggested": Scene("A therapist suggests an hour to two, who agree on it; another is taken back.", suggested.scene),
    "notices": Scene("Somebody wishes for notices, and lets a browser take them.", notices.scene),
    "repeats": Scene("A client names what it sends, sends it again, and says what it started from.", repeats.scene),
    "refusals": Scene("What cannot be read, is not one's own, or is not there.", refusals.scene),
    "pages": Scene("The pages and the hooks in them, the schema, and what says that it serves.", pages.scene),
    "closing": Scene("Every code that a socket is closed with.", closing.scene, {"silent_after": 6}),
    "link_keys": Scene("A link with a key opens where somebody guesses.", link_keys.scene, {"join_rate": 3}),
    "limits": Scene("Too often, too fast, and a server that stops.", limits.scene, {"frame_rate": 1, "join_rate": 3}),
}
