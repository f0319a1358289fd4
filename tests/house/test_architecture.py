"""Who may know of what, read from the code itself: who reads and writes rows, who opens a seal, what leaves."""

import ast
from functools import cache

from tests.house.rooms import (
    imports_of,
    modules,
    room_of,
    tree_of,
)

# Of a live check-in there are two writers; whoever else writes, writes what no command touches.
LIVE_WRITERS = {"store.transaction", "store.save", "store.system_changes"}
OTHER_WRITERS = {
    "joining.codes",
    "joining.openings",
    "joining.seats",
    "live.favourites",
    "live.presence",
    "privacy.erasure",
    "history.own.look_back",
    "hosting.display",
    "privacy.expiry",
    "privacy.leftovers",
    "privacy.misdated",
    "management.commands.rotate_field_keys",
}
WRITERS = LIVE_WRITERS | OTHER_WRITERS
READERS = {
    "store.load",
    "store.rows",
    "store.pulses",
    "store.earlier",
    "store.host_access",
    "store.notices",
    "store.openings",
    "joining.start",
    "joining.join",
    "joining.appointments",
    "joining.rhythm_card",
    "hosting.host_rights",
    "hosting.hosted_notes",
    "hosting.roster",
    "hosting.suggested_openings",
    "history.countable",
    "history.readable",
    "history.rounds",
    "history.own.marks",
    "privacy.export",
    "admin",
}
# These name the type of what they pass on, and nothing else of the models.
NAMES_THE_TYPE = {"home", "hosting.api", "hosting.views", "joining.views", "live.page"}

WRITING_METHODS = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
}
WRITING_STATEMENTS = {"raw_sql", "insert", "upsert", "update", "update_if", "delete"}
OPENS_SEALS = {"open_marks", "open_needs"}
MAKES_SEALS = {"seal_mark", "seal_need"}


