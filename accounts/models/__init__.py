"""The tables of people and of who they are to each other. Nothing here knows of check-ins.

A person is a ``User``. Two people are a ``Couple`` by two ``Membership``s; the database allows each person one current
membership at a time. A ``CareLink`` joins a therapist and a couple, and opens nothing without the consent of both.
"""

from accounts.models.care import (
    SCOPES,
    AuditEntry,
    AuditKind,
    AuditRole,
    CareInvitation,
    CareLink,
    CareNotes,
    CheckInNotes,
    Consent,
    Scope,
    TherapistProfile,
)
from accounts.models.clock_check import ClockCheck
from accounts.models.couples import INVITATION_LIFETIME, Couple, Invitation, Membership
from accounts.models.key_check import KeyCheck
from accounts.models.notices import (
    NOTICE_WORDINGS,
    Notice,
    NoticeKind,
    NoticeWishes,
    NoticeWording,
    PushSubscription,
)
from accounts.models.people import CONFIRM_WITHIN, FIRST_NAME_LENGTH, GUEST_LIFETIME, User, UserManager
from accounts.models.private_notes import LONG_TEXT_LENGTH, PRIVATE_KINDS, SHORT_TEXT_LENGTH, PrivateKind, PrivateNote
from accounts.models.receipts import Receipt
from accounts.models.unsent_words import UnsentWords

__all__ = [
    "CONFIRM_WITHIN",
    "FIRST_NAME_LENGTH",
    "GUEST_LIFETIME",
    "INVITATION_LIFETIME",
    "LONG_TEXT_LENGTH",
    "NOTICE_WORDINGS",
    "PRIVATE_KINDS",
    "SCOPES",
    "SHORT_TEXT_LENGTH",
    "AuditEntry",
    "AuditKind",
    "AuditRole",
    "CareInvitation",
    "CareLink",
    "CareNotes",
    "CheckInNotes",
    "ClockCheck",
    "Consent",
    "Couple",
    "Invitation",
    "KeyCheck",
    "Membership",
    "Notice",
    "NoticeKind",
    "NoticeWishes",
    "NoticeWording",
    "PrivateKind",
    "PrivateNote",
    "PushSubscription",
    "Receipt",
    "Scope",
    "TherapistProfile",
    "UnsentWords",
    "User",
    "UserManager",
]
