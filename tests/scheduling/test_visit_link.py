"""A visit's link: what it shows, what its buttons do, and when it dies."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import duty, links
from practice.models import Announcement, Link, Task, TrailEntry
from practice.trail import keep
from scheduling import booking, catalogue, visits
from scheduling.models import Attendee, Modality
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.practice.link_pages import OPEN, WRONG, text
from tests.scheduling.conftest import at, make_type
from tests.scheduling.visit_links import book, opened, path_to, press

SOON = at(9, day=2)  # the Monday before
LATE = at(9)  # an hour before
OFFER = re.compile(r'value="to-(\d+)"')
PRIVATE = ("Follow-up", "Dana", "Doctor", "Paula", "Patience")


@layer
def visit(plan, patient):
    return book(plan, patient, now=SOON)


@pytest.fixture
def attendee(visit):
    return visit.attendees.get()


@pytest.fixture
def path(attendee):
    return path_to(attendee, now=SOON)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(SOON, tick=False):
        yield


def now_of(attendee):
    return Attendee.objects.select_related("appointment").get(pk=attendee.pk)


def choosing(visit, notice=timedelta(hours=30)):
    """The visit's type lets patients move it themselves."""
    details = {"may_be_moved_by_link": True, "minimum_notice": notice}
    kind = visit.type
    catalogue.change_type(
        kind=kind,
        by=cast.FOUNDER,
        clinicians=[visit.clinician],
        locations=[],
        instructions={},
        **details,
    )


def first_offer(page):
    return page.context["visit"].days[0].times[0].answer


# What it shows --------------------------------------------------------------------
def test_before_the_birth_date_the_page_says_nothing_of_the_visit(client, path):
    page = text(client.get(path))

    assert "date of birth" in page
    assert "Tuesday" not in page
    assert "10:00" not in page


def test_the_page_says_when_and_where_and_neither_with_whom_nor_what_for(
    client, path, visit
):
    page = text(opened(client, path))

    assert "Tuesday 3 March 2026" in page
    assert "10:00 AM" in page
    assert "Eastern time" in page
    assert visit.location.address.splitlines()[0] in page
    for private in (*PRIVATE, visit.clinician.name, visit.type.name):
        assert private not in page


def test_a_visit_by_video_shows_its_address_and_no_place(
    client, clinician, plan, patient
):
    kind = make_type(clinician, name="Video", is_telehealth=True, is_in_person=False)
    plan = replace(plan, type=kind, modality=Modality.TELEHEALTH)
    visit = book(plan, patient, now=SOON)
    visit.telehealth_url = "https://video.example/room"
    keep(visit, by=cast.FOUNDER, kind="appointment.edited")

    page = text(opened(client, path_to(visit.attendees.get(), now=SOON)))

    assert "https://video.example/room" in page
    assert visit.location.address.splitlines()[0] not in page


def test_what_to_know_before_is_said_in_the_pages_language(
    client, clinician, plan, patient
):
    words = {"en": "Bring your glasses.", "es": "Traiga sus lentes."}
    kind = make_type(clinician, name="Other", instructions=words)
    visit = book(replace(plan, type=kind), patient, now=SOON)
    path = path_to(visit.attendees.get(), now=SOON)

    page = text(client.post(f"{path}?lang=es", OPEN))

    assert "Traiga sus lentes." in page
    assert "martes 3 de marzo de 2026" in page


def test_looking_changes_nothing(client, path, attendee):
    for method in ("get", "head", "options"):
        getattr(client, method)(path)
    opened(client, path)

    assert now_of(attendee).status == Status.SCHEDULED
    assert Link.objects.get().used_at is None


def test_the_number_of_queries_does_not_grow_with_the_free_times(
    client, visit, path, plan
):
    choosing(visit)
    with CaptureQueriesContext(connection) as many:
        assert len(opened(client, path).context["visit"].days) > 4
    only = [(0, time(15), time(17))]
    duty.set_duty_hours(
        staff=plan.clinician, location=plan.location, spans=only, by=cast.FOUNDER
    )

    with CaptureQueriesContext(connection) as few:
        assert len(opened(client, path).context["visit"].days) <= 4

    assert len(few) == len(many) < 35


