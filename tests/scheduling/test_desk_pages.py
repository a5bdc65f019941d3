"""What the desk does all day, as its pages answer: one press each, and never a 500."""

from __future__ import annotations

import html
import re

import pytest
import time_machine
from django.urls import reverse

from practice import patients
from scheduling import booking, desk_day, visits
from scheduling.board import Lane
from scheduling.booking import Plan
from scheduling.minutes import minute_of
from scheduling.models import (
    Clearing,
    Modality,
)
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type
from tests.scheduling.desks import book_more, counts_of, queries_of

pytestmark = pytest.mark.django_db
POLL = re.compile(r'data-poll="([^"]+)"')
TOO_FAR = 999999999999  # minutes: in the year 1,903,325


@layer
def visit(kind, clinician, location, hours, patient, front_desk, now):
    """Monday at eleven; it is ten."""
    cast.make_contact(patient)
    plan = Plan(kind, clinician, location, at(11, day=2))
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@layer
def later(visit, front_desk, now):
    """Two more visits of that clinician, at twelve and at one."""
    return [
        booking.book(
            plan=Plan(visit.type, visit.clinician, visit.location, at(hour, day=2)),
            patients=[cast.make_patient(at=visit.location)],
            by=front_desk,
            now=now,
        )
        for hour in (12, 13)
    ]


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


# Addresses that nobody's page holds -------------------------------------------------
def test_a_slot_of_a_year_that_is_too_far_is_no_slot(desk, visit):
    slot = f"{visit.clinician_id}.{visit.location_id}.{TOO_FAR}"

    answers = [
        desk.get(f"/visits/new/?slot={slot}"),
        desk.post("/visits/new/", {"slot": slot}),
    ]

    assert [one.status_code for one in answers] == [200, 422]


def test_a_late_patient_is_not_fitted_in_at_a_time_that_is_none(desk, visit):
    path = reverse("late_arrival", args=[visit.pk])

    answer = desk.post(path, {"choice": str(TOO_FAR)}, follow=True)

    assert answer.status_code == 200
    assert "Choose what to do." in answer.content.decode()


def test_the_week_of_somebody_unknown_is_that_of_nobody(desk, visit):
    answer = desk.get("/calendar/?view=week&who=999999999999999999")

    assert answer.status_code == 200


# A clinician who is ill -------------------------------------------------------------
def test_a_day_of_several_visits_is_cleared_looked_at_and_undone(
    desk, visit, later, clinician
):
    chosen = {f"visit-{one.pk}": "cancel" for one in (visit, *later)}
    desk.post(f"/board/away/?who={clinician.pk}&on=2026-03-02", chosen)
    made = Clearing.objects.get()

    page = desk.get(reverse("clearing", args=[made.pk]))
    undone = desk.post(reverse("clearing_undo", args=[made.pk]))

    assert (page.status_code, undone.status_code) == (200, 302)
    for one in (visit, *later):
        assert one.attendees.get().status == Status.SCHEDULED


# Today ------------------------------------------------------------------------------
def test_todays_page_of_the_desk_shows_who_is_expected_with_their_buttons(
    desk, visit, later, patient
):
    page = desk.get("/").content.decode()

    assert page.count('<li class="board-line"') == 3
    assert patient.display_name in page
    assert reverse("visit_act", args=[visit.pk, "arrive"]) in page


def test_todays_counts_are_those_of_the_board(desk, visit, later, front_desk, now):
    visits.confirm(attendees=visit.attendees.all(), by=front_desk, now=now)
    visits.arrive(attendees=later[0].attendees.all(), by=front_desk, now=now)

    today, board = (counts_of(desk.get(path)) for path in ("/", "/board/"))

    assert today == {name: board[name] for name in today}
    assert (today["expected"], today["unconfirmed"], today["arrived"]) == (2, 1, 1)


def test_a_long_day_is_cut_and_says_how_many_more(desk, visit, later, monkeypatch):
    monkeypatch.setitem(desk_day.SHOWN, Lane.EXPECTED, 1)

    page = desk.get("/").content.decode()

    assert page.count('<li class="board-line"') == 1
    assert "2 more" in page


def test_todays_board_answers_only_what_is_new(desk, visit, front_desk, now):
    path = html.unescape(POLL.search(desk.get("/").content.decode())[1])
    before = desk.get(path)
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)

    after = desk.get(path)

    assert (before.status_code, after.status_code) == (204, 200)
    assert after.content.strip().startswith(b'<div id="board"')


def test_today_asks_as_much_for_one_visit_as_for_many(
    desk, visit, kind, clinician, location, front_desk, now
):
    one = queries_of(desk, "/")
    book_more(kind, clinician, location, front_desk, now)

    assert queries_of(desk, "/") == one


def test_a_clinicians_today_shows_their_visits_with_the_next_step(
    as_, visit, later, clinician, patient, front_desk, now
):
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)

    page = as_(clinician).get("/")

    section = page.context["sections"][0]
    assert [one.badge for one in section.lines] == ["Arrived", "", ""]
    assert section.lines[0].person == patient.display_name
    assert section.lines[0].act_url == reverse("visit_act", args=[visit.pk, "start"])


def test_a_clinicians_today_says_who_is_paused(as_, visit, clinician, patient, now):
    patients.pause(
        patient=patient, until=None, reason="Hospital", by=clinician, now=now
    )

    page = as_(clinician).get("/")

    assert [one.badge for one in page.context["sections"][0].lines] == ["Paused"]


