"""Couples to measure with: `python -m bench.couples <how many>`, made by Cycle's own code in the database it is told.

They start and join as anybody does, many in one transaction: over HTTP five thousand couples would take minutes.
"""

import json
import sys

AT_ONCE = 500


def main() -> None:
    """Make them, and print each one's check-in and two tokens as a line of JSON."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import transaction

    left = int(sys.argv[1])
    while left:
        batch = min(AT_ONCE, left)
        left -= batch
        with transaction.atomic():
            made = [_couple() for _ in range(batch)]
        for couple in made:
            print(json.dumps(couple))


def _couple() -> tuple[str, str, str]:
    from accounts.logins import open_login
    from accounts.models import User
    from sessions.joining import join, start

    ana, ben = (User.objects.create_guest(name) for name in ("Ana", "Ben"))
    live_session = start.start_with_code(ana)
    assert live_session.code is not None
    join.join_by_code(ben, live_session.code)
    return str(live_session.id), open_login(ana), open_login(ben)


if __name__ == "__main__":
    main()
