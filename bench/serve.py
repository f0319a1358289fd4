"""Serve a comparator as Cycle is served, but for the guard in front: `python -m bench.serve <application> <port>`."""

import sys

import uvicorn

from cycleproject.serve import listening_sockets, uvicorn_config


def main() -> None:
    """Serve until killed."""
    application, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn_config([])
    config.app = application
    config.http, config.ws = "httptools", "websockets-sansio"
    uvicorn.Server(config).run(sockets=[*listening_sockets("127.0.0.1", port)])


if __name__ == "__main__":
    main()
