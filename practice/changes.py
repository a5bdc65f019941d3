"""What changed on the site's own records: who, when, why, and from what to what.

The trail says who and why; the history rows say what stood there before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.locations import span_words
from practice.models import (
    Absence,
    Clinician,
    Closure,
    DutyHours,
    HomeLocation,
    Incident,
    IncidentPatient,
    IncidentStep,
    Invitation,
    Location,
    LocationHours,
    OnCallShift,
    Practice,
    Recorded,
    StaffLocation,
    StaffMember,
    TrailEntry,
    Weekday,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import time

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

SHOWN = 30
WORDS: dict[str, StrOrPromise] = {
    "practice.founded": gettext_lazy("Practice set up"),
    "practice.changed": gettext_lazy("Practice changed"),
    "location.added": gettext_lazy("Location added"),
    "location.changed": gettext_lazy("Location changed"),
    "location.hours_added": gettext_lazy("Opening hours added"),
    "location.hours_ended": gettext_lazy("Opening hours removed"),
    "location.closed": gettext_lazy("Closure added"),
    "location.closure_withdrawn": gettext_lazy("Closure withdrawn"),
    "location.closure_restored": gettext_lazy("Closure restored"),
    "staff.added": gettext_lazy("Account made"),
    "staff.invited": gettext_lazy("Invited"),
    "staff.joined": gettext_lazy("Accepted the invitation"),
    "staff.changed": gettext_lazy("Details changed"),
    "staff.roles_changed": gettext_lazy("Roles changed"),
    "staff.placed": gettext_lazy("Works at another location"),
    "staff.unplaced": gettext_lazy("Left a location"),
    "staff.deactivated": gettext_lazy("Account closed"),
    "staff.reactivated": gettext_lazy("Account opened again"),
    "staff.password_changed": gettext_lazy("Password changed"),
    "staff.address_changed": gettext_lazy("Address to sign in with changed"),
    "staff.identity_checked": gettext_lazy("Known by a manager to be who they are"),
    "staff.factors_forgotten": gettext_lazy("Second factor taken away"),
    "staff.sessions_ended": gettext_lazy("Signed off everywhere"),
    "staff.shortcuts_switched": gettext_lazy("Shortcuts switched"),
    "clinician.described": gettext_lazy("Clinician's facts changed"),
    "patient.home_added": gettext_lazy("Now seen at"),
    "patient.home_ended": gettext_lazy("No longer seen at"),
    "duty.added": gettext_lazy("Duty hours added"),
    "duty.ended": gettext_lazy("Duty hours removed"),
    "absence.recorded": gettext_lazy("Absence recorded"),
    "absence.withdrawn": gettext_lazy("Absence withdrawn"),
    "absence.restored": gettext_lazy("Absence restored"),
    "on_call.added": gettext_lazy("Put on call"),
    "on_call.withdrawn": gettext_lazy("Taken off call"),
    "on_call.restored": gettext_lazy("Back on call"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "invitation.accepted": gettext_lazy("Invitation used"),
    "incident.reported": gettext_lazy("Mistake reported"),
    "incident.assigned": gettext_lazy("Seen to"),
    "incident.patient_named": gettext_lazy("A patient named"),
    "incident.patient_unnamed": gettext_lazy("Not about a patient after all"),
    "incident.step_added": gettext_lazy("Something is owed"),
    "incident.step_done": gettext_lazy("Done, or sent"),
    "incident.step_reopened": gettext_lazy("Owed again"),
    "incident.step_dropped": gettext_lazy("Not owed after all"),
    "incident.closed": gettext_lazy("Closed"),
    "incident.reopened": gettext_lazy("Opened again"),
}
# Rows that are added and ended whole: told by what they are, not by their columns.
AT_PLACES = (StaffLocation, HomeLocation)
WHOLE = (DutyHours, LocationHours, Closure, Absence, OnCallShift, *AT_PLACES)
# Columns that say nothing to a reader, or what the title says.
SILENT = {"id", "staff", "is_active", "outcome"}
SILENT |= {"closed_at", "closed_by", "done_at", "done_by"}
# Columns that name somebody of the staff.
PEOPLE: dict[type[Recorded], Sequence[str]] = {Incident: ("concerned", "owner")}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the trail, in words."""

    when: str  # by the practice's clock
    by: str
    title: str
    reason: str
    details: Sequence[str]


@dataclass(frozen=True, slots=True)
class Missed:
    """What one act changed on the records of a form while somebody else typed."""

    by: str
    when: str
    what: str


Subjects = dict[type[Recorded], "Collection[int]"]


def of_staff(staff: StaffMember) -> list[Change]:
    """What changed about a person: account, places, hours, absences, on-call turns."""
    subjects: Subjects = {StaffMember: [staff.pk]}
    for model in (
        Clinician,
        StaffLocation,
        DutyHours,
        Absence,
        OnCallShift,
        Invitation,
    ):
        rows = model._default_manager.filter(staff=staff)
        subjects[model] = list(rows.values_list("pk", flat=True))
    return _newest(subjects)


def of_location(location: Location) -> list[Change]:
    """What changed about a location, its hours and its closures."""
    return _newest(
        {
            Location: [location.pk],
            LocationHours: list(location.hours.values_list("pk", flat=True)),
            Closure: list(location.closures.values_list("pk", flat=True)),
        }
    )


def of_practice() -> list[Change]:
    """What changed about the practice itself."""
    return _newest({Practice: [1]})


def of_incident(incident: Incident) -> list[Change]:
    """What was done about an incident, and what was owed because of it."""
    steps, about = incident.steps.all(), incident.about.all()
    return _newest(
        {
            Incident: [incident.pk],
            IncidentStep: list(steps.values_list("pk", flat=True)),
            IncidentPatient: list(about.values_list("pk", flat=True)),
        }
    )


