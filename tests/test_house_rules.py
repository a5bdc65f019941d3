"""Rules of the house that no other tool checks, read from the source itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from practice.models import Recorded
from tests import sources
from tests.sources import FLOORS, ROOT, imports_of, module_of, name_of

LONGEST_FILE, LONGEST_FUNCTION = 400, 40
FRAMES = [
    *("NAVIGATION", "TODAY", "TIMELINE", "PATIENT_PANELS", "SEEDS", "SETUP_STEPS"),
    *("HEALTH", "MEASURES", "PERSONAL_DATA", "LINK_PURPOSES", "CHORES", "GUARDS"),
    *("ENGINES", "INBOUND_HANDLERS", "CONTACT_FACTS", "SEND_CHECKS"),
    *("PLANNED_MESSAGES", "AUDIENCES", "CAMPAIGN_EVENTS", "CAMPAIGN_OUTCOMES"),
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


def test_functions_are_short():
    long = [
        f"{module_of(path)}.{node.name}: {_length(node)} lines"
        for path in ALL_CODE
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.FunctionDef) and _length(node) > LONGEST_FUNCTION
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
        for node in ast.walk(sources.tree(path))
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
    return [node for node in ast.walk(sources.tree(path)) if isinstance(node, ast.Call)]


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
