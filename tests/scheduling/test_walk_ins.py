"""Somebody is here without a visit: found while typing, taken by one press."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from practice import duty
from practice.trail import keep
from scheduling import booking
from scheduling.booking import Plan
from scheduling.minutes import minute_of
from scheduling.models import Appointment, BusyCalendar, ExternalBusy
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
PEOPLE = "/board/walk-in/people/"


@layer
def visit(kind, clinician, location, hours, patient, front_desk, now):
    """Monday at eleven; it is ten."""
    plan = Plan(kind, clinician, location, at(11, day=2))
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


def test_somebody_who_is_here_is_found_while_typing_and_taken_by_a_press(
    desk, visit, location, now
):
    person = cast.make_patient(
        at=location, given_name="Wanda", born_on=date(1990, 4, 2)
    )
    typed = {"who": "Wanda"}

    found = desk.post(PEOPLE, typed, headers={"HX-Request": "true"}).content.decode()
    form = desk.get("/board/walk-in/").context["form"]
    pressed = {"patient": person.pk, "seen_by": form["seen_by"].initial}
    answer = desk.post("/board/walk-in/", typed | pressed)

    assert f'name="patient"\n                  value="{person.pk}"' in found
    assert "born 2 Apr 1990" in found
    assert answer.url == reverse("board")
    assert Appointment.objects.filter(attendees__patient=person).exists()


def test_a_search_without_a_script_keeps_who_sees_them_and_says_nothing_red(
    desk, visit, location
):
    cast.make_clinician(at=location)
    typed = {"who": "Patience", "seen_by": f"{visit.clinician_id}"}

    answer = desk.post(PEOPLE, typed)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert visit.attendees.get().patient.display_name in page
    assert answer.context["form"]["seen_by"].value() == typed["seen_by"]
    assert "Nothing was saved" not in page


def test_a_walk_in_of_nobody_is_told_at_the_top(desk, visit):
    form = desk.get("/board/walk-in/").context["form"]

    answer = desk.post("/board/walk-in/", {"seen_by": form["seen_by"].initial})

    assert answer.status_code == 422
    assert "Say who is here" in answer.content.decode()


def test_a_new_patient_comes_back_to_the_walk_in(desk, visit):
    page = desk.get("/board/walk-in/").content.decode()

    assert "/patients/new/?next=/board/walk-in/%3F" in page


def test_somebody_is_squeezed_in_although_their_own_calendar_is_busy(
    as_, manager, visit, location, clinician, now
):
    source = keep(
        BusyCalendar(staff=clinician, host="elsewhere.test", added_at=now),
        by=cast.FOUNDER,
        kind="busy_calendar.added",
    )
    hour = {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    ExternalBusy.objects.create(calendar=source, clinician=clinician, **hour)
    person = cast.make_patient(at=location)
    squeezed = {"seen_by": f"now-{clinician.pk}", "reason": "Cannot wait"}

    answer = as_(manager).post(f"/board/walk-in/?patient={person.pk}", squeezed)

    assert answer.status_code == 302
    assert Appointment.objects.get(attendees__patient=person).starts_at == now


def test_somebody_is_squeezed_in_where_no_room_is_free(
    as_, manager, location, clinician, hours, now
):
    kind = make_type(clinician, needs_room=True)
    person = cast.make_patient(at=location)
    path = f"/board/walk-in/?patient={person.pk}&type={kind.pk}"
    squeezed = {"seen_by": f"now-{clinician.pk}", "reason": "Cannot wait"}

    as_(manager).post(path, squeezed)

    assert Appointment.objects.get(attendees__patient=person).room is None


# Nobody is free --------------------------------------------------------------------
@pytest.fixture
def evening(visit):
    """The same Monday, after the hours."""
    with time_machine.travel(at(18, day=2), tick=False):
        yield


def test_who_may_not_squeeze_in_reads_that_nobody_is_free_and_the_ways_on(
    desk, evening, patient, clinician, kind, location
):
    page = desk.get(f"/board/walk-in/?patient={patient.pk}").content.decode()

    assert "Who sees them" not in page
    assert f"Nobody who offers “{kind}” is free here today any more: put them" in page
    assert f"/board/calls/{patient.pk}/note/?outcome=call_back" in page
    assert f"Book Tue 3 Mar 2026, 9:00 AM with {clinician.name}" in page
    book = re.search(r'href="(/visits/new/[^"]+)"', page)
    assert book
    slot = f"slot={clinician.pk}.{location.pk}.{minute_of(at(9))}"
    assert slot in book[1]


def test_the_next_free_time_is_filled_in_on_the_page_that_it_leads_to(
    desk, evening, patient, clinician
):
    page = desk.get(f"/board/walk-in/?patient={patient.pk}").content.decode()
    [book] = re.findall(r'href="(/visits/new/[^"]+)"', page)

    form = desk.get(unescape(book)).context["form"]

    assert str(form["starts_at"].value()).startswith("2026-03-03T09:00")
    assert str(form["clinician"].value()) == str(clinician.pk)


def test_who_may_squeeze_in_still_chooses_with_whom(as_, manager, evening, patient):
    path, boss = f"/board/walk-in/?patient={patient.pk}", as_(manager)

    answer = boss.get(path)
    refused = boss.post(path, {"seen_by": answer.context["form"]["seen_by"].initial})

    page = answer.content.decode()
    assert "squeeze them in below" in page
    assert "Who sees them" in page
    assert "now, squeezed in" in page
    assert refused.status_code == 422
    assert "Say why they are squeezed in." in refused.content.decode()


def test_without_a_chart_the_call_list_itself_is_a_way_on(desk, evening):
    page = desk.get("/board/walk-in/").content.decode()

    assert 'href="/board/calls/"' in page
    assert 'name="who"' not in page


def test_a_press_that_came_too_late_says_so_once(desk, evening, patient, clinician):
    pressed = {"patient": patient.pk, "seen_by": clinician.pk}

    answer = desk.post("/board/walk-in/", pressed)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody is free here any more." in text
    assert "Select a valid choice" not in text


def test_when_weeks_are_full_another_day_is_looked_for(desk, evening, clinician):
    spans = []
    duty.set_duty_hours(
        staff=clinician,
        location=clinician.placements.get().location,
        spans=spans,
        by=cast.FOUNDER,
    )

    page = desk.get("/board/walk-in/").content.decode()

    assert "Look for another day" in page
