"""What documents say and the code can contradict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db.backends.postgresql.features import DatabaseFeatures

from practice import floors, health

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
FRAMES = (ROOT / "docs/frames.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
FLOORS = {"practice", "consent", "messaging", "scheduling"}
LISTS = [name for name in vars(floors) if name.isupper()]


def test_operations_names_the_oldest_postgresql_that_works():
    [oldest] = re.findall(r"PostgreSQL \((\d+) or newer\)", OPERATIONS)

    assert (int(oldest),) == DatabaseFeatures.minimum_database_version


@pytest.mark.django_db
def test_operations_says_of_every_line_of_health_when_it_is_unwell(now):
    told = re.findall(r"^\| ([^|]+) \| ", OPERATIONS, re.MULTILINE)

    assert [line.name for line in health.report(now=now) if line.name not in told] == []


def test_every_command_stands_in_a_document():
    words = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    ours = [name for name, app in get_commands().items() if app in FLOORS]

    untold = [
        name for name in ours if not re.search(rf"(manage\.py|make) {name}", words)
    ]

    # Behind `make messages`.
    assert untold == ["makemessages"]


@pytest.mark.parametrize("name", LISTS)
def test_the_example_of_a_list_is_in_it(name):
    [example] = re.findall(rf"^\| `{name}` \|.*\| (.*) \|$", FRAMES, re.MULTILINE)
    entries = getattr(floors, name)

    assert not entries or example.strip("`") in entries
