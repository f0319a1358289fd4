"""What was typed into a form whose login had ended: it is there again once its writer has logged in.

Nothing is sent by itself. Only the same browser finds it, and only the person for whom the form was made: its nonce
says who that was, to a server that has both.
"""

from typing import Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.models import unsent_words
from accounts.person.current_person import current_person
from cycleproject.web.idempotency import FIELD, SAYS_NOTHING, is_nonce_of, owner_of, visit_key
from cycleproject.web.limits import RateLimited, invitation_limit

# Besides what says nothing, what nobody types.
NOT_TYPED: Final = (*SAYS_NOTHING, "version")


def keep_behind_log_in(request: HttpRequest) -> HttpResponse | None:
    """Keep what somebody without a login has typed, and lead them to the log-in; None where nothing was typed."""
    key, nonce = visit_key(request), request.POST.get(FIELD, "")
    typed = {name: str(value) for name, value in request.POST.items() if name not in SAYS_NOTHING}
    says_something = any(value.strip() for name, value in typed.items() if name not in NOT_TYPED)
    if request.method != "POST" or not key or not owner_of(nonce) or not says_something:
        return None
    try:
        invitation_limit().spend(request)  # a row for each, from whoever asks
    except RateLimited:
        return None
    unsent_words.keep(key, {**typed, FIELD: nonce})
    messages.info(request, gettext("You were logged out. Log in, and what you typed will still be there."))
    return redirect_to_login(request.path)


def typed_before(request: HttpRequest) -> dict[str, str] | None:
    """Return what this person typed here before they had to log in again, and say so on the page."""
    person = current_person(request)
    if request.method != "GET" or person is None:
        return None
    typed = unsent_words.find(visit_key(request))
    if typed is None or not is_nonce_of(typed.get(FIELD, ""), person.pk):
        return None
    messages.info(request, gettext("This is what you typed before you were logged out. It is not saved yet."))
    return typed


def forget_typed(request: HttpRequest) -> None:
    """Forget what was typed here before: something is sent now."""
    unsent_words.forget(visit_key(request))
