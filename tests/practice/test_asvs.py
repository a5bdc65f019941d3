"""docs/asvs.csv: each item of the standard with how it is met, and by which test."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ITEMS = 191  # of levels 1 and 2 that apply here
ANSWERS = {"yes", "partly", "no", "operator"}


def read():
    with (ROOT / "docs" / "asvs.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_there(node):
    """Whether a test exists: its file, and a function of its name in it."""
    place, _colons, name = node.partition("::")
    file = ROOT / place
    words = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.search(rf"^def {re.escape(name)}\(", words, re.MULTILINE) is not None


def faults(row):
    """What is wrong with an item, as sentences."""
    if row["met"] not in ANSWERS:
        yield "says neither yes nor no"
    if not (row["what"] and row["how"]):
        yield "does not say what and how"
    if not (row["tests"] or row["why"]):
        yield "has neither a test nor a reason"
    if row["met"] != "yes" and not row["why"]:
        yield "is not met, without a reason"
    yield from (f"names {one}" for one in row["tests"].split() if not is_there(one))


def test_every_item_that_applies_is_there_once():
    ids = [row["id"] for row in read()]

    assert len(set(ids)) == len(ids) == ITEMS


def test_every_item_has_a_test_that_exists_or_a_reason():
    wrong = {row["id"]: said for row in read() if (said := [*faults(row)])}

    assert wrong == {}


GOOD = {"met": "yes", "what": "a", "how": "b", "tests": "", "why": "c"}


@pytest.mark.parametrize(
    "change",
    [
        *({"met": "perhaps"}, {"how": ""}, {"why": ""}, {"met": "no", "why": ""}),
        *({"tests": "tests/nowhere.py::test_it"}, {"tests": f"{__name__}::test_it"}),
    ],
)
def test_an_item_without_either_is_found(change):
    assert [*faults(GOOD)] == []
    assert [*faults(GOOD | change)]
