"""Pages of a therapist: profile, inviting couples, notes on a couple, ending a link."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.care import check_in_notes, invitations, labels, scopes, therapists
from accounts.care import notes as care_notes
from accounts.care.forms import LabelForm, ProfileForm
from accounts.care.notes_page import notes_page
from accounts.care.views import account_required, show_new_invitation
from accounts.edit_versions import EditConflict, version_of
from accounts.models import User
from accounts.person.one_shot import typed_once
from accounts.person.unsent_words import typed_before


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def profile(request: HttpRequest, user: User) -> HttpResponse:
    """Show the profile and what is missing before its author may host; save changes."""
    known = therapists.profile_of(user)
    typed = typed_before(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=typed or therapists.words_of(known))
    kept, meanwhile = version_of(therapists.words_of(known)), None
    if form.is_valid():
        try:
            therapists.save_profile(user, form.cleaned_data, request.POST.get("version"))
        except EditConflict:
            kept_there = therapists.words_of(therapists.profile_of(user))
            kept, meanwhile = version_of(kept_there), list(kept_there.values())
        else:
            messages.success(request, gettext("Saved"))
            return redirect("therapist_profile")
    context = {
        "form": form,
        "version": kept if meanwhile else (typed or request.POST).get("version", kept),
        "kept_meanwhile": meanwhile,
        "profile": known,
        "up_to_date": known is not None and therapists.is_confirmed_as_written(known),
        "has_second_factor": scopes.has_second_factor(user),
        "may_host": scopes.may_host(user),
    }
    return render(request, "care/profile.html", context, status=409 if meanwhile else 400 if form.errors else 200)


@require_POST
@account_required
def invite(request: HttpRequest, user: User) -> HttpResponse:
    """Create an invitation for a couple, with the therapist's own name for them, and show its link once."""
    form = LabelForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["label"][0]))
        return redirect("practice")
    return show_new_invitation(request, user, as_therapist=True, back="practice", label=form.cleaned_data["label"])


@require_POST
@account_required
def withdraw_invitations(request: HttpRequest, user: User) -> HttpResponse:
    """Delete all of the therapist's open invitations to couples."""
    invitations.withdraw(user, as_therapist=True)
    messages.success(request, gettext("All open invitations have been cancelled."))
    return redirect("practice")


@require_POST
@account_required
def withdraw_invitation(request: HttpRequest, user: User, invitation_id: int) -> HttpResponse:
    """Delete one of the therapist's open invitations, and leave the others open."""
    invitations.withdraw_one(user, invitation_id)
    messages.success(request, gettext("That invitation has been cancelled."))
    return redirect("practice")


@require_POST
@account_required
def name_couple(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Save what the therapist calls a couple, for themselves alone."""
    form = LabelForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["label"][0]))
        return redirect("care_notes", link_id)
    try:
        labels.call(user, link_id, form.cleaned_data["label"])
    except scopes.NotFound:
        raise Http404 from None
    messages.success(request, gettext("Saved. Only you can see this."))
    return redirect("care_notes", link_id)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def notes(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Show the therapist's notes on a couple and save changes; after a conflict, show both texts."""
    try:
        return notes_page(
            request,
            "care/notes.html",
            read=partial(care_notes.read, user, link_id),
            write=partial(care_notes.write, user, link_id),
            context=partial(_about, user, link_id),
        )
    except scopes.NotFound:
        raise Http404 from None


def _about(user: User, link_id: UUID) -> dict[str, Any]:
    """Return what else the page of notes on a couple shows."""
    linked_now = scopes.links_of_therapist(user).filter(id=link_id).first()
    return {
        "partners": scopes.partners_of(linked_now) if linked_now else [],
        "link": linked_now or care_notes.own_link(user, link_id),
        "dated": check_in_notes.on_link(user, link_id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@typed_once
def end(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Ask whether to end the link with a couple, say what that means, then end it."""
    try:
        link = scopes.link_of_therapist(user, link_id)
    except scopes.NotFound:
        raise Http404 from None
    if request.method != "POST":
        return render(request, "care/end.html", {"link": link, "partners": scopes.partners_of(link)})
    scopes.end_link(user, link)
    messages.success(request, gettext("You are no longer linked."))
    return redirect("practice")
