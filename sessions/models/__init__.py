"""Live sessions as stored: fields and constraints. Only the writer (commands, storing, seating) changes them.

LiveSession   waiting --both seated--> live --end, leave, 24 h--> ended        (paused is live, until a time)
Round         open --both sealed--> revealed        open --set aside, end--> set_aside
Mark          sealed --reveal--> opened             sealed --withdraw, set aside, end--> destroyed
"""

from sessions.models.check_ins import (
    PARTNER_CHOICES,
    FavouriteMoment,
    JoinCode,
    LiveSession,
    LiveSessions,
    RoomDisplay,
    Seat,
)
from sessions.models.rounds import Mark, Part, Round, Step

__all__ = [
    "PARTNER_CHOICES",
    "FavouriteMoment",
    "JoinCode",
    "LiveSession",
    "LiveSessions",
    "Mark",
    "Part",
    "RoomDisplay",
    "Round",
    "Seat",
    "Step",
]
