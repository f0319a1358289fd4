"""What must be the same as it was recorded: everything that is written down. What has come since is growth."""

import re
from collections.abc import Iterator
from typing import Any

from tests.contract.replay.placeholders import Placeholders

# Sentences for people: clients show them and rely on no word of them.
PROSE = re.compile(
    r"(?:^|\.)(?:detail|pattern\.name|pattern\.summary|pattern\.roles\.[ab]|loop\.sentence|loop\.aloud|pattern_name|wording\.text|results\.\d+\.label)$"
)
# More commands may come to be accepted, and the library gains moments.
GROWING = re.compile(r"\.can$|moments/\.(?:results|results\.\d+\.moments)$")
PAD = "<pad>"


class Comparison:
    """Compares what comes with what was recorded."""

    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders

    def differences(self, written: Any, given: Any, path: str) -> Iterator[str]:
        """Yield what was recorded and is no longer so."""
        if isinstance(written, dict) and isinstance(given, dict):
            for key, value in written.items():
                name = self._placeholders.filled(key)
                if key == "text" and isinstance(written.get("id"), int) and given.get("text"):
                    continue  # a moment of the library, which is worded anew now and then
                if name in given:
                    yield from self.differences(value, given[name], f"{path}.{key}")
                else:
                    yield f"{path}.{key} is gone"
        elif isinstance(written, list) and isinstance(given, list):
            yield from self._differences_of_lists(written, given, path)
        elif type(written) is not type(given):
            yield f"{path} was {written!r} and is {given!r}"
        elif isinstance(written, str):
            if not self._is_same_text(written, given, path):
                yield f"{path} was {written!r} and is {given!r}"
        elif written != given:
            yield f"{path} was {written!r} and is {given!r}"

    def _differences_of_lists(self, written: list[Any], given: list[Any], path: str) -> Iterator[str]:
        if GROWING.search(path):
            at = 0
            for number, one in enumerate(written):
                while at < len(given) and list(self.differences(one, given[at], f"{path}.{number}")):
                    at += 1
                if at == len(given):
                    yield f"{path} holds {one!r} no longer, or not in this place"
                    return
                at += 1
        elif len(written) != len(given):
            yield f"{path} had {len(written)} and has {len(given)}: {given!r}"
        else:
            for number, (one, other) in enumerate(zip(written, given, strict=True)):
                yield from self.differences(one, other, f"{path}.{number}")

    def _is_same_text(self, written: str, given: str, path: str) -> bool:
        if written == PAD:
            return True
        if PROSE.search(path):
            return bool(given.strip())
        return self._placeholders.matches(written, given)
