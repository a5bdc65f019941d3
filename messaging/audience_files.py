"""A file of chart numbers: read row by row, and what is wrong is said of its line.

Read with the reader of imports (practice.sheets), which takes what other programs
call a CSV, and refuses what is none. The first column with a known head counts, else
the only one there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from messaging.audiences import MOST
from practice import sheets
from practice.models import Patient
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from practice.models import StaffMember
    from practice.sheets import Record

HEADS = {"chart", "chart number", "number", "id", "patient id", "patient number"}
LONGEST_NUMBER = 18  # digits
TOLD = 20  # problems, of which people read the first ones


class BadFile(NotPossible):
    """Not every line of the file is a chart; the words say which lines."""

    field = "file"


@dataclass(frozen=True, slots=True)
class Found:
    """The charts that a file names, those that stand for them, and its problems."""

    numbers: Sequence[int]
    problems: Sequence[str]


def read(data: bytes, *, staff: StaffMember) -> Found:
    """The charts of a file that somebody may change. Raises sheets.NoSheet, BadFile."""
    sheet = sheets.read(data, columns=1)
    column = _column(sheet.head)
    cells = [(one, _cell(one, column)) for one in sheet.records]
    wanted = {int(cell) for _one, cell in cells if _is_number(cell)}
    heads = _heads(wanted, staff)
    problems = [why for one, cell in cells if (why := _wrong(one, cell, heads))]
    numbers = sorted({heads[int(cell)] for _one, cell in cells if _known(cell, heads)})
    if len(numbers) > MOST:
        words = _("This file names more than %(most)s charts. Divide it.")
        raise BadFile(words % {"most": f"{MOST:,}"})
    if len(problems) > TOLD:
        more = _("And %(n)s more lines like these.") % {"n": len(problems) - TOLD}
        problems = [*problems[:TOLD], more]
    return Found(numbers, problems)


def _column(head: Sequence[str]) -> int:
    """Which column has the numbers; a file without heads begins with one."""
    plain = [one.strip().lower().replace("_", " ") for one in head]
    for place, one in enumerate(plain):
        if one in HEADS:
            return place
    if len(plain) == 1 and not _is_number(plain[0]):
        return 0
    raise BadFile(
        _("Name the column of chart numbers “chart number”, in the first line.")
    )


def _heads(wanted: set[int], staff: StaffMember) -> Mapping[int, int]:
    """Whom each number stands for now, of charts that somebody may change."""
    rows = Patient.objects.filter(pk__in=wanted).values_list("pk", "merged_into")
    heads = {pk: head or pk for pk, head in rows}
    usual = Patient.objects.usual_to(staff).filter(pk__in=set(heads.values()))
    open_to = set(usual.order_by().values_list("pk", flat=True))
    return {pk: head for pk, head in heads.items() if head in open_to}


def _wrong(one: Record, cell: str, heads: Mapping[int, int]) -> str:
    said = {"line": one.line, "cell": cell[:20]}
    if one.flaw:
        return _("Line %(line)s: %(flaw)s") % {"line": one.line, "flaw": one.flaw}
    if not _is_number(cell):
        return _("Line %(line)s: “%(cell)s” is no chart number.") % said
    if not _known(cell, heads):
        return _("Line %(line)s: no chart of yours has the number %(cell)s.") % said
    return ""


def _cell(one: Record, column: int) -> str:
    return one.cells[column].strip() if column < len(one.cells) else ""


def _known(cell: str, heads: Mapping[int, int]) -> bool:
    return _is_number(cell) and int(cell) in heads


def _is_number(cell: str) -> bool:
    is_digits = cell.isascii() and cell.isdecimal()
    return is_digits and len(cell) <= LONGEST_NUMBER
