"""Codes and links as people paste them: with words around them, blanks between, and what a chat puts behind."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.couple import invitations
from accounts.models import User
from sessions.joining.codes import CODE_LENGTH, CODE_LETTERS, normalized
from sessions.joining.start import start_with_code
from sessions.models import LiveSession
from tests.support.cast.care_cast import account, device
from tests.support.cast.clients import join_as, start_as
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

# {0} is the code in small letters, {1} and {2} its halves, {3} its letters one by one.
AS_PASTED = [
    "Code: {1} {2}",
    "code {0}",
    "{3}",
    "{1}-{2}",
    "{1}\u2011{2}",  # no-break hyphen
    "{1}\u2013{2}",
    "{1}\u00ad{2}",  # soft hyphen
    "{1}\u200b{2}",  # zero-width space
    "\ufeff{0}\u2060",
    "{1}\u00a0{2}",  # no-break space
    "{1}.{2}",
    "{0}.",
    "({0})",
    "“{0}”",
    "»{0}«!",
    "{1}_{2}",
    "  {0}\n",
    "http://192.168.1.5:8000/join/{0}/",
    "https://cycle.example.org/join/{0}",
    "Come in: https://cycle.example.org/join/{0}/.",
    "(https://cycle.example.org/join/{0}/)",
    "<https://cycle.example.org/join/{0}/?from=chat#now>",
    "cycle.example.org/JOIN/{0}/ – see you, Ana",
]
BEHIND_A_LINK = [".", ",", ")", ").", "/.", "/)", "/!", "/”", "/>", "/…", "%E2%80%9D", "/?from=chat", "/)?from=chat"]


def pasted(form: str, code: str) -> str:
    """Return a code as somebody has pasted it."""
    code = code.lower()
    return form.format(code, code[:3], code[3:], " ".join(code))


@pytest.fixture
def waiting(db: None) -> LiveSession:
    """Return a check-in in which Ana waits."""
    return start_with_code(User.objects.create_guest("Ana"))


@pytest.mark.parametrize("form", AS_PASTED)
def test_the_box_takes_a_code_as_it_was_pasted(waiting: LiveSession, form: str) -> None:
    assert waiting.code
    answer = Client().post("/join/", {"code": pasted(form, waiting.code)})
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"/join/{waiting.code}/")


@pytest.mark.parametrize("behind", BEHIND_A_LINK)
def test_a_link_works_with_what_stands_behind_it(waiting: LiveSession, behind: str) -> None:
    page = Client().get(f"/join/{waiting.code}{behind}", follow=True)
    assert page.status_code == 200
    assert "You are joining" in page.content.decode()


@pytest.mark.parametrize("behind", BEHIND_A_LINK)
def test_so_does_the_link_of_an_invitation(db: None, behind: str) -> None:
    _, token = invitations.create(account("Ana"))
    page = device(account("Ben")).get(f"/couple/invitation/{token}{behind}", follow=True)
    assert page.status_code == 200
    assert "Pair with <bdi>Ana</bdi>?" in page.content.decode()


@pytest.mark.parametrize("path", ["/nothing/.", "/join/BBBBBB/x", "/join/BBBBBB/.x/", "/api/v1/nothing/."])
def test_what_is_nowhere_stays_nowhere(db: None, path: str) -> None:
    assert Client().get(path, follow=True).status_code == 404


def test_a_form_is_never_sent_on_to_another_address(waiting: LiveSession) -> None:
    assert Client().post(f"/join/{waiting.code}/.", {"first_name": "Ben"}).status_code == 404
    assert waiting.seats.count() == 1


def test_over_rest_it_may_be_typed_like_that_too(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    assert join_as(server, "Ben", f"{code[:3]}.%E2%80%8B{code[3:]}").session == ana.session


def test_the_box_holds_any_length_and_what_was_typed(db: None) -> None:
    typed = "Code: BBB BB8 (from Ana, for to-day)"
    page = Client().post("/join/", {"code": typed})
    assert page.status_code == 404
    assert f'value="{typed}"' in page.content.decode()
    assert "maxlength" not in page.content.decode()


def test_what_is_no_code_at_all_is_an_unknown_one(db: None) -> None:
    for typed in ("…", "\0", "\0BBBBBB", "x" * 100_000, "😀", "%", "/join/"):
        assert Client().post("/join/", {"code": typed}).status_code == 404, typed
    assert Client().post("/join/", {"code": "  "}).headers["Location"] == "/"


letters = st.text(CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
around = st.text(st.sampled_from(" .,:;!?()[]<>\"'„“”»«-–…/\n\u200b\u00ad\u2060"), max_size=8)


@given(letters, around, around, around)
def test_a_code_is_found_among_whatever_is_no_letter(code: str, before: str, between: str, behind: str) -> None:
    assert normalized(f"{before}{code[:2]}{between}{code[2:].lower()}{behind}") == code
    assert normalized(normalized(code)) == code