# Confirming -----------------------------------------------------------------------
def test_confirming_is_the_patients_own_act_and_is_announced(client, path, attendee):
    page = text(press(client, path, "confirm"))

    assert "We expect you." in page
    assert now_of(attendee).status == Status.CONFIRMED
    assert TrailEntry.objects.filter(
        kind="attendee.confirmed", actor=links.VISITOR.name
    ).exists()
    assert Announcement.objects.filter(kind="attendee.confirmed").count() == 1


def test_confirming_twice_is_confirming_once(client, path, attendee):
    press(client, path, "confirm")
    page = text(press(client, path, "confirm"))

    assert "We expect you." in page
    assert Announcement.objects.filter(kind="attendee.confirmed").count() == 1


def test_whoever_confirmed_can_still_cancel_by_the_same_link(client, path, attendee):
    press(client, path, "confirm")
    press(client, path, "cancel")

    assert now_of(attendee).status == Status.CANCELLED


# Cancelling -----------------------------------------------------------------------
def test_cancelling_frees_the_time_and_says_so(client, path, attendee):
    page = text(press(client, path, "cancel"))

    assert "Your visit is cancelled." in page
    assert "Take it off my calendar" in page
    assert now_of(attendee).status == Status.CANCELLED
    assert not now_of(attendee).appointment.is_live


def test_cancelling_late_is_said_before_and_counts_as_late(client, path, attendee):
    with time_machine.travel(LATE, tick=False):
        page = text(opened(client, path))
        press(client, path, "cancel")

    assert "less than 24 hours" in page
    assert now_of(attendee).status == Status.CANCELLED_LATE


def test_what_they_write_when_they_cancel_reaches_the_desk(client, path, attendee):
    press(client, path, "cancel", words="My car broke down")

    task = Task.objects.get(kind="visit.cancel_words")
    assert task.words == "My car broke down"
    assert task.patient == attendee.patient


def test_of_a_couple_only_the_one_who_cancels_is_cancelled(
    client, plan, patient, location
):
    other = cast.make_patient(at=location, given_name="Otto")
    visit = book(plan, patient, other, now=SOON)
    mine, theirs = visit.attendees.order_by("pk")

    press(client, path_to(mine, now=SOON), "cancel")

    assert now_of(mine).status == Status.CANCELLED
    assert now_of(theirs).status == Status.SCHEDULED
    assert now_of(theirs).appointment.is_live


# Moving ---------------------------------------------------------------------------
def test_without_the_types_leave_no_time_is_offered_and_the_desk_is_asked(
    client, path, attendee
):
    page = press(client, path, "ask", words="Mondays")

    assert not page.context["visit"].days
    task = Task.objects.get(kind="visit.move_wanted")
    assert (task.words, task.patient) == ("Mondays", attendee.patient)
    assert now_of(attendee).appointment.starts_at == at(10)


def test_asking_twice_in_the_same_words_asks_once(client, path):
    press(client, path, "ask", words="Mondays")
    press(client, path, "ask", words="Mondays")
    press(client, path, "ask", words="Or Fridays")

    assert Task.objects.filter(kind="visit.move_wanted").count() == 2


def test_a_chosen_time_moves_the_visit_and_the_link_goes_along(
    client, visit, path, attendee
):
    choosing(visit)
    offer = first_offer(opened(client, path))

    page = text(press(client, path, offer))

    moved = now_of(attendee).appointment
    assert "Your visit is moved to" in page
    assert moved.starts_at != at(10)
    assert moved.version == 2
    assert opened(client, path).status_code == 200
    assert Announcement.objects.filter(kind="appointment.moved").exists()


def test_choosing_the_same_time_twice_moves_once(client, visit, path, attendee):
    choosing(visit)
    offer = first_offer(opened(client, path))

    press(client, path, offer)
    press(client, path, offer)

    assert now_of(attendee).appointment.version == 2


