"""Serve a comparator exactly as Cycle is served: `python -m bench.serve <application> <port>`."""

import sys

import uvicorn

from cycleproject.serve import configuration, listen


def main() -> None:
    """Serve until killed."""
    application, port = sys.argv[1], int(sys.argv[2])
    config = configuration([])
    config.app = application
    uvicorn.Server(config).run(sockets=[*listen("127.0.0.1", port)])


if __name__ == "__main__":
    main()
