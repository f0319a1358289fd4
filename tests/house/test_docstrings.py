"""Every public module, class and function says what it is for, in words that its name does not have already."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.rooms import modules, tree_of

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# The class says what an operation's one method does, or what applying a change does; Meta is Django's own word.
NEED_NONE = {"get", "post", "put", "delete", "apply", "Meta"}
# Words that say nothing of what is returned, done or asked.
FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an the of to for in on at by with and or it its this that these those is are be has have one ones own all "
        "each any return returns answer answers give gives tell tells whether say says show shows what which who do "
        "does",
    )
)


def needs_one(node: ast.AST) -> bool:
    """Tell whether somebody may use this from outside, so that it has to say what it is for."""
    return isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not node.name.startswith("_") and node.name not in NEED_NONE


def documented(tree: ast.Module, module: str) -> Iterator[tuple[str, Documented]]:
    """Yield a module, its public classes and functions, and their public methods, each by its dotted name."""
    yield module, tree
    for node in tree.body:
        if needs_one(node):
            assert isinstance(node, (ast.ClassDef, *FUNCTIONS))
            yield f"{module}.{node.name}", node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if needs_one(inner) and not any(_is_overload(one) for one in getattr(inner, "decorator_list", ())):
                    assert isinstance(inner, (ast.ClassDef, *FUNCTIONS))
                    yield f"{module}.{node.name}.{inner.name}", inner


def _is_overload(decorator: ast.expr) -> bool:
    """Tell a property's setter, which its getter has said everything about."""
    return isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter")


def stems(text: str) -> set[str]:
    """Return the words of a name or sentence without endings and fillers: "notes_of" and "Return the note." agree."""
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ").replace(".", " ").lower()
    words = set(re.findall(r"[a-z]{2,}", spelled)) - FILLERS
    return {re.sub(r"(?:ies|es|s|ing|ed|e|y)$", "", word) or word for word in words}


def only_repeats(name: str, docstring: str) -> bool:
    """Tell whether a docstring has no word beyond those of the dotted name that it stands under."""
    own = ".".join(name.split(".")[-2:])
    return stems(docstring.partition("Raises ")[0]) <= stems(own)


def looked_at() -> list[str]:
    return sorted(module for module in modules())


@pytest.mark.parametrize(
    ("name", "docstring"),
    [
        ("cycleproject.cluster.debian.nginx", "Return nginx."),
        ("accounts.couple.retention.own_retention", "Return one's own retention."),
        ("sessions.live.room.Room.show", "Show the room."),
        ("accounts.couple.invitations.withdraw", "Withdraw an invitation."),
    ],
)
def test_it_finds_a_docstring_that_repeats_its_name(name: str, docstring: str) -> None:
    assert only_repeats(name, docstring)
    assert not only_repeats(name, "Return the couples that somebody may host now.")


def test_it_finds_what_has_no_docstring() -> None:
    source = (
        "def shown():\n    pass\n\nclass One:\n    def get(self):\n        pass\n    def _own(self):\n        pass\n"
    )
    found = [name for name, node in documented(ast.parse(source), "m") if ast.get_docstring(node) is None]
    assert found == ["m", "m.shown", "m.One"]


@pytest.mark.parametrize("module", looked_at())
def test_everything_public_says_what_it_is_for(module: str) -> None:
    missing, repeating = [], []
    for name, node in documented(tree_of(module), module):
        docstring = ast.get_docstring(node)
        if docstring is None:
            missing.append(name)
        elif not isinstance(node, ast.Module) and only_repeats(name, docstring):
            repeating.append(f"{name}: {docstring}")
    assert missing == []
    assert repeating == []


def test_every_folder_says_who_lives_there_and_who_may_call() -> None:
    for module, path in modules().items():
        if path.name == "__init__.py" and "." in module:
            assert len((ast.get_docstring(tree_of(module)) or "").split()) >= 5, module
