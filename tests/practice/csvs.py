"""Files of invented patients, as another system would write them.

`make` plants problems of which it says the lines; nothing in it is random.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cast import AREAS

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = [
    *("Patient ID", "First Name", "Last Name", "DOB", "Cell Phone", "Home Phone"),
    *("Email", "Address 1", "City", "State", "Zip"),
    *("Emergency Contact", "Emergency Contact Relationship", "Emergency Contact Phone"),
]
GIVEN = ["Ada", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jo"]
FAMILY = ["Ames", "Brook", "Chen", "Diaz", "Flores", "Grün", "Hale", "Ito", "Kaya"]
# What is wrong with a planted row, by the column that it is put into.
FLAWS = {
    "First Name": "",
    "DOB": "31/31/1985",
    "Cell Phone": "911",
    "Email": "nobody at all",
    "Home Phone": "(212) 555",
    "Emergency Contact Relationship": "Familiar of the house",
}


@dataclass(frozen=True)
class Planted:
    """A file, and the lines of its rows that have a problem."""

    data: bytes
    bad_lines: Sequence[int]


def make(rows: int, *, bad: int = 0) -> Planted:
    """A file of so many rows, of which so many are wrong, evenly spread."""
    people = [_person(n) for n in range(rows)]
    lines = [2 + n * rows // bad for n in range(bad)]
    for turn, line in enumerate(lines):
        column = list(FLAWS)[turn % len(FLAWS)]
        people[line - 2][column] = FLAWS[column]
    return Planted(written(people), lines)


def written(people: Sequence[dict[str, str]], heads: Sequence[str] = HEADS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="")
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode()


def _person(n: int) -> dict[str, str]:
    given, family = GIVEN[n % len(GIVEN)], FAMILY[n // len(GIVEN) % len(FAMILY)]
    return {
        "Patient ID": f"A{n:06}",
        "First Name": given,
        "Last Name": f"{family}{_letters(n)}",
        "DOB": f"{n % 12 + 1}/{n % 28 + 1}/{1930 + n % 90}",
        "Cell Phone": _phone(n, 2),
        "Home Phone": _phone(n, 3) if n % 3 == 0 else "",
        "Email": f"person{n}@example.test",
        "Address 1": f"{n} Linden Street",
        "City": "New York",
        "State": "NY",
        "Zip": "10001",
        "Emergency Contact": f"Kin {family}{_letters(n)}" if n % 2 else "",
        "Emergency Contact Relationship": "Mother" if n % 2 else "",
        "Emergency Contact Phone": _phone(n, 4) if n % 2 else "",
    }


def _letters(n: int) -> str:
    """A number as letters, so that every family has a name of its own."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))


def _phone(n: int, exchange: int) -> str:
    area = AREAS[n // 10_000 % len(AREAS)]
    return f"({area}) {exchange}55-{n % 10_000:04}"
