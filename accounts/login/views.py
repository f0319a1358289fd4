"""Actions about logins that allauth lacks: sending the confirmation link again, ending one of one's logins."""

from allauth.account.internal.stagekit import unstash_login
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.login.sign_up import send_confirmation_link
from accounts.models import User
from accounts.person.current_person import current_person
from accounts.person.one_shot import typed_once


@require_POST
@typed_once
def send_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the confirmation link again, then show the page that says so: the same to everybody, sent or not."""
    user = current_person(request) or _who_signed_up(request)
    if user:
        send_confirmation_link(request, user)
    return redirect("account_email_verification_sent")


def _who_signed_up(request: HttpRequest) -> User | None:
    """Return who signed up in this browser as somebody new, and is logged in once the address is confirmed."""
    pending = unstash_login(request, peek=True)
    user = pending.user if pending else None
    return user if isinstance(user, User) else None


@login_required(login_url="home")
@require_POST
@typed_once
def end_login(request: HttpRequest, login_id: int) -> HttpResponse:
    """End one of the person's logins, chosen from their list."""
    chosen = get_object_or_404(UserSession, id=login_id, user_id=request.user.pk)
    end_sessions(request, [chosen])
    messages.success(request, gettext("That device is logged out."))
    return redirect("usersessions_list")
