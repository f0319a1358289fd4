"""Pages about one's logins that allauth does not have: confirming an address again, ending one login."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.login.sign_up import ask_to_confirm
from accounts.person.current_person import person


@login_required(login_url="home")
@require_POST
def send_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the link to confirm an address again."""
    user = person(request)
    assert user is not None
    ask_to_confirm(request, user)
    return redirect("account_email_verification_sent")


@login_required(login_url="home")
@require_POST
def end_login(request: HttpRequest, login_id: int) -> HttpResponse:
    """End one of one's own logins."""
    chosen = get_object_or_404(UserSession, id=login_id, user_id=request.user.pk)
    end_sessions(request, [chosen])
    messages.success(request, gettext("Logged out there."))
    return redirect("usersessions_list")
