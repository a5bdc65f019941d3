"""What a history row changed: each column that differs, its old and its new value.

A line of the trail points to its history row; what stood there before is the row
before it. So many questions for each model among the lines, however many lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Max, OuterRef, Subquery
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from practice import zones
from practice.locations import span_words
from practice.models import (
    Absence,
    Caregiver,
    CareTeamMember,
    Closure,
    ContactPoint,
    DutyHours,
    HomeLocation,
    Import,
    Location,
    LocationHours,
    OnCallShift,
    Recorded,
    StaffLocation,
    StaffMember,
    Weekday,
)
from practice.models.contacts import phone_text
from practice.proofs import models_by_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from practice.models import TrailEntry

# Rows that are added and ended whole: told by what they are, not by their columns.
AT_PLACES = (StaffLocation, HomeLocation)
WHOLE = (DutyHours, LocationHours, Closure, Absence, OnCallShift, *AT_PLACES)
# Columns that say nothing to a reader, or must not: the traces of secrets.
SILENT = {"id", "patient", "is_active", "is_withdrawn", "is_current", "once_key"}
SILENT |= {"closed_at", "closed_by", "done_at", "done_by"}  # the line says so
SILENT |= {"announced_at", "not_before", "shown_at", "status_at"}  # so does when
SILENT |= {"uploaded_at", "uploaded_by", "confirmed_at", "confirmed_by"}
SILENT |= {"undone_at", "undone_by"}
SILENT |= {"ended_at", "ids", "is_shown", "shown_after", "is_cleared"}
SILENT |= {"digest", "token_digest", "subject_id", "subject_version", "path"}
LAST = {"arrived_with"}  # where a record came from matters less than what it says
ENDED = (CareTeamMember, ContactPoint)  # what they were goes with their end
FIRST = "+"  # the history's mark of a row that was added
CODES = {"kind", "purpose"}
# Whom or what a column points to is told by a name, where it has one.
NAMED: Mapping[type[models.Model], str] = {
    StaffMember: "name",
    Location: "name",
    Caregiver: "name",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One column before and after; empty where there was, or is, nothing."""

    name: str
    old: str
    new: str
    is_private: bool = False  # it may say who a patient is

    def __str__(self) -> str:
        if not self.name:
            return self.old or self.new
        words = {"name": self.name, "old": self.old, "new": self.new}
        if not self.old:
            return _("%(name)s: %(new)s") % words
        if not self.new:
            return _("%(name)s: removed") % words
        return _("%(name)s: %(old)s, now %(new)s") % words


def of_lines(
    lines: Iterable[TrailEntry], *, zone: str, with_new: bool = True
) -> Mapping[int, Sequence[Difference]]:
    """What each line's history row changed, by the line's key.

    `with_new`: of a record that was added, too, every column that says something.
    """
    by_record: dict[str, dict[int, int]] = defaultdict(dict)
    for line in lines:
        if line.history_id and line.record in models_by_record():
            by_record[line.record][line.history_id] = line.pk
    pairs = _to_be_seen(
        {record: _pairs(record, keys) for record, keys in by_record.items()}
    )
    names = _names(row for found in pairs.values() for pair in found for row in pair)
    return {
        by_record[record][after.history_id]: _between(before, after, names, zone)
        for record, found in pairs.items()
        for before, after in found
        if with_new or before is not None or isinstance(after, _whole_histories())
    }


Pairs = list[tuple[Any, Any]]


def _to_be_seen(found: Mapping[str, Pairs]) -> Mapping[str, Pairs]:
    """Without the rows of what arrived with an import that is not shown."""
    rows = (after for pairs in found.values() for _before, after in pairs)
    arrived = {number for row in rows if (number := _import_of(row))}
    hidden: set[int | None] = set()
    if arrived:
        imports = Import.objects.filter(is_shown=False, pk__in=arrived)
        hidden = set(imports.order_by().values_list("pk", flat=True))
    return {
        record: [pair for pair in pairs if _import_of(pair[1]) not in hidden]
        for record, pairs in found.items()
    }


def _import_of(row: Any) -> int | None:
    number: int | None = getattr(row, "arrived_with_id", None)
    return number


def of_rows(rows: Sequence[Any], zone: str) -> list[tuple[Any, Sequence[Difference]]]:
    """What each of one model's history rows changed; the oldest of a record, nothing.

    Rows that come and go whole are told each.
    """
    names, last = _names(rows), dict[int, Any]()
    found = []
    for row in sorted(rows, key=lambda row: row.history_id):
        before = last.get(row.id)
        if before is not None or isinstance(row, _whole_histories()):
            found.append((row, _between(before, row, names, zone)))
        last[row.id] = row
    return found


def _pairs(record: str, history_ids: Iterable[int]) -> Pairs:
    """Each row with the one before it; None before the first."""
    rows: Any = models_by_record()[record].history.order_by()
    found = list(rows.filter(history_id__in=list(history_ids)))
    later = [row.history_id for row in found if row.history_type != FIRST]
    if not later:
        return [(None, row) for row in found]
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    last = earlier.values("id").annotate(last=Max("history_id")).values("last")
    keys = rows.filter(history_id__in=later).annotate(before=Subquery(last))
    known = rows.filter(history_id__in=keys.values("before"))
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(known, key=lambda row: row.history_id):
        by_record[row.id].append(row)
    return [(_before(row, by_record[row.id]), row) for row in found]


