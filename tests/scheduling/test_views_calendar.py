"""The calendar's pages: what they show to whom, what stays chosen, what a drop does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import duty, patients
from practice.models import TrailEntry
from scheduling import booking, catalogue
from scheduling.booking import Despite
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

ON = "2026-03-03"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


def show(client, **wish):
    return client.get(reverse("calendar"), {"on": ON, **wish})


def drop(client, visit, **differing):
    usual = {"visit": visit.pk, "on": ON, "wall": 14 * 60, "minutes": 50}
    usual |= {"clinician": visit.clinician_id, "next": f"/calendar/?on={ON}"}
    return client.post(reverse("calendar_place"), usual | differing, follow=True)


def said(response):
    return " ".join(str(one) for one in response.context["messages"])


@pytest.mark.parametrize("view", ["day", "week", "list"])
def test_each_view_shows_the_day(desk, visit, view):
    page = show(desk, view=view)

    assert page.status_code == 200
    assert visit.clinician.name in page.content.decode()


@pytest.mark.parametrize("view", ["day", "list"])
def test_who_is_named_was_looked_at(desk, visit, patient, view):
    page = show(desk, view=view)

    assert "Paula Patience" in page.content.decode()
    line = TrailEntry.objects.get(kind="seen.calendar")
    assert line.patient_id == patient.pk


def test_a_name_is_escaped(desk, plan, location):
    hostile = cast.make_patient(at=location, given_name="<b>&\"'", family_name="O'Neil")
    booking.book(plan=plan, patients=[hostile], by=cast.FOUNDER, now=cast.MONDAY)

    page = show(desk, view="day").content.decode()

    assert "&lt;b&gt;&amp;&quot;&#x27; O&#x27;Neil" in page
    assert "<b>&" not in page


def test_a_restricted_chart_is_private_and_no_look(desk, visit, patient):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    page = show(desk, view="day").content.decode()

    assert "Private" in page
    assert "Paula" not in page
    assert not TrailEntry.objects.filter(kind="seen.calendar").exists()


def test_more_visits_take_no_more_queries(desk, plan, location, visit):
    def count():
        show(desk)
        with CaptureQueriesContext(connection) as asked:
            show(desk)
        return len(asked)

    few = count()
    for hour in (9, 11, 12, 13, 14, 15):
        somebody = cast.make_patient(at=location)
        there = replace(plan, starts_at=at(hour))
        booking.book(plan=there, patients=[somebody], by=cast.FOUNDER, now=cast.MONDAY)

    assert count() == few


def test_what_an_address_leaves_out_is_as_it_was_chosen(desk, visit, clinician):
    show(desk, view="week", who=clinician.pk)

    choice = show(desk).context["choice"]

    assert (choice.view, choice.who) == ("week", (clinician.pk,))


def test_a_choice_is_a_persons_own(desk, visit, clinician, manager):
    show(desk, view="list")
    other = cast.sign_in(manager)
    for name, cookie in desk.cookies.items():
        if name.startswith("wellhouse-calendar"):
            other.cookies[name] = cookie.value

    assert show(other).context["choice"].view == "day"


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "yesterday"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31", "view": "week"},
        {"who": "x"},
        {"who": "9" * 40},
        {"place": "-1"},
        {"view": "year", "by": "colour"},
    ],
)
def test_an_address_that_makes_no_sense_shows_what_it_can(desk, visit, wrong):
    assert show(desk, **wrong).status_code == 200


def test_everything_chosen_stands_in_the_address_to_share(desk, visit, location):
    choice = show(desk, view="day", by="room").context["choice"]

    assert choice.path == (
        f"/calendar/?view=day&on={ON}&place={location.pk}&by=room&who="
    )


def test_nobody_sees_a_place_where_they_do_not_work(stranger, visit, location):
    page = show(cast.sign_in(stranger), place=location.pk)

    assert page.context["choice"].place.name == "Phoenix"
    assert "Paula" not in page.content.decode()


def test_a_zone_that_is_not_the_practices_is_said_in_words(stranger):
    page = show(cast.sign_in(stranger))

    assert "Arizona time" in page.content.decode()


def test_a_dropped_visit_is_moved_and_undo_is_offered(desk, visit):
    answer = drop(desk, visit)

    visit.refresh_from_db()
    assert visit.starts_at == at(14)
    [message] = answer.context["messages"]
    assert "2:00 PM" in str(message)
    assert message.extra_tags.startswith(f"/visits/{visit.pk}/undo/")


def test_a_visit_that_was_moved_meanwhile_is_not_dropped(desk, visit):
    assert f'data-visit="{visit.pk}" data-minutes="50" data-movable' in page_of(desk)
    assert 'data-version="1"' in page_of(desk)
    drop(desk, visit, edition=1)

    answer = drop(desk, visit, wall=15 * 60, edition=1)

    assert "it is on Tue 3 Mar 2026, 2:00 PM now" in said(answer)
    visit.refresh_from_db()
    assert visit.starts_at == at(14)


def page_of(client):
    return show(client).content.decode()


def test_a_longer_visit_keeps_its_start(desk, visit):
    drop(desk, visit, wall=10 * 60, minutes=80)

    visit.refresh_from_db()
    assert (visit.starts_at, visit.length) == (at(10), timedelta(minutes=80))


def test_a_visit_outside_the_hours_may_be_made_shorter_there(
    desk, plan, patient, manager
):
    late = booking.book(
        plan=replace(plan, starts_at=at(20)),
        patients=[patient],
        despite=Despite(hours="A crisis"),
        by=manager,
        now=cast.MONDAY,
    )

    drop(desk, late, wall=20 * 60, minutes=30)

    late.refresh_from_db()
    assert (late.length, late.outside_reason) == (timedelta(minutes=30), "A crisis")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"wall": 20 * 60}, "no free hours"),
        ({"clinician": 10**9}, "cannot be put there"),
        ({"wall": "noon"}, "cannot be put there"),
        ({"minutes": -5}, "cannot be put there"),
        ({"room": 10**9}, "cannot be put there"),
        ({"on": "2026-03-08", "wall": 2 * 60 + 30}, "clocks go forward"),
    ],
)
def test_where_it_cannot_be_is_said_and_nothing_changes(desk, visit, told, words):
    answer = drop(desk, visit, **told)

    visit.refresh_from_db()
    assert visit.starts_at == at(10)
    assert words in said(answer)


def test_a_visit_of_another_place_cannot_be_dropped(stranger, visit):
    answer = drop(cast.sign_in(stranger), visit)

    assert answer.status_code == 404


def test_a_room_that_is_taken_then_is_changed_for_a_free_one(
    desk, plan, clinician, patient, location
):
    rooms = [
        catalogue.add_room(location=location, name=name, by=cast.FOUNDER)
        for name in ("A", "B")
    ]
    kind = make_type(clinician, name="In a room", needs_room=True)
    first = replace(plan, type=kind, room=rooms[0])
    visit = booking.book(
        plan=first, patients=[patient], by=cast.FOUNDER, now=cast.MONDAY
    )
    other = cast.make_clinician(at=location)
    _book_room(other, rooms[0], location)

    drop(desk, visit)

    visit.refresh_from_db()
    assert (visit.starts_at, visit.room) == (at(14), rooms[1])


def _book_room(clinician, room, location):
    kind = make_type(clinician, name="Somebody else's", needs_room=True)
    plan = booking.Plan(kind, clinician, location, at(14), room=room)
    booking.book(
        plan=plan,
        patients=[cast.make_patient(at=location)],
        despite=Despite(hours="No hours needed here"),
        by=cast.FOUNDER,
        now=cast.MONDAY,
    )


def test_the_card_over_a_visit_offers_what_can_be_done(desk, visit):
    page = desk.get(reverse("calendar_visit", args=[visit.pk])).content.decode()

    assert "Paula Patience" in page
    assert reverse("visit_act", args=[visit.pk, "confirm"]) in page
    assert reverse("visit_move", args=[visit.pk]) in page


def test_who_works_nowhere_is_told_so(location):
    person = cast.make_clinician(at=[])

    page = show(cast.sign_in(person))

    assert "You work at no location yet" in page.content.decode()


def test_a_week_of_one_person_says_whose_it_is(desk, visit, clinician):
    page = " ".join(page_with(desk, view="week", who=clinician.pk).split())

    assert f"{clinician.name}, week of 2 March </h1>" in page


def test_among_rooms_a_card_says_with_whom(desk, visit, clinician):
    with_whom = f'<span class="who-full">{clinician.name}</span>'

    assert with_whom in page_with(desk, view="day", by="room")
    assert with_whom not in page_with(desk, view="day", by="clinician")


def test_who_is_ill_is_not_full(desk, visit, clinician):
    ill = {"kind": "illness", "cover": None, "by": cast.FOUNDER}
    duty.record_absence(staff=clinician, starts_at=at(0), ends_at=at(0, day=4), **ill)

    page = page_with(desk, view="day")

    assert 'class="diary-sub">Illness ' in page
    assert "Full" not in page


def test_why_somebody_is_away_is_said_in_the_head_where_cards_hide_it(
    desk, visit, clinician
):
    away = {"kind": "training", "cover": None, "by": cast.FOUNDER}
    duty.record_absence(staff=clinician, starts_at=at(10), ends_at=at(10, 50), **away)

    assert "7 h 10 min free · Training" in page_with(desk, view="day")


def page_with(client, **wish):
    return show(client, **wish).content.decode()
