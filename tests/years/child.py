"""The process that lives on one database: `python -m tests.years.child WEEKS`."""

import sys

import django


def main() -> int:
    """Set Django up by the settings of the environment, and live."""
    django.setup()
    # Models can be imported from here on.
    from tests.years.life import main as live

    return live(int(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
