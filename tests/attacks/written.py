"""Write what a command has measured into its table in docs/security/attacks.md."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tests.support.servers.cycle import ROOT

DOCUMENT: Final = ROOT / "docs" / "security" / "attacks.md"


def write(table: str, heads: Sequence[str], rows: Iterable[Sequence[str]], note: str = "") -> None:
    """Replace what stands between the two marks of a table."""
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
    text = "\n".join([*([note, ""] if note else []), *lines])
    between = re.compile(rf"(<!-- {table} -->\n).*?(\n<!-- /{table} -->)", re.DOTALL)
    before = DOCUMENT.read_text(encoding="utf-8")
    assert between.search(before), f"the document has a place for {table}"
    DOCUMENT.write_text(between.sub(lambda found: f"{found[1]}{text}{found[2]}", before), encoding="utf-8")
