"""Lines of the trail that somebody asks for, newest first, a page at a time.

By time, not by number: a look that waited in a file comes late and stands where
it belongs. Each filter has its index (practice.models.trail); the page goes on
from the last line shown, so that the hundredth is as quick as the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import connection
from django.db.models import Q

from practice import telling, whose
from practice.looks import PREFIX
from practice.models import Patient, TrailEntry, TrailPatient
from practice.models.trail import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

PAGE, CHUNK = 30, 1000
CHANGES = "changes"  # everything but looks
LEARNT = "learnt"  # looks, and files that leave the site
IN_FILES = ("practice.exported", "patient.exported", "sheet.made")
MACHINE = 0  # the actor that is nobody: what automation did
RARE = 2000  # lines
FOLDED = ("", CHANGES)  # what is asked for where lines that sum up are among it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
LONGEST_NUMBER = 18  # digits


@dataclass(frozen=True, slots=True)
class Wish:
    """Which lines; what is empty is not asked for."""

    actor_id: int | None = None
    patient_ids: Sequence[int] = ()
    subjects: Mapping[str, Collection[int]] = field(default_factory=dict)  # records
    record: str = ""  # what records are, of whatever number
    what: str = ""  # a kind, how some kinds begin, or CHANGES
    since: datetime | None = None
    until: datetime | None = None
    part_of_id: int | None = None  # the line that sums them up
    folds: bool = False  # parts are left out where the line that sums them up is not

    @property
    def is_folded(self) -> bool:
        """Whether parts stay out: not where somebody asks for lines of one thing."""
        is_single = self.patient_ids or self.subjects or self.part_of_id is not None
        is_of_one = is_single or self.record
        return self.folds and not is_of_one and self.what in FOLDED


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: between two lines."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, line: TrailEntry) -> Self:
        return cls(line.at, line.pk)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None if it names none."""
        parts = text.split("-")
        if len(parts) != 2 or not all(map(_is_number, parts)):
            return None
        try:
            return cls(_EPOCH + int(parts[0]) * _TICK, int(parts[1]))
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _TICK}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where to go on; None at the end."""

    lines: Sequence[TrailEntry]
    after: Place | None


def page(wish: Wish, *, before: Place | None = None, size: int = PAGE) -> Page:
    """The newest lines that somebody asks for, those before a place if one is given."""
    keys = _rare_keys(wish, before, most=size + 1)
    if keys is None:
        found = list(_earlier(lines(wish), before)[: size + 1])
    else:
        found = list(TrailEntry.objects.filter(pk__in=keys).order_by("-at", "-pk"))
    more = len(found) > size
    return Page(found[:size], Place.of(found[size - 1]) if more else None)


def in_chunks(
    wish: Wish, *, most: int, size: int = CHUNK
) -> Iterator[Sequence[TrailEntry]]:
    """The same, all of them up to a number, each chunk in a short question."""
    before: Place | None = None
    while most > 0:
        part = page(wish, before=before, size=min(size, most))
        if part.lines:
            yield part.lines
        most, before = most - len(part.lines), part.after
        if before is None:
            return


def lines(wish: Wish) -> QuerySet[TrailEntry]:
    """Every line that somebody asks for, newest first."""
    rows = TrailEntry.objects.order_by("-at", "-pk")
    if wish.patient_ids or wish.subjects:
        rows = rows.filter(pk__in=_about(wish))
    if wish.record:
        rows = rows.filter(record=wish.record)
    if wish.actor_id is not None:
        rows = rows.filter(actor_id=wish.actor_id or None)  # nobody's have none
    if wish.since is not None:
        rows = rows.filter(at__gte=wish.since)
    if wish.until is not None:
        rows = rows.filter(at__lt=wish.until)
    if wish.part_of_id is not None:
        rows = rows.filter(part_of_id=wish.part_of_id)
    elif wish.is_folded:
        rows = rows.filter(WHOLE)
    return rows.filter(_of_kind(wish.what))


def _rare_keys(wish: Wish, before: Place | None, *, most: int) -> Sequence[int] | None:
    """The first lines of a wish for kinds so rare that all are read; else None.

    A database would walk back through all that anybody, or one person, ever did.
    """
    is_one_index = "." in wish.what and wish.actor_id is None
    if is_one_index or wish.what in ("", CHANGES, LEARNT, "seen"):
        return None
    if wish.patient_ids or wish.subjects or wish.part_of_id is not None:
        return None
    if wish.actor_id is None:
        return _newest_of_each(wish, before, most=most)
    rows = TrailEntry.objects.filter(_of_kind(wish.what)).order_by()
    if wish.record:
        rows = rows.filter(record=wish.record)
    known = list(rows.values_list("at", "pk", "actor_id")[: RARE + 1])
    if len(known) > RARE:
        return None
    end = (before.at, before.pk) if before else None
    fit = [
        (at, pk)
        for at, pk, actor_id in known
        if _fits(wish, at, actor_id) and (end is None or (at, pk) < end)
    ]
    return [pk for _at, pk in sorted(fit, reverse=True)[:most]]


def _newest_of_each(wish: Wish, before: Place | None, *, most: int) -> Sequence[int]:
    """The first lines of some kinds: each kind's stand in order in one index.

    Django joins no limited questions on SQLite, so the parts are put together here.
    """
    parts, values = [], list[Any]()
    for kind in telling.kinds():
        if kind.startswith(f"{wish.what}."):
            rows = _earlier(lines(replace(wish, what=kind)), before)
            asked = rows.values_list("at", "pk")[:most].query
            sql, own = asked.sql_with_params()
            parts.append(f"SELECT * FROM ({sql}) AS part")  # noqa: S608 - our own
            values += own
    if not parts:
        return []
    with connection.cursor() as cursor:
        whole = f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC, 2 DESC LIMIT %s"
        cursor.execute(whole, [*values, most])
        return [pk for _at, pk in cursor.fetchall()]


def _fits(wish: Wish, at: datetime, actor_id: int | None) -> bool:
    """Whether a line of the right kind is the right person's, and of the right days."""
    if wish.actor_id is not None and wish.actor_id != (actor_id or MACHINE):
        return False
    is_early = wish.since is not None and at < wish.since
    is_late = wish.until is not None and at >= wish.until
    return not (is_early or is_late)


