"""Lines of the trail as a page shows them: who, what, about whom, why, what differs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import differences, reveals, telling, whose, zones
from practice.access import Capability, may
from practice.models import Erasure, Seal, TrailEntry, TrailPatient
from practice.whose import NOBODYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from practice.contributions import RecordWords
    from practice.differences import Difference
    from practice.models import StaffMember
    from practice.reveals import Sight
    from practice.whose import Charts

# Lines whose reason the site itself words, without a name.
OUR_WORDS = ("trail.exported", "patient.strictness_changed", "patient.erased")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient on a line: by name, or by initials and number only."""

    id: int
    initials: str
    display_name: str  # empty where it is not for the reader's eyes
    url: str  # of the chart, where it opens
    number: str
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One line in words."""

    line: TrailEntry
    when: str  # by the practice's clock
    url: str  # of the line's own page, for those who read the trail
    title: str
    icon: str
    reason: str
    is_reason_kept: bool  # there is one, but it is not for the reader's eyes
    purpose: str  # of a look
    glass: int | None  # the break-glass under which it was
    person: Person | None
    listed: int  # how many charts it names, where it is about several
    parts: Sequence[tuple[str, int]]  # what it sums up, in words, and how many lines
    links: Sequence[tuple[str, str]]  # where to go on, in words
    differences: Sequence[Difference]
    charts: Collection[int]  # that its record is about, where it names none
    is_open: bool  # whether the reader may see private values
    is_sealed: bool
    is_erased: bool  # its words are gone, lawfully

    @property
    def is_veiled(self) -> bool:
        return not self.is_open

    @property
    def parts_count(self) -> int:
        return sum(count for _words, count in self.parts)

    @property
    def parts_url(self) -> str:
        """What it sums up, for those who read the trail, or did it."""
        page = reverse("trail" if self.url else "trail_mine")
        return f"{page}?within={self.line.pk}"

    @property
    def says_something(self) -> bool:
        return bool(self.differences or self.reason)

    @property
    def is_look(self) -> bool:
        return telling.is_look(self.line.kind)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when: by the practice's clock, and really."""

    staff: StaffMember
    now: datetime
    real_now: datetime
    zone: str  # the practice's

    def sight(self, ids: Collection[int]) -> Sight:
        return reveals.sight_of(
            ids, staff=self.staff, now=self.now, real_now=self.real_now
        )


def told(lines: Sequence[TrailEntry], reader: Reader) -> list[Told]:
    """Some lines in words; so many questions, however many lines."""
    changed = differences.of_lines(lines, zone=reader.zone)
    kin = whose.of_lines(lines)
    sight = _sight(lines, reader, kin)
    listed, parts = _listed(lines), _parts(lines)
    zone, reads = reader.zone, may(reader.staff, Capability.READ_TRAIL)
    opened = _opened(lines, reader, sight, kin)
    keys = [line.pk for line in lines]
    erased = Erasure.objects.in_bulk(keys)
    sealed = set(
        Seal.objects.filter(entry_id__in=keys).values_list("entry_id", flat=True)
    )
    return [
        Told(
            line=line,
            when=zones.moment(line.at, zone),
            url=reverse("trail_line", args=[line.pk]) if reads else "",
            title=telling.title_of(line.kind),
            icon=telling.icon_of(line.kind),
            reason=_reason(line) if _is_told(line, opened) else "",
            is_reason_kept=bool(_reason(line)) and not _is_told(line, opened),
            purpose=telling.purpose_of(line.reason)
            if telling.is_look(line.kind)
            else "",
            glass=telling.glass_of(line.reason),
            person=person_of(line.patient_id, sight),
            listed=listed.get(line.pk, 0),
            parts=parts.get(line.pk, ()),
            links=_links(line, reader, sight, kin.get(line.pk, NOBODYS)),
            differences=()
            if _apart(line, reader) is False
            else changed.get(line.pk, ()),
            charts=kin.get(line.pk, NOBODYS).now,
            is_open=line.pk in opened,
            is_sealed=line.pk in sealed,
            is_erased=line.pk in erased,
        )
        for line in lines
    ]


def shown(found: Iterable[Told]) -> set[int]:
    """Whom lines show by name, or by what changed: their reader looks at them."""
    seen: set[int] = set()
    for one in found:
        is_read = one.is_open and one.says_something
        if is_read:
            seen.update(one.charts)
        if one.person and (one.person.display_name or is_read):
            seen.add(one.person.id)
    return seen


def _sight(
    lines: Iterable[TrailEntry], reader: Reader, kin: Mapping[int, Charts]
) -> Sight:
    """What the reader may see of everybody whom lines are about."""
    ids = {line.patient_id for line in lines if line.patient_id}
    return reader.sight(ids.union(*(charts.ever for charts in kin.values())))