def test_offered_times_keep_the_types_notice(client, visit, path):
    choosing(visit)

    page = opened(client, path)

    first = int(first_offer(page).removeprefix("to-")) * 60
    assert first >= (SOON + timedelta(hours=30)).timestamp()


def test_whoever_chose_a_time_is_not_asked_to_confirm_it(client, visit, path, attendee):
    choosing(visit)

    press(client, path, first_offer(opened(client, path)))

    assert now_of(attendee).status == Status.CONFIRMED


def test_offered_times_lie_as_far_apart_as_a_visit_is_long(client, visit, path):
    choosing(visit)

    page = opened(client, path)

    starts = [int(one) for one in OFFER.findall(page.content.decode())]
    gaps = {later - one for one, later in pairwise(starts)}
    assert gaps
    assert min(gaps) >= 50


@pytest.mark.parametrize(
    "answer", ["to-", "to-abc", "to-٣", "to-29", "to-99999999999999"]
)
def test_a_time_that_is_not_offered_moves_nothing(
    client, visit, path, attendee, answer
):
    choosing(visit)

    page = press(client, path, answer)

    assert page.status_code == 422
    assert now_of(attendee).appointment.starts_at == at(10)


def test_the_loser_of_a_time_is_told_without_a_name(client, visit, path, location):
    choosing(visit)
    offer = first_offer(opened(client, path))
    other = cast.make_patient(at=location, given_name="Otto")
    plan = booking.Plan(visit.type, visit.clinician, location, _start(offer))
    book(plan, other, now=SOON)

    page = press(client, path, offer)

    assert page.status_code == 422
    assert "just been taken" in text(page)
    assert visit.clinician.name not in text(page)


def _start(offer):
    return at(0) + timedelta(seconds=int(offer[3:]) * 60 - at(0).timestamp())


def test_shortly_before_the_visit_nobody_moves_it_by_link(client, visit, path):
    choosing(visit)

    with time_machine.travel(LATE, tick=False):
        page = opened(client, path)

    assert not page.context["visit"].may_choose
    assert "Ask for another time" in text(page)


def test_a_couple_moves_its_visit_by_the_desk(client, plan, patient, location):
    other = cast.make_patient(at=location, given_name="Otto")
    visit = book(plan, patient, other, now=SOON)
    choosing(visit)

    page = opened(client, path_to(visit.attendees.earliest("pk"), now=SOON))

    assert not page.context["visit"].may_choose


# When it dies ----------------------------------------------------------------------
def test_the_link_dies_when_the_practice_moves_the_visit(client, visit, path, plan):
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=cast.FOUNDER, now=SOON)

    page = client.get(path)

    assert page.status_code == 410
    assert "(212) 555-0100" in text(page)


def test_the_link_dies_when_the_practice_cancels_the_visit(client, path, attendee):
    details = {"status": Status.CALLED_OFF, "reason": "ill", "by": cast.FOUNDER}
    visits.cancel(attendees=[attendee], now=SOON, **details)

    assert client.get(path).status_code == 410


def test_once_the_visit_began_the_page_offers_no_change(client, path, attendee):
    with time_machine.travel(at(10, 5), tick=False):
        page = text(opened(client, path))
        press(client, path, "cancel")

    assert "Please call" in page
    assert "Cancel my visit" not in page
    assert now_of(attendee).status == Status.SCHEDULED


def test_after_the_visit_the_link_is_dead(client, path):
    with time_machine.travel(at(10, 51), tick=False):
        assert client.get(path).status_code == 410


def test_a_wrong_birth_date_opens_no_visit(client, path, attendee):
    page = client.post(path, WRONG)
    client.post(path, {"step": "answer", "proof": "made up", "answer": "cancel"})

    assert "not the date we have" in text(page)
    assert now_of(attendee).status == Status.SCHEDULED


def test_a_button_that_is_none_does_nothing(client, path, attendee):
    page = press(client, path, "delete")

    assert page.status_code == 422
    assert now_of(attendee).status == Status.SCHEDULED