def _of_kind(what: str) -> Q:
    """The kinds that a word stands for: one, some, all that begin so, all but looks."""
    if not what:
        return Q()
    if what == CHANGES:
        return Q(kind__lt=PREFIX) | Q(kind__gte=_after(PREFIX))
    if what == LEARNT:
        return _of_kind("seen") | Q(kind__in=IN_FILES)
    if "." in what:
        return Q(kind=what)
    known = [kind for kind in telling.kinds() if kind.startswith(f"{what}.")]
    return Q(kind__in=known)


def _after(prefix: str) -> str:
    """The first text that does not begin so, nor comes before those that do."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def keys_about(patient_ids: Sequence[int]) -> QuerySet[Any, tuple[int]]:
    """The keys of the lines about some charts."""
    return _about(Wish(patient_ids=patient_ids))


def _about(wish: Wish) -> QuerySet[Any, tuple[int]]:
    """The keys of the lines about some charts or records: few, so that all are read.

    Some of charts' records are of no chart themselves, but nobody looks at those; a
    list of charts is one line that names them in a table of its own.
    """
    patient_ids, is_of_looks = wish.patient_ids, wish.what in ("seen", LEARNT)
    kin = {} if is_of_looks else whose.records_of(patient_ids)
    about = [*wish.subjects.items(), *kin.items()]
    parts = [Q(record=record, record_id__in=ids) for record, ids in about]
    if patient_ids:
        parts.append(Q(patient_id__in=patient_ids))
    keys: list[QuerySet[Any, tuple[int]]] = [
        TrailEntry.objects.filter(part).order_by().values_list("pk") for part in parts
    ]
    if patient_ids:
        named = TrailPatient.objects.filter(patient_id__in=patient_ids)
        keys.append(named.values_list("entry_id"))
    return keys[0].union(*keys[1:], all=True) if keys[1:] else keys[0]


def chart_ids(patient_id: int) -> Sequence[int]:
    """A chart with all that it stands for, or that stands for it; none if unknown.

    A chart that was erased is known by its lines; one that arrives is not, yet.
    """
    chart = Patient.objects.filter(pk=patient_id).first()
    if chart is None:
        if Patient._base_manager.filter(pk=patient_id).exists():
            return []
        about = TrailEntry.objects.filter(patient_id=patient_id)
        return [patient_id] if about.exists() else []
    rows = Patient.objects.chart_set(chart).order_by().values_list("pk", flat=True)
    return list(rows)


def _earlier(rows: QuerySet[TrailEntry], before: Place | None) -> QuerySet[TrailEntry]:
    if before is None:
        return rows
    # The first condition says no more than the second, and is what indexes know.
    return rows.filter(at__lte=before.at).filter(
        Q(at__lt=before.at) | Q(pk__lt=before.pk)
    )


def number_in(text: str) -> int | None:
    """The number of a line that an address names; None if it names none."""
    return int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
