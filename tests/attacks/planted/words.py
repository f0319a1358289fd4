"""Weaknesses against the two and their words: seals, consent, notes, encryption, erasure, what a partner may see."""

from typing import Final

from tests.attacks.planted.weakness import Weakness, weakness

CONSENT: Final = "tests/care/test_consent.py"

WEAKNESSES: Final[tuple[Weakness, ...]] = (
    weakness(
        "a scope not asked",
        "sessions/history/readers.py",
        'if not scopes.has_scope(therapist.pk, couple_id, "history"):',
        "if not scopes.may_host(therapist):",
        "tests/history/test_unpairing.py::test_a_therapist_sees_nothing_from_then_on",
        "tests/history/test_isolation.py::test_a_history_of_others_is_answered_as_one_that_does_not_exist",
    ),
    weakness(
        "one yes for both",
        "accounts/care/scopes.py",
        "if all((scope, partner) in said for partner in partners)",
        "if any((scope, partner) in said for partner in partners)",
        f"{CONSENT}::test_a_scope_is_active_once_both_agree",
    ),
    weakness(
        "a consent that is cached",
        "accounts/care/scopes.py",
        "def active_scopes(link: CareLink) -> frozenset[Scope]:",
        "@__import__('functools').cache\ndef active_scopes(link: CareLink) -> frozenset[Scope]:",
        "tests/care/test_consent.py::test_either_takes_it_back_alone_and_at_once",
    ),
    weakness(
        "an unpadded answer",
        "sessions/checkin/wire.py",
        "    if not carries_reveal(answer):\n",
        "    if carries_reveal(answer) or not carries_reveal(answer):\n",
        "tests/live/test_frame_padding.py",
    ),
    Weakness(
        "an unpadded seal",
        "sessions/store/sealing.py",
        (
            ("plaintext = orjson.dumps(content).ljust(PLAINTEXT_LENGTH)", "plaintext = orjson.dumps(content)"),
            ("assert len(plaintext) == PLAINTEXT_LENGTH,", "assert len(plaintext) <= PLAINTEXT_LENGTH,"),
        ),
        ("tests/store/test_sealing.py::test_every_seal_has_one_length_and_says_nothing",),
    ),
    weakness(
        "a seal that shows that the other has sealed",
        "sessions/checkin/shown_round.py",
        "    return viewer.seat in latest.sealed\n",
        "    return bool(latest.sealed)\n",
        "tests/checkin/test_twins.py",
    ),
    weakness(
        "a log line that tells the twins apart",
        "sessions/live/consumer.py",
        "        self.bad_frames = 0\n        await self._answer(self.listener, command)\n",
        "        self.bad_frames = 0\n        logger.warning('%s was asked for', command.type)\n"
        "        await self._answer(self.listener, command)\n",
        "tests/live/test_twin_runs.py::test_whether_it_was_sealed_changes_no_byte_that_reaches_the_other",
    ),
    weakness(
        "a check-in for whoever knows its id",
        "sessions/store/load.py",
        "        if own is None and not _may_take_a_seat(user_id, self.live_session):\n            raise NotFound\n",
        "",
        "tests/live/test_connecting.py",
    ),
    weakness(
        "notes shown to a partner",
        "accounts/my_part/notes.py",
        "notes = PrivateNote.objects.filter(user=user)",
        "notes = PrivateNote.objects.all()",
        "tests/my_part/test_isolation.py",
    ),
    weakness(
        "a therapist's notes for whoever has the link",
        "accounts/care/notes.py",
        "link = CareLink.objects.filter(therapist=therapist, id=link_id).first()",
        "link = CareLink.objects.filter(id=link_id).first()",
        "tests/care/test_keeping_notes.py::test_only_their_author_can_read_or_write_notes",
    ),
    weakness(
        "an admin who reads words",
        "sessions/admin.py",
        "from sessions.models import LiveSession\n",
        "from sessions.models import LiveSession, Mark\n\nadmin.site.register(Mark)\n",
        "tests/admin/test_admin.py::test_it_shows_people_and_check_ins_and_nothing_else",
    ),
    Weakness(
        "a purpose that encryption ignores",
        "cycleproject/encryption.py",
        (
            ("key.encrypt(nonce, plaintext, purpose.encode())", 'key.encrypt(nonce, plaintext, b"")'),
            ("version, authenticated = VERSION, purpose.encode()", 'version, authenticated = VERSION, b""'),
        ),
        ("tests/store/test_encryption.py::test_a_value_opens_for_its_own_purpose",),
    ),
    weakness(
        "a purge that forgets logins",
        "sessions/privacy/expiry.py",
        "    SessionStore.clear_expired()\n",
        "",
        "tests/privacy/test_purging.py::test_logins_that_ran_out_go_too",
    ),
    weakness(
        "an unpairing that keeps the words open",
        "sessions/history/readers.py",
        " if parted and half is not own and not half.leaves_words}",
        " if half is not half}",
        "tests/history/test_unpairing.py::test_each_keeps_their_own_and_the_pattern_and_the_others_words_go",
    ),
)
