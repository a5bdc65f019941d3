"""Announcements: this happened, somebody may have to be told.

Lower floors announce in the cause's own transaction. Messaging turns what is
waiting into deliveries once it exists; until then the waiting are listed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practice import ages, barring, clock
from practice.by_hand import ByHand
from practice.contributions import Announced, load
from practice.models import (
    Announcement,
    Caregiving,
    CareTeamMember,
    Patient,
    Practice,
    StaffMember,
)
from practice.models.patients import about_charts
from practice.parts import counted, with_count
from practice.prepared import prepared
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

UNDO_TIME = timedelta(minutes=1)
SHOWN = 100
WORDS: dict[str, StrOrPromise] = {
    "patient.paused": _("Paused"),
    "patient.resumed": _("Active again"),
    "patient.ended": _("Care ended"),
    "patient.end_taken_back": _("Care goes on: ended by mistake"),
    "patient.deceased": _("Died"),
    "patient.death_taken_back": _("Death taken back: wrong chart"),
}
OF_STATES = Announced(WORDS)  # the team and the family are told
OTHER = _("Something changed")
THE_PATIENT = _("the patient")
# The columns that a line is made of; Today shows some of them all day.
_NAMES = ("given_name", "family_name", "preferred_name", "merged_into")
OF_ROWS = (
    "kind",
    "ids",
    "announced_at",
    "not_before",
    *(f"patient__{n}" for n in _NAMES),
)
OF_RIGHTS = ("must_not_be_told", "may_be_told", "is_withdrawn", "starts_on", "ends_on")
OF_CHARTS = ("patient__born_on", "patient__merged_into")
OF_FAMILY = ("caregiver", "relation", "proof", *OF_RIGHTS, *OF_CHARTS)
Circle = dict[int | None, list[str]]  # words for people, by chart


class TakenBack(NotPossible):
    """What was announced has been undone."""


class StillUndoable(NotPossible):
    """Nobody is told before the undo minute is over."""


@dataclass(frozen=True, slots=True)
class Change:
    """One announcement in words: what, and who around the patient may hear of it."""

    row: Announcement
    words: StrOrPromise
    hearers: Sequence[str]  # the care team by name, family by what they are
    barred: Sequence[str]  # family who must not be told anything
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """Who is around some patients, by chart."""

    team: Circle
    family: Circle  # that may be told
    barred: Circle


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one reader sees of the announcements that nobody was told of."""

    rows: Sequence[Change]  # the newest, of open charts
    count: int  # of all rows about charts open to the reader, as far as counted
    closed: Sequence[tuple[StrOrPromise, int]]  # about other charts: words, how many


