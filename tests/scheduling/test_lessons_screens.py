"""The same lessons, on the pages: what the desk sees is what there is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from practice import duty, staffing
from scheduling import booking, catalogue, visits
from scheduling.board import Lane, board_of
from scheduling.booking import Despite
from scheduling.models import Appointment, Attendee
from scheduling.states import LIVE, Status
from tests import cast
from tests.scheduling.conftest import at, make_type
from tests.scheduling.desks import counts_of

NOW, BY, TUESDAY = cast.MONDAY, cast.FOUNDER, date(2026, 3, 3)
DESK = at(9, 30)  # when somebody looks
LANE = re.compile(r'aria-labelledby="lane-(\w+)">(.*?)</section>', re.DOTALL)
COUNT = re.compile(r'<span class="count[^>]*>(\d+)<')
VISIT = re.compile(r'href="/visits/(\d+)/["?]')


def book(plan, *patients, **more):
    return booking.book(plan=plan, patients=patients, by=BY, now=NOW, **more)


def lanes_of(page):
    """Of each list on the board the number that is printed, and whose lines stand."""
    found = LANE.findall(page.content.decode())
    return {
        name: (int(COUNT.search(part)[1]), {int(pk) for pk in VISIT.findall(part)})
        for name, part in found
    }


def words_of(page):
    return re.sub(r"\s+", " ", page.content.decode())


def day_page(browser, place, on=TUESDAY):
    asked = {"view": "day", "on": on.isoformat(), "place": place.pk}
    return browser.get(reverse("calendar"), asked)


@pytest.fixture
def desk_pc(front_desk, as_):
    with time_machine.travel(DESK, tick=False):
        yield as_(front_desk)


# A visit is shown, whatever its hour ------------------------------------------------
@pytest.mark.parametrize("hour", [4, 22])
def test_no_booked_visit_is_hidden_by_the_hours_that_are_shown(
    plan, patient, desk_pc, location, hour
):
    odd = replace(plan, starts_at=at(hour))
    visit = book(odd, patient, despite=Despite(hours="She asked for it"))

    page = day_page(desk_pc, location)

    assert reverse("visit", args=[visit.pk]) in words_of(page)


def test_the_calendar_shows_the_clock_of_the_place(
    plan, clinician, far_location, manager, as_
):
    """Nine in Phoenix is eleven in New York; whoever looks reads nine."""
    staffing.place(staff=clinician, locations=[plan.location, far_location], by=BY)
    spans = [(5, time(9), time(12))]
    duty.set_duty_hours(staff=clinician, location=far_location, spans=spans, by=BY)
    there = replace(plan, location=far_location, starts_at=at(11, day=7))
    visit = book(there, cast.make_patient(at=far_location))

    with time_machine.travel(DESK, tick=False):
        page = words_of(day_page(as_(manager), far_location, on=date(2026, 3, 7)))

    assert reverse("visit", args=[visit.pk]) in page
    assert "9:00" in page
    assert "Arizona time" in page


def test_one_odd_visit_does_not_break_the_day(plan, patient, location, desk_pc):
    """Of a type that is gone, in a room that is gone, with who has left."""
    room = catalogue.add_room(location=location, name="1", by=BY)
    odd = book(replace(plan, room=room), patient)
    usual = book(replace(plan, starts_at=at(14)), cast.make_patient(at=location))
    catalogue.change_room(room=room, is_active=False, by=BY)
    staffing.deactivate(staff=plan.clinician, by=BY)

    pages = [day_page(desk_pc, location), desk_pc.get(reverse("board"))]

    for page in pages:
        assert page.status_code == 200
        for visit in (odd, usual):
            assert reverse("visit", args=[visit.pk]) in words_of(page)


# One status, and counts that are their lists ----------------------------------------
def test_a_visit_has_one_status_and_every_page_shows_it(plan, patient, desk_pc):
    visit = book(plan, patient)
    statuses = [name for name in vars(Appointment) if "status" in name]

    desk_pc.post(reverse("visit_act", args=[visit.pk, "arrive"]))

    assert statuses == []
    assert visit.attendees.get().status == Status.ARRIVED
    for path in (reverse("board"), reverse("visit", args=[visit.pk])):
        assert "Arrived" in words_of(desk_pc.get(path))


def test_what_the_board_counts_stands_on_it(plan, location, desk_pc, front_desk):
    people = [cast.make_patient(at=location) for _one in range(4)]
    booked = [
        book(replace(plan, starts_at=at(10 + n)), one) for n, one in enumerate(people)
    ]
    visits.confirm(attendees=booked[0].attendees.all(), by=BY, now=DESK)
    visits.arrive(attendees=booked[1].attendees.all(), by=BY, now=DESK)

    page = desk_pc.get(reverse("board"))

    printed, shown = counts_of(page), lanes_of(page)
    assert (printed["expected"], printed["arrived"], printed["unconfirmed"]) == (
        3,
        1,
        2,
    )
    assert shown["arrived"] == (1, {booked[1].pk})
    assert shown["expected"] == (3, {booked[0].pk, booked[2].pk, booked[3].pk})
    for name, (count, rows) in shown.items():
        assert count == len(rows) == printed[name]


@pytest.mark.parametrize("name", ["expected", "arrived", "unconfirmed", "missing"])
def test_the_number_on_a_link_is_that_of_the_list_it_leads_to(
    plan, location, desk_pc, name
):
    booked = [
        book(replace(plan, starts_at=at(9 + n)), cast.make_patient(at=location))
        for n in range(6)
    ]
    visits.confirm(attendees=booked[4].attendees.all(), by=BY, now=DESK)
    visits.arrive(attendees=booked[3].attendees.all(), by=BY, now=DESK)

    with time_machine.travel(at(12), tick=False):
        printed = counts_of(desk_pc.get(reverse("board")))[name]
        leads_to = lanes_of(desk_pc.get(reverse("board"), {"show": name}))[name]

    assert printed == leads_to[0] == len(leads_to[1]) > 0


def test_today_counts_what_the_board_shows_also_of_a_couple(
    plan, location, desk_pc, front_desk
):
    book(plan, cast.make_patient(at=location), cast.make_patient(at=location))

    told = counts_of(desk_pc.get("/"))

    found = board_of(front_desk, day=TUESDAY, today=TUESDAY, place=None, now=DESK)
    assert told["expected"] == len(found.lanes[Lane.EXPECTED]) == 1
    assert told["unconfirmed"] == len(found.unconfirmed) == 1


# Nothing happens by itself, or by looking -------------------------------------------
def test_who_has_not_confirmed_is_called_and_keeps_the_time(plan, patient, desk_pc):
    visit = book(replace(plan, starts_at=at(10, day=4)), patient)

    page = words_of(desk_pc.get(reverse("call_list")))

    visit.refresh_from_db()
    assert patient.display_name in page
    assert (visit.is_live, visit.attendees.get().status) == (True, Status.SCHEDULED)


def test_a_past_visit_without_outcome_waits_on_the_board_for_somebody(
    plan, patient, front_desk, as_
):
    visit = book(plan, patient)

    with time_machine.travel(at(9, day=4), tick=False):
        page = words_of(as_(front_desk).get(reverse("board")))

    assert reverse("visit", args=[visit.pk]) in page
    assert visit.attendees.get().status == Status.SCHEDULED


@pytest.mark.parametrize("act", ["confirm", "arrive", "start", "complete", "no-show"])
def test_opening_an_address_does_nothing_to_a_visit(plan, patient, desk_pc, act):
    visit = book(plan, patient)

    answer = desk_pc.get(reverse("visit_act", args=[visit.pk, act]))

    assert answer.status_code == 405
    assert visit.attendees.get().status == Status.SCHEDULED


@pytest.mark.parametrize("name", ["visit_cancel", "visit_move", "visit_correct"])
def test_the_page_that_asks_changes_nothing_until_a_button_is_pressed(
    plan, patient, desk_pc, name
):
    visit = book(plan, patient)
    path = reverse(name, args=[visit.pk])
    patient_there = {"attendee": visit.attendees.get().pk}

    for _again in range(2):
        desk_pc.get(path, patient_there)

    visit.refresh_from_db()
    assert (visit.version, visit.is_live) == (1, True)
    assert Attendee.objects.filter(status__in=LIVE).count() == 1


# Words where they belong ------------------------------------------------------------
def test_what_is_missing_is_said_beside_its_field(plan, patient, desk_pc):
    asked = {"patient": patient.pk, "type": plan.type.pk, "desk_note": "Wheelchair"}

    page = desk_pc.post(reverse("book"), asked)

    form = page.context["form"]
    assert page.status_code == 422
    assert {"clinician", "location", "starts_at"} <= set(form.errors)
    assert "Wheelchair" in words_of(page)
    for name in ("clinician", "location", "starts_at"):
        assert f'id="id_{name}"' in words_of(page)


def test_who_comes_second_reads_why_beside_the_time(plan, patient, location, desk_pc):
    book(plan, patient)
    asked = {
        "patient": cast.make_patient(at=location).pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": location.pk,
        "starts_at": "2026-03-03T10:00",
        "modality": plan.modality,
    }

    page = desk_pc.post(reverse("book"), asked)

    assert page.status_code == 422
    assert "starts_at" in page.context["form"].errors
    assert Appointment.objects.count() == 1


def test_a_length_of_days_is_no_visit(plan, patient):
    """A slip of the hand does not fill the calendar of a week."""
    with pytest.raises(booking.OutsideHours, match="up to 12 hours"):
        book(replace(plan, length=timedelta(days=2)), patient)


def test_a_type_that_is_gone_keeps_its_visits(plan, patient, location, desk_pc):
    kind = make_type(plan.clinician, name="Old type")
    visit = book(replace(plan, type=kind), patient)
    catalogue.change_type(
        kind=kind,
        clinicians=[plan.clinician],
        locations=[],
        instructions={},
        is_active=False,
        by=BY,
    )

    page = day_page(desk_pc, location)

    assert reverse("visit", args=[visit.pk]) in words_of(page)
