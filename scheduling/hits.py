"""Visits that stand where no hours are: nothing moves them by itself.

Hours change, somebody falls ill, a location shuts, a room closes: the visits that
were booked before stay where they are. Whoever changes hours sees them first; they
are loose ends until a person moves, cancels or leaves them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import work, zones
from practice.contributions import Hit, HoursChange, Line
from practice.models import Absence, Closure, Role
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import busy, hours, sight, slots
from scheduling.minutes import minute_of
from scheduling.models import Appointment, Attendee, Room

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location, StaffMember
    from scheduling.models.appointments import AppointmentQuerySet
    from scheduling.slots import Span

DAY = timedelta(days=1)


class NoReason(NotPossible):
    """Who leaves a visit outside the hours says why."""

    field = "reason"


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """A visit, why it cannot stay where it is, and who comes to it."""

    visit: Appointment
    why: str


def ahead(*, now: datetime) -> AppointmentQuerySet:
    """Live visits to come, and since when each stands outside the hours on purpose."""
    on_purpose = Appointment.history.filter(
        id=OuterRef("pk"), outside_reason=OuterRef("outside_reason")
    ).exclude(outside_reason="")
    shut = Room.history.filter(id=OuterRef("room"), is_active=False)
    rows = Appointment.objects.live().filter(ends_at__gt=now)
    rows = rows.annotate(
        on_purpose_since=_first_date(on_purpose.order_by("history_id")),
        room_shut_at=_first_date(shut.order_by("-history_id")),
    )
    coming = Attendee.objects.filter(is_withdrawn=False)
    coming = coming.select_related("patient__merged_into")
    return rows.select_related(
        "type", "clinician", "location", "room"
    ).prefetch_related(Prefetch("attendees", coming))


def loose_ends(visits: Iterable[Appointment]) -> list[LooseEnd]:
    """Those of the visits `ahead` that stand where no hours are, the soonest first.

    Takes six queries more than the visits.
    """
    rows = list(visits)
    if not rows:
        return []
    known = _Known.of(rows)
    found = [LooseEnd(visit, why) for visit in rows if (why := known.trouble_of(visit))]
    return sorted(found, key=lambda one: (one.visit.starts_at, one.visit.pk))


@transaction.atomic
def leave(*, visit: Appointment, reason: str, by: Actor) -> Appointment:
    """A visit stays outside the hours, and is no loose end any more.

    Raises NoReason.
    """
    if not reason.strip():
        raise NoReason(_("Say why it stays."))
    visit = locked(visit)
    if reason == visit.outside_reason:
        raise NoReason(_("Say what is new since that reason was given."))
    visit.outside_reason = reason
    return keep(visit, by=by, kind="appointment.left_outside", reason=reason)


@transaction.atomic
def take_up(*, visit: Appointment, by: Actor) -> Appointment:
    """The undo: it is a loose end again."""
    visit = locked(visit)
    visit.outside_reason = ""
    return keep(visit, by=by, kind="appointment.taken_up")


class Visits:
    """HOURS_HITS of this floor."""

    def found(self, change: HoursChange) -> Sequence[Hit]:
        visits = ahead(now=change.now)
        if change.staff_id is not None:
            visits = visits.filter(clinician=change.staff_id)
        if change.location_id is not None:
            visits = visits.filter(location=change.location_id)
        return hits_of(loose_ends(visits), looker=change.looker, now=change.now)

    def hand_over(self, hits: Sequence[Hit], *, by: StaffMember, now: datetime) -> str:
        work.raise_task(
            kind="calendar.loose_ends",
            title=_("Visits stand outside the hours: find another time, or leave them"),
            to=Role.FRONT_DESK,
            due_at=now + DAY,
            path=reverse("loose_ends"),
            by=by,
            now=now,
        )
        words = ngettext(
            "%(n)d visit is on the front desk's list of loose ends.",
            "%(n)d visits are on the front desk's list of loose ends.",
            len(hits),
        )
        return words % {"n": len(hits)}

    def keeps_clock(self, location: Location, *, now: datetime) -> str:
        """Patients were told the times of the visits that are to come, and what has
        been is told by the clock that hung there.
        """
        visits = Appointment.objects.live().filter(location=location)
        count = visits.filter(ends_at__gt=now).count()
        if not count:
            return _was_used() if visits.exists() else ""
        words = ngettext(
            "%(n)d visit is booked here by this clock: by another one it would be at "
            "another time than the patient was told. Move or cancel it first.",
            "%(n)d visits are booked here by this clock: by another one they would be "
            "at other times than the patients were told. Move or cancel them first.",
            count,
        )
        return words % {"n": count}


def _was_used() -> str:
    return _(
        "Visits took place here by this clock: by another one they would stand at "
        "times at which they were not. Close this place, and add another one."
    )


VISITS = Visits()


def hits_of(
    found: Sequence[LooseEnd], *, looker: StaffMember, now: datetime
) -> list[Hit]:
    """Loose ends as lines, each named as far as the looker may read names."""
    coming = [row.chart.pk for one in found for row in people_of(one.visit)]
    named, theirs = sight.known(looker, coming, now=now)
    own = zones.of_practice() if found else ""
    return [_hit(one, named, theirs, own) for one in found]


def people_of(visit: Appointment) -> list[Attendee]:
    return [row for row in visit.attendees.all() if row.is_coming]


def _hit(
    one: LooseEnd, named: Collection[int], theirs: Collection[int], own: str
) -> Hit:
    visit = one.visit
    patients = [row.chart for row in people_of(visit)]
    open_to = [patient for patient in patients if patient.pk in named]
    hidden = [_("Private")] * (len(patients) - len(open_to))
    when = zones.moment(visit.starts_at, visit.zone)
    line = Line(
        title=when if visit.zone == own else f"{when}, {zones.spoken(visit.zone)}",
        url=reverse("visit", args=[visit.pk]),
        person=", ".join([*(row.display_name for row in open_to), *hidden]),
        initials=", ".join([*(row.initials for row in open_to), *hidden]),
        detail=f"{visit.type} · {visit.clinician} · {visit.location}",
        badge=one.why,
        tone="warn",
    )
    is_open = all(patient.pk in theirs for patient in patients)
    return Hit(str(visit.pk), line, [patient.pk for patient in open_to], is_open)


@dataclass(frozen=True, slots=True)
class _Known:
    """The hours around some visits, asked for once."""

    windows: Mapping[tuple[int, int], Sequence[Span]]
    protected: Mapping[int, Sequence[Span]]
    away: Mapping[int, Sequence[Absence]]
    elsewhere: Mapping[int, Sequence[busy.Stretch]]
    shut: Sequence[Closure]

    @classmethod
    def of(cls, visits: Sequence[Appointment]) -> _Known:
        first = min(visit.taken_from for visit in visits) - DAY
        last = max(visit.taken_until for visit in visits) + DAY
        people = {visit.clinician_id for visit in visits}
        span = (last.date() - first.date()).days
        days = [first.date() + number * DAY for number in range(span + 1)]
        table = hours.of_clinicians(people, days=(days[0], days[-1]))
        windows: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for one in table.windows(days):
            windows[one.clinician, one.place].append((one.starts, one.ends))
        pauses: dict[int, list[Span]] = defaultdict(list)
        for whose, starts, ends in table.protected(days):
            pauses[whose].append((starts, ends))
        away: dict[int, list[Absence]] = defaultdict(list)
        absences = Absence.objects.filter(
            staff__in=people, is_withdrawn=False, starts_at__lt=last, ends_at__gt=first
        )
        for row in absences.annotate(noted_at=_noted_at(Absence)):
            away[row.staff_id].append(row)
        closures = Closure.objects.filter(
            is_withdrawn=False, starts_on__lte=days[-1], ends_on__gte=days[0]
        )
        shut = list(closures.annotate(noted_at=_noted_at(Closure)))
        merged = {key: slots.merged(spans) for key, spans in windows.items()}
        elsewhere = busy.elsewhere(people, begins=first, ends=last)
        return cls(merged, pauses, away, elsewhere, shut)

    def trouble_of(self, visit: Appointment) -> str:
        """Why a visit cannot stay where it is, in a few words; empty if it can."""
        begins = minute_of(visit.taken_from)
        ends = minute_of(visit.taken_until + timedelta(seconds=59))
        if (
            visit.room is not None
            and not visit.room.is_active
            and _is_news(visit, getattr(visit, "room_shut_at", None))
        ):
            return _("%(room)s is closed") % {"room": visit.room}
        if self._is_away(visit):
            return _("%(name)s is away") % {"name": visit.clinician}
        if self._is_shut(visit):
            return _("%(place)s is closed") % {"place": visit.location}
        if visit.outside_reason:
            return ""
        if self._is_elsewhere(visit):
            return _("%(name)s is busy elsewhere") % {"name": visit.clinician}
        pauses = self.protected.get(visit.clinician_id, ())
        if any(starts < ends and until > begins for starts, until in pauses):
            return _("In protected time")
        here = self.windows.get((visit.clinician_id, visit.location_id), ())
        if any(starts <= begins and ends <= until for starts, until in here):
            return ""
        return _("Outside the hours")

    def _is_away(self, visit: Appointment) -> bool:
        return any(
            row.starts_at < visit.taken_until
            and row.ends_at > visit.taken_from
            and _is_news(visit, getattr(row, "noted_at", None))
            for row in self.away.get(visit.clinician_id, ())
        )

    def _is_elsewhere(self, visit: Appointment) -> bool:
        """Whether their own calendar says so, whenever that came to be known."""
        return any(
            starts_at < visit.taken_until and ends_at > visit.taken_from
            for starts_at, ends_at in self.elsewhere.get(visit.clinician_id, ())
        )

    def _is_shut(self, visit: Appointment) -> bool:
        day: date = zones.local_day(visit.starts_at, visit.zone)
        return any(
            row.location_id in (None, visit.location_id)
            and row.covers(day)
            and _is_news(visit, getattr(row, "noted_at", None))
            for row in self.shut
        )


def _is_news(visit: Appointment, since: datetime | None) -> bool:
    """Whether a trouble came after somebody put the visit where it is on purpose."""
    if not visit.outside_reason:
        return True
    known_since: datetime | None = getattr(visit, "on_purpose_since", None)
    return known_since is None or since is None or since > known_since


def _noted_at(model: type[Absence | Closure]) -> Subquery:
    rows = model.history.filter(id=OuterRef("pk"))
    return _first_date(rows.order_by("history_id"))


def _first_date(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.values("history_date")[:1])
