"""What a planted weakness is: a change of the product's text, and the tests that must notice it."""

from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The product no longer says what was to be changed: whoever moved it teaches the weakness its new place."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weakness by name: what each of these words in a module becomes, and which of these tests must fail then."""

    name: str
    module: str
    changes: tuple[tuple[str, str], ...]
    caught_by: tuple[str, ...]

    def planted(self, text: str) -> str:
        """Return the module's text with the weakness in it. Raises Stale."""
        for was, becomes in self.changes:
            if text.count(was) != 1:
                raise Stale(f"{self.name}: {self.module} says {text.count(was)} times {was!r}")
            text = text.replace(was, becomes)
        return text

    def plant(self, checkout: Path) -> str:
        """Plant it in a copy of the checkout; return the module's text as it was. Raises Stale."""
        path = checkout / self.module
        before = path.read_text(encoding="utf-8")
        path.write_text(self.planted(before), encoding="utf-8")
        return before


def weakness(name: str, module: str, was: str, becomes: str, *caught_by: str) -> Weakness:
    """Return a weakness that changes one place."""
    return Weakness(name, module, ((was, becomes),), caught_by)