@cache
def everything_under(module: str) -> frozenset[str]:
    """Return everything that a module imports, and everything that this imports."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imports_of(waiting.pop()) - found:
            found.add(name)
            if name in modules():
                waiting.append(name)
    return frozenset(found)


def importers_of(target: str) -> set[str]:
    """Return which of our modules import another one."""
    return {name for name in modules() if target in imports_of(name)}


def of_sessions(*names: str) -> set[str]:
    """Return full names of modules in sessions."""
    return {f"sessions.{name}" for name in names}


def names_imported(module: str, source: str) -> set[str]:
    """Return the names that a module takes from another."""
    nodes = (node for node in ast.walk(tree_of(module)) if isinstance(node, ast.ImportFrom) and node.module == source)
    return {alias.name for node in nodes for alias in node.names}


@cache
def mentions(module: str) -> frozenset[str]:
    """Return every name and attribute in a module's code."""
    nodes = list(ast.walk(tree_of(module)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(names | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def users_of(*names: str) -> set[str]:
    """Return which of our modules mention one of these names."""
    return {module for module in modules() if mentions(module) & {*names}}


# The eyes of these tests.


def test_it_sees_writing_however_it_is_written() -> None:
    for text in (
        "seat.save()",
        "Mark.objects.create(seal=b'')",
        "Mark.objects.filter(id=1).update(seal=None)",
        "live_session.seats.update(seen_at=None)",
        "round.marks.all().delete()",
        "models.Mark.objects.bulk_create([])",
        "statements.insert(mark)",
    ):
        assert writes_in(ast.parse(text)), text
    for text in ("schemas.update(named)", "self.state = replace(state)", "listeners.discard(one)"):
        assert not writes_in(ast.parse(text)), text


# The database.


def test_only_readers_and_writers_know_the_models() -> None:
    for tables in ("sessions.models.check_ins", "sessions.models.rounds"):
        assert importers_of(tables) <= {"sessions.models", "sessions.models.rounds"}, (
            "all others import sessions.models"
        )
    assert importers_of("sessions.models") <= of_sessions(*WRITERS, *READERS, *NAMES_THE_TYPE)
    for name in NAMES_THE_TYPE & {name.removeprefix("sessions.") for name in importers_of("sessions.models")}:
        assert names_imported(f"sessions.{name}", "sessions.models") == {"LiveSession"}, name


def test_a_socket_never_sees_the_database() -> None:
    for name in ("live.consumer", "live.room", "live.rooms", "store.broadcast"):
        module = f"sessions.{name}"
        assert "sessions.models" not in imports_of(module)
        assert names_imported(module, "django.db") <= {"Error", "transaction"}, name
        assert "objects" not in mentions(module), name
    assert {room_of(module) for module in imports_of("sessions.live.consumer") if module in modules()} <= {
        "live",
        "store",
        "checkin",
        "words",
        "database",
        "guard",
    }


def writes_in(tree: ast.AST) -> list[int]:
    """Return the lines that write rows: a writing method, or ``update`` on what comes from a manager or a query."""
    lines = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver = {part.attr for part in ast.walk(node.func.value) if isinstance(part, ast.Attribute)}
        by_statement = isinstance(node.func.value, ast.Name) and node.func.value.id == "statements"
        queried = receiver & {"objects", "filter", "exclude", "all", "seats", "rounds", "marks", "parts", "steps"}
        writing = WRITING_STATEMENTS if by_statement else WRITING_METHODS
        if node.func.attr in writing or (node.func.attr == "update" and queried):
            lines.append(node.lineno)
    return lines


def test_only_the_writers_write() -> None:
    hand_out_rows = of_sessions("models", "store.load", "store.transaction", "joining.seats", "joining.join")
    for module in modules():
        if imports_of(module) & hand_out_rows and module.removeprefix("sessions.") not in WRITERS:
            assert writes_in(tree_of(module)) == [], module
    # What ``execute`` sends, ``save`` has gathered.
    for name in WRITERS - {"store.transaction", "management.commands.rotate_field_keys"}:
        assert writes_in(tree_of(f"sessions.{name}")), f"{name} writes nothing and need not be named here"


def raises_a_version(tree: ast.AST) -> bool:
    """Tell whether a module raises the version of a live check-in, in Python or in the database."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute) and node.target.attr == "version":
            return True
        if isinstance(node, ast.Call) and any(keyword.arg == "version" for keyword in node.keywords):
            written = next(keyword.value for keyword in node.keywords if keyword.arg == "version")
            if isinstance(written, ast.BinOp):
                return True
    return False


def test_a_live_check_in_has_two_writers_and_no_other_raises_its_version() -> None:
    raising = {module for module in modules() if module.startswith("sessions.") and raises_a_version(tree_of(module))}
    assert raising == of_sessions("store.save", "store.system_changes")


def test_one_road_leads_from_a_command_to_a_row() -> None:
    assert importers_of("cycleproject.database.statements") == {
        "accounts.logins",
        "accounts.notices.outbox",
    } | of_sessions("store.execute", "store.transaction", "live.presence", "store.pulses", "store.rows", "store.save")
    assert importers_of("sessions.store.save") == of_sessions("store.transaction")
    assert {module for module in modules() if "sessions.checkin.rules" in imports_of(module)} <= of_sessions(
        "store.transaction", "checkin.snapshot", "contract.examples"
    )
    assert importers_of("sessions.checkin.reveal") == of_sessions(
        "checkin.rules", "checkin.exchange_rules", "store.transaction", "contract.examples", "sample.round"
    )
    # What is tried alone is opened by the same rule, and written nowhere.
    assert not any(
        name.startswith(("sessions.store", "sessions.models")) for name in imports_of("sessions.sample.round")
    )
    assert users_of("classify") == of_sessions("checkin.reveal")
    assert users_of("decide") <= of_sessions(
        "checkin.rules", "store.transaction", "store.submission", "contract.examples"
    )


def test_what_was_revealed_has_one_loader() -> None:
    """A second one would have its own part of the rules: parted, past its time, erased, renamed, consent."""
    assert users_of("opened_mark") == of_sessions("store.load", "history.readable", "history.own.marks")
    assert users_of("rounds_of") == of_sessions(
        "history.readable",
        "history.rounds",
        "history.countable",
        "history.own.marks",
        "privacy.retention_views",
    )
    # Who reads is said in one place, and since when by one rule.
    assert users_of("wordless", "leaves_words") & {m for m in modules() if m.startswith("sessions.")} == of_sessions(
        "history.readers",
        "history.readable",
        "history.views",
        "hosting.summary",
        "privacy.export",
        "privacy.retention_views",
    )
    assert users_of("kept_since_of") == of_sessions("store.load")


# Sealing.


def test_only_sealing_encrypts_and_decrypts_for_live_sessions() -> None:
    rotation = "management.commands.rotate_field_keys"
    users = importers_of("cycleproject.encryption")
    binding = of_sessions("store.save", "privacy.erasure")
    ours = of_sessions("store.sealing", "models.rounds", rotation) | binding
    assert {name for name in users if name.startswith("sessions.")} == ours
    # What these write to single columns is bound to its row first.
    assert all(names_imported(name, "cycleproject.encryption") == {"bound_columns"} for name in binding)
    fields = {"EncryptedJSONField", "EncryptedTextField"}
    assert names_imported("sessions.models.rounds", "cycleproject.encryption") == fields
    # Accounts keep the secrets of second factors, and the key check words of its own; whoever else encrypts anything
    # does it through a field.
    known = {"accounts.login.adapter", "accounts.login.second_secrets", "cycleproject.key_check"}
    known |= of_sessions("store.sealing")
    assert users & users_of("encrypt", "decrypt") == known


def test_seals_are_made_and_opened_where_rows_are_stored() -> None:
    assert users_of(*OPENS_SEALS) == of_sessions("store.save")
    assert users_of(*MAKES_SEALS) == of_sessions("store.save")
    assert importers_of("sessions.store.sealing") <= of_sessions(
        "store.save", "store.execute", "store.openings", "management.commands.rotate_field_keys"
    )
    for name in ("execute", "openings"):
        assert names_imported(f"sessions.store.{name}", "sessions.store.sealing") == {"CannotOpenSeal"}


# What leaves.


def test_nothing_but_the_projection_is_sent() -> None:
    assert users_of("snapshot_for") <= of_sessions("checkin.snapshot", "live.room", "live.api", "contract.examples")
    assert users_of("group_send") == {"sessions.store.broadcast", "cycleproject.serving.health"}, (
        "health asks with a group of nobody's"
    )
    for name in ("live.room", "live.rooms", "live.consumer"):
        contents = {"marks", "reveal", "round", "exchange", "needs", "details", "seal"}
        assert not contents & mentions(f"sessions.{name}"), name
