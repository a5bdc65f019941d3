"""Two of the demo who come on one day have one phone, and agreed to one text."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from practice import contacts, zones
from practice.models import ContactPoint, Practice
from practice.seeds.houses import DEMO
from practice.states import PatientState
from scheduling import reminders
from scheduling.models import Attendee, Modality
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

A_DAY, GROWN = timedelta(days=1), 21


def share_a_phone(*, now: datetime) -> None:
    """The first two who may, of tomorrow or the next days: the same in every demo."""
    zone = Practice.objects.get().time_zone
    today = zones.local_day(now, zone)
    for ahead in range(1, 8):
        visits = _of_day(today + ahead * A_DAY, zone, now=now)
        phones = {row.pk: point for row in visits if (point := _phone(row))}
        known = [row for row in visits if row.pk in phones]
        for first, second in combinations(known, 2):
            if _may_be_kin(first, second):
                _give(phones[first.pk], second, now=now)
                return


def _of_day(day: date, zone: str, *, now: datetime) -> Sequence[Attendee]:
    rows = Attendee.objects.filter(
        is_withdrawn=False,
        status=Status.SCHEDULED,
        patient__state=PatientState.ACTIVE,
        patient__merged_into=None,
        patient__is_restricted=False,
        patient__born_on__lt=day - GROWN * 366 * A_DAY,
        patient__caregivings=None,
        appointment__modality=Modality.IN_PERSON,
        appointment__starts_at__gte=zones.first_moment(day, zone),
        appointment__starts_at__lt=zones.end_of(day, zone),
        appointment__booked_at__lt=now - 4 * A_DAY,
    )
    return list(reminders.with_visit(rows).order_by("appointment__starts_at", "pk"))


def _phone(row: Attendee) -> ContactPoint | None:
    """The number that they use first, where nothing about it is delicate."""
    points = row.patient.contact_points.filter(
        kind="phone", ended_at=None, is_first=True, may_text=True, safe_from=None
    )
    return points.filter(name_used="").first()


def _may_be_kin(first: Attendee, second: Attendee) -> bool:
    one, other = first.patient, second.patient
    is_one_place = first.appointment.location_id == second.appointment.location_id
    is_one_tongue = one.written_language == other.written_language
    is_apart = first.appointment_id != second.appointment_id
    return one.pk != other.pk and is_one_place and is_one_tongue and is_apart


def _give(phone: ContactPoint, second: Attendee, *, now: datetime) -> None:
    number = str(phone.phone)
    contacts.change(point=phone, value=number, may_join_texts=True, by=DEMO, now=now)
    contacts.add(
        owner=second.patient,
        kind="phone",
        value=number,
        label="family",
        is_first=True,
        may_text=True,
        may_call=True,
        may_name_practice=phone.may_name_practice,
        may_join_texts=True,
        by=DEMO,
        now=now - 3 * A_DAY,
    )
