"""Weaknesses that are planted in a copy of the product, one at a time, to show that a test catches each of them.

`python -m tests.attacks.planted` plants all of them. What none of their tests notices is not tested for.
"""

from typing import Final

from tests.attacks.planted import logins, on_the_net, pages, words
from tests.attacks.planted.weakness import Stale, Weakness

__all__ = ["WEAKNESSES", "Stale", "Weakness"]

WEAKNESSES: Final[dict[str, Weakness]] = {
    one.name: one for one in (*on_the_net.WEAKNESSES, *logins.WEAKNESSES, *pages.WEAKNESSES, *words.WEAKNESSES)
}
