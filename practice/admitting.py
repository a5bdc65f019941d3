"""Rows that were understood become charts, or add to charts: one part at a time."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from practice import arriving_hours, contacts, import_lines, intake, names, staging
from practice.arriving_family import Family, key_of
from practice.intake import NewCaregiving, NewChart
from practice.merging import NEEDS
from practice.models import (
    Caregiving,
    ContactPoint,
    Decision,
    ExternalId,
    Finding,
    Import,
    Location,
    Patient,
    PatientAlert,
    StagedFinding,
    StagedPart,
)
from practice.patients import local_day
from practice.trail import Automation, NoLongerHere, change_many, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from practice.import_cells import Plan
    from practice.staging import Row
    from practice.trail import Actor

Key: TypeAlias = tuple[str, str, str]
# What a row says is strict, and what the line is about it.
_STRICTER = {"is_restricted": "patient.restricted"}
_STRICTER |= dict.fromkeys(NEEDS, "patient.changed")
_RIGHTS = ("may_consent", "may_book", "may_be_told")
LONGEST_SYSTEM = 26  # letters, before what says that a number is shared
_DATES = ("born_on", "deceased_on")
# What goes with a permission.
_WITH = {"may_call": ("may_leave_voicemail",), "may_text": ("may_join_texts",)}


class _Part:
    """What the rows of one part are read against; a few queries for all of them."""

    def __init__(self, rows: Sequence[Row], row: Import, plan: Plan, now: datetime):
        self.row, self.now, self.today = row, now, local_day(now)
        self.system = plan.system
        self.places = Location.objects.in_bulk()
        self.taken = _taken_numbers(rows)
        self.family = Family(rows, row)

    def chart(self, row: Row) -> NewChart:
        """A row as a chart to open."""
        ready = row.ready
        details = dict(ready["patient"])
        since = details.pop("known_since")
        for name in _DATES:
            details[name] = date.fromisoformat(details[name]) if details[name] else None
        return NewChart(
            details=details,
            homes=[self._place(ready["home"])],
            contacts=ready["contacts"],
            caregivings=[self._caregiving(one) for one in ready["caregivers"]],
            external_ids=self._numbers(ready["number"]),
            alerts=_alerts(ready),
            known_since=_noon(since) if since else None,
            arrived_with=self.row,
        )

    def _place(self, number: int) -> Location:
        """Where somebody is at home. Raises NoLongerHere where it shut meanwhile."""
        if not self.places[number].is_active:
            raise NoLongerHere(_("A home location was shut."))
        return self.places[number]

    def additions(
        self, rows: Sequence[Row], targets: Mapping[int, Patient]
    ) -> list[tuple[NewChart, Patient]]:
        """What rows add to charts that are there: nothing that these have already."""
        if not rows:
            return []
        has = _on_charts(targets.values())
        for chart, number in self._numbers_on(targets.values()):
            has[chart].add(("number", number))
        # Those who came in with the charts of this part are here by now.
        self.family = Family(rows, self.row, charts=targets.values())
        return [
            (self._addition(row, targets[_line(row)], has), targets[_line(row)])
            for row in rows
        ]

    def _addition(
        self, row: Row, chart: Patient, has: Mapping[int, set[tuple[str, str]]]
    ) -> NewChart:
        def is_new(key: tuple[str, str]) -> bool:
            if key in has[chart.pk]:
                return False
            has[chart.pk].add(key)
            return True

        ready = row.ready
        people, number = ready["caregivers"], ("number", ready["number"])
        strangers = [one for one in people if not self.family.is_on(chart, one)]
        return NewChart(
            details={},
            homes=[],
            contacts=[
                {**one, "is_first": False}
                for one in ready["contacts"]
                if is_new(key_of(one))
            ],
            reached_by=[
                self.family.on(chart, one) for one in people if one not in strangers
            ],
            caregivings=[self._caregiving(one, chart) for one in strangers],
            external_ids=self._numbers(ready["number"]) if is_new(number) else [],
            alerts=[one for one in _alerts(ready) if is_new(_alerted(one["text"]))],
            arrived_with=self.row,
        )

    def _numbers(self, number: str) -> list[dict[str, str]]:
        """A number of the old system stands for one chart: the first that has it.

        Others that had it keep it as a shared one: an account of a family, or a slip.
        """
        if not number:
            return []
        names = map(partial(_shared, self.system), count(1))
        system = next(name for name in names if (name, number) not in self.taken)
        self.taken.add((system, number))
        return [{"system": system, "value": number}]

    def _numbers_on(self, charts: Iterable[Patient]) -> Iterable[tuple[int, str]]:
        """The numbers of the old system that charts have, shared ones too."""
        ids = {chart.pk for chart in charts}
        rows = ExternalId._base_manager.filter(patient__in=ids, is_current=True)
        start = _shared(self.system, 2).removesuffix("2)")
        ours = rows.filter(Q(system=self.system) | Q(system__startswith=start))
        return ours.values_list("patient", "value")

    def _caregiving(
        self, person: Mapping[str, Any], chart: Patient | None = None
    ) -> NewCaregiving:
        """Family comes in without rights, and is one person on several charts."""
        details = {
            "relation": person["relation"],
            "is_emergency_contact": person["is_emergency_contact"],
            "must_not_be_told": person["is_barred"],
            "starts_on": self.today,
        }
        return NewCaregiving(caregiver=self.family.on(chart, person), details=details)


def admit(
    part: StagedPart,
    *,
    row: Import,
    plan: Plan,
    now: datetime,
    within: AbstractContextManager[object],
) -> None:
    """Bring the rows of one part in, hidden, in the transaction that is `within`."""
    findings = {one.line: one for one in part.findings.all()}
    rows = [one for one in staging.rows_of(part) if _comes_in(one, findings)]
    ground = _Part(rows, row, plan, now)
    opening = [one for one in rows if _opens(findings.get(one.record.line))]
    adding = [one for one in rows if not _opens(findings.get(one.record.line))]
    by: Actor = row.confirmed_by or Automation("Import")
    charts = [ground.chart(one) for one in opening]
    with within:
        # It comes in once, whoever tries again.
        waiting = StagedPart.objects.filter(pk=part.pk, admitted_at=None)
        if not waiting.update(admitted_at=now):
            return
        with parts_of(import_lines.letting_in(row)):
            patients = intake.admit_many(charts=charts, by=by, now=now)
            of_line = dict(zip(map(_line, opening), patients, strict=True))
            targets = _targets([findings[_line(one)] for one in adding], of_line, row)
            pairs = ground.additions(adding, targets)
            intake.enrich_many(pairs=pairs, by=by, now=now)
            if adding:
                _tighten(adding, targets, by=by, now=now)
        _stand_for({**of_line, **targets}, row)


def counted(row: Import) -> tuple[int, int]:
    """How many charts an import opened, and how many rows added to one."""
    found = staging.findings_of(row)
    charts = Patient._base_manager.filter(arrived_with=row).count()
    return charts, found.filter(decision=Decision.ADD).count()


def _targets(
    findings: Sequence[StagedFinding], opened: Mapping[int, Patient], row: Import
) -> dict[int, Patient]:
    """The chart that each row adds to: one that is here, or one of the file.

    Raises NoLongerHere where a chart came with a file that was taken back.
    """
    ids = {one.chart_id for one in findings if one.chart_id}
    # Nobody else adds to them meanwhile.
    rows = Patient._base_manager.select_for_update(no_key=True, of=("self",))
    here = rows.select_related("merged_into").in_bulk(ids)
    others = {pk for pk, chart in here.items() if chart.arrived_with_id != row.pk}
    if Patient.objects.filter(pk__in=others).count() < len(others):
        raise NoLongerHere(_("A chart that rows add to was taken back."))
    found = {**opened}
    for one in findings:
        chart = here[one.chart_id] if one.chart_id else found[one.twin_line or 0]
        found[one.line] = chart.merged_into or chart
    return {one.line: found[one.line] for one in findings}


def _stand_for(charts: Mapping[int, Patient], row: Import) -> None:
    """Rows of later parts about the same people add to the charts they got now."""
    later = staging.findings_of(row).filter(
        kind=Finding.TWICE, decision=Decision.ADD, twin_line__in=charts
    )
    for line in set(later.values_list("twin_line", flat=True)):
        same = later.filter(twin_line=line)
        same.update(chart_id=charts[line or 0].pk)


def _comes_in(row: Row, findings: Mapping[int, StagedFinding]) -> bool:
    found = findings.get(_line(row))
    return not row.problems and (found is None or found.decision != Decision.LEAVE)


def _opens(found: StagedFinding | None) -> bool:
    return found is None or found.decision == Decision.OPEN


def _line(row: Row) -> int:
    return row.record.line


# What becomes stricter ----------------------------------------------------------
def _tighten(
    rows: Sequence[Row], targets: Mapping[int, Patient], *, by: Actor, now: datetime
) -> None:
    """What a row forbids is forbidden on the chart that was there, too."""
    for name, ids in _denied(rows, targets).items():
        points = ContactPoint._base_manager.filter(pk__in=ids, **{name: True})
        columns: dict[str, Any] = dict.fromkeys((name, *_WITH.get(name, ())), False)
        change_many(points, by=by, kind="contact.changed", **columns)
    told = [(targets[_line(row)].pk, row.ready["contacts"]) for row in rows]
    arriving_hours.narrow(told, by=by, now=now)
    for name, kind in _STRICTER.items():
        ids = {targets[_line(row)].pk for row in rows if row.ready["patient"][name]}
        charts = Patient._base_manager.filter(pk__in=ids, **{name: False})
        strict: dict[str, Any] = {name: True}
        change_many(charts, by=by, kind=kind, **strict)
    barred = Caregiving._base_manager.filter(pk__in=_barred(rows, targets))
    rights: dict[str, Any] = dict.fromkeys(_RIGHTS, False)
    rights["must_not_be_told"] = True
    change_many(barred, by=by, kind="caregiver.rights_changed", **rights)


def _barred(rows: Sequence[Row], targets: Mapping[int, Patient]) -> set[int]:
    """The caregivings of those who, as rows say, must not be told anything."""
    names_on: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        for person in row.ready["caregivers"]:
            if person["is_barred"]:
                names_on[targets[_line(row)].pk].add(_folded(person["name"]))
    family = Caregiving._base_manager.filter(patient__in=names_on, is_withdrawn=False)
    return {
        one.pk
        for one in family.filter(must_not_be_told=False).select_related("caregiver")
        if _folded(one.caregiver.name) in names_on[one.patient_id]
    }


def _folded(name: str) -> str:
    return " ".join(names.words_of(name))


def _points(charts: Iterable[int]) -> Mapping[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint._base_manager.filter(patient__in=charts, ended_at=None):
        found[point.patient_id or 0].append(point)
    return found


def _denied(
    rows: Sequence[Row], targets: Mapping[int, Patient]
) -> Mapping[str, set[int]]:
    """The numbers and addresses at which rows say no, by what they say it to."""
    charts = {targets[_line(row)].pk for row in rows if row.ready.get("denied")}
    points = _points(charts)
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        values = set(map(key_of, row.ready["contacts"]))
        here = points[targets[_line(row)].pk]
        ids = {point.pk for point in here if contacts.key_of(point) in values}
        for name in row.ready.get("denied", ()):
            found[name] |= ids
    return found


# What is here already -----------------------------------------------------------
def _shared(system: str, nth: int) -> str:
    """What a number is called that others have first."""
    return system if nth == 1 else f"{system[:LONGEST_SYSTEM]} (shared {nth})"


def _taken_numbers(rows: Sequence[Row]) -> set[tuple[str, str]]:
    numbers = {one.ready["number"] for one in rows} - {""}
    known = ExternalId._base_manager.filter(value__in=numbers, is_current=True)
    return set(known.values_list("system", "value"))


def _on_charts(charts: Iterable[Patient]) -> dict[int, set[tuple[str, str]]]:
    """The numbers, addresses and caregivers of some charts, those to come included."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    ids = {chart.pk for chart in charts}
    points = ContactPoint._base_manager.filter(patient__in=ids, ended_at=None)
    for point in points:
        found[point.patient_id or 0].add(contacts.key_of(point))
    alerts = PatientAlert._base_manager.filter(patient__in=ids, is_withdrawn=False)
    for alert in alerts:
        found[alert.patient_id].add(_alerted(alert.text))
    return found


def _alerts(ready: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"text": ready["alert"], "ends_on": None}] if ready["alert"] else []


def _alerted(text: str) -> tuple[str, str]:
    return "alert", " ".join(names.words_of(text))


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)
