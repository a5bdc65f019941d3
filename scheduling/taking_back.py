"""The undo minute of what touches many visits at once: a series, what is left of
somebody's.

Such an act is one line of the trail that sums up the lines of all that it did
(`trail.parts_of`). Undo goes by them: every record that they are about goes back to
how it stood before, all or none, unless somebody changed one of them since.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from practice import clock, work, zones
from practice.announcements import UNDO_TIME
from practice.models import (
    Announcement,
    Patient,
    Recorded,
    StaffMember,
    Task,
    TrailEntry,
)
from practice.trail import Actor, keep, locked, note, parts_of
from scheduling import booking, holding, taken, undoing, visits
from scheduling.models import (
    Appointment,
    Attendee,
    Room,
    Series,
    SeriesMember,
    SeriesSkip,
)
from scheduling.states import LIVE
from scheduling.undoing import TooLate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

# What such an act changes, in the order in which it is locked and put back.
MODELS: Mapping[str, Any] = {
    model._meta.model_name or "": model
    for model in (
        *(SeriesMember, Series, SeriesSkip),
        *(Appointment, Attendee, Announcement, Task),
    )
}
VISIT, ATTENDEE, TASK = "appointment", "attendee", "task"
# What the acts are called in the trail, and their undoing.
UNDOES = {
    "series.begun": "series.undone",
    "series.changed": "series.undone",
    "series.ended": "series.undone",
    "series.one_left": "series.undone",
    "series.handed_on": "series.taken_back",
    "attendee.left_cancelled": "attendee.left_again",
}
ABOUT: Mapping[str, Any] = {
    model._meta.model_name or "": model for model in (Series, Patient, StaffMember)
}
GONE = ("patient.ended", "patient.deceased")
Touched = dict[str, dict[int, int]]  # records by name and id; their first history row


def line_of(record: Recorded) -> TrailEntry:
    """The newest line about a record: asked for right after the act on it."""
    name = record._meta.model_name
    return TrailEntry.objects.filter(record=name, record_id=record.pk).latest("pk")


def find(about: Recorded, line: int, *, by: StaffMember) -> TrailEntry:
    """What somebody did to a record, by its line. Raises TooLate where it says none.

    Nobody else takes it back: lines are numbers that can be guessed.
    """
    rows = TrailEntry.objects.filter(
        record=about._meta.model_name, record_id=about.pk, kind__in=UNDOES
    ).filter(actor_id=by.pk)
    found = rows.filter(pk=line).first()
    if found is None:
        raise TooLate(_("There is nothing to undo."))
    return found


@transaction.atomic
def undo(*, line: TrailEntry, by: Actor, now: datetime) -> None:
    """Put everything back as it was before the act of a line.

    Raises TooLate when the minute is over or something else happened since, SlotTaken
    where an old time has gone to somebody else, and PatientElsewhere where who comes
    was booked elsewhere since.
    """
    lines = list(TrailEntry.objects.filter(Q(part_of_id=line.pk) | Q(pk=line.pk)))
    touched = _touched(lines)
    _lock(touched)
    since = TrailEntry.objects.filter(
        pk__gt=max(one.pk for one in lines), history_id__isnull=False
    )
    _check(line, touched, since, now=now)
    about = ABOUT[line.record].objects.get(pk=line.record_id)
    with parts_of(note(by=by, kind=UNDOES[line.kind], about=about).pk):
        for name, rows in touched.items():
            if name == VISIT:
                _put_visits_back(rows, by=by)
            else:
                for pk, first in rows.items():
                    _put_back(MODELS[name](pk=pk), first, by=by, now=now)
        _check_alone(touched.get(VISIT, ()), since)


# Looking ----------------------------------------------------------------------------
def _touched(lines: Sequence[TrailEntry]) -> Touched:
    """The records that lines are about, in the order of MODELS and by their ids."""
    first: dict[str, dict[int, int]] = defaultdict(dict)
    for one in sorted(lines, key=lambda one: -one.pk):
        if one.history_id and one.record_id:
            first[one.record][one.record_id] = one.history_id
    return {name: dict(sorted(first[name].items())) for name in MODELS if first[name]}


def _lock(touched: Touched) -> None:
    """Series, then everybody whose time may change, then visits: the one order."""
    for name, rows in touched.items():
        if name == VISIT:
            _hold(rows)
        model = MODELS[name]
        list(
            model._base_manager.filter(pk__in=rows)
            .select_for_update(no_key=True)
            .order_by("pk")
            .values_list("pk")
        )


def _hold(rows: Mapping[int, int]) -> None:
    """The clinicians, rooms and patients of visits as they are and as they were."""
    # History does not change: where they go back to is known before the locks.
    columns = ("clinician_id", "room_id")
    whose = set(Appointment.objects.filter(pk__in=rows).values_list(*columns))
    for pk, first in rows.items():
        if then := _then(Appointment(pk=pk), first):
            whose.add((then.clinician_id, then.room_id))
    holding.hold(
        {clinician for clinician, _room in whose},
        Room.objects.filter(pk__in={room for _clinician, room in whose if room}),
        holding.charts_of(rows),
    )


def _check(
    line: TrailEntry, touched: Touched, since: QuerySet[TrailEntry], *, now: datetime
) -> None:
    # The trail goes by the real clock, announcements by the practice's.
    told = Announcement.objects.filter(pk__in=touched.get("announcement", ()))
    is_over = clock.real_now() >= line.at + UNDO_TIME
    if is_over or told.filter(not_before__lte=now).exists():
        raise TooLate(_("The minute is over: change the visits one by one."))
    coming = Attendee.objects.filter(appointment__in=touched.get(VISIT, ())).order_by()
    rows = list(coming.values_list("pk", "patient_id"))
    looked_at = {name: set(ids) for name, ids in touched.items() if name != TASK}
    looked_at[ATTENDEE] = looked_at.get(ATTENDEE, set()) | {pk for pk, _who in rows}
    for name, ids in looked_at.items():
        if since.filter(record=name, record_id__in=ids).exists():
            raise TooLate(_("Somebody changed one of these visits since."))
    if since.filter(patient_id__in={who for _pk, who in rows}, kind__in=GONE).exists():
        raise TooLate(_("Care has ended since: change the visits one by one."))


def _check_alone(touched: Collection[int], since: QuerySet[TrailEntry]) -> None:
    """Raise PatientElsewhere where somebody got another visit since the act."""
    back = Attendee.objects.filter(appointment__in=touched, status__in=LIVE)
    rows = back.filter(is_withdrawn=False, appointment__is_live=True)
    for row in rows.select_related("appointment__location"):
        other = visits.other_visit(row.appointment, row.patient_id)
        if other is None or other.appointment_id in touched:
            continue
        if since.filter(record=ATTENDEE, record_id=other.pk).exists():
            words = visits.elsewhere_words(row.appointment, other)
            raise booking.PatientElsewhere(words)


def _then(record: Recorded, first: int) -> Any:
    """How a record stood before its first history row of an act, if it was there."""
    rows = record.history.filter(history_id__lt=first)
    return rows.order_by("-history_id").first()


# Putting back -----------------------------------------------------------------------
def _put_visits_back(rows: Mapping[int, int], *, by: Actor) -> None:
    """Each visit once its old time is free: another of them may still be there."""
    waiting = list(rows)
    while waiting:
        waiting.reverse()
        left = [pk for pk in waiting if not _put_visit_back(pk, rows[pk], by=by)]
        if len(left) == len(waiting):
            raise booking.SlotTaken(_gone_words(left[-1], rows[left[-1]]))
        waiting = left


def _put_visit_back(pk: int, first: int, *, by: Actor) -> bool:
    """Whether it went: not while somebody else has its time."""
    visit = locked(Appointment(pk=pk))
    then, version = _then(visit, first), visit.version
    if then is None:
        visit.is_live = False
    else:
        undoing.restore(visit, then)
    visit.version = version + visits.BACK
    if visit.is_live and taken.clash_of(visit):
        return False
    booking.keep_visit(visit, by=by, kind="appointment.undone")
    return True


def _gone_words(pk: int, first: int) -> str:
    then = _then(Appointment(pk=pk), first)
    place = Appointment.objects.select_related("location").get(pk=pk).location
    words = _("%(when)s has been given to somebody else.")
    return words % {"when": zones.moment(then.starts_at, place.time_zone)}


def _put_back(record: Recorded, first: int, *, by: Actor, now: datetime) -> None:
    record, then = locked(record), _then(record, first)
    if isinstance(record, Task):
        _put_task_back(record, then, by=by)
        return
    if then:
        undoing.restore(record, then)
    else:
        _withdraw(record, now=now)
    keep(record, by=by, kind=_kind_of(record))


def _put_task_back(task: Task, then: Task | None, *, by: Actor) -> None:
    """What the act asked for is not owed, what it settled is; what is done is done."""
    is_owed = then is not None and not then.is_withdrawn
    if task.done_at is None and task.is_withdrawn == is_owed:
        (work.restore if is_owed else work.withdraw)(task=task, by=by)


def _withdraw(record: Any, *, now: datetime) -> None:
    """What the act made stays as a row that counts nowhere."""
    match record:
        case Series():
            record.is_ended = True
        case SeriesMember():
            record.is_current = False
        case SeriesSkip():
            record.is_withdrawn = True
        case Attendee():
            undoing.call_off(record, now=now)
        case Announcement():
            record.withdrawn_at = now


def _kind_of(record: Recorded) -> str:
    match record:
        case Attendee():
            return "attendee.undone"
        case Announcement():
            return "announcement.withdrawn"
    return "series.put_back"
