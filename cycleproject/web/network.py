"""Whom an address on the net stands for: every IPv6 line has billions of them, and one household behind them."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HOUSEHOLD_BITS: Final = 64  # what a provider gives one line at the least (RFC 6177, RIPE-690)
SITE_BITS: Final = 48  # what one customer may have at the most: up to 65,536 lines, or one who rents them all
# A provider may also hand out /56s: eight households of one site are as busy as they like before they share a limit.
HOUSEHOLDS_OF_A_SITE: Final = 8


@dataclass(frozen=True, slots=True)
class Prefix:
    """A part of the net that is counted as one, and how many households it may hold."""

    name: str
    households: int = 1


# Whoever opens thousands of connections a second is looked up twice for each: once for all is a fifth of their cost.
@lru_cache(maxsize=4096)
def prefixes(address: str) -> tuple[Prefix, ...]:
    """Return what an address is counted by: itself for IPv4, its /64 and its /48 for IPv6.

    An IPv4 address that was mapped into IPv6 (RFC 4291) is the IPv4 address. What is no address counts as it is.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return (Prefix(address),)
    if isinstance(known, ipaddress.IPv4Address):
        return (Prefix(str(known)),)
    if known.ipv4_mapped:
        return (Prefix(str(known.ipv4_mapped)),)
    return (
        Prefix(str(ipaddress.ip_network((int(known), HOUSEHOLD_BITS), strict=False))),
        Prefix(str(ipaddress.ip_network((int(known), SITE_BITS), strict=False)), HOUSEHOLDS_OF_A_SITE),
    )


def household(address: str) -> str:
    """Return the narrowest prefix that an address is counted by."""
    return prefixes(address)[0].name
