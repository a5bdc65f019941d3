"""Announcements: this happened, somebody may have to be told.

Lower floors announce in the cause's own transaction. Messaging turns what is
waiting into deliveries once it exists; until then the waiting are listed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practice import ages, clock
from practice.models import (
    Announcement,
    Caregiving,
    CareTeamMember,
    Patient,
    Practice,
    StaffMember,
)
from practice.parts import part_of
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

UNDO_TIME = timedelta(minutes=1)
SHOWN = 100
# The kinds that people pass on, in words; a floor's own come with their messages.
WORDS: dict[str, StrOrPromise] = {
    "patient.paused": _("Paused"),
    "patient.resumed": _("Active again"),
    "patient.ended": _("Care ended"),
    "patient.end_taken_back": _("Care goes on: ended by mistake"),
    "patient.deceased": _("Died"),
    "patient.death_taken_back": _("Death taken back: wrong chart"),
}
OTHER = _("Something changed")
# The columns that a line is made of; Today shows some of them all day.
_NAMES = ("given_name", "family_name", "preferred_name", "merged_into")
OF_ROWS = ("kind", "announced_at", "not_before", *(f"patient__{n}" for n in _NAMES))
OF_RIGHTS = ("must_not_be_told", "may_be_told", "is_withdrawn", "starts_on", "ends_on")
OF_CHARTS = ("patient__born_on", "patient__merged_into")
OF_FAMILY = ("caregiver", "relation", "proof", *OF_RIGHTS, *OF_CHARTS)
Circle = dict[int | None, list[str]]  # words for people, by chart


class TakenBack(NotPossible):
    """What was announced has been undone."""


@dataclass(frozen=True, slots=True)
class Change:
    """One announcement in words: what, and who around the patient may hear of it."""

    row: Announcement
    words: StrOrPromise
    hearers: Sequence[str]  # the care team by name, family by what they are
    barred: Sequence[str]  # family who must not be told anything


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one reader sees of the announcements that nobody was told of."""

    rows: Sequence[Change]  # the newest, of open charts
    count: int  # of all rows about charts open to the reader
    closed: Sequence[tuple[StrOrPromise, int]]  # about other charts: words, how many


@transaction.atomic
def announce(
    *,
    kind: str,
    by: Actor,
    now: datetime,
    patient: Patient | None = None,
    **ids: int,
) -> Announcement:
    """Say that something happened; nobody is told before the undo minute is over."""
    row = Announcement(
        kind=kind,
        patient=patient,
        ids=ids,
        announced_at=now,
        not_before=now + UNDO_TIME,
    )
    return keep(row, by=by, kind="announcement.made")


@transaction.atomic
def withdraw(*, kind: str, patient: Patient, by: Actor, now: datetime) -> int:
    """Take back what was announced of a patient and not yet told; returns how many."""
    rows = waiting().filter(kind=kind, patient=patient).select_for_update()
    for row in rows:
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
    return len(rows)


@transaction.atomic
def tell(*, announcement: Announcement, by: Actor, now: datetime) -> Announcement:
    """Note that those who have a right to know were told by a person.

    A second press changes nothing. Raises TakenBack where nothing happened after all.
    """
    announcement = locked(announcement)
    if announcement.withdrawn_at:
        raise TakenBack(_("This was taken back: there is nothing to pass on."))
    if announcement.taken_at:
        return announcement
    announcement.taken_at = now
    return keep(announcement, by=by, kind="announcement.told")


@transaction.atomic
def untell(*, announcement: Announcement, by: Actor) -> Announcement:
    """Take “told” back: it waits again."""
    announcement = locked(announcement)
    if announcement.taken_at is None:
        return announcement
    announcement.taken_at = None
    return keep(announcement, by=by, kind="announcement.untold")


def waiting() -> QuerySet[Announcement]:
    """Announcements that nobody has been told of."""
    return Announcement.objects.filter(withdrawn_at__isnull=True, taken_at__isnull=True)


def by_hand() -> QuerySet[Announcement]:
    """Those among them that a person passes on; the others wait for messaging."""
    return waiting().filter(kind__in=WORDS)


def waiting_for(staff: StaffMember, *, now: datetime) -> Waiting:
    """What waits, apart by whether the reader may open the chart it is about."""
    visible = Patient.objects.visible_to(staff, now=now)
    practice = Practice.objects.first()
    rows, count = newest(visible, most=SHOWN, practice=practice, now=now)
    others = by_hand().exclude(patient__in=visible.values("pk"))
    kinds = others.order_by("kind").values_list("kind").annotate(Count("pk"))
    closed = [(words_of(kind), number) for kind, number in kinds]
    return Waiting(rows=rows, count=count, closed=closed)


def newest(
    charts: QuerySet[Patient], *, most: int, practice: Practice | None, now: datetime
) -> tuple[Sequence[Change], int]:
    """What waits about charts open to the reader, the newest first, and how many."""
    ours = by_hand().filter(patient__in=charts.values("pk"))
    told = ours.select_related("patient").only(*OF_ROWS)
    rows, count = part_of(told, most=most)
    ids = [row.patient_id for row in rows]
    hearers, barred = _around(ids, practice=practice, now=now)
    changes = [
        Change(row, words_of(row.kind), hearers[row.patient_id], barred[row.patient_id])
        for row in rows
    ]
    return changes, count


def _around(
    charts: Collection[int | None], *, practice: Practice | None, now: datetime
) -> tuple[Circle, Circle]:
    """By chart: who looks after the patient or may be told, and who must not be.

    What hangs on a merged chart hangs on the one that stands for it.
    """
    hearers: Circle = defaultdict(list)
    barred: Circle = defaultdict(list)
    if not charts:
        return hearers, barred
    ours = Q(patient__in=charts) | Q(patient__merged_into__in=charts)
    team = CareTeamMember.objects.filter(ours, ended_at=None)
    heads = team.annotate(head=Coalesce("patient__merged_into", "patient"))
    for head, name in heads.values_list("head", "staff__name"):
        hearers[head].append(name)
    day = clock.local(now, practice.time_zone if practice else "UTC").date()
    of_age = ages.majority_age(practice)
    family = Caregiving.objects.filter(ours, is_withdrawn=False)
    rows = list(family.select_related("patient").only(*OF_FAMILY))
    never = {
        (_head(row.patient), row.caregiver_id) for row in rows if row.must_not_be_told
    }
    for row in rows:
        if row.must_not_be_told:
            barred[_head(row.patient)].append(row.get_relation_display())
        elif (_head(row.patient), row.caregiver_id) in never:
            continue  # another chart of the same patient bars them
        elif row.may_be_told and row.is_current(day, of_age=of_age):
            hearers[_head(row.patient)].append(row.get_relation_display())
    return hearers, barred


def _head(patient: Patient) -> int:
    return patient.merged_into_id or patient.pk


def words_of(kind: str) -> StrOrPromise:
    """A kind of announcement as staff read it."""
    return WORDS.get(kind, OTHER)
