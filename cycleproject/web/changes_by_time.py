"""When a page changes by time alone, said in the page; `static/js/site/changes-by-time.js` asks again then.

One way for all pages. A view names the moments that its content hangs on, and the page is told the first of them and
what the server's clock says, so that neither a device's clock nor its sleep matters.
"""

from datetime import datetime, timedelta

from django.utils import timezone


def by_time(now: datetime, *moments: datetime | None) -> dict[str, datetime]:
    """Return what a template needs to say when its page next changes by time; nothing where it does not."""
    ahead = [moment for moment in moments if moment is not None and moment > now]
    return {"shown_at": now, "changes_at": min(ahead)} if ahead else {}


def next_midnight(now: datetime) -> datetime:
    """Return when the next day begins for the reader, in the time zone that is active."""
    here = timezone.localtime(now)
    day = (here + timedelta(days=1)).date()
    return datetime(day.year, day.month, day.day, tzinfo=here.tzinfo)