def test_a_clinicians_today_leaves_out_tomorrow_and_others(
    as_, visit, kind, location, clinician, front_desk, now
):
    booking.book(
        plan=Plan(kind, clinician, location, at(9, day=3)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=now,
    )
    other = cast.make_clinician(at=location)

    mine = as_(clinician).get("/").context["sections"][0]
    theirs = as_(other).get("/").context["sections"][0]

    assert len(mine.lines) == 1
    assert (theirs.title, theirs.lines) == ("Your visits", [])


def test_who_cleared_a_day_reads_so_and_does_not_do_it_twice(desk, visit, clinician):
    path = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    desk.post(path, {f"visit-{visit.pk}": "cancel"})

    page = desk.get(path)
    desk.post(path, {})

    text = page.content.decode()
    assert "This absence is recorded" in text
    assert reverse("clearing", args=[Clearing.objects.get().pk]) in text
    assert "Do this" not in text


def test_what_was_left_of_a_cleared_day_can_still_be_seen_to(desk, visit, clinician):
    path = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    desk.post(path, {f"visit-{visit.pk}": "leave"})

    page = desk.get(path).content.decode()
    desk.post(path, {f"visit-{visit.pk}": "cancel"})

    assert "This absence is recorded" in page
    assert visit.attendees.get().status == Status.CALLED_OFF


# Behind -----------------------------------------------------------------------------
def test_one_press_beside_who_waits_tells_the_next_of_that_clinician(
    as_, visit, later, front_desk, now
):
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)
    with time_machine.travel(at(11, 5, day=2), tick=False):
        client = as_(front_desk)
        page = client.get("/board/").content.decode()
        path = reverse("behind_now", args=[visit.pk])
        client.post(path)
        told = client.get("/board/").content.decode()

    assert f'formaction="{path}"' in page
    assert told.count("clinician 15 min behind") == 3
    assert "/board/delays/" in told


def test_a_patient_who_came_early_offers_no_such_press(desk, visit, front_desk, now):
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)

    page = desk.get("/board/").content.decode()

    assert reverse("behind_now", args=[visit.pk]) not in page
    assert reverse("clinician_behind_at", args=[visit.pk]) in page


def test_whoever_opens_the_page_of_a_visit_means_its_clinician(desk, visit, location):
    cast.make_clinician(at=location, name="Adam First")

    lines = desk.get(reverse("clinician_behind_at", args=[visit.pk]))
    menu = desk.get("/board/behind/")

    assert lines.context["form"]["clinician"].value() == visit.clinician_id
    assert menu.context["form"]["clinician"].value() is None


def test_the_day_is_closed_by_one_press_of_the_board(desk, visit):
    page = desk.get("/board/").content.decode()

    head = page.partition('class="board-bar')[0]
    assert "menu-item" not in head.rpartition("page-head")[2]
    assert 'href="/board/close/"' in head
    assert 'href="/board/walk-in/"' in head


# Calls ------------------------------------------------------------------------------
def test_who_wants_no_calls_stands_in_a_list_of_their_own_without_call_buttons(
    desk, kind, clinician, location, hours, front_desk, patient, now
):
    cast.make_contact(patient, may_call=False)
    plan = Plan(kind, clinician, location, at(11, day=2))
    booking.book(plan=plan, patients=[patient], by=front_desk, now=now)

    page = desk.get("/board/calls/")

    found = page.context["found"]
    assert [one.patient for one in found.otherwise] == [patient]
    assert not found.to_call
    assert 'value="left_message"' not in page.content.decode()
    assert 'value="confirmed"' in page.content.decode()


def test_a_number_is_called_by_a_press(desk, visit, patient):
    page = desk.get("/board/calls/").content.decode()

    number = patient.contact_points.get().phone
    assert f'href="tel:{number}"' in page


# Words ------------------------------------------------------------------------------
def test_who_books_reads_with_whom_and_when(desk, visit, location):
    person = cast.make_patient(at=location)
    slot = f"{visit.clinician_id}.{location.pk}.{minute_of(at(10, day=3))}"
    asked = {"patient": person.pk, "type": visit.type_id, "slot": slot}
    asked["modality"] = visit.modality

    page = desk.post(f"/visits/new/?patient={person.pk}", asked, follow=True)

    words = f"Booked: Tue 3 Mar 2026, 10:00 AM with {visit.clinician.name}."
    assert words in page.content.decode()


def test_an_address_for_video_is_asked_for_where_there_is_video(
    desk, visit, clinician, location, front_desk, now
):
    kind = make_type(clinician, name="Video", is_in_person=False, is_telehealth=True)
    plan = Plan(kind, clinician, location, at(13, day=2), Modality.TELEHEALTH)
    person = cast.make_patient(at=location)
    video = booking.book(plan=plan, patients=[person], by=front_desk, now=now)

    forms = [
        desk.get(reverse("visit_edit", args=[one.pk])).context["form"]
        for one in (visit, video)
    ]

    assert ["telehealth_url" in form.fields for form in forms] == [False, True]


def test_a_visit_without_video_keeps_its_note_and_its_room(desk, visit):
    path = reverse("visit_edit", args=[visit.pk])
    version = desk.get(path).context["form"]["version"].value()
    said = {"modality": "in_person", "desk_note": "Ramp", "version": version}

    answer = desk.post(path, said)

    visit.refresh_from_db()
    assert answer.status_code == 302
    assert (visit.desk_note, visit.telehealth_url) == ("Ramp", "")


def test_the_form_of_a_type_names_languages_in_the_staffs_own(as_, manager, kind):
    page = as_(manager).get(reverse("appointment_type", args=[kind.pk]))

    assert "In Spanish" in page.content.decode()
