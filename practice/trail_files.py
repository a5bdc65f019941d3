"""The trail as a file for a spreadsheet: what changed by its columns, people by number.

Nobody's name and no value is in it: who needs them reads the line on its page. What
somebody typed as a reason is in it only if that chart opens to whoever asks.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from practice import differences, telling, trail_lines, trail_search, zones
from practice.models import Patient, Practice, TrailPatient
from practice.trail import note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from practice.models import Recorded, StaffMember, TrailEntry
    from practice.trail_lines import Reader
    from practice.trail_search import Wish

MOST = 100_000  # lines in one file
LONGEST_REASON = 400
MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# What a spreadsheet would take for a formula, also in other widths of the sign.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def leave_note(wish: Wish, *, asked: str, count: int, by: StaffMember) -> None:
    """Write down that the trail leaves the house, and which part of it."""
    about: Recorded = Practice.objects.get()
    if len(wish.patient_ids) == 1:  # unless it was erased
        about = Patient.objects.filter(pk=wish.patient_ids[0]).first() or about
    words = _("%(count)d lines; asked for: %(asked)s") % {
        "count": count,
        "asked": asked or _("everything"),
    }
    note(by=by, kind="trail.exported", about=about, reason=words[:LONGEST_REASON])


def rows(wish: Wish, *, reader: Reader, most: int = MOST) -> Iterator[str]:
    """The file, piece by piece: never more than a chunk of it in memory."""
    writer: Any = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    zone = reader.zone
    yield MARK + writer.writerow(map(str, _heads(zone)))
    for lines in trail_search.in_chunks(wish, most=most):
        changed = differences.of_lines(lines, zone=zone)
        named, why = _named(lines), trail_lines.reasons(lines, reader)
        for line in lines:
            said = (why.get(line.pk, ""), changed.get(line.pk, ()))
            cells = _cells(line, said, named[line.pk], zone)
            yield writer.writerow(map(safe, cells))


def safe(value: object) -> str:
    """A cell that no spreadsheet runs: formulas get a quote in front."""
    text = " ".join(str("" if value is None else value).replace("\0", "").split())
    return f"'{text}" if text.startswith(FORMULA) else text


def _heads(zone: str) -> Sequence[str]:
    return [
        _("Line"),
        _("Time (UTC)"),
        _("Time (%(zone)s)") % {"zone": zones.spoken(zone)},
        _("Who"),
        _("Staff number"),
        _("What"),
        _("Kind"),
        _("Why"),
        _("Patient numbers"),
        _("Record"),
        _("Record number"),
        _("Columns that changed"),
        _("Part of line"),
    ]


def _cells(
    line: TrailEntry,
    said: tuple[str, Sequence[differences.Difference]],
    patients: Sequence[int],
    zone: str,
) -> Sequence[object]:
    reason, changed = said
    is_look = telling.is_look(line.kind)
    return [
        line.pk,
        line.at.isoformat(timespec="milliseconds"),
        zones.moment(line.at, zone),
        line.actor,
        line.actor_id,
        telling.title_of(line.kind),
        line.kind,
        telling.purpose_of(line.reason) if is_look else reason,
        " ".join(map(str, patients)),
        telling.record_words(line.record),
        line.record_id,
        ", ".join(one.name for one in changed if one.name),
        line.part_of_id,
    ]


def _named(lines: Sequence[TrailEntry]) -> Mapping[int, Sequence[int]]:
    """The patients of each line, by number."""
    found: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        if line.patient_id:
            found[line.pk].append(line.patient_id)
    keys = [line.pk for line in lines if line.patient_id is None]
    rows = TrailPatient.objects.filter(entry_id__in=keys).order_by("patient_id")
    for entry_id, patient_id in rows.values_list("entry_id", "patient_id"):
        found[entry_id].append(patient_id)
    return found
