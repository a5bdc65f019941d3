"""From paper: what was written down while the site was away is put in afterwards.

Each entry says when it happened and who wrote it, beside who puts it in and when;
what becomes of it is done by the usual actions, whose lines in the trail say so.
A line of a sheet is put in once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import contacts, trail, watching, work, zones
from practice.models import (
    ContactPoint,
    DaySheet,
    Location,
    PaperEntry,
    Patient,
    Recorded,
    StaffMember,
    Task,
    TrailEntry,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

OLDEST = timedelta(days=60)


class LineTaken(NotPossible):
    """This line of the sheet is in already."""

    field = "line"


class NotThen(NotPossible):
    """It cannot have happened at that time."""

    field = "happened_on"


class StandsOnItsOwn(NotPossible):
    """What became of this entry is taken back elsewhere."""


@transaction.atomic
def enter(
    *,
    location: Location,
    sheet: DaySheet | None,
    line: int | None,
    kind: str,
    happened_at: datetime,
    writer: StaffMember,
    words: str,
    patient: Patient | None,
    act: Callable[[], Recorded | None],
    by: Actor,
    now: datetime,
) -> PaperEntry:
    """Put one thing in, and do by `act` what follows of it; both or neither.

    `act` answers the record that became of it, if one did. Raises LineTaken,
    NotThen, and whatever `act` raises.
    """
    _check_time(happened_at, now=now)
    if sheet is not None:
        _check_line(sheet, line)
    when = zones.moment(happened_at, location.time_zone)
    said = {"when": when, "writer": writer.name}
    with trail.because(_("From paper: %(when)s, %(writer)s") % said):
        made = act()
        entry = PaperEntry(
            location=location,
            sheet=sheet,
            line=line if sheet else None,
            kind=kind,
            patient=made if isinstance(made, Patient) else patient,
            happened_at=happened_at,
            entered_at=now,
            writer=writer,
            words=words,
            made=made._meta.model_name or "" if made else "",
            made_id=made.pk if made else None,
        )
        return _recounted(keep(entry, by=by, kind="paper.entered"), by=by)


@transaction.atomic
def take_back(*, entry: PaperEntry, by: Actor, now: datetime) -> PaperEntry:
    """It was put in wrongly: its line is free again, and what became of it is undone.

    Raises StandsOnItsOwn where that is undone in a way of its own.
    """
    entry = locked(entry)
    if entry.is_withdrawn:
        return entry
    if entry.made == "patient":
        raise StandsOnItsOwn(
            _("A chart was opened by this: correct it there, or merge it.")
        )
    made = made_by(entry)
    if isinstance(made, ContactPoint):
        contacts.end(point=made, by=by, now=now)
    if isinstance(made, Task):
        work.withdraw(task=made, by=by)
    entry.is_withdrawn = True
    return _recounted(keep(entry, by=by, kind="paper.taken_back"), by=by)


def made_by(entry: PaperEntry) -> ContactPoint | Task | None:
    """What became of an entry, as long as it is on its chart and goes with it.

    What somebody moved to another chart, or did, stands on its own.
    """
    row: ContactPoint | Task
    number = entry.made_id or 0
    if entry.made == "contactpoint":
        row = ContactPoint.objects.get(pk=number)
    elif entry.made == "task":
        row = Task.objects.get(pk=number)
    else:
        return None
    is_done = isinstance(row, Task) and row.done_at is not None
    return None if is_done or row.patient_id != entry.patient_id else row


def _recounted(entry: PaperEntry, *, by: Actor) -> PaperEntry:
    """An entry as it was kept; whoever checks on the patient goes by talks."""
    if entry.kind == PaperEntry.CONTACT and entry.patient:
        watching.recount(patient=entry.patient, by=by)
    return entry


def _check_time(happened_at: datetime, *, now: datetime) -> None:
    if happened_at > now:
        raise NotThen(_("This has not happened yet: check day and time."))
    if happened_at < now - OLDEST:
        days = {"days": OLDEST.days}
        raise NotThen(_("That is more than %(days)d days ago: check the day.") % days)


def _check_line(sheet: DaySheet, line: int | None) -> None:
    """Raise LineTaken; who comes second waits here for the first."""
    DaySheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
    taken = PaperEntry.objects.filter(sheet=sheet, line=line, is_withdrawn=False)
    if first := taken.first():
        raise LineTaken(
            _("Line %(line)s of sheet %(sheet)d is in already, put in by %(name)s.")
            % {"line": line, "sheet": sheet.pk, "name": _who_entered(first)}
        )


def _who_entered(entry: PaperEntry) -> str:
    lines = TrailEntry.objects.filter(
        record="paperentry", record_id=entry.pk, kind="paper.entered"
    )
    return lines.values_list("actor", flat=True).first() or entry.writer.name
