"""The page of a visit and what is done there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import patients
from practice.models import TrailEntry
from scheduling import booking, catalogue, visits
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.cast import sign_in
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

ACTS = {
    "confirm": Status.CONFIRMED,
    "arrive": Status.ARRIVED,
    "start": Status.IN_SESSION,
    "complete": Status.COMPLETED,
    "no-show": Status.NO_SHOW,
}


@pytest.fixture(autouse=True)
def tuesday():
    """Late in the visit's time, before anybody marked it."""
    with time_machine.travel(at(10, 45), tick=False) as clock:
        yield clock


@layer
def visit(plan, patient, front_desk) -> Appointment:
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


@pytest.fixture
def group(plan, clinician, location, front_desk) -> Appointment:
    kind = make_type(clinician, name="Group", seats=4)
    plan = replace(plan, type=kind, starts_at=at(9))
    three = [cast.make_patient(at=location) for _one in range(3)]
    return booking.book(plan=plan, patients=three, by=front_desk, now=cast.MONDAY)


def act(client, visit, slug, **answers):
    path = reverse("visit_act", args=[visit.pk, slug])
    return client.post(path, answers, follow=True)


def statuses(visit):
    return [one.status for one in visit.attendees.order_by("pk")]


def offered(client, visit):
    page = client.get(reverse("visit", args=[visit.pk]))
    return [step.slug for row in page.context["rows"] for step in row.steps]


@pytest.mark.parametrize(("slug", "status"), ACTS.items())
def test_one_press_marks_it_and_another_takes_it_back(visit, front_desk, slug, status):
    client = sign_in(front_desk)

    page = act(client, visit, slug)
    marked = statuses(visit)
    [message] = page.context["messages"]
    client.post(message.extra_tags)

    assert marked == [status]
    assert statuses(visit) == [Status.SCHEDULED]


def test_a_second_press_does_no_harm(visit, front_desk):
    client = sign_in(front_desk)
    act(client, visit, "arrive")
    lines = TrailEntry.objects.filter(kind="attendee.arrived").count()

    page = act(client, visit, "arrive")

    [message] = page.context["messages"]
    assert message.level_tag == "success"
    assert TrailEntry.objects.filter(kind="attendee.arrived").count() == lines


def test_only_legal_steps_are_offered(visit, front_desk):
    client = sign_in(front_desk)
    before = offered(client, visit)

    act(client, visit, "arrive")

    assert before == ["arrive", "start", "no-show"]
    assert offered(client, visit) == ["start", "complete"]


def test_long_before_the_visit_it_is_only_confirmed(visit, front_desk, tuesday):
    tuesday.move_to(cast.MONDAY)

    assert offered(sign_in(front_desk), visit) == ["confirm"]


def test_an_illegal_act_is_answered_with_a_sentence(visit, front_desk):
    client = sign_in(front_desk)
    act(client, visit, "complete")

    page = act(client, visit, "arrive")

    [message] = page.context["messages"]
    assert "Correct it" in str(message)
    assert statuses(visit) == [Status.COMPLETED]


def test_an_act_goes_back_to_the_page_that_it_came_from(visit, front_desk):
    path = reverse("visit_act", args=[visit.pk, "confirm"])

    response = sign_in(front_desk).post(path, {"next": "/tasks/"})

    assert response["Location"] == "/tasks/"


def test_everybody_here_except_one(group, front_desk, tuesday):
    tuesday.move_to(at(9, 5))
    first, _second, third = group.attendees.order_by("pk")
    here = {"chosen": "yes", "attendee": [first.pk, third.pk]}

    act(sign_in(front_desk), group, "arrive", **here)

    assert statuses(group) == [Status.ARRIVED, Status.SCHEDULED, Status.ARRIVED]


def test_nobody_ticked_is_nobody_here(group, front_desk):
    page = act(sign_in(front_desk), group, "arrive", chosen="yes")

    [message] = page.context["messages"]
    assert "Choose" in str(message)
    assert set(statuses(group)) == {Status.SCHEDULED}


def test_each_who_comes_has_an_outcome_of_their_own(group, front_desk):
    client = sign_in(front_desk)
    first, second, _third = group.attendees.order_by("pk")

    act(client, group, "complete", attendee=first.pk)
    act(client, group, "no-show", attendee=second.pk)

    assert statuses(group) == [Status.COMPLETED, Status.NO_SHOW, Status.SCHEDULED]


def test_a_late_cancellation_is_suggested_by_the_rule(visit, front_desk, tuesday):
    client, path = sign_in(front_desk), reverse("visit_cancel", args=[visit.pk])

    late = client.get(path).context["form"]["status"].value()
    tuesday.move_to(cast.MONDAY - timedelta(days=4))
    early = client.get(path).context["form"]["status"].value()

    assert (late, early) == (Status.CANCELLED_LATE, Status.CANCELLED)


def test_a_cancellation_needs_a_reason_and_loses_nothing_typed(visit, front_desk):
    path = reverse("visit_cancel", args=[visit.pk])
    answers = {"attendees": [visit.attendees.get().pk], "status": Status.CALLED_OFF}

    page = sign_in(front_desk).post(path, answers)

    assert page.context["form"].errors["reason"]
    assert page.context["form"]["status"].value() == Status.CALLED_OFF


