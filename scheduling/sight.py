"""Which visits a staff member may see, and whose names they may read there.

The front desk sees the visits of the places it works at, managers those of all
places, and a clinician their own. The time of a visit is no secret to them; a patient
whose chart they may not open stays “Private”.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from practice import locations
from practice.models import Location, Patient, StaffMember
from practice.models.opening import OpensTo
from practice.prepared import prepared
from scheduling.models import Appointment, Attendee, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.models.appointments import AppointmentQuerySet

# Where the columns of an attendee's chart are (Attendee.chart).
CHARTS = ("patient", "patient__merged_into")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees, asked for once: for pages with many visits."""

    staff_id: int
    is_everywhere: bool
    places: frozenset[int]

    def sees(self, *, clinician_id: int, location_id: int) -> bool:
        """Whether a visit of a clinician at a place is theirs to see."""
        if self.is_everywhere or clinician_id == self.staff_id:
            return True
        return location_id in self.places


def of(staff: StaffMember) -> Sight:
    """Takes one query at most."""
    places: Iterable[int] = ()
    if staff.is_front_desk and not staff.is_manager:
        places = locations.of_staff(staff).values_list("pk", flat=True)
    return Sight(staff.pk, staff.is_manager, frozenset(places))


def visits_of(staff: StaffMember) -> AppointmentQuerySet:
    """The visits that somebody may see, as a part of any query."""
    rows = Appointment.objects.all()
    if staff.is_manager:
        return rows
    own = Q(clinician=staff.pk)
    if staff.is_front_desk:
        places = locations.of_staff(staff).order_by()
        own |= Q(location__in=places.values("pk"))
    return rows.filter(own)


def series_of(staff: StaffMember) -> QuerySet[Series]:
    """The series whose visits somebody may see."""
    rows = Series.objects.all()
    if staff.is_manager:
        return rows
    own = Q(clinician=staff)
    if staff.is_front_desk:
        places = locations.of_staff(staff).order_by()
        own |= Q(location__in=places.values("pk"))
    return rows.filter(own)


def open_places(staff: StaffMember) -> QuerySet[Location]:
    """The places whose calendar somebody opens: where they work, managers all."""
    rows = Location.objects.filter(is_active=True).order_by("name", "pk")
    if staff.is_manager:
        return rows
    mine = locations.of_staff(staff).order_by()
    return rows.filter(pk__in=mine.values("pk"))


def places_of(staff: StaffMember) -> list[Location]:
    return _places(tuple(staff.roles), staff=staff.pk)


@prepared
def _places(roles: Sequence[str], *, staff: Any) -> QuerySet[Location]:
    return open_places(StaffMember.with_roles(roles, pk=staff))


def clinicians_of(staff: StaffMember) -> QuerySet[StaffMember]:
    """With whom somebody books: who is only a clinician, with themselves.

    What they could not see afterwards they could not take back either.
    """
    rows = StaffMember.objects.active().filter(is_clinician=True)
    is_desk = staff.is_front_desk or staff.is_manager
    return rows if is_desk else rows.filter(pk=staff.pk)


def named(
    staff: StaffMember, patients: Iterable[Patient | int], *, now: datetime
) -> frozenset[int]:
    """Those of some patients whose name somebody may read; the others are “Private”.

    Takes one query. Whoever shows them says so: looks.remember(request, named(…)).
    """
    ids = {one.pk if isinstance(one, Patient) else one for one in patients}
    if not ids:
        return frozenset()
    roles = tuple(staff.roles)
    return frozenset(_named(roles, staff=staff.pk, ids=_text(ids), now=now))


@prepared
def _named(
    roles: Sequence[str], *, staff: Any, ids: Any, now: Any
) -> QuerySet[Patient, int]:
    charts = _open_to(StaffMember.with_roles(roles, pk=staff), ids, now)
    return charts.values_list("pk", flat=True)


def known(
    staff: StaffMember, patients: Iterable[int], *, now: datetime
) -> tuple[frozenset[int], frozenset[int]]:
    """Those of some patients who are `named`, and those who are `changeable`.

    Takes one query: who may change a chart may open it.
    """
    ids = set(patients)
    if not ids:
        return frozenset(), frozenset()
    roles = tuple(staff.roles)
    usual = dict(_known(roles, staff=staff.pk, ids=_text(ids), now=now))
    return frozenset(usual), frozenset(pk for pk, is_usual in usual.items() if is_usual)


@prepared
def _known(
    roles: Sequence[str], *, staff: Any, ids: Any, now: Any
) -> QuerySet[Patient, tuple[int, bool]]:
    who = StaffMember.with_roles(roles, pk=staff)
    told = _open_to(who, ids, now).annotate(is_usual=OpensTo(who))
    return told.values_list("pk", "is_usual")


def _open_to(staff: StaffMember, ids: Any, now: Any) -> QuerySet[Patient]:
    charts = Patient.objects.visible_to(staff, now=now)
    return charts.filter(pk__in=_these(ids)).order_by()


def changeable(staff: StaffMember, patients: Iterable[Patient | int]) -> frozenset[int]:
    """Those of some patients for whom somebody may book, move and check in."""
    ids = {one.pk if isinstance(one, Patient) else one for one in patients}
    if not ids:
        return frozenset()
    usual = Patient.objects.usual_to(staff).filter(pk__in=_these(_text(ids)))
    return frozenset(usual.order_by().values_list("pk", flat=True))


def closed_among(staff: StaffMember, visits: Iterable[Appointment]) -> frozenset[int]:
    """Those of some visits on whose list is somebody for whom one may not act.

    Takes two queries.
    """
    rows = Attendee.objects.filter(appointment__in=[one.pk for one in visits])
    listed = rows.filter(is_withdrawn=False).order_by()
    pairs = list(listed.values_list("appointment", "patient"))
    theirs = changeable(staff, {patient for _visit, patient in pairs})
    return frozenset(visit for visit, patient in pairs if patient not in theirs)


def _these(text: Any) -> RawSQL:
    """Numbers as one parameter: of hundreds each costs more than the question."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [text])
    return RawSQL("SELECT value FROM json_each(%s)", [text])


def _text(ids: Iterable[int]) -> str:
    """Numbers as the database reads them from a text."""
    numbers = ", ".join(map(str, ids))
    is_postgres = connection.vendor == "postgresql"
    return f"{{{numbers}}}" if is_postgres else f"[{numbers}]"
