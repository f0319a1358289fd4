"""Pages of a hosted check-in: starting it, the console, the shared screen, the calendar file, the summary."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.care import at_work, audit, check_in_notes, labels, notes, scopes
from accounts.models import CareLink, User
from accounts.person import names
from accounts.person.current_person import current_person
from accounts.person.one_shot import one_shot
from accounts.person.unsent_words import forget_typed, keep_behind_log_in, typed_before
from cycleproject.web.calendar_file import Entry, calendar_file, content_type
from cycleproject.web.limits import join_limit, rate_limited
from sessions.checkin.appointment import HOUR
from sessions.hosting import host_rights
from sessions.hosting.forms import HostedForm
from sessions.hosting.hosted_notes import as_check_in
from sessions.hosting.summary import Summary, host_may_open_it, summary_of
from sessions.joining import appointments
from sessions.live.favourites import moments_of
from sessions.live.page import room_context
from sessions.live.seat_required import of_a_place, seat_required
from sessions.models import LiveSession
from sessions.store import load, system_changes
from sessions.words.translated import room_words

A_WEEK: Final = timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
@one_shot
def start(request: HttpRequest) -> HttpResponse:
    """Show the form, then start or plan the hosted check-in and go to its room."""
    user = current_person(request)
    if user is None:
        return keep_behind_log_in(request) or redirect_to_login(request.get_full_path())
    if not scopes.may_host(user):
        raise Http404
    couples = linked_couples(user)
    form = HostedForm(couples, request.POST if request.method == "POST" else None, initial=typed_before(request))
    clashes: list[datetime] = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if chosen["starts_at"] and not chosen["all_the_same"]:
            clashes = appointments.clashes_for(user, chosen["starts_at"])
    if request.method == "POST" and form.is_valid() and not clashes:
        still_open = [] if chosen["starts_at"] else host_rights.open_now(user)
        if not {str(one.id) for one in still_open} <= set(request.POST.getlist("end")):
            return _ask_about_open(request, user, still_open)
        join_limit().spend(request, user.id)
        try:
            live_session = host_rights.start_hosted(
                user,
                form.couple_id,
                title=chosen["title"],
                starts_at=chosen["starts_at"],
                label=chosen["label"],
                end=[one.id for one in still_open],
            )
        except (host_rights.MayNotHost, load.NotFound):
            raise Http404 from None
        forget_typed(request)
        return redirect("room", live_session.id)
    context = {"form": form, "couples": couples, "chosen": form["couple"].value() or request.GET.get("couple", "")}
    status = 409 if clashes else 400 if form.errors else 200
    return render(request, "hosting/start.html", {**context, "clashes": clashes}, status=status)


def _ask_about_open(request: HttpRequest, user: User, still_open: list[LiveSession]) -> HttpResponse:
    """Ask whether to go on with what is open, or to end it first: none ends because somebody forgot it."""
    found = [(one, check_in_notes.label_of(user, as_check_in(user, one))) for one in still_open]
    asked = [(name, value) for name in HostedForm.base_fields for value in request.POST.getlist(name)]
    return render(request, "hosting/still_open.html", {"still_open": found, "asked": asked}, status=409)


def linked_couples(therapist: User) -> list[tuple[str, str]]:
    """Return the couples that a therapist may host now, as choices of a form: id and names."""
    links = [link for link in scopes.links_of_therapist(therapist) if "host" in scopes.active_scopes(link)]
    return [(str(link.couple_id), _called(link)) for link in links]


def _called(link: CareLink) -> str:
    both = [names.display_name(membership.user) for membership in scopes.partners_of(link) if membership.user]
    names_of_both = gettext("%(first)s and %(second)s") % {"first": both[0], "second": both[-1]}
    label = labels.of_link(link)
    return gettext("%(label)s: %(names)s") % {"label": label, "names": names_of_both} if label else names_of_both


def console(request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
    """Show the console, the host's own screen."""
    at_work.mark(request)
    check_in = as_check_in(user, place.live_session)
    link = check_in.link if check_in.link and check_in.link.ended_at is None else None
    context = {
        **room_context(request, place.live_session, "host"),
        **moments_of(user, place.live_session, of_the_couple=False),
        "notes_link": check_in.link,
        "label": check_in_notes.label_of(user, check_in),
        "notes_length": notes.NOTES_LENGTH,
        "look_back_couple": link.couple_id if link and "history" in scopes.active_scopes(link) else None,
        "live_session": place.live_session,
    }
    return render(request, "hosting/console.html", context)


