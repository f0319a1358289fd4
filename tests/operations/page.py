"""Every command that a page of ours names, with its line, in the order of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.support.servers.cycle import ROOT

# What begins with one of these, and goes on, is to be typed; `dumpdata` by itself is named because it is refused.
BEGINS: Final = (
    r"(?:[A-Z_]+=\S+ )*(?:make|kill|docker|systemctl|sh|createuser|createdb|pg_\w+|certbot|nginx|apt-get|install"
    r"|(?:\.venv/bin/)?python|manage\.py) \S.*|dumpdata"
)
FENCED: Final = re.compile(r" *```(\w*)")


@dataclass(frozen=True)
class Command:
    """A command, and where it stands."""

    text: str
    page: str
    line: int

    @property
    def place(self) -> str:
        """Return where it stands, as editors understand it."""
        return f"{self.page}:{self.line}"


def commands(name: str) -> list[Command]:
    """Return the commands of a page: each line of a block for the shell, and what stands in the text as code."""
    found = list[Command]()
    inside, text, began = "", "", 1
    for number, line in enumerate([*(ROOT / name).read_text(encoding="utf-8").splitlines(), ""], 1):
        fence = FENCED.match(line)
        if fence or not line.strip():
            found += [Command(span, name, began + lines) for span, lines in _spans(text)]
            text, began = "", number + 1
        if fence:
            inside = "" if inside else fence[1] or "text"
        elif inside == "sh":
            found.append(Command(line.strip(), name, number))
        elif not inside:
            text += f"{line}\n"
            began = began if text.strip() else number + 1
    return [command for command in found if command.text]


def _spans(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a paragraph names as code and is to be typed, and how many lines of it come before."""
    for span in re.finditer(r"`([^`]+)`", text):
        typed = re.sub(r"\s+", " ", span[1])
        if re.fullmatch(BEGINS, typed):
            yield typed, text.count("\n", 0, span.start())


def first_of_each(found: list[Command]) -> list[Command]:
    """Return the commands without repeats, whichever way Python is called."""
    first = dict[str, Command]()
    for command in found:
        first.setdefault(command.text.removeprefix(".venv/bin/"), command)
    return list(first.values())
