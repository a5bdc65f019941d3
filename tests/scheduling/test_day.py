"""The running day: late, behind, walk-ins, video, late arrivals."""

from __future__ import annotations

import pytest

from practice import announcements
from practice.announcements import UNDO_TIME
from practice.rules import NotPossible
from scheduling import (
    booking,
    check_in,
    details,
    late_arrivals,
    visits,
    walking_in,
)
from scheduling.booking import Plan
from scheduling.models import Modality
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
NOW = at(9)


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


def book(plan, location, front_desk, **differing):
    wanted = {"starts_at": plan.starts_at} | differing
    new = Plan(plan.type, plan.clinician, location, **wanted)
    people = [cast.make_patient(at=location)]
    return booking.book(plan=new, patients=people, by=front_desk, now=at(8))


def waiting(kind):
    return announcements.waiting().filter(kind=kind)


# Walk-ins -------------------------------------------------------------------------
def test_the_nearest_free_time_comes_first(visit, kind, location):
    (first,) = walking_in.openings(kind, location, now=at(9, 40))

    assert first.starts_at == at(11)


def test_a_walk_in_has_arrived(plan, kind, location, patient, front_desk):
    visit = walking_in.walk_in(
        plan=Plan(kind, plan.clinician, location, at(9, 15)),
        patient=patient,
        by=front_desk,
        now=at(9, 5),
    )

    assert visit.attendees.get().status == Status.ARRIVED


def test_squeezed_in_beside_another_says_why(visit, plan, kind, location, manager):
    person = cast.make_patient(at=location)

    squeezed = walking_in.walk_in(
        plan=plan,
        patient=person,
        by=manager,
        now=at(10, 5),
        reason="In tears",
        is_squeezed_in=True,
    )

    assert (squeezed.double_of, squeezed.double_reason) == (visit, "In tears")


def test_nobody_is_squeezed_in_without_a_reason(plan, patient, manager):
    with pytest.raises(walking_in.NoReasonGiven):
        walking_in.walk_in(
            plan=plan,
            patient=patient,
            by=manager,
            now=at(10, 5),
            reason=" ",
            is_squeezed_in=True,
        )


# Late arrivals ----------------------------------------------------------------------
def test_seen_shortened_the_visit_ends_as_planned(visit, front_desk):
    late_arrivals.see_shortened(visit=visit, by=front_desk, now=at(10, 20))

    visit.refresh_from_db()
    assert visit.ends_at == at(10, 50)
    assert visit.attendees.get().status == Status.ARRIVED


def test_who_came_late_fits_in_later(visit, plan, front_desk):
    (first, *_more) = late_arrivals.later_today(visit, now=at(10, 20))

    late_arrivals.fit_later(visit=visit, starts_at=first, by=front_desk, now=at(10, 20))

    visit.refresh_from_db()
    assert visit.starts_at == first == at(11)
    assert visit.attendees.get().status == Status.ARRIVED


# Video ------------------------------------------------------------------------------
@layer
def video(clinician, hours, location, patient, front_desk):
    kind = make_type(clinician, name="Video", is_in_person=False, is_telehealth=True)
    plan = Plan(kind, clinician, location, at(10), modality=Modality.TELEHEALTH)
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


def ask(video, front_desk, **differing):
    said = {"whereabouts": "12 Elm St", "call_back": "+12125550188", "company": ""}
    return check_in.check_in(
        attendee=video.attendees.get(), by=front_desk, now=at(10), **said | differing
    )


def test_a_video_visit_begins_once_it_is_known_where_they_are(video, front_desk):
    ask(video, front_desk)

    attendee = video.attendees.get()
    assert attendee.status == Status.IN_SESSION
    assert attendee.telehealth_check_in.whereabouts == "12 Elm St"


def test_a_second_answer_replaces_the_first(video, front_desk):
    ask(video, front_desk)

    ask(video, front_desk, whereabouts="In the car", company="Mother")

    found = video.attendees.get().telehealth_check_in
    assert (found.whereabouts, found.company) == ("In the car", "Mother")


def test_in_person_nobody_is_asked_where_they_are(visit, front_desk):
    with pytest.raises(check_in.NotByVideo):
        ask(visit, front_desk)


def test_a_failed_video_goes_on_by_phone_and_back(video, front_desk):
    check_in.switch(visit=video, to=Modality.PHONE, by=front_desk, now=at(10, 5))
    video.refresh_from_db()
    assert video.modality == Modality.PHONE

    check_in.switch(visit=video, to=Modality.TELEHEALTH, by=front_desk, now=at(10, 6))

    video.refresh_from_db()
    assert video.modality == Modality.TELEHEALTH


def by_phone(video, front_desk, now):
    return check_in.switch(visit=video, to=Modality.PHONE, by=front_desk, now=now)


def by_video(video, front_desk, now):
    return check_in.switch(visit=video, to=Modality.TELEHEALTH, by=front_desk, now=now)


def test_who_is_ahead_of_a_visit_hears_that_it_is_by_phone(video, front_desk):
    by_phone(video, front_desk, NOW)

    (told,) = waiting(details.CHANGED)
    assert told.patient == video.attendees.get().patient


def test_by_phone_and_back_within_the_minute_is_no_news(video, front_desk):
    by_phone(video, front_desk, NOW)

    by_video(video, front_desk, NOW + UNDO_TIME / 2)

    assert not waiting(details.CHANGED)


def test_by_video_again_after_the_minute_is_news(video, front_desk):
    by_phone(video, front_desk, NOW)

    by_video(video, front_desk, NOW + UNDO_TIME)

    assert waiting(details.CHANGED).count() == 2


def test_who_is_in_session_knows_of_the_phone(video, front_desk):
    ask(video, front_desk)

    by_phone(video, front_desk, at(10, 5))

    assert not waiting(details.CHANGED)


def test_what_is_over_stays_as_it_was(video, front_desk):
    ask(video, front_desk)
    visits.complete(attendees=video.attendees.all(), by=front_desk, now=at(10, 45))

    with pytest.raises(NotPossible):
        check_in.switch(visit=video, to=Modality.PHONE, by=front_desk, now=at(11))