def person_of(patient_id: int | None, sight: Sight) -> Person | None:
    if patient_id is None:
        return None
    patient = sight.patients.get(patient_id)
    if patient_id in sight.arriving:
        words = _("no. %(id)s, of an import that is not shown") % {"id": patient_id}
        return Person(patient_id, "?", "", url="", number=words)
    if patient is None:
        words = _("no. %(id)s, erased") % {"id": patient_id}
        return Person(patient_id, "?", "", url="", number=words, is_erased=True)
    return Person(
        id=patient.pk,
        initials=patient.initials,
        display_name=patient.display_name if patient.pk in sight.named else "",
        url=reverse("patient", args=[patient.pk]) if patient.pk in sight.charts else "",
        number=_("no. %(id)s") % {"id": patient.pk},
    )


def everybody_on(line: TrailEntry, reader: Reader) -> list[Person]:
    """The charts that a line about several names."""
    rows = TrailPatient.objects.filter(entry_id=line.pk).order_by("patient_id")
    ids = list(rows.values_list("patient_id", flat=True))
    sight = reader.sight(ids)
    return [person for pk in ids if (person := person_of(pk, sight))]


def _listed(lines: Sequence[TrailEntry]) -> Mapping[int, int]:
    """How many charts each line names that is about several."""
    keys = [line.pk for line in lines if line.patient_id is None]
    if not keys:
        return {}
    rows = TrailPatient.objects.filter(entry_id__in=keys).order_by()
    counted = rows.values_list("entry_id").annotate(Count("pk"))
    return dict(counted)


def _parts(lines: Sequence[TrailEntry]) -> Mapping[int, Sequence[tuple[str, int]]]:
    """What lines sum up, the most of it first."""
    keys = [line.pk for line in lines if line.kind in telling.summing()]
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    if keys:
        rows = TrailEntry.objects.filter(part_of_id__in=keys).order_by()
        counted = rows.values_list("part_of_id", "kind").annotate(n=Count("pk"))
        for key, kind, count in sorted(counted, key=lambda row: -row[2]):
            found[key or 0].append((telling.title_of(kind), count))
    return found


def _apart(line: TrailEntry, reader: Reader) -> bool | None:
    """Whether somebody may read a record that stands apart; None if it does not.

    Then neither the chart opens it, nor is it closed where the chart is.
    """
    said = telling.records().get(line.record)
    if said is None or not said.is_apart or said.capability is None:
        return None
    return may(reader.staff, said.capability)


def _opened(
    lines: Sequence[TrailEntry],
    reader: Reader,
    sight: Sight,
    kin: Mapping[int, Charts],
) -> Collection[int]:
    """The lines whose private values are for the reader's eyes, by their keys."""
    return {
        line.pk
        for line in lines
        if _is_open(line, reader, sight, kin.get(line.pk, NOBODYS))
    }


def _is_open(line: TrailEntry, reader: Reader, sight: Sight, kin: Charts) -> bool:
    """Whether a chart opens it; where none is known, whether it is their business."""
    if (is_theirs := _apart(line, reader)) is not None:
        return is_theirs
    if line.patient_id:
        return line.patient_id in sight.charts
    if kin.ever:
        return kin.opened_by(sight.charts)
    if line.record_id is None or not whose.is_about_people(line.record):
        return True
    said = telling.records().get(line.record)
    return bool(said and said.capability and may(reader.staff, said.capability))


def _reason(line: TrailEntry) -> str:
    return "" if telling.is_look(line.kind) else line.reason


def _is_told(line: TrailEntry, opened: Collection[int]) -> bool:
    """Whether the reader may read why: what people type about a chart is private."""
    is_machine = line.actor_id is None and line.kind != "link.used"  # a patient's
    return line.pk in opened or is_machine or line.kind in OUR_WORDS


def reasons(lines: Sequence[TrailEntry], reader: Reader) -> Mapping[int, str]:
    """Why each line was written, as far as the reader may read it, by its key."""
    kin = whose.of_lines(lines)
    opened = _opened(lines, reader, _sight(lines, reader, kin), kin)
    return {
        line.pk: reason if _is_told(line, opened) else _("(reason kept)")
        for line in lines
        if (reason := _reason(line))
    }


def _links(
    line: TrailEntry, reader: Reader, sight: Sight, kin: Charts
) -> Sequence[tuple[str, str]]:
    """The record's page, if it opens to the reader; its history, if it has one."""
    said = telling.records().get(line.record)
    if said is None or line.record_id is None:
        return ()
    found = []
    charts = sight.charts & ({line.patient_id} if line.patient_id else kin.now)
    is_theirs = may(reader.staff, said.capability) if said.capability else bool(charts)
    if said.url_name and is_theirs:
        chart = min(charts, default=line.patient_id)
        owner = said.column.removesuffix("_id")
        name = owner if owner in telling.records() else line.record
        where = (_address(line, said, chart), telling.record_words(name))
        found += [where] if where[0] else []
    if line.history_id:
        url = reverse("record_history", args=[line.record, line.record_id])
        found.append((url, _("History")))
    return found


def _address(line: TrailEntry, said: RecordWords, chart: int | None) -> str:
    if not said.column:
        return reverse(said.url_name)
    if said.column == "patient_id":
        return reverse(said.url_name, args=[chart]) if chart else ""
    if said.column == "id":
        return reverse(said.url_name, args=[line.record_id])
    return reverse("record_page", args=[line.record, line.record_id])