@require_safe
@seat_required
def shared_screen(request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
    """Show the screen that everybody in the room looks at; its content comes by socket."""
    if place.state.ahead(timezone.now()):
        return redirect("room", place.live_session.id)
    context = room_context(request, place.live_session, "")
    return render(request, "hosting/screen.html", {**context, "live_session": place.live_session})


@require_safe
def calendar(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Answer with an appointment as a calendar file; after a check-in that was not planned, with the next time."""
    user = current_person(request)
    if user is None:
        raise Http404
    try:
        return _as_file(appointment_entry(appointments.find(user, session_id)))
    except load.NotFound:
        return _next_time(request, session_id=session_id)


@of_a_place
def _next_time(request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
    live_session = place.live_session
    if live_session.starts_at is not None or not place.state.ended(timezone.now()):
        raise Http404
    return _as_file(
        Entry(
            uid=f"{live_session.id}-next",
            title=gettext("Appointment"),
            begins=live_session.created_at + A_WEEK,
            lasts=HOUR,
            changed_at=live_session.created_at,
        )
    )


def appointment_entry(found: appointments.Found) -> Entry:
    """Return an appointment as an entry of a calendar: moved or called off, it is a later version of the same one."""
    live_session, appointment = found.live_session, found.appointment
    called_off = found.state(timezone.now()) == "called_off"
    changed_at = appointment.ended_at if called_off else live_session.moved_at
    return Entry(
        uid=str(live_session.id),
        title=live_session.title or gettext("Appointment"),
        begins=appointment.starts_at,
        lasts=HOUR,
        changed_at=changed_at or live_session.created_at,
        sequence=appointment.sequence + int(called_off),
        called_off=called_off,
    )


def _as_file(entry: Entry) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(calendar_file(entry), content_type=content_type(entry), headers=headers)


@require_safe
def summary(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the summary to the two partners, and to the host while both consent."""
    user = current_person(request)
    if user is None:
        raise Http404
    with transaction.atomic():
        try:
            place = load.live_session_for(user.id, session_id)
        except load.NotFound:
            raise Http404 from None
        # A host who left keeps it while the two agree: leaving is no taking back of theirs.
        if place.seat is None or not (place.may_listen or host_may_open_it(place)):
            raise Http404
        system_changes.store_end(place.state, timezone.now())
        return _summary(request, user, place)


def _summary(request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
    if not place.state.ended(timezone.now()):
        if not place.may_listen:
            raise Http404  # to who has gone nothing is told of what goes on
        return redirect("room", place.live_session.id)
    try:
        found: Summary = summary_of(place)
    except load.NotFound:
        raise Http404 from None
    if found.for_host:
        at_work.mark(request)
    if found.for_host and place.live_session.couple_id:
        audit.record(user, "summary", place.live_session.couple_id, place.live_session.id)
    context = {
        "summary": found,
        "live_session": place.live_session,
        "room_words": room_words(),
        # The host's own, for the host alone: the same page is the partners'.
        "label": check_in_notes.label_of(user, as_check_in(user, place.live_session)) if found.for_host else "",
    }
    return render(request, "hosting/summary.html", context)


@require_POST
def let_host_in(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Let a host who left come in again where both partners still agree, then return to the room: told alike."""
    return _done_about_host(request, session_id, host_rights.let_host_in_again)


@require_POST
def take_consent_back(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End a partner's consent to the host, then return to the room."""
    return _done_about_host(request, session_id, host_rights.withdraw_consent)


def _done_about_host(request: HttpRequest, session_id: UUID, act: Callable[[User, UUID], object]) -> HttpResponse:
    user = current_person(request)
    if user is None:
        raise Http404
    try:
        act(user, session_id)
    except load.NotFound:
        raise Http404 from None
    return redirect(reverse("room", args=[session_id]))
