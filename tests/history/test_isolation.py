"""Looking back on others: whoever may not finds nothing, and cannot tell that from what is not there."""

import uuid
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from sessions.models import Mark
from tests.support.cast.care_cast import CSRF
from tests.support.cast.looking_back import pair_of_others
from tests.support.cast.past import Pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db


def history_routes() -> Iterator[tuple[str, bool]]:
    """Return every address of the history: a path with what names a round left open, and whether it names one."""

    def within(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from within(pattern.url_patterns, before + str(pattern.pattern))
            else:
                yield before + str(pattern.pattern)

    for path in within(get_resolver().url_patterns, "/"):
        if "history" in path and not path.startswith("/admin/"):
            yield path.replace("<uuid:history_id>", "{round}"), "history_id" in path


ROUTES = sorted(set(history_routes()))
SAID = {"feeling": "both"}
OTHERS = ("partner of another", "outsider", "guest", "staff", "therapist of another", "host only", "anonymous")


@pytest.fixture
def others(two: Pair) -> dict[str, Client]:
    """Return everybody who has no right to look back on Ana and Ben."""
    cleo_and_dan = pair_of_others()
    staff = User.objects.create_superuser("staff@example.org", None, first_name="Staff")
    clients = {
        "partner of another": phone_of(cleo_and_dan.a),
        "outsider": phone_of(User.objects.create_user("otto@example.org", None, first_name="Otto")),
        "guest": phone_of(User.objects.create_guest("Guest")),
        "staff": phone_of(staff),
        "therapist of another": phone_of(therapist_of(cleo_and_dan, "history", name="Theo")),
        "host only": phone_of(therapist_of(two, "host")),
        "anonymous": Client(),
    }
    return clients


def test_the_table_of_addresses_holds_the_history() -> None:
    assert len([path for path, names_a_round in ROUTES if names_a_round]) >= 4
    assert len(ROUTES) >= 14


@pytest.mark.parametrize("who", OTHERS)
def test_a_history_of_others_is_answered_as_one_that_does_not_exist(
    two: Pair, others: dict[str, Client], who: str
) -> None:
    phone, before = others[who], list(Mark.objects.order_by("id").values())
    for path, names_a_round in ROUTES:
        for method in ("get", "post", "put", "delete"):
            cache.clear()  # what one may ask for in a few seconds is not looked at here
            answers = []
            for one, couple in ((two.rounds[0].history_id, two.couple.id), (uuid.uuid4(), uuid.uuid4())):
                address = path.format(round=one)
                fields = {} if names_a_round else {"couple": str(couple), "as": "json", "leave": "1"}
                if method == "post":
                    answers.append(phone.post(address, fields))
                    phone.get("/safety/")  # what a form of one's own was answered with is said here
                else:
                    query = "".join(
                        f"{'&' if index else '?'}{key}={value}"
                        for index, (key, value) in enumerate(fields.items())
                        if key in accepted(path)
                    )
                    # A body that its operation takes: one that it does not is refused before anything is looked for.
                    sent = {"data": SAID, "content_type": "application/json"} if method == "put" else {}
                    answers.append(getattr(phone, method)(address + query, **sent))
            theirs, missing = ((answer.status_code, CSRF.sub(b"", answer.content)) for answer in answers)
            assert theirs == missing, (method, path)
            assert b"plum" not in answers[0].content and b"quince" not in answers[0].content, (method, path)
            if names_a_round:
                assert theirs[0] in ((302, 401, 403, 405) if who == "anonymous" else (404, 405)), (method, path)
    assert list(Mark.objects.order_by("id").values()) == before


def accepted(path: str) -> set[str]:
    """Return which fields an address reads: the API refuses what it does not know."""
    if not path.startswith("/api/"):
        return {"couple", "as"}
    return {"couple", "as"} if "export" in path else {"couple"}


def test_a_partner_can_open_every_page_of_the_history(two: Pair) -> None:
    """Without this the test above would hold for pages that refuse everybody."""
    User.objects.filter(id=two.b.id).update(looks_back=True)
    phone = phone_of(two.b)
    for path, _ in ROUTES:
        # What is for those who have parted is in tests/privacy/test_after_parting.py.
        if not any(name in path for name in ("ics", "export", "take-back")):
            assert phone.get(path.format(round=two.rounds[0].history_id)).status_code in (200, 405), path