def _before(row: Any, earlier: Sequence[Any]) -> Any:
    """The last of some rows, oldest first, that came before a row."""
    older = [one for one in earlier if one.history_id < row.history_id]
    return older[-1] if older and row.history_type != FIRST else None


@cache
def _whole_histories() -> tuple[type[Any], ...]:
    return tuple(model.history.model for model in WHOLE)


def _between(before: Any, after: Any, names: Names, zone: str) -> Sequence[Difference]:
    """What differs between two rows; of a row that comes or goes, what it says."""
    if isinstance(after, _whole_histories()):
        words, is_gone = _whole(after, names, zone), _is_over(after)
        return [Difference("", words if is_gone else "", "" if is_gone else words)]
    if before is not None and _is_over(after) and not _is_over(before):
        return _all_of(after, names, zone, is_gone=True)
    if before is None or (_is_over(before) and not _is_over(after)):
        return _all_of(after, names, zone, is_gone=False)
    return [
        Difference(_label(field), old, new, is_private(field))
        for field in _fields_of(after)
        if (old := _shown(before, field, names, zone))
        != (new := _shown(after, field, names, zone))
    ]


def _all_of(
    row: Any, names: Names, zone: str, *, is_gone: bool
) -> Sequence[Difference]:
    """Every column that says more than what it says by default."""
    found = []
    for field in _fields_of(row):
        value = getattr(row, field.attname)
        is_usual = value is False or (
            field.has_default() and value == field.get_default()
        )
        words = "" if is_usual else _shown(row, field, names, zone)
        if words:
            old, new = (words, "") if is_gone else ("", words)
            found.append(Difference(_label(field), old, new, is_private(field)))
    return found


def _is_over(row: Any) -> bool:
    if type(row).instance_type in ENDED and row.ended_at is not None:
        return True
    is_current = getattr(row, "is_current", True)
    return bool(getattr(row, "is_withdrawn", False)) or not is_current


def _fields_of(row: Any) -> Sequence[Any]:
    """The columns of a history row that a reader is told."""
    return _told_fields(row.instance_type)


@cache
def _told_fields(model: type[Recorded]) -> Sequence[Any]:
    kept = {field.name for field in model.history.model._meta.concrete_fields}
    told = [
        field
        for field in model._meta.concrete_fields
        if field.name in kept - SILENT and not _is_code(field)
    ]
    return sorted(told, key=lambda field: field.name in LAST)


def _is_code(field: Any) -> bool:
    """Whether a column holds a word that only programs read."""
    return field.name in CODES and not field.choices


def _label(field: Any) -> str:
    return capfirst(_(str(field.verbose_name)))


def is_private(field: Any) -> bool:
    """Whether a chart's column may say who the patient is, or what they told us.

    Choices, yes or no, instants and colleagues do not.
    """
    if isinstance(field, models.ForeignKey):
        return field.related_model not in (StaffMember, Location)
    is_plain = isinstance(
        field, (models.BooleanField, models.DateTimeField, models.IntegerField)
    )
    return not (field.choices or is_plain)


# Values as people read them -----------------------------------------------------
Names = dict[tuple[type[models.Model], int], str]


def _names(rows: Iterable[Any]) -> Names:
    """The names of whom and what the rows point to; one question for each model."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for row in rows:
        for field in _pointers(row.instance_type) if row is not None else ():
            if number := getattr(row, field.attname):
                wanted[field.related_model].add(number)
    found: Names = {}
    for model, ids in wanted.items():
        named = model._default_manager.filter(pk__in=ids)
        for pk, name in named.values_list("pk", NAMED[model]):
            found[model, pk] = str(name)
    return found


@cache
def _pointers(model: type[Recorded]) -> Sequence[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in NAMED
    ]


def _shown(row: Any, field: Any, names: Names, zone: str) -> str:
    """A column's value as people read it."""
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        number = _("no. %(number)s") % {"number": value} if value else ""
        return names.get((field.related_model, value), number)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _text(value, zone)


def _text(value: Any, zone: str) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(str(one) for one in value)
        case datetime():
            return zones.moment(value, zone or "UTC")
        case date():
            return date_format(value, "SHORT_DATE_FORMAT")
        case time():
            return time_format(value)
        case PhoneNumber():
            return phone_text(value)
    return str(value or "")


def _whole(row: Any, names: Names, zone: str) -> str:
    """A row that was added or ended, in words."""
    model = type(row).instance_type
    if model in (Absence, OnCallShift):
        return zones.stretch(row.starts_at, row.ends_at, zone)
    if model is LocationHours:
        return _hours(row.weekday, row.opens, row.closes)
    if model is Closure:
        return model.__str__(row)
    place = names.get((Location, row.location_id), "")
    if model is DutyHours:
        hours = _hours(row.weekday, row.starts, row.ends)
        return _("%(hours)s, %(place)s") % {"hours": hours, "place": place}
    return place


def _hours(weekday: int, starts: time, ends: time) -> str:
    return f"{Weekday(weekday).label}, {span_words((weekday, starts, ends))}"
