"""How passwords are stored."""

import threading
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

# Each takes 19 MiB while it runs: a crowd at the log-in page waits its turn instead of filling the memory.
AT_A_TIME: Final = 2

_turn = threading.BoundedSemaphore(AT_A_TIME)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the cost that OWASP's password storage guidance recommends (19 MiB, two passes, one lane)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        with _turn:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one that was hashed."""
        with _turn:
            return super().verify(password, encoded)
