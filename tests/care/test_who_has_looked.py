"""Who has looked: both partners read who opened what, and nobody else does."""

import uuid

from accounts.care import audit
from accounts.couple import pairing
from accounts.models import AuditEntry, User
from accounts.settings.deletion import delete_person
from tests.support.cast.care_cast import CSRF, Three, account, both_agree, device, hosted, page_of, therapist

CANARY = f"canary{uuid.uuid4().hex}"


def test_both_partners_read_who_has_looked_and_what_at_but_not_what_it_said(cast: Three) -> None:
    both_agree(cast)
    live_session = hosted(cast.tess, cast.couple, 1, title=CANARY)
    audit.record(cast.tess, "summary", cast.couple.id, live_session.id)
    audit.record(account("Otto", is_staff=True), "history", cast.couple.id, role="staff")
    pages = [page_of(device(person), "/couple/care/opened/") for person in (cast.ana, cast.ben)]
    assert CSRF.sub(b"", pages[0].encode()) == CSRF.sub(b"", pages[1].encode())
    assert pages[0].count('data-testid="audit-entry"') == 2
    assert "The summary of a check-in" in pages[0] and "<bdi>Tess</bdi>" in pages[0]
    assert "Staff" in pages[0] and "Otto" not in pages[0]
    assert CANARY not in pages[0]


def test_only_the_partners_can_read_the_access_log(cast: Three, cleo: User) -> None:
    audit.record(cast.tess, "history", cast.couple.id)
    for person in (cast.tess, cleo, account("Otto"), therapist("Colleague")):
        assert list(audit.entries_for(person)) == []
        assert "Nothing so far." in page_of(device(person), "/couple/care/opened/")


def test_the_access_log_outlasts_the_couple_and_the_therapist(cast: Three) -> None:
    audit.record(cast.tess, "history", cast.couple.id)
    pairing.unpair(cast.ana)
    delete_person(cast.tess)
    for person in (cast.ana, cast.ben):
        assert "A therapist who is no longer here" in page_of(device(person), "/couple/care/opened/")
    delete_person(cast.ana)
    delete_person(cast.ben)
    assert not AuditEntry.objects.exists()


def test_the_partners_own_reading_is_not_recorded(cast: Three) -> None:
    both_agree(cast)
    for person in (cast.ana, cast.ben, cast.tess):
        for path in ("/couple/care/", f"/couple/care/{cast.link.id}/", "/couple/care/opened/", "/practice/"):
            device(person).get(path)
    assert not AuditEntry.objects.exists()
