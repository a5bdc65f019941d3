"""The desk's pages: the board, calls, a clinician who is ill, walk-ins, the evening."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from practice import looks
from practice.models import TrailEntry
from scheduling import booking, measures, visits
from scheduling.board import board_of
from scheduling.booking import Plan
from scheduling.models import Appointment, Clearing, Modality
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type
from tests.scheduling.desks import book_more, counts_of, queries_of

pytestmark = pytest.mark.django_db


@layer
def visit(kind, clinician, location, hours, patient, front_desk, now):
    """Monday at eleven; it is ten."""
    cast.make_contact(patient)
    plan = Plan(kind, clinician, location, at(11, day=2))
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


# The board ------------------------------------------------------------------------
def test_counts_are_those_of_the_lists(
    desk, visit, kind, clinician, location, front_desk, now
):
    first, *_others = book_more(kind, clinician, location, front_desk, now)
    visits.confirm(attendees=first.attendees.all(), by=front_desk, now=now)

    parts = desk.get("/board/").context["parts"]

    assert {part.name: len(part.lines) for part in parts} == {
        "expected": 4,
        "unconfirmed": 3,
        "arrived": 0,
        "in_session": 0,
        "missing": 0,
        "done": 0,
    }
    for part in parts:
        page = desk.get(part.url).content.decode()
        assert page.count('<li class="board-line"') == len(part.lines)


def test_a_poll_without_news_answers_nothing_and_is_no_look(desk, visit):
    page = desk.get("/board/")
    looked = TrailEntry.objects.filter(kind__startswith=looks.PREFIX).count()

    answer = desk.get(page.context["poll_url"], headers={"X-Background-Poll": "1"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert TrailEntry.objects.filter(kind="seen.board").count() == looked == 1


def test_a_poll_with_news_answers_the_board_alone(desk, visit, front_desk, now):
    page = desk.get("/board/")
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)

    answer = desk.get(page.context["poll_url"], headers={"X-Background-Poll": "1"})

    assert answer.status_code == 200
    assert answer.content.strip().startswith(b'<div id="board"')


def test_a_place_sticks_to_the_screen(as_, manager, visit, location, far_location):
    client = as_(manager)

    client.get(f"/board/?place={far_location.pk}")

    assert client.get("/board/").context["wanted"].place == far_location
    client.get("/board/?place=all")
    assert client.get("/board/").context["wanted"].place is None


@pytest.mark.parametrize("asked", ["?on=nonsense", "?on=0001-01-01", "?place=x&show=y"])
def test_an_address_that_was_typed_wrongly_shows_today(desk, visit, asked):
    page = desk.get(f"/board/{asked}")

    assert page.context["wanted"].day == at(11, day=2).date()


def test_one_press_checks_in_and_goes_back_to_the_board(desk, visit):
    line = desk.get("/board/").context["parts"][0].lines[0]

    answer = desk.post(
        line.next.url, {"next": "/board/?place=all", "attendee": line.attendee_ids}
    )

    assert answer.url == "/board/?place=all"
    assert visit.attendees.get().status == Status.ARRIVED


def test_the_board_asks_as_much_for_one_line_as_for_many(
    desk, visit, kind, clinician, location, front_desk, now
):
    one = queries_of(desk, "/board/")
    book_more(kind, clinician, location, front_desk, now)

    assert queries_of(desk, "/board/") == one


def test_today_shows_the_desk_its_day(desk, visit, as_, auditor):
    page = desk.get("/")

    assert page.context["sections"][0].title == "The day"
    assert counts_of(page) == {
        "expected": 1,
        "unconfirmed": 1,
        "arrived": 0,
        "in_session": 0,
        "missing": 0,
    }
    others = as_(auditor).get("/").context["sections"]
    assert "The day" not in [one.title for one in others]


# Late, behind, rooms --------------------------------------------------------------
def test_running_late_is_one_press_with_its_undo(desk, visit):
    attendee = visit.attendees.get()

    desk.post(reverse("late_said", args=[attendee.pk]), {"minutes": "20"})

    page = desk.get("/board/").content.decode()
    assert "running late 20 min" in page
    assert "/board/delays/" in page


def test_minutes_that_are_none_change_nothing(desk, visit):
    attendee = visit.attendees.get()

    desk.post(reverse("late_said", args=[attendee.pk]), {"minutes": "soon"})

    assert "1 to 240" in desk.get("/board/").content.decode()
    assert not visit.delays.exists()


def test_a_clinician_is_behind_for_the_next_visits(
    desk, visit, clinician, kind, location, front_desk, now
):
    book_more(kind, clinician, location, front_desk, now)

    answer = desk.post(
        "/board/behind/", {"clinician": clinician.pk, "minutes": 15, "visits": 2}
    )

    assert answer.status_code == 302
    assert Appointment.objects.filter(delays__minutes=15).count() == 2


def test_a_late_arrival_is_seen_shortened(desk, visit):
    url = reverse("late_arrival", args=[visit.pk])
    assert desk.get(url).status_code == 200

    desk.post(url, {"choice": "shortened"})

    assert visit.attendees.get().status == Status.ARRIVED


# A clinician who is ill -----------------------------------------------------------
def test_a_day_is_cleared_in_one_act(desk, visit, clinician):
    url = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    (one,) = desk.get(url).context["form"].affected

    answer = desk.post(url, {f"visit-{visit.pk}": one.suggested})

    made = Clearing.objects.get()
    assert answer.url == reverse("clearing", args=[made.pk])
    assert desk.get(answer.url).status_code == 200
    visit.refresh_from_db()
    assert visit.starts_at == one.moves_to


def test_the_clearing_is_undone_from_its_toast(desk, visit, clinician):
    url = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    desk.post(url, {f"visit-{visit.pk}": "cancel"})

    desk.post(reverse("clearing_undo", args=[Clearing.objects.get().pk]))

    assert visit.attendees.get().status == Status.SCHEDULED


def test_nobody_takes_back_what_somebody_else_cleared(
    desk, visit, clinician, as_, manager
):
    url = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    desk.post(url, {f"visit-{visit.pk}": "cancel"})
    undo = reverse("clearing_undo", args=[Clearing.objects.get().pk])

    page = as_(manager).post(undo, follow=True)

    assert "There is nothing to undo." in page.content.decode()
    assert Clearing.objects.get().undone_at is None


def test_a_choice_that_is_gone_is_told_beside_it(desk, visit, clinician):
    url = f"/board/away/?who={clinician.pk}&on=2026-03-02"

    answer = desk.post(url, {f"visit-{visit.pk}": "cover-999"})

    assert answer.status_code == 422
    assert "no longer possible" in answer.content.decode()


def test_who_came_meanwhile_is_asked_about_anew(
    desk, visit, clinician, front_desk, now
):
    url = f"/board/away/?who={clinician.pk}&on=2026-03-02"
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=now)

    answer = desk.post(url, {f"visit-{visit.pk}": "cancel"})

    assert answer.status_code == 422
    assert "Already here: speak to them now" in answer.content.decode()
    desk.post(url, {f"here-{visit.pk}": "cancel"})
    assert visit.attendees.get().status == Status.CALLED_OFF


def test_a_clinician_of_another_place_is_not_offered(as_, stranger, clinician, now):
    page = as_(stranger).get(f"/board/away/?who={clinician.pk}&on=2026-03-02")

    assert "fall" not in page.context


# Walk-ins and the evening ---------------------------------------------------------
def test_a_walk_in_from_the_chart_is_one_more_press(desk, visit, location, now):
    person = cast.make_patient(at=location)
    url = f"/board/walk-in/?patient={person.pk}"
    form = desk.get(url).context["form"]

    desk.post(url, {"seen_by": form["seen_by"].initial})

    booked = Appointment.objects.get(attendees__patient=person)
    assert booked.starts_at == at(10, day=2)
    assert booked.attendees.get().status == Status.ARRIVED


def test_the_evening_shows_what_is_open_and_marks_nothing(desk, visit, front_desk, now):
    with time_machine.travel(now + timedelta(hours=8), tick=False):
        client = cast.sign_in(front_desk)
        page = client.get("/board/close/")

    assert [line.visit_id for line in page.context["missing"]] == [visit.pk]
    assert visit.attendees.get().status == Status.SCHEDULED


def test_a_video_visit_asks_where_they_are(
    desk, clinician, hours, location, patient, front_desk, now
):
    kind = make_type(clinician, name="Video", is_in_person=False, is_telehealth=True)
    plan = Plan(kind, clinician, location, at(11, day=2), modality=Modality.TELEHEALTH)
    video = booking.book(plan=plan, patients=[patient], by=front_desk, now=now)
    url = reverse("telehealth_check_in", args=[video.attendees.get().pk])
    asked = {"whereabouts": "At work", "call_back": "(212) 555-0188", "company": ""}

    wrong = desk.post(url, asked | {"call_back": "12"})
    desk.post(url, asked)

    assert wrong.status_code == 422
    assert "At work · (212) 555-0188" in desk.get("/board/").content.decode()
    page = desk.get(reverse("visit", args=[video.pk])).content.decode()
    assert "At work · (212) 555-0188" in page


# The scorecard --------------------------------------------------------------------
def test_measures_count_what_the_board_counts(visit, front_desk, now):
    over = now + timedelta(days=1)

    assert measures.visits_without_outcome(now=over).value == "1"
    assert measures.unconfirmed_tomorrow(now=now - timedelta(days=1)).value == "1 of 1"


def test_a_couple_is_one_for_the_figure_as_for_the_board(
    visit, kind, clinician, location, manager, now
):
    plan = Plan(kind, clinician, location, at(13, day=2))
    pair = [cast.make_patient(at=location) for _ in range(2)]
    booking.book(plan=plan, patients=pair, by=manager, now=now)
    eve = now - timedelta(days=1)

    found = board_of(manager, day=now.date(), today=eve.date(), place=None, now=eve)

    assert len(found.unconfirmed) == 2
    assert measures.unconfirmed_tomorrow(now=eve).value == "2 of 2"


def test_the_figures_day_is_that_of_each_place(visit, clinician, manager, now):
    far = cast.make_location(time_zone="Pacific/Honolulu")
    late = Plan(visit.type, clinician, far, at(1, day=3))  # there still the second
    booking.book(
        plan=late,
        patients=[cast.make_patient(at=far)],
        despite=booking.Despite(hours="Asked for"),
        by=manager,
        now=now,
    )

    assert measures.unconfirmed_tomorrow(now=now - timedelta(days=1)).value == "2 of 2"


def test_figures_say_by_which_rule_they_count(visit, front_desk, now):
    later = now + timedelta(hours=3)
    visits.mark_no_show(attendees=visit.attendees.all(), by=front_desk, now=later)

    missed = measures.no_shows(now=later)

    assert missed.value == "100.0 % (1 of 1)"
    assert "No-show:" in missed.definition
    assert "Late:" in measures.late_cancellations(now=later).definition