@transaction.atomic
def announce(
    *,
    kind: str,
    by: Actor,
    now: datetime,
    patient: Patient | None = None,
    not_after: datetime | None = None,
    **ids: int,
) -> Announcement:
    """Say that something happened; nobody is told before the undo minute is over.

    Nor once `not_after` has come: the visit that was moved is over.
    """
    row = Announcement(
        kind=kind,
        patient=patient,
        ids=ids,
        announced_at=now,
        not_before=now + UNDO_TIME,
        not_after=not_after,
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

    What happened with it at once, such as the visits of a series, is told by that
    too. A second press changes nothing. Raises TakenBack where nothing happened after
    all, and StillUndoable within the minute.
    """
    announcement = locked(announcement)
    if announcement.withdrawn_at:
        raise TakenBack(_("This was taken back: there is nothing to pass on."))
    if announcement.taken_at:
        return announcement
    if now < announcement.not_before:
        raise StillUndoable(
            _("This can still be undone: tell them once the minute is over.")
        )
    for row in _with_it(announcement).filter(withdrawn_at=None, taken_at=None):
        told = locked(row)
        told.taken_at = now
        keep(told, by=by, kind="announcement.told")
    return locked(announcement)


@transaction.atomic
def untell(*, announcement: Announcement, by: Actor) -> Announcement:
    """Take “told” back: it waits again."""
    announcement = locked(announcement)
    if announcement.taken_at is None:
        return announcement
    for row in _with_it(announcement).filter(taken_at=announcement.taken_at):
        waits = locked(row)
        waits.taken_at = None
        keep(waits, by=by, kind="announcement.untold")
    return locked(announcement)


def _with_it(announcement: Announcement) -> QuerySet[Announcement]:
    """What was announced of the same patient in the same act, itself included."""
    return Announcement.objects.filter(
        patient=announcement.patient_id,
        kind=announcement.kind,
        announced_at=announcement.announced_at,
    ).order_by("pk")


def waiting() -> QuerySet[Announcement]:
    """Announcements that nobody has been told of."""
    return Announcement.objects.filter(withdrawn_at__isnull=True, taken_at__isnull=True)


def by_hand(*, now: datetime) -> QuerySet[Announcement]:
    """Those among them that a person passes on: of one act, and of one visit, the
    newest; none that is too late, and none to a patient who died.
    """
    return Announcement.objects.filter(ByHand(now))


def waiting_for(staff: StaffMember, *, now: datetime) -> Waiting:
    """What waits, apart by whether the reader may open the chart it is about."""
    visible = Patient.objects.visible_to(staff, now=now)
    practice = Practice.objects.first()
    rows, count = newest(staff, most=SHOWN, practice=practice, now=now)
    others = by_hand(now=now).exclude(patient__in=visible.values("pk"))
    kinds = others.order_by("kind").values_list("kind").annotate(Count("pk"))
    closed = [(words_of(kind), number) for kind, number in kinds]
    return Waiting(rows=_detailed(rows), count=count, closed=closed)


def newest(
    staff: StaffMember, *, most: int, practice: Practice | None, now: datetime
) -> tuple[Sequence[Change], int]:
    """What waits about charts open to the reader, the newest first, and how many.

    Nobody counts further than one more than a page shows.
    """
    found = _newest(most, tuple(staff.roles), staff=staff.pk, now=now)
    rows, count = with_count(found)
    around = _around([row.patient_id for row in rows], practice=practice, now=now)
    return [_change(row, around) for row in rows], count


@prepared
def _newest(
    most: int, roles: Sequence[str], *, staff: Any, now: Any
) -> QuerySet[Announcement]:
    who = StaffMember.with_roles(roles, pk=staff)
    charts = Patient.objects.visible_to(who, now=now)
    ours = by_hand(now=now).filter(patient__in=charts.values("pk"))
    first = ours.order_by("-announced_at", "-pk").values("pk")[: SHOWN + 1]
    shown = Announcement.objects.filter(pk__in=first).order_by("-announced_at", "-pk")
    return counted(shown.select_related("patient").only(*OF_ROWS))[:most]


def _change(row: Announcement, around: Around) -> Change:
    hearers = [*around.family[row.patient_id]]
    if _kinds()[row.kind].is_for_patient:
        hearers = [str(THE_PATIENT), *hearers]
    else:
        hearers = [*around.team[row.patient_id], *hearers]
    return Change(row, words_of(row.kind), hearers, around.barred[row.patient_id])


def _detailed(changes: Sequence[Change]) -> Sequence[Change]:
    """With what each is about, where its floor says more than its kind."""
    said: dict[int, str] = {}
    for one in load("ANNOUNCED"):
        theirs = [change.row for change in changes if change.row.kind in one.words]
        if one.details and theirs:
            said |= one.details(theirs)
    return [replace(one, detail=said.get(one.row.pk, "")) for one in changes]


def _kinds() -> Mapping[str, Announced]:
    """The kinds that people pass on, by whose they are."""
    return {kind: one for one in load("ANNOUNCED") for kind in one.words}


def _around(
    charts: Collection[int | None], *, practice: Practice | None, now: datetime
) -> Around:
    """By chart: who looks after the patient or may be told, and who must not be.

    What hangs on a merged chart hangs on the one that stands for it.
    """
    found = Around(defaultdict(list), defaultdict(list), defaultdict(list))
    if not charts:
        return found
    heads = [pk for pk in charts if pk]
    for head, name in _team_of(heads=heads):
        found.team[head].append(name)
    day = clock.local(now, practice.time_zone if practice else "UTC").date()
    of_age = ages.majority_age(practice)
    rows = _family_of(heads=heads)
    never = barring.barred_around(rows)
    for row in rows:
        if row.must_not_be_told:
            found.barred[_head(row.patient)].append(row.get_relation_display())
        elif (_head(row.patient), row.caregiver_id) in never:
            continue  # the patient bars them elsewhere, or under another record
        elif row.may_be_told and row.is_current(day, of_age=of_age):
            found.family[_head(row.patient)].append(row.get_relation_display())
    return found


@prepared
def _team_of(heads: Any) -> QuerySet[CareTeamMember, tuple[int, str]]:
    team = CareTeamMember.objects.filter(about_charts(heads), ended_at=None)
    found = team.annotate(head=Coalesce("patient__merged_into", "patient"))
    return found.values_list("head", "staff__name")


@prepared
def _family_of(heads: Any) -> QuerySet[Caregiving]:
    family = Caregiving.objects.filter(about_charts(heads), is_withdrawn=False)
    return family.select_related("patient").only(*OF_FAMILY)


def _head(patient: Patient) -> int:
    return patient.merged_into_id or patient.pk


def words_of(kind: str) -> StrOrPromise:
    """A kind of announcement as staff read it."""
    return _kinds()[kind].words[kind] if kind in _kinds() else OTHER
