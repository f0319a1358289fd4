"""How many connections one household may hold that are no check-in's socket.

An unfinished request costs whoever sends it nothing, and us a connection. So it is what gives way: whoever comes with a
whole request, such as a couple behind the same address, finds a place whatever others have left half-sent there.
"""

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Final, Protocol

from cycleproject.web.network import household

LEAST: Final = 256
# A browser has six at a time; JOIN_RATE grows with how many people share an address.
FOR_EACH_JOIN: Final = 4


class Held(Protocol):
    """A connection that is counted."""

    @property
    def is_unfinished(self) -> bool:
        """Tell whether its request has not come whole."""

    def give_way(self) -> None:
        """Close it at once."""


class Connections:
    """The connections that are held, by household, the oldest first."""

    def __init__(self, join_rate: int, trusted_proxies: Iterable[str]) -> None:
        self.most = max(LEAST, FOR_EACH_JOIN * join_rate)
        self._proxies = [ip_network(one, strict=False) for one in trusted_proxies]
        self._held: dict[str, dict[Held, None]] = defaultdict(dict)

    def enter(self, address: str, connection: Held) -> bool:
        """Count a connection; tell whether it has a place. Our own proxy has one for everybody it speaks for."""
        if self._is_ours(address):
            return True
        held = self._held[household(address)]
        if len(held) >= self.most:
            unfinished = next((one for one in held if one.is_unfinished), None)
            if unfinished is None:
                return False
            self.leave(address, unfinished)
            unfinished.give_way()
        held[connection] = None
        return True

    def leave(self, address: str, connection: Held) -> None:
        """Count a connection no longer."""
        name = household(address)
        held = self._held.get(name)
        if held is not None:
            held.pop(connection, None)
            if not held:
                del self._held[name]

    def _is_ours(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._proxies)