def of_record(record: Recorded) -> list[Change]:
    """What changed about one record alone."""
    return _newest({type(record): [record.pk]})


def since(rows: QuerySet[Any], number: int) -> Sequence[Missed]:
    """What happened to the records of some history rows after one of the rows."""
    model, zone = rows.model.instance_type, zones.of_practice()
    if issubclass(model, AT_PLACES):
        rows = rows.select_related("location")
    if people := PEOPLE.get(model):
        rows = rows.select_related(*people)
    kept = list(rows.order_by("history_id"))
    told = {row.history_id: words for row, words in _told(model, kept, zone)}
    newer = [row.history_id for row in kept if row.history_id > number]
    lines = TrailEntry.objects.filter(
        record=model._meta.model_name, history_id__in=newer
    )
    return [
        Missed(
            by=alike[0].actor,
            when=zones.moment(alike[0].at, zone),
            what=_what(model, alike, told),
        )
        for alike in _together(list(lines.order_by("pk")))
    ]


def _what(
    model: type[Recorded],
    lines: Sequence[TrailEntry],
    told: Mapping[int, Sequence[str]],
) -> str:
    words = [word for line in lines for word in told.get(line.history_id or 0, [])]
    title = str(WORDS.get(lines[0].kind, ""))
    if model in WHOLE:
        return f"{title}: {', '.join(words)}"
    return "; ".join(words) or title or _("saved, with nothing different")


def _newest(subjects: Subjects) -> list[Change]:
    about = Q()
    for model, ids in subjects.items():
        about |= Q(record=model._meta.model_name, record_id__in=ids)
    lines = list(TrailEntry.objects.filter(about).order_by("-pk")[:SHOWN])
    zone = zones.of_practice()
    details = _details({line.record for line in lines}, subjects, zone)
    return [
        Change(
            when=zones.moment(alike[0].at, zone),
            by=alike[0].actor,
            title=str(WORDS.get(alike[0].kind, alike[0].kind)),
            reason=alike[0].reason,
            details=[
                words
                for line in reversed(alike)
                for words in details.get((line.record, line.history_id), [])
            ],
        )
        for alike in _together(lines)
    ]


def _together(lines: Sequence[TrailEntry]) -> list[list[TrailEntry]]:
    """Lines that one act left together: one kind, one actor, one minute."""

    def act(line: TrailEntry) -> tuple[object, ...]:
        minute = line.at.replace(second=0, microsecond=0)
        return line.kind, line.actor_id, line.actor, line.reason, minute

    return [list(alike) for _act, alike in groupby(lines, key=act)]


def _details(
    records: Collection[str], subjects: Subjects, zone: str
) -> Mapping[tuple[str, int | None], Sequence[str]]:
    """What each history row of the subjects changed, by record and row."""
    found: dict[tuple[str, int | None], Sequence[str]] = {}
    for model, ids in subjects.items():
        name = model._meta.model_name or ""
        if name not in records:
            continue
        rows = model.history.filter(id__in=ids).order_by("history_id")
        if issubclass(model, (DutyHours, *AT_PLACES)):
            rows = rows.select_related("location")
        if people := PEOPLE.get(model):
            rows = rows.select_related(*people)
        for row, words in _told(model, list(rows), zone):
            found[name, row.history_id] = words
    return found


def _told(
    model: type[Recorded], rows: Sequence[Any], zone: str
) -> list[tuple[Any, Sequence[str]]]:
    if model is Invitation:
        return []
    if model in WHOLE:
        return [(row, [_named(row, zone)]) for row in rows]
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_record[row.id].append(row)
    return [
        (after, _difference(model, before, after))
        for group in by_record.values()
        for before, after in pairwise(sorted(group, key=attrgetter("history_id")))
    ]


def _named(row: Any, zone: str) -> str:
    """A row that was added or ended, in words."""
    model = type(row).instance_type
    if model in (Absence, OnCallShift):
        return zones.stretch(row.starts_at, row.ends_at, zone)
    if model is DutyHours:
        hours = _hours(row.weekday, row.starts, row.ends)
        return _("%(hours)s, %(place)s") % {"hours": hours, "place": row.location.name}
    if model is LocationHours:
        return _hours(row.weekday, row.opens, row.closes)
    return str(row.location.name) if model in AT_PLACES else model.__str__(row)


def _hours(weekday: int, starts: time, ends: time) -> str:
    return f"{Weekday(weekday).label}, {span_words((weekday, starts, ends))}"


def _difference(model: type[Recorded], before: Any, after: Any) -> list[str]:
    """Each column that differs, as a few words."""
    words = []
    for field in model._meta.concrete_fields:
        if field.name in SILENT or not hasattr(after, field.attname):
            continue
        old, new = _shown(before, field), _shown(after, field)
        if old != new:
            words.append(_sentence(capfirst(str(field.verbose_name)), old, new))
    return words


def _shown(row: Any, field: Any) -> str:
    """A column's value as people read it."""
    value = getattr(row, field.attname)
    if field.name in PEOPLE.get(field.model, ()):
        return str(getattr(row, field.name) or "")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return zones.moment(value, zones.of_practice())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value or "")


def _sentence(name: str, old: str, new: str) -> str:
    if not old:
        return _("%(name)s: %(new)s") % {"name": name, "new": new}
    if not new:
        return _("%(name)s: removed") % {"name": name}
    return _("%(name)s: %(old)s, now %(new)s") % {"name": name, "old": old, "new": new}
