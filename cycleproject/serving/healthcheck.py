"""Ask this machine's process whether it is ready, as the image does: `python -m cycleproject.serving.healthcheck`.

Standard library only: it runs every few seconds beside the process that it asks.
"""

import sys
from http.client import HTTPConnection, HTTPException

from cycleproject.configuration import read_settings

TIMEOUT_SECONDS = 5
# What a process listens on that was told to listen on everything.
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def main() -> int:
    """Return 0 where `/readyz` says 200, else say in one line what it says, and return 1."""
    settings = read_settings()
    host, port = EVERYWHERE.get(settings["HOST"], settings["HOST"]), settings["PORT"]
    connection = HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": name_to_ask_by(settings["ALLOWED_HOSTS"])})
        answer = connection.getresponse()
        said = answer.read().decode()
    except (OSError, HTTPException) as error:
        print(f"no answer on port {port}: {type(error).__name__}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if answer.status != 200:
        print(f"/readyz says {answer.status}: {said[:200]}", file=sys.stderr)
        return 1
    return 0


def name_to_ask_by(hosts: list[str]) -> str:
    """Return the first of our own names: another one is answered by nobody. `.example.org` is example.org, too."""
    return hosts[0].lstrip(".")


if __name__ == "__main__":
    sys.exit(main())
