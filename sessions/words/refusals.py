"""What whoever asked is told when something is refused, by the code of the refusal."""

from collections.abc import Mapping
from types import MappingProxyType

from sessions.words.mark_for_translation import gettext_noop

# Shown to whoever asked, so no sentence may depend on what the other has sealed.
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "frame.invalid": gettext_noop("That could not be read and nothing has changed; please reload and try again."),
        "login.required": gettext_noop("Please log in, or start from the home page, to go on."),
        "login.second_factor": gettext_noop("Please add the code from your authenticator app to log in."),
        "login.not_fresh": gettext_noop("Your last log-in was a while ago; please log in again to do this."),
        "csrf.failed": gettext_noop("This page has been open for a while; please reload it and try again."),
        "seat.not_allowed": gettext_noop("This belongs to another place in the check-in; you can go on from your own."),
        "account.needed": gettext_noop("This needs an account; please sign up and come back."),
        "session.not_found": gettext_noop("There is no check-in here for you; you can start one from the home page."),
        "code.not_found": gettext_noop("This code opens no check-in; please compare the letters or ask for a new one."),
        "item.not_found": gettext_noop("There is nothing here for you; please check the address."),
        "step.gone": gettext_noop("This step is no longer kept; you can go on without it."),
        "session.waiting": gettext_noop("The check-in begins once you are both in; you can share the link until then."),
        "session.not_yet": gettext_noop("This is planned for later; you can come in from half an hour before."),
        "appointment.over": gettext_noop("This can no longer be changed; you can read on its page how it stands."),
        "appointment.same_time": gettext_noop("Something is planned for that time already; please choose another."),
        "opening.over": gettext_noop("This can no longer be changed; you can read on its page what came of it."),
        "rhythm.not_next": gettext_noop("That is not the next time any more; please look at which one is."),
        "opening.not_now": gettext_noop("This couple can take no suggestion right now; you can try again another day."),
        "session.paused": gettext_noop("The check-in is paused; you can go on when the pause ends."),
        "session.not_paused": gettext_noop("The check-in is not paused now; you can go on from here."),
        "session.ended": gettext_noop("This check-in has ended; you can start another whenever you like."),
        "round.stale": gettext_noop("The check-in has moved on; you can go on from the newest moment."),
        "round.already_open": gettext_noop("A moment is already open; you can answer it or set it aside."),
        "round.not_open": gettext_noop("This moment is not open now; you can go on from where the check-in is."),
        "round.not_revealed": gettext_noop("This comes after a reveal; you can return to it then."),
        "moment.missing": gettext_noop("Here each of you chooses a moment; please add yours and try again."),
        "moment.not_asked": gettext_noop("There is one moment for both here; please leave yours out and try again."),
        "exchange.quiet": gettext_noop("A short quiet comes first; you can write when it ends."),
        "exchange.quiet_over": gettext_noop("The quiet is already over; you can write now."),
        "exchange.not_yet": gettext_noop("This comes once both needs are shown; you can say yours, or leave it."),
        "exchange.closed": gettext_noop("This exchange has closed; you can return to it in a later moment."),
        "loop.not_offered": gettext_noop("There is no earlier moment that this could be again; you can leave it out."),
        "look_back.not_offered": gettext_noop("You can say this a day later, if you have chosen it in your settings."),
        "day.out_of_range": gettext_noop("Please choose a day from the moment itself until today."),
        "couple.not_free": gettext_noop(
            "You are in a couple; please unpair first if you want to invite somebody else."
        ),
        "notes.full": gettext_noop("This list is full now; please delete something first."),
        "notes.changed": gettext_noop("These notes have changed since; please read what is kept now, then save."),
        "content.cannot_open": gettext_noop("This cannot be opened right now; please ask whoever runs this server."),
        "content.too_large": gettext_noop("That is more than fits here; please make it shorter and try again."),
        "content.type": gettext_noop("That format cannot be read here; please send it as JSON."),
        "rate.limited": gettext_noop("That was a lot at once; please wait a moment and try again."),
        "service.unavailable": gettext_noop("Saving is paused for now; please try again in a moment."),
    }
)
