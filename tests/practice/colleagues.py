"""A colleague with everything that an address may point to, for the walks."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from practice import duty, invitations, locations
from practice.models import Closure, Location, Role, StaffMember
from tests import cast
from tests.cast import FOUNDER, MONDAY


def team(people: dict[str, StaffMember], location: Location) -> dict[str, Any]:
    """A colleague with hours, an absence, a turn on call; somebody invited."""
    clinician = people["clinician"]
    colleague = cast.make_clinician(at=location, name="Cora Colleague")
    week, day = timedelta(days=7), timedelta(days=1)
    duty.set_duty_hours(
        staff=colleague, location=location, spans=[(0, time(9), time(17))], by=FOUNDER
    )
    return {
        "colleague": colleague,
        "invitation": _invitation(location, people["manager"]),
        "absence": duty.record_absence(
            staff=colleague,
            kind="leave",
            starts_at=MONDAY + week,
            ends_at=MONDAY + week + day,
            cover=clinician,
            by=FOUNDER,
        ),
        "shift": duty.put_on_call(
            staff=clinician, starts_at=MONDAY, ends_at=MONDAY + day, rank=1, by=FOUNDER
        ),
        "closure": _closure(location),
    }


def _invitation(location: Location, manager: StaffMember) -> str:
    _staff, token = invitations.invite(
        name="Ivy Invited",
        email="ivy@example.test",
        roles=[Role.FRONT_DESK],
        locations=[location],
        by=manager,
        now=MONDAY,
    )
    return token


def _closure(location: Location) -> Closure:
    locations.set_hours(location=location, spans=[(0, time(8), time(18))], by=FOUNDER)
    holiday = date(2026, 7, 3)
    return locations.close_for(
        location=location,
        starts_on=holiday,
        ends_on=holiday,
        reason="Independence Day",
        by=FOUNDER,
    )
