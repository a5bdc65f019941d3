"""Rules of the house that no other tool checks, read from the source itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.migrations import DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.utils.module_loading import import_string

from practice.models import Recorded
from tests import sources
from tests.sources import FLOORS, ROOT, imports_of, module_of, name_of

LONGEST_FILE, LONGEST_FUNCTION = 400, 40
FRAMES = [
    *("NAVIGATION", "TODAY", "TIMELINE", "PATIENT_PANELS", "SEEDS", "SETUP_STEPS"),
    *(
        "HEALTH",
        "MEASURES",
        "PERSONAL_DATA",
        "SHARED_WORDS",
        "LINK_PURPOSES",
        "CHORES",
        "GUARDS",
    ),
    *("TRAIL_WORDS", "ANNOUNCED", "STATE_MOVES", "MOVABLE", "MOOT_AFTER_DEATH"),
    *("DAY_SHEET", "PAPER_ENTRIES"),
    *("CONTACT_TAKEN", "CONTACT_MOVED", "CONTACT_LINES", "CONTACT_STOPS"),
    *("ENGINES", "INBOUND_HANDLERS", "CONTACT_FACTS", "SEND_CHECKS"),
    *("PROMPT", "CATCH_UP"),
    *("PLANNED_MESSAGES", "AUDIENCES", "CAMPAIGN_EVENTS", "CAMPAIGN_OUTCOMES"),
    "CAMPAIGN_CLOSURES",
]
VAGUE = {"utils", "helpers", "common", "core", "services", "misc", "lib"}

# Modules that speak HTTP; everything else answers anybody: page, task or command.
WEB = re.compile(
    r"practice\.(settings|urls\w*|wsgi|gate|web|sessions|context|toasts|navigation"
    r"|signing_in|admin\w*)|\w+\.(views|forms|urls|templatetags|management)\b.*"
)
# What the clock or a person starts asks the time and hands it down as `now`.
TELLS_TIME = re.compile(r"\w+\.(clock|tasks|views|management|templatetags)\b.*")

WRITES = {"save", "create", "bulk_create", "bulk_update", "delete", "get_or_create"}
WRITES |= {"update_or_create", "bulk_create_with_history", "update"}
RECORDS = {model.__name__ for model in Recorded.__subclasses__()}
# The trail writes records; the others save rows the machine keeps about itself.
WRITERS = {"practice.trail", "practice.chores", "practice.submissions", "practice.pins"}
WRITERS |= {"practice.signing_in", "practice.settings"}

# What answers a record as it is now, locked until the transaction ends.
LOCKS = {"locked", "_locked", "_held", "head", "begin", "take_back"}
LOCKS |= {"select_for_update", "lock_visit"}
# These are handed a record that their caller locked.
HANDED_LOCKED = {"practice.moves.settle", "practice.merging._keep_if_changed"}
HANDED_LOCKED |= {"practice.trail.keep", "practice.trail._write"}
HANDED_LOCKED |= {"practice.import_work._hold_back"}
HANDED_LOCKED |= {"scheduling.booking.keep_visit", "scheduling.visits._change"}
HANDED_LOCKED |= {"scheduling.booking._tell_moved"}
HANDED_LOCKED |= {"scheduling.catalogue._change"}
HANDED_LOCKED |= {
    f"scheduling.undoing._put_{one}_back" for one in ("attendee", "visit")
}

CODE = sources.python_files(*FLOORS)
ALL_CODE = sources.python_files(*FLOORS, "tests", "bench")


def test_a_floor_imports_only_floors_below():
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in CODE
        for name in imports_of(path)
        if name.split(".")[0] in FLOORS[: FLOORS.index(module_of(path).split(".")[0])]
    ]

    assert not wrong


def test_only_web_modules_speak_http():
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in CODE
        for name in imports_of(path)
        if name.startswith("django.http.") and not WEB.fullmatch(module_of(path))
    ]

    assert not wrong


def test_the_time_is_an_argument_below_views_and_tasks():
    wrong = [
        f"{module_of(path)}:{call.lineno} asks for the time"
        for path in CODE
        for call in _calls(path)
        if ast.unparse(call.func) == "clock.now"
        and not TELLS_TIME.fullmatch(module_of(path))
    ]

    assert not wrong


def test_records_are_written_through_the_trail_only():
    wrong = [
        f"{module_of(path)}:{call.lineno} {ast.unparse(call)}"
        for path in CODE
        for call in _calls(path)
        if _is_write(call) and module_of(path) not in WRITERS
    ]

    assert not wrong


def test_who_changes_a_record_changes_it_as_it_is_now():
    wrong = [
        f"{module_of(path)}.{action.name} keeps {name} as it was read earlier"
        for path in CODE
        for action in _functions(path)
        if f"{module_of(path)}.{action.name}" not in HANDED_LOCKED
        for name in sorted(_kept_arguments(action) - _locked_names(action))
    ]

    assert not wrong


def test_functions_are_short():
    long = [
        f"{module_of(path)}.{node.name}: {_length(node)} lines"
        for path in ALL_CODE
        for node in _functions(path)
        if _length(node) > LONGEST_FUNCTION
    ]

    assert not long


def test_files_are_short():
    lengths = {path: len(path.read_text().splitlines()) for path in ALL_CODE}

    long = [name_of(path) for path, lines in lengths.items() if lines >= LONGEST_FILE]
    assert not long


def test_modules_are_named_for_their_subjects():
    vague = [name for name in map(module_of, ALL_CODE) if VAGUE & set(name.split("."))]

    assert not vague


def test_no_test_is_skipped_or_expected_to_fail():
    ways_out = {"skip", "skipif", "importorskip", "xfail"}

    found = [
        f"{module_of(path)}:{node.lineno} {ast.unparse(node)}"
        for path in sources.python_files("tests")
        for node in sources.nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in ways_out
        and ast.unparse(node.value) in ("pytest", "pytest.mark")
    ]
    assert not found


@pytest.mark.parametrize("frame", FRAMES)
def test_what_floors_contribute_is_named_in_the_settings(frame):
    for dotted_path in getattr(settings, frame):
        assert import_string(dotted_path) is not None


def test_each_list_of_contributions_is_documented():
    words = (ROOT / "docs/frames.md").read_text()

    undocumented = [name for name in FRAMES if not re.search(rf"\b{name}\b", words)]
    assert not undocumented


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("floor", FLOORS)
def test_migrations_stand_in_one_line(floor):
    found = sorted((ROOT / floor / "migrations").glob("[0-9]*.py"))

    numbers = [int(path.name[:4]) for path in found]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_migration_takes_from_a_history_what_was_sealed():
    loader = MigrationLoader(None)

    found = {
        str(migration): operation.describe()
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if _takes_history(operation)
    }

    assert not found


@pytest.mark.parametrize(
    ("operation", "takes"),
    [
        (RemoveField("HistoricalPatientAlert", "text"), True),
        (RenameField("historicalpatientalert", "text", "words"), True),
        (RenameModel("HistoricalPatientAlert", "HistoricalAlert"), True),
        (DeleteModel("HistoricalPatientAlert"), True),
        (RemoveField("Heartbeat", "name"), False),
    ],
)
def test_what_takes_sealed_columns_is_known(operation, takes):
    assert _takes_history(operation) is takes


def test_no_file_names_the_machine_it_was_written_on():
    # Spelt in parts, so that this file passes its own test.
    places = ["/wo" + "rk/", "/op" + "t/", "/ro" + "ot/"]
    places += ["find-" + "links", "index-" + "url"]

    found = [
        f"{name_of(path)}: {place}"
        for path in sources.text_files()
        for place in places
        if place in path.read_text()
    ]
    assert not found


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in sources.nodes(path) if isinstance(node, ast.Call)]


def _functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in sources.nodes(path) if isinstance(node, ast.FunctionDef)]


def _kept_arguments(action: ast.FunctionDef) -> set[str]:
    """The arguments that a function keeps, themselves or through another function.

    What is built anew from arguments is a record of its own.
    """
    arguments = {arg.arg for arg in [*action.args.args, *action.args.kwonlyargs]}
    kept = [
        call.args[0]
        for call in ast.walk(action)
        if isinstance(call, ast.Call) and call.args and _name(call) == "keep"
    ]
    return arguments & {name for record in kept for name in _names_in(record)}


def _names_in(record: ast.expr) -> set[str]:
    if isinstance(record, ast.Call) and _name(record)[:1].isupper():
        return set()
    return {node.id for node in ast.walk(record) if isinstance(node, ast.Name)}


def _locked_names(action: ast.FunctionDef) -> set[str]:
    """The names that a function gives to what it locked, or to a part of that."""
    found: set[str] = set()
    nodes = [node for node in ast.walk(action) if isinstance(node, ast.Assign)]
    for node in sorted(nodes, key=lambda node: node.lineno):
        if _locks(node.value) or _names_in(node.value) & found:
            found |= {name for place in node.targets for name in _bound_in(place)}
    return found


def _locks(value: ast.expr) -> bool:
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    return any(_name(call) in LOCKS for call in calls)


def _bound_in(place: ast.expr) -> set[str]:
    """The names that an assignment binds; an attribute's owner stays what it was."""
    parts = place.elts if isinstance(place, ast.Tuple) else [place]
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _takes_history(operation: Operation) -> bool:
    """Whether lines that were sealed could no longer be proved after a migration."""
    if not isinstance(operation, RemoveField | RenameField | RenameModel | DeleteModel):
        return False
    names = vars(operation)
    table = str(names.get("model_name") or names.get("old_name") or names["name"])
    return table.lower().startswith(("historical", "trail", "seal", "shape", "erasure"))


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).split(".")[-1]


def _is_write(call: ast.Call) -> bool:
    """Whether a call may write a record.

    `update` of a plain dict or digest does not, nor does anything done to
    sessions or through the name of a model that is no record.
    """
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    receiver = call.func.value
    if call.func.attr == "update" and isinstance(receiver, ast.Name | ast.Subscript):
        return False
    root = ast.unparse(receiver).split(".")[0]
    is_machine_model = root[:1].isupper() and root not in RECORDS
    return not is_machine_model and "session" not in ast.unparse(receiver)


def _length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
