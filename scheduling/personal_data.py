"""PERSONAL_DATA: what this floor keeps about a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import ngettext

from practice import moved_off, zones
from practice.models import Task
from scheduling import risk
from scheduling.models import (
    Appointment,
    Attendee,
    ClearedVisit,
    Delay,
    LeftToPeople,
    PlannedVisit,
    Reminder,
    Series,
    SeriesMember,
    TelehealthCheckIn,
    VisitRisk,
)
from scheduling.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_NOTES = ("desk_note", "double_reason", "outside_reason")
_VISIT = ("starts_at", "ends_at", "modality")
_TYPED = ("desk_note", "double_reason")
_ATTENDED = ("appointment", "status", "status_at", "reason", "is_withdrawn")
_NAMES = ("type__name", "clinician__name", "location__name")


class VisitData:
    """The visits of a chart, with their outcomes; the times stay, without a name."""

    name = "visits"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        return {
            "visit": _visits(patient_ids),
            "extra_call": self._reckoned(patient_ids),
            "reminder": _reminders(patient_ids),
            **self._of_the_day(patient_ids),
        }

    def _of_the_day(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        """What they answered at video visits, and when they said they were late."""
        video = TelehealthCheckIn.objects.filter(patient__in=patient_ids)
        asked = video.order_by("asked_at").values(
            "asked_at", "whereabouts", "call_back", "company"
        )
        late = Delay.objects.filter(attendee__patient__in=patient_ids)
        said = late.order_by("said_at").values("said_at", "minutes", "is_withdrawn")
        return {
            "telehealth_check_in": [
                row | {"call_back": str(row["call_back"])} for row in asked
            ],
            "running_late": list(said),
        }

    def _reckoned(self, patient_ids: Sequence[int]) -> list[Mapping[str, Any]]:
        """What is inferred of a person is their data, so it is told whom it is about.

        Here, where a patient asks for their own chart, and in no other export.
        """
        rows = VisitRisk.objects.filter(attendee__patient__in=patient_ids)
        rows = rows.select_related("attendee__appointment").order_by("pk")
        return [
            {
                "visit_starts_at": row.attendee.appointment.starts_at,
                "may_need_an_extra_call": row.may_need_call,
                "reasons": risk.words_of(row.reasons),
                "reckoned_at": row.scored_at,
            }
            for row in rows
        ]

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """A visit with nobody would keep its time, and a series its clinician."""
        rows = Attendee._base_manager.filter(
            patient__in=patient_ids, is_withdrawn=False, status__in=OPEN
        ).select_related("appointment__location")
        visits = [row.appointment for row in rows.order_by("appointment__starts_at")]
        members = SeriesMember._base_manager.filter(
            patient__in=patient_ids, is_current=True, series__is_ended=False
        )
        series = members.values("series").distinct().count()
        return [*_open_visits(visits), *_open_series(series)]

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return [
            Attendee._base_manager.filter(patient__in=patient_ids),
            SeriesMember._base_manager.filter(patient__in=patient_ids),
            TelehealthCheckIn._base_manager.filter(patient__in=patient_ids),
            Delay._base_manager.filter(attendee__patient__in=patient_ids),
        ]

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        return [
            VisitRisk.objects.filter(attendee__patient__in=patient_ids),
            PlannedVisit.objects.filter(attendee__patient__in=patient_ids),
            *reminders_of(patient_ids),
        ]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """The time of a visit stays: it was the clinician's and the room's as well.

        Its video address goes, unless somebody else is still to come by it. What was
        typed of a series, its lines say without whose it is. And sentences of ours
        name who was in the way: of a clearing also whose visit it was by then. One
        reason for several is gone with each; a visit that moved to the right chart
        keeps what does not name them.
        """
        theirs = Appointment._base_manager.filter(attendees__patient__in=patient_ids)
        theirs = theirs.distinct()
        others = Attendee._base_manager.filter(is_withdrawn=False, status__in=OPEN)
        others = others.exclude(patient__in=patient_ids)
        stood = Attendee.history.filter(patient_id__in=patient_ids)
        cleared = ClearedVisit._base_manager.filter(
            appointment__in=set(stood.values_list("appointment_id", flat=True))
        )
        joined = SeriesMember.history.filter(patient_id__in=patient_ids)
        joined_ids = set(joined.values_list("series_id", flat=True))
        series = Series._base_manager.filter(pk__in=joined_ids)
        asked = Task._base_manager.filter(
            path__in=[reverse("series", args=[one.pk]) for one in series]
        )
        return [
            (theirs, _NOTES),
            *_moved(patient_ids),
            (_same_reason(patient_ids), ("reason",)),
            (theirs.exclude(pk__in=others.values("appointment")), ("telehealth_url",)),
            (cleared, ("fault",)),
            (series, ()),
            (asked.exclude(patient__in=patient_ids), ("words",)),
        ]


def _visits(patient_ids: Sequence[int]) -> list[Mapping[str, Any]]:
    """Their visits; what was typed about one, where it is about nobody else.

    Whoever was ever to come to it may be meant; by a reason, of whom it was given too.
    """
    rows = Attendee.objects.filter(patient__in=patient_ids)
    others = Attendee.history.exclude(patient_id__in=patient_ids).order_by()
    shared = others.filter(appointment_id=OuterRef("appointment_id"))
    names = [f"appointment__{name}" for name in (*_VISIT, *_TYPED, *_NAMES)]
    found = rows.order_by("appointment__starts_at").values(
        *_ATTENDED, *names, shared=Exists(shared)
    )
    kept = {f"appointment__{name}": "" for name in _TYPED}
    told = others.filter(appointment_id__in=rows.order_by().values("appointment"))
    of_others = set(told.values_list("appointment_id", "reason"))
    return [
        row
        | (kept if row.pop("shared") else {})
        | ({"reason": ""} if (pk, row["reason"]) in of_others else {})
        for row in found
        for pk in (row.pop("appointment"),)
    ]


def _moved(
    patient_ids: Sequence[int],
) -> Iterator[tuple[QuerySet[Recorded], Sequence[str]]]:
    """What names them of the visits that were moved off their charts."""
    rows = moved_off.rows_of(Attendee, patient_ids=patient_ids)
    moved = set(rows.order_by().values_list("appointment", flat=True))
    visits = Appointment._base_manager.filter(pk__in=moved)
    yield from moved_off.texts(rows, ("reason",), patient_ids=patient_ids)
    yield from moved_off.texts(visits, _NOTES, patient_ids=patient_ids)


def _same_reason(patient_ids: Sequence[int]) -> QuerySet[Attendee]:
    """Others at their visits of whom once the same was said as of them."""
    theirs = Attendee.history.filter(patient_id__in=patient_ids).order_by()
    told = list(theirs.values_list("appointment_id", "reason").distinct())
    same = Attendee.history.filter(
        reason__in={reason for _visit, reason in told if reason},
        appointment_id__in={visit for visit, _reason in told},
    )
    others = same.exclude(patient_id__in=patient_ids).order_by()
    ids = set(others.values_list("id", flat=True))
    rows = Attendee._base_manager.filter(pk__in=ids)
    return rows.exclude(patient__in=patient_ids)


def _open_visits(visits: Sequence[Appointment]) -> Iterator[str]:
    if not visits:
        return
    words = ngettext(
        "%(n)s visit is still open: %(when)s. Cancel it at “Visits that are still "
        "booked” of the chart, or say how it went.",
        "%(n)s visits are still open, the first: %(when)s. Cancel them at “Visits that "
        "are still booked” of the chart, or say how they went.",
        len(visits),
    )
    when = zones.moment(visits[0].starts_at, visits[0].zone)
    yield words % {"n": len(visits), "when": when}


def _open_series(count: int) -> Iterator[str]:
    if count:
        words = ngettext(
            "%(n)s series goes on: end it, or take them out of it, on its page.",
            "%(n)s series go on: end them, or take them out of them, on their pages.",
            count,
        )
        yield words % {"n": count}


def reminders_of(patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
    """What was planned to be sent, and what was left to people; first what points at
    deliveries.
    """
    theirs = Reminder.objects.filter(attendee__patient__in=patient_ids)
    left = LeftToPeople.objects.filter(announcement__patient__in=patient_ids)
    joined = Reminder.deliveries.through.objects.filter(reminder__in=theirs)
    return [joined, theirs, left]


def _reminders(patient_ids: Sequence[int]) -> list[Mapping[str, Any]]:
    """What was planned for whom and when, and why it did not go, where it did not."""
    rows = Reminder.objects.filter(attendee__patient__in=patient_ids)
    return [
        {
            "visit_starts_at": row.starts_at,
            "message": row.step.get_occasion_display(),
            "planned_at": row.planned_at,
            "stands": row.get_state_display(),
            "reason": row.reason,
        }
        for row in rows.select_related("step").order_by("planned_at", "pk")
    ]
