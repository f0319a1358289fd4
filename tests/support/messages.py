"""Find the messages of the product, that is every string given to gettext, and what is glued to them.

A template is read as a row of pieces: messages, values, words and the edges of elements. Of a branch only the way
through it counts: what stands after ``else`` follows what stands before ``if``.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_PIECE: Final = re.compile(
    r"\{#.*?#\}|\{%-?\s*comment\b.*?endcomment\s*%\}|<!--.*?-->"
    r"|\{%\s*block_?trans(?:late)?\b(?P<options>[^%]*)%\}(?P<block>.*?)\{%\s*endblock_?trans(?:late)?\s*%\}"
    r"|\{%\s*trans(?:late)?\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')(?P<after>[^%]*)%\}"
    r"|\{%\s*(?P<tag>\w+)[^%]*(?:%(?!\})[^%]*)*%\}"
    r"|(?P<value>\{\{.*?\}\})"
    r"|(?P<element></?(?P<name>[a-zA-Z][\w-]*)(?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'{])*>)"
    r"|(?P<words>[^<{]+|.)",
    re.DOTALL,
)
# Inside a sentence; every other element begins a new one.
_INLINE: Final = frozenset({"a", "abbr", "b", "bdi", "em", "i", "strong", "time"})
_IN_A_TAG: Final = re.compile(r"\{%\s*trans(?:late)?\s+(?:\"([^\"]*)\"|'([^']*)')[^%]*%\}")
_GETTEXT: Final = re.compile(r"^(?:_|u?n?p?n?gettext(?:_lazy|_noop)?|mark)$")

Kind = Literal["message", "value", "words", "edge"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message, what stands before it and after it in the same element, and whether it is added to a string."""

    text: str
    before: Kind = "edge"
    after: Kind = "edge"
    is_added: bool = False


def _plain(text: str) -> str:
    return " ".join(text.split())


def _texts(found: re.Match[str]) -> list[str]:
    if found["block"] is not None:
        return [_plain(text) for text in re.split(r"\{%\s*plural\s*%\}", found["block"])]
    return [found["double"] if found["double"] is not None else found["single"]]


def in_template(source: str) -> list[Message]:
    """Return a template's messages, with what each is glued to."""
    pieces: list[tuple[Kind, list[str], Kind]] = []
    before: Kind = "edge"
    branches: list[Kind] = []
    aside: list[Message] = []
    for found in _PIECE.finditer(source):
        kind: Kind | None = None
        if found["block"] is not None or found["double"] is not None or found["single"] is not None:
            if re.search(r"\bas\s+\w+\s*$|\basvar\b", found["after"] or found["options"] or ""):
                aside += [Message(text) for text in _texts(found)]  # put away under a name, and shown elsewhere
                continue
            pieces.append(("message", _texts(found), before))
            before = "message"
            continue
        if found["element"]:
            aside += [Message(one or other) for one, other in _IN_A_TAG.findall(found["element"])]
            kind = None if found["name"].lower() in _INLINE else "edge"
        elif found["value"]:
            kind = "value"
        elif found["words"] and re.search(r"\w", found["words"]):
            kind = "words"
        elif found["words"] and ("\n\n" in found["words"] or found["words"].strip() in {"·", "–", "|"}):
            kind = "edge"  # a paragraph of a mail, or a sign that parts two notes
        elif found["tag"] in {"if", "for"}:
            branches.append(before)
        elif found["tag"] in {"else", "elif", "empty"} and branches:
            before = branches[-1]
            pieces.append(("edge", [], before))
        elif found["tag"] in {"endif", "endfor"} and branches:
            branches.pop()
        elif found["tag"] in {"include", "block", "endblock"}:
            kind = "edge"
        if kind:
            pieces.append((kind, [], before))
            before = kind
    followers: list[Kind] = [kind for kind, _, _ in pieces[1:]] + ["edge"]
    return aside + [
        Message(text, piece[2], after) for piece, after in zip(pieces, followers, strict=False) for text in piece[1]
    ]


def in_module(source: str) -> list[Message]:
    """Return a module's messages; one that is an operand of ``+`` or a part of an f-string is added to a string."""
    return list(_in_node(ast.parse(source), is_added=False))


def _in_node(node: ast.AST, *, is_added: bool) -> Iterator[Message]:
    if isinstance(node, ast.Call) and _GETTEXT.match(
        str(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
    ):
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Message(argument.value, is_added=is_added)
    is_added = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add))
    for child in ast.iter_child_nodes(node):
        yield from _in_node(child, is_added=is_added or isinstance(node, ast.FormattedValue))