def test_a_cancelled_visit_frees_its_time_and_is_taken_back(visit, front_desk):
    client, path = sign_in(front_desk), reverse("visit_cancel", args=[visit.pk])
    answers = {"attendees": [visit.attendees.get().pk], "status": Status.CANCELLED}

    page = client.post(path, answers | {"usual_reason": "Ill"}, follow=True)
    visit.refresh_from_db()
    was_live = visit.is_live
    [message] = page.context["messages"]
    client.post(message.extra_tags)

    visit.refresh_from_db()
    assert (was_live, visit.is_live) == (False, True)


def test_a_wrong_outcome_is_set_right_with_a_reason(visit, front_desk):
    client = sign_in(front_desk)
    act(client, visit, "no-show")
    whom = visit.attendees.get()

    client.post(
        reverse("visit_correct", args=[visit.pk]),
        {"attendee": whom.pk, "status": Status.COMPLETED, "reason": "Was there"},
    )

    assert statuses(visit) == [Status.COMPLETED]


def test_room_and_note_change_without_a_move(visit, location, front_desk):
    room = catalogue.add_room(location=location, name="Two", by=cast.FOUNDER)
    client, path = sign_in(front_desk), reverse("visit_edit", args=[visit.pk])
    form = client.get(path).context["form"]
    answers = {"modality": "in_person", "room": room.pk, "desk_note": "Ramp"}

    client.post(path, answers | {"version": form["version"].value()})

    visit.refresh_from_db()
    assert (visit.room, visit.desk_note, visit.version) == (room, "Ramp", 1)


def test_a_room_that_another_visit_has_is_refused(
    visit, plan, location, patient, front_desk
):
    room = catalogue.add_room(location=location, name="Two", by=cast.FOUNDER)
    colleague = cast.make_clinician(at=location)
    kind = make_type(colleague, name="Intake")
    booking.book(
        plan=replace(plan, type=kind, clinician=colleague, room=room),
        patients=[cast.make_patient(at=location)],
        despite=booking.Despite(hours="Exception"),
        by=front_desk,
        now=cast.MONDAY,
    )
    client, path = sign_in(front_desk), reverse("visit_edit", args=[visit.pk])
    form = client.get(path).context["form"]
    answers = {"modality": "in_person", "room": room.pk}

    page = client.post(path, answers | {"version": form["version"].value()})

    assert page.context["form"].errors["room"]


def test_a_restricted_chart_stays_private_and_its_time_is_taken(
    visit, patient, clinician, front_desk
):
    patients.join_care_team(
        patient=patient,
        staff=clinician,
        is_lead=True,
        by=cast.FOUNDER,
        now=cast.MONDAY,
    )
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    page = sign_in(front_desk).get(reverse("visit", args=[visit.pk]))

    text = page.content.decode()
    assert "Private" in text
    assert patient.family_name not in text
    assert offered(sign_in(front_desk), visit) == []


def test_visits_elsewhere_are_not_found(visit, stranger, location):
    colleague = cast.make_clinician(at=location)
    path = reverse("visit", args=[visit.pk])

    for person in (stranger, colleague):
        assert sign_in(person).get(path).status_code == 404


def test_a_group_is_shown_by_as_many_queries_as_one(visit, group, front_desk):
    client, counts = sign_in(front_desk), []
    for one in (visit, group):
        path = reverse("visit", args=[one.pk])
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_patient_in_another_zone_has_their_own_time_beside_it(
    visit, patient, front_desk
):
    patients.change_details(
        patient=patient,
        time_zone="America/Los_Angeles",
        by=cast.FOUNDER,
        now=cast.MONDAY,
    )

    page = sign_in(front_desk).get(reverse("visit", args=[visit.pk]))

    [row] = page.context["rows"]
    assert row.own_time == "Tue 3 Mar 2026, 7:00 AM (Pacific time)"


def test_the_page_of_a_visit_says_who_has_died(visit, patient, front_desk):
    patients.record_death(patient=patient, died_on=None, by=front_desk, now=at(9))

    page = sign_in(front_desk).get(reverse("visit", args=[visit.pk]))

    assert "Deceased" in page.content.decode()


def test_what_was_done_with_a_whole_group_is_told_once(group, front_desk):
    page = sign_in(front_desk).get(reverse("visit", args=[group.pk]))

    titles = [(one.title, list(one.attendees)) for one in page.context["changes"]]
    assert titles == [("Visit booked", [])]


def test_what_was_done_with_one_of_a_group_says_whom(group, front_desk):
    first, *_others = group.attendees.order_by("pk")
    visits.arrive(attendees=[first], by=front_desk, now=at(9))

    page = sign_in(front_desk).get(reverse("visit", args=[group.pk]))

    newest = page.context["changes"][0]
    assert (newest.title, set(newest.attendees)) == ("Arrived", {first.pk})


def test_who_has_come_is_asked_of_nobody_where_nobody_is_named(visit, front_desk):
    page = sign_in(front_desk).get(reverse("visit_who", args=[visit.pk]))

    assert page.status_code == 302
    assert page.url == reverse("visit", args=[visit.pk])


def test_calling_a_session_off_says_for_how_many(group, front_desk):
    page = sign_in(front_desk).get(reverse("visit_call_off", args=[group.pk]))

    assert "It is cancelled for 3 people." in page.content.decode()
