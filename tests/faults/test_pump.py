"""`manage.py pump` alone, set up by the environment: what is owed leaves, and is heard.

No task queue, no sender and no web server runs; the vendor's stand-in is all there is.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from practice import clock, duty
from scheduling import booking
from tests import cast
from tests.faults.machine import Machine
from tests.faults.texting_site import TextingSite
from tests.faults.vendor_process import vendor_running
from tests.messaging.posting import reachable
from tests.scheduling.conftest import make_type

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
DAYS, MINUTES = timedelta(days=1), timedelta(minutes=1)
ALL_DAY = [(day, time(8), time(18)) for day in range(7)]
CAME_IN = "SELECT body FROM messaging_message ORDER BY id"


@pytest.fixture
def number(patient, clinician, location):
    """Whoever has this number has a visit in three days, booked two minutes ago."""
    duty.set_duty_hours(
        staff=clinician, location=location, spans=ALL_DAY, by=cast.FOUNDER
    )
    number = reachable(patient)
    day = (clock.now() + 3 * DAYS).date()
    at = datetime.combine(day, time(10), ZoneInfo(location.time_zone))
    plan = booking.Plan(make_type(clinician), clinician, location, at)
    booking.book(
        plan=plan,
        patients=[patient],
        by=cast.FOUNDER,
        now=clock.now() - 2 * MINUTES,
    )
    return number


@pytest.fixture
def machine(number, tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def test_a_visit_that_was_booked_is_told_and_what_comes_back_is_read(machine, number):
    with vendor_running() as vendor:
        site = TextingSite(machine, vendor)

        said = site.pump()
        texts = [one["body"] for one in vendor.settle()["taken"][number]]
        assert said.startswith("handed over: 2;")
        assert "STOP to end" in texts[0]  # their first text says what is texted
        assert "is booked for" in texts[1]

        vendor.receive("When was it again?", is_lost=True, **{"from": number})
        site.pump()
        assert machine.rows(CAME_IN) == [("When was it again?",)]

        assert site.pump().startswith("Nothing was due.")
        assert vendor.taken() == {number: 2}
