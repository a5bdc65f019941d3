"""The page of possible duplicates: whom a row may be, what agrees, what adding does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from practice import staging, twins
from practice.columns import LABELS
from practice.import_pages import (
    LONGEST_LINE,
    PageOf,
    Person,
    day_text,
    person_of,
    some_after,
)
from practice.languages import Language
from practice.models import (
    ContactPoint,
    Decision,
    Finding,
    Patient,
    PreferredChannel,
    StagedFinding,
)
from practice.models.contacts import phone_text
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from practice.models import Import, StaffMember
    from practice.staging import Row


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of possible duplicates that may be decided at once."""

    name: str
    kind: str
    label: str | _StrPromise
    is_certain: bool = False
    is_by_number: bool = False

    @property
    def decisions(self) -> Sequence[str]:
        """A number alone makes nobody one person with another."""
        return [
            decision
            for decision in Decision.values
            if decision != Decision.ADD or not self.is_by_number
        ]


# What adding to a chart leaves as it is there, by the columns that say it.
STAYS = {
    "state": "standing",
    "deceased_on": "deceased_on",
    "preferred_name": "preferred_name",
    "pronouns": "pronouns",
    "spoken_language": "language",
    "written_language": "written_language",
    "interpreter": "interpreter",
    "preferred_channel": "preferred_channel",
}
# What a row has that says nothing of it.
USUAL = {
    "state": PatientState.ACTIVE,
    "spoken_language": Language.ENGLISH,
    "written_language": Language.ENGLISH,
    "preferred_channel": PreferredChannel.TEXT,
}
RULES = (
    Rule(
        "known-sure",
        Finding.KNOWN,
        _("Surely charts here: name, birth date, and phone or number agree"),
        is_certain=True,
    ),
    Rule(
        "known-maybe",
        Finding.KNOWN,
        _("Possibly charts here: only some of it agrees"),
    ),
    Rule(
        "known-number",
        Finding.KNOWN,
        _("Same number as a chart here, other name and birth date"),
        is_by_number=True,
    ),
    Rule(
        "twice-sure",
        Finding.TWICE,
        _("Surely twice in the file: name, birth date, and phone or number agree"),
        is_certain=True,
    ),
    Rule(
        "twice-maybe",
        Finding.TWICE,
        _("Possibly twice in the file: only some of it agrees"),
    ),
    Rule(
        "twice-number",
        Finding.TWICE,
        _("Same number as another row, other name and birth date"),
        is_by_number=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Twin:
    """A row, and whom it may be."""

    found: StagedFinding
    row: Person
    other: Person | None  # None: a chart that is closed to the reader
    is_in_file: bool
    choices: Sequence[tuple[str, str]]
    shared: Sequence[str]  # what agrees, in words
    shares_number: bool
    stays: Sequence[str]  # what the row says and adding does not take over


@dataclass(frozen=True, slots=True)
class Beside:
    """What rows are shown beside: rows, and the charts that are open to the reader."""

    rows: Mapping[int, Row]
    charts: Mapping[int, Person]
    people: Mapping[int, Sequence[twins.Person]]


@dataclass(frozen=True, slots=True)
class TwinPage(PageOf):
    """Some possible duplicates, with the rules that would decide more of them."""

    undecided: int
    kinds: Sequence[tuple[Rule, int]]
    charts: Sequence[Patient]  # that are shown beside the rows


def page(row: Import, *, reader: StaffMember, after: str) -> TwinPage:
    """Rows that may be somebody, with whom."""
    found = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    undecided = found.filter(decision="")
    some, next_after = some_after(found, after)
    rows = staging.rows_at([*some, *_firsts(row, some)])
    charts = _open_charts({one.chart_id for one in some if one.chart_id}, reader)
    plan = staging.plan_of(row.staged)
    people = twins.of_charts(charts, system=plan.system if plan else "")
    beside = Beside(rows, charts, people)
    return TwinPage(
        [_twin(one, beside) for one in some],
        found.count(),
        next_after,
        undecided.count(),
        _kinds(undecided),
        [one.chart for one in charts.values() if one.chart],
    )


def decisions_in(answers: Mapping[str, str]) -> dict[int, str]:
    """The decisions of a page, by the lines of their rows."""
    found = {}
    for name, decision in answers.items():
        mark, _dash, line = name.partition("-")
        is_line = line.isascii() and line.isdecimal() and len(line) <= LONGEST_LINE
        if mark == "line" and is_line and decision in Decision.values:
            found[int(line)] = decision
    return found


def rule_in(answers: Mapping[str, str]) -> dict[str, Any] | None:
    """The rule that a form names; None if there is no such rule."""
    decision = answers.get("decision", "")
    rule = next((one for one in RULES if one.name == answers.get("kind")), None)
    if rule is None or decision not in rule.decisions:
        return None
    return {
        "kind": rule.kind,
        "is_certain": rule.is_certain,
        "is_by_number": rule.is_by_number,
        "decision": decision,
    }


def _firsts(row: Import, some: Sequence[StagedFinding]) -> list[StagedFinding]:
    """Where the earlier rows are that some rows are like."""
    lines = [one.twin_line for one in some if one.twin_line]
    parts = row.staged.parts.order_by("first_line") if lines else ()
    starts = [(part.first_line, part) for part in parts]
    return [
        StagedFinding(
            part=[part for start, part in starts if start <= line][-1], line=line
        )
        for line in lines
    ]


def _open_charts(ids: set[int], staff: StaffMember) -> dict[int, Person]:
    rows = Patient.objects.usual_to(staff).filter(pk__in=ids)
    points = ContactPoint.objects.filter(patient__in=ids, kind="phone", ended_at=None)
    phones: dict[int, list[str]] = {}
    for point in points:
        phones.setdefault(point.patient_id or 0, []).append(phone_text(point.phone))
    return {
        one.pk: Person(
            one.legal_name, day_text(one.born_on), phones.get(one.pk, []), one
        )
        for one in rows
    }


def _twin(one: StagedFinding, beside: Beside) -> Twin:
    row, first = beside.rows[one.line], beside.rows.get(one.twin_line or 0)
    if first is not None:
        other: Person | None = person_of(first)
        people: Sequence[twins.Person] = [twins.person_of(first.ready)]
        keeps = first.ready["patient"]
    else:
        other = beside.charts.get(one.chart_id or 0)
        people = beside.people.get(one.chart_id or 0, ())
        keeps = _kept(other.chart) if other and other.chart else {}
    mine = twins.person_of(row.ready)
    shared = {trait for person in people for trait in mine.shared(person)}
    return Twin(
        found=one,
        row=person_of(row),
        other=other,
        is_in_file=first is not None,
        choices=[
            (value, str(label))
            for value, label in Decision.choices
            if value != Decision.ADD or other
        ],
        shared=[str(trait.label) for trait in twins.Trait if trait in shared],
        shares_number=twins.Trait.NUMBER in shared,
        stays=list(_staying(row.ready["patient"], keeps)) if other else [],
    )


def _kept(chart: Patient) -> dict[str, Any]:
    died = chart.deceased_on.isoformat() if chart.deceased_on else ""
    return {name: getattr(chart, name) for name in STAYS} | {"deceased_on": died}


def _staying(said: Mapping[str, Any], keeps: Mapping[str, Any]) -> Iterator[str]:
    """What a row says of somebody that adding it leaves as it is."""
    for name, column in STAYS.items():
        value = said[name]
        if value and value not in (USUAL.get(name), keeps[name]):
            yield f"{LABELS[column]}: {_worded(name, value)}"


def _worded(name: str, value: str) -> str:
    if name == "deceased_on":
        return day_text(date.fromisoformat(value))
    choices = dict(Patient._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def _kinds(undecided: Any) -> list[tuple[Rule, int]]:
    """The rules that would decide something, with how many rows."""
    names = ("kind", "is_certain", "is_by_number")
    counts = Counter(undecided.values_list(*names))
    found = [
        (rule, counts[rule.kind, rule.is_certain, rule.is_by_number]) for rule in RULES
    ]
    return [(rule, count) for rule, count in found if count]
