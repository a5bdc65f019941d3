"""Charts that were merged: their visits are those of the chart that stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine

from practice import duty, links, merging, patients, trail, watching
from practice.models import Practice, Task
from scheduling import (
    booking,
    clearing,
    covering,
    feeds,
    foreseeing,
    rooming,
    visit_link,
    visits,
)
from scheduling.board import board_of
from scheduling.booking import NotInCare, PatientElsewhere, TooManyPatients
from scheduling.calling import call_list
from scheduling.forms.board import CheckInForm
from scheduling.models import Attendee, FeedNames
from scheduling.states import Status
from scheduling.usual import usual_of
from tests import cast
from tests.ground import layer
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import WEEK, at, make_type

BY = cast.FOUNDER
NOW = cast.MONDAY


@layer
def twin(patient, location, plan):
    """A second chart of the patient, with a visit, merged into the first."""
    other = cast.make_patient(at=location)
    visit = booking.book(plan=plan, patients=[other], by=BY, now=NOW)
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    return other, visit


def change(patient, **details):
    """Somebody changed a chart after the merge."""
    patient.refresh_from_db()
    for name, value in details.items():
        setattr(patient, name, value)
    trail.keep(patient, by=BY, kind="patient.changed")


def watch(patient, caller):
    watching.watch(
        patient=patient,
        caller=caller,
        reason="Had a hard week",
        quiet_days=7,
        ends_on=at(8, day=31).date(),
        by=BY,
        now=NOW,
    )


def foreseen(clinician):
    found = covering.visits_in(clinician, at(8), at(18))
    return covering.affected(clinician, found, ends_at=at(18), now=NOW)


def tuesday(staff):
    day = at(8).date()
    return board_of(staff, day=day, today=day, place=None, now=at(8))


def test_nobody_is_booked_twice_by_two_charts(twin, plan, location, patient):
    clinician = cast.make_clinician(at=location)
    kind = make_type(clinician, name="Talk")
    beside = booking.Plan(kind, clinician, location, at(10))

    with pytest.raises(PatientElsewhere, match="already has a visit"):
        booking.book(
            plan=beside,
            patients=[patient],
            by=BY,
            now=NOW,
            despite=booking.Despite(hours="Asked for"),
        )


def test_a_visit_of_a_merged_chart_is_booked_for_the_one_that_stands(
    twin, plan, patient
):
    other, _visit = twin

    visit = booking.book(
        plan=replace(plan, starts_at=at(12)), patients=[other], by=BY, now=NOW
    )

    assert visit.attendees.get().patient == patient


def test_two_charts_of_one_person_are_one_patient(twin, plan, patient):
    other, _visit = twin

    with pytest.raises(TooManyPatients, match="each patient once"):
        booking.book(
            plan=replace(plan, starts_at=at(12)),
            patients=[patient, other],
            by=BY,
            now=NOW,
        )


def test_whoever_left_is_not_booked_by_an_old_chart(twin, plan, patient):
    other, _visit = twin
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)

    with pytest.raises(NotInCare):
        booking.book(
            plan=replace(plan, starts_at=at(12)), patients=[other], by=BY, now=NOW
        )


def test_a_visit_booked_before_the_merge_still_moves(twin, plan):
    _other, visit = twin

    moved = booking.move(
        appointment=visit, plan=replace(plan, starts_at=at(12)), by=BY, now=NOW
    )

    assert moved.starts_at == at(12)


def test_the_chart_that_stands_shows_the_visits_of_both(
    twin, patient, as_, front_desk, now
):
    page = text_of(as_(front_desk).get(url("patient", patient.pk)))

    assert "Tue 3 Mar 2026, 10:00 AM" in page


@pytest.mark.parametrize(
    "address",
    [
        "/visits/{visit}/",
        "/visits/{visit}/cancel/",
        "/visit-links/{visit}/",
        "/calendar/visits/{visit}/",
        "/calendar/?on=2026-03-03",
        "/calendar/?on=2026-03-03&view=list",
        "/board/?on=2026-03-03",
        "/board/calls/",
        "/board/away/?who={clinician}&on=2026-03-03",
    ],
)
def test_pages_name_the_chart_that_stands(twin, patient, as_, front_desk, now, address):
    other, visit = twin
    path = address.format(visit=visit.pk, clinician=visit.clinician_id)

    page = text_of(as_(front_desk).get(path))

    assert patient.display_name in page
    assert other.display_name not in page
    assert "Private" not in page


def test_a_clinicians_own_day_names_the_chart_that_stands(
    twin, patient, clinician, as_
):
    with time_machine.travel(at(8), tick=False):
        page = text_of(as_(clinician).get(url("today")))

    other, _visit = twin
    assert patient.display_name in page
    assert other.display_name not in page


def test_a_feed_has_the_initials_of_the_chart_that_stands(twin, patient, clinician):
    token = feeds.make(staff=clinician, names=FeedNames.INITIALS, by=BY, now=NOW)

    reading = feeds.read(feeds.find(token), now=NOW)

    assert f"SUMMARY:{'.'.join(patient.initials)}.".encode() in reading.content
    assert reading.patients == [patient.pk]


def test_one_person_is_one_line_of_the_call_list(
    twin, plan, patient, location, front_desk
):
    booking.book(
        plan=replace(plan, starts_at=at(12)), patients=[patient], by=BY, now=NOW
    )

    (line,) = call_list(
        front_desk, places=[location], practice=Practice.objects.first(), now=NOW
    ).open

    assert line.patient == patient
    assert len(line.visits) == 2


def test_who_wants_no_calls_is_not_called_by_an_old_chart(
    twin, patient, location, front_desk
):
    other, _visit = twin
    cast.make_contact(other)
    change(patient, needs_no_calls=True)

    found = call_list(
        front_desk, places=[location], practice=Practice.objects.first(), now=NOW
    )

    assert found.to_call == []
    assert [line.patient for line in found.otherwise] == [patient]


def test_a_call_about_both_charts_is_one_press_and_one_undo(
    twin, patient, as_, front_desk, now
):
    _other, visit = twin
    press = {"outcome": "confirmed", "attendee": visit.attendees.get().pk}

    page = as_(front_desk).post(url("call_made", patient.pk), press, follow=True)

    assert visit.attendees.get().status == Status.CONFIRMED
    (said,) = page.context["messages"]
    as_(front_desk).post(said.extra_tags)
    assert visit.attendees.get().status == Status.SCHEDULED


def test_who_is_watched_is_called_first_by_any_chart(twin, patient, clinician):
    cast.make_contact(patient)
    watch(patient, clinician)

    (one,) = foreseen(clinician)

    assert one.call_first == "Somebody checks on them"


def test_a_number_of_the_chart_that_stands_may_be_texted(twin, patient, clinician):
    cast.make_contact(patient)

    (one,) = foreseen(clinician)

    assert one.call_first == ""


def test_an_ill_clinicians_visit_asks_for_a_call_by_any_chart(
    twin, patient, clinician, front_desk
):
    _other, visit = twin
    watch(patient, clinician)

    clearing.clear(
        clinician=clinician,
        starts_at=at(8),
        ends_at=at(18),
        wishes={visit.pk: clearing.Wish.read("leave")},
        by=front_desk,
        now=NOW,
    )

    assert (
        Task.objects.open().get(kind=clearing.CALL).words == "Somebody checks on them"
    )


def test_a_visit_booked_before_the_merge_gets_a_link(twin, patient, front_desk):
    _other, visit = twin

    token = visit_link.make(attendee=visit.attendees.get(), by=front_desk, now=NOW)

    assert links.find(token, now=NOW).patient == patient


def test_a_link_dies_when_the_merge_is_undone(twin, front_desk):
    other, visit = twin
    token = visit_link.make(attendee=visit.attendees.get(), by=front_desk, now=NOW)

    merging.undo(duplicate=other, by=BY)

    with pytest.raises(links.DeadLink):
        links.find(token, now=NOW)


def test_step_free_is_what_the_chart_that_stands_says(twin, patient):
    _other, visit = twin

    change(patient, needs_step_free=True)

    assert rooming.need_step_free([visit]) == {visit.pk}


def test_marks_of_the_board_are_those_of_the_chart_that_stands(
    twin, patient, front_desk
):
    cast.make_contact(patient)
    change(patient, needs_step_free=True, interpreter="sign")

    (line,) = tuesday(front_desk).lines

    words = [mark.words for mark in line.marks]
    assert "step-free" in words
    assert any("interpreter" in one for one in words)
    assert "no phone" not in words


def test_the_board_says_who_has_died_by_the_chart_that_stands(
    twin, patient, front_desk
):
    patients.record_death(patient=patient, died_on=None, by=cast.FOUNDER, now=NOW)

    (line,) = tuesday(front_desk).lines

    assert "Deceased" in [mark.words for mark in line.marks]


@pytest.mark.parametrize("is_head_first", [True, False])
def test_a_first_visit_is_the_first_of_all_charts(
    plan, patient, location, front_desk, is_head_first
):
    charts = [patient, cast.make_patient(at=location)]
    first, then = charts if is_head_first else reversed(charts)
    earlier = replace(plan, starts_at=at(11, day=2))
    visit = booking.book(plan=earlier, patients=[first], by=BY, now=NOW)
    visits.complete(attendees=visit.attendees.all(), by=BY, now=at(11, 55, day=2))
    booking.book(plan=plan, patients=[then], by=BY, now=NOW)
    merging.merge(duplicate=charts[1], into=patient, by=BY, now=NOW)

    (line,) = tuesday(front_desk).lines

    assert "first visit" not in [mark.words for mark in line.marks]


def test_the_next_visit_is_booked_for_the_chart_that_stands(
    twin, patient, as_, front_desk, now
):
    _other, visit = twin
    desk = as_(front_desk)

    page = desk.get(url("visit", visit.pk))

    address = page.context["book_url"]
    assert f"patient={patient.pk}&" in address
    assert desk.get(address).status_code == 200


def test_a_video_visit_begins_with_the_safe_number_of_all_charts(patient, location):
    other = cast.make_patient(at=location)
    cast.make_contact(other, value="+12125550101")
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    attendee = Attendee(patient=patient)

    form = CheckInForm(attendee=attendee, known=None)

    assert form.initial["call_back"] == "(212) 555-0101"


def test_habits_of_an_old_chart_are_those_of_the_patient(twin, patient, clinician):
    assert usual_of(patient).clinician_id == clinician.pk


def test_a_series_sees_the_visits_of_all_charts_beforehand(
    twin, plan, location, patient
):
    clinician = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    kind = make_type(clinician, name="Talk")
    beside = booking.Plan(kind, clinician, location, at(10))

    (found,) = foreseeing.conflicts_of([beside], [patient], now=NOW)

    assert "already has a visit" in found
    assert found == booking.conflict_of(beside, [patient], now=NOW)
