"""The demo's practice: where it is, when it is open, and when it is shut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from practice import locations
from practice.trail import Automation

if TYPE_CHECKING:
    from practice.models import Location, Practice
    from practice.trail import Actor

DEMO = Automation("The demo")
WEEKDAYS = range(5)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class House:
    """The practice with its three locations, by what they are called in talk."""

    practice: Practice
    harbor: Location
    prairie: Location
    pine: Location

    @property
    def all(self) -> tuple[Location, ...]:
        return (self.harbor, self.prairie, self.pine)


def found() -> House:
    practice = locations.found(
        by=DEMO,
        name="Harbor & Pine Health",
        time_zone="America/Chicago",
        phone="+13125550100",
        urgent_phone="+13125550109",
        crisis_line=(
            "In a crisis call or text 988, at any hour. "
            "If a life is in danger, call 911."
        ),
        crisis_line_es=(
            "En una crisis llame o escriba al 988, a cualquier hora. "
            "Si hay peligro de vida, llame al 911."
        ),
        jurisdiction="us-il",
    )
    return House(practice, _harbor(), _prairie(), _pine())


def close_some_days(house: House, *, today: date, by: Actor) -> None:
    """One closure that is over, one location's and everybody's to come."""
    days = timedelta(days=1)
    locations.close_for(
        location=house.pine,
        starts_on=today - 17 * days,
        ends_on=today - 17 * days,
        reason="Road closed by snow",
        by=by,
    )
    locations.close_for(
        location=house.prairie,
        starts_on=_working_day(today + 9 * days),
        ends_on=_working_day(today + 9 * days),
        reason="New elevator is inspected",
        by=by,
    )
    locations.close_for(
        location=None,
        starts_on=_working_day(today + 18 * days),
        ends_on=_working_day(today + 18 * days),
        reason="Team day",
        by=by,
    )


def _working_day(day: date) -> date:
    return day if day.weekday() in WEEKDAYS else day + timedelta(days=2)


def _harbor() -> Location:
    location = locations.add(
        by=DEMO,
        name="Harbor House",
        short_name="Harbor",
        address="2200 Lanternmere Avenue, 3rd floor\nChicago, IL 60657",
        state="IL",
        time_zone="America/Chicago",
        phone="+13125550101",
        directions="Elevator in the courtyard; ring twice after six.",
        is_step_free=True,
    )
    spans = [(day, time(8), time(20)) for day in range(4)]
    spans += [(4, time(8), time(17)), (SATURDAY, time(9), time(13))]
    locations.set_hours(location=location, spans=spans, by=DEMO)
    return location


def _prairie() -> Location:
    location = locations.add(
        by=DEMO,
        name="Prairie Rooms",
        short_name="Prairie",
        address="418 Curlewgate Street\nOak Park, IL 60302",
        state="IL",
        time_zone="America/Chicago",
        phone="+17085550102",
        directions="Two blocks from the train, above the bakery.",
    )
    spans = [(day, time(8), time(18)) for day in WEEKDAYS]
    locations.set_hours(location=location, spans=spans, by=DEMO)
    return location


def _pine() -> Location:
    location = locations.add(
        by=DEMO,
        name="Pine Lodge",
        short_name="Pine",
        address="75 Juniperhollow Road\nFlagstaff, AZ 86001",
        state="AZ",
        time_zone="America/Phoenix",
        phone="+19285550103",
        directions="Parking behind the house; the ramp is on the left.",
        is_step_free=True,
    )
    spans = [(day, time(8), time(12)) for day in WEEKDAYS]
    spans += [(day, time(13), time(17)) for day in WEEKDAYS]
    locations.set_hours(location=location, spans=spans, by=DEMO)
    return location
