"""The password hasher."""

import threading
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

# Each takes 19 MiB while it runs: a crowd at the log-in page waits its turn instead of filling the memory.
MAX_CONCURRENT: Final = 2

_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the cost that OWASP's password storage guidance recommends (19 MiB, two passes, one lane)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password, waiting for a free slot first."""
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare a password with a hash, waiting for a free slot first."""
        with _slots:
            return super().verify(password, encoded)
