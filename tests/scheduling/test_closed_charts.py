"""Visits of charts that are closed to whoever sees the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from practice import break_glass, clock, patients
from scheduling import board, booking, groups, hits, visits
from scheduling.states import Status
from scheduling.undoing import Mark
from scheduling.views.undo import undo_path
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.usefixtures("now")
NOTE = "Her brother must not learn of it"


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


@layer
def visit(plan, patient, front_desk):
    return booking.book(
        plan=plan, patients=[patient], by=front_desk, now=MONDAY, desk_note=NOTE
    )


@layer
def couple(plan, clinician, location, front_desk):
    """A visit of two, of whom the second is private."""
    kind = make_type(clinician, name="Couple", seats=2)
    two = [cast.make_patient(at=location) for _number in range(2)]
    visit = booking.book(
        plan=replace(plan, type=kind),
        patients=two,
        by=front_desk,
        now=MONDAY,
        desk_note=NOTE,
    )
    close(two[1])
    return visit


def close(patient):
    return patients.restrict(patient=patient, is_restricted=True, by=FOUNDER)


def page_of(name, visit):
    return reverse(name, args=[visit.pk])


def plan_of(visit):
    return {
        "type": visit.type_id,
        "clinician": visit.clinician_id,
        "location": visit.location_id,
        "modality": visit.modality,
        "starts_at": "2026-03-04T11:00",
    }


def drop(desk, visit):
    told = {"visit": visit.pk, "edition": visit.version, "on": "2026-03-04"}
    told |= {"wall": 11 * 60, "minutes": 50, "clinician": visit.clinician_id}
    return desk.post(reverse("calendar_place"), told)


def test_a_visit_of_a_closed_chart_is_not_moved(desk, visit, patient):
    close(patient)

    answer = desk.post(page_of("visit_move", visit), plan_of(visit))

    visit.refresh_from_db()
    assert answer.status_code == 404
    assert visit.starts_at == at(10)


def test_by_break_glass_a_visit_is_read_and_not_moved(
    desk, visit, patient, front_desk, far_location
):
    patients.set_homes(patient=patient, homes=[far_location], by=FOUNDER)
    break_glass.open_chart(
        staff=front_desk,
        patient=patient,
        reason="crisis",
        explanation="",
        by=front_desk,
        now=MONDAY,
    )

    answer = desk.post(page_of("visit_move", visit), plan_of(visit))

    visit.refresh_from_db()
    assert b"By break-glass a chart is read, not changed" in answer.content
    assert visit.starts_at == at(10)


def test_with_a_private_one_the_whole_visit_is_left_alone(desk, couple):
    drop(desk, couple)
    answers = [
        desk.get(page_of(name, couple))
        for name in ("visit_move", "visit_edit", "room_change")
    ]

    couple.refresh_from_db()
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert couple.starts_at == at(10)


@pytest.mark.parametrize("name", ["visit", "calendar_visit"])
def test_with_a_private_one_only_acts_for_the_other_are_offered(desk, couple, name):
    text = desk.get(page_of(name, couple)).content.decode()

    assert page_of("visit_cancel", couple) in text
    assert page_of("visit_move", couple) not in text
    assert page_of("visit_edit", couple) not in text


def test_what_is_done_for_the_other_is_taken_back(desk, couple, front_desk):
    known, before = couple.attendees.order_by("pk")[0], Mark.of(couple)
    visits.confirm(attendees=[known], by=front_desk, now=clock.now())

    desk.post(undo_path(couple, before))

    known.refresh_from_db()
    assert known.status == "scheduled"


def test_the_board_offers_nothing_for_the_whole_visit(front_desk, couple):
    day = date(2026, 3, 3)

    [line] = board.board_of(front_desk, day=day, today=day, place=None, now=at(9)).lines

    offered = {act.url for act in line.more}
    assert page_of("visit_cancel", couple) in offered
    assert not {page_of("visit_move", couple), page_of("room_change", couple)} & offered


@pytest.mark.parametrize("name", ["visit", "calendar_visit"])
def test_what_was_typed_about_a_private_visit_is_not_shown(desk, couple, name):
    page = desk.get(page_of(name, couple)).content.decode()

    assert "Private" in page
    assert NOTE not in page


@pytest.mark.parametrize("name", ["visit", "calendar_visit"])
@pytest.mark.parametrize("place", [0, 1])
def test_why_one_does_not_come_is_told_of_who_is_open(
    desk, couple, front_desk, name, place
):
    one = couple.attendees.order_by("pk")[place]
    why = {"status": Status.CANCELLED, "reason": "Ill again"}
    visits.cancel(attendees=[one], by=front_desk, now=clock.now(), **why)

    page = desk.get(page_of(name, couple)).content.decode()

    assert "Private" in page
    assert ("Ill again" in page) == (name == "visit" and place == 0)


def test_one_reason_for_two_is_not_told_where_one_is_private(desk, couple, front_desk):
    why = {"status": Status.CANCELLED, "reason": "He is ill, says his wife"}
    both = couple.attendees.all()
    visits.cancel(attendees=both, by=front_desk, now=clock.now(), **why)

    page = desk.get(page_of("visit", couple)).content.decode()

    assert "his wife" not in page


def test_the_board_keeps_the_note_of_a_private_visit(front_desk, visit, patient):
    day = date(2026, 3, 3)

    notes = []
    for _turn in range(2):
        found = board.board_of(front_desk, day=day, today=day, place=None, now=at(9))
        notes += [line.note for line in found.lines]
        close(patient)

    assert notes == [NOTE, ""]


def test_a_reason_typed_about_a_private_visit_is_not_shown(
    desk, plan, patient, clinician, manager
):
    despite = booking.Despite(hours="She cannot be seen leaving by day")
    late = replace(plan, starts_at=at(20))
    visit = booking.book(
        plan=late, patients=[patient], despite=despite, by=manager, now=MONDAY
    )
    close(patient)

    pages = [desk.get(page_of(name, visit)) for name in ("visit", "calendar_visit")]

    assert [b"seen leaving" in page.content for page in pages] == [False, False]


def test_a_private_loose_end_is_left_to_who_may_act_for_it(
    as_, plan, patient, clinician, manager
):
    despite = booking.Despite(hours="She asked for it")
    late = replace(plan, starts_at=at(20))
    visit = booking.book(
        plan=late, patients=[patient], despite=despite, by=manager, now=MONDAY
    )
    hits.take_up(visit=visit, by=FOUNDER)
    close(patient)

    page = as_(manager).get(reverse("loose_ends")).content.decode()

    assert page_of("visit", visit) in page
    assert page_of("visit_move", visit) not in page
    assert page_of("loose_end_leave", visit) not in page


def test_a_visit_is_dragged_after_somebody_was_taken_off_again(
    desk, plan, clinician, location, front_desk
):
    kind = make_type(clinician, name="Group", seats=4)
    one, two = cast.make_patient(at=location), cast.make_patient(at=location)
    visit = booking.book(
        plan=replace(plan, type=kind), patients=[one], by=front_desk, now=MONDAY
    )
    before = Mark.of(visit)
    groups.join(appointment=visit, patient=two, by=front_desk, now=MONDAY)
    desk.post(undo_path(visit, before))
    visit.refresh_from_db()

    drop(desk, visit)

    visit.refresh_from_db()
    assert visit.starts_at == at(11, day=4)
