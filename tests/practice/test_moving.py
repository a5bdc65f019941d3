"""What was entered on the wrong chart, and the right one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import (
    break_glass,
    calls,
    contacts,
    merging,
    moving,
    paper,
    patients,
    watching,
    work,
)
from practice.models import (
    Caregiver,
    ContactPoint,
    Incident,
    PaperEntry,
    Role,
    TrailEntry,
    WatchFlag,
)
from practice.moving import CannotMove
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY


@pytest.fixture
def right(location):
    return cast.make_patient(at=location, given_name="Zoe", family_name="Zander")


@pytest.fixture
def rows(patient):
    """One of everything that moves, on the wrong chart."""
    cast.make_caregiver(patient)
    return {
        "contact": cast.make_contact(patient, is_first=True),
        "alert": patients.add_alert(patient=patient, text="Latex", ends_on=None, by=BY),
        "number": patients.name_elsewhere(
            patient=patient, system="lab", value="LAB-1", by=BY
        ),
        "task": cast.make_task(
            to=Role.FRONT_DESK, patient=patient, path=f"/patients/{patient.pk}/"
        ),
        "family": patient.caregivings.get(),
        "paper": from_paper(patient, "note"),
        "call": phone_note(patient),
    }


def phone_note(patient, outcome="spoke", **more):
    caller = cast.make_staff(Role.FRONT_DESK, at=patient.homes.get().location)
    return calls.record(patient=patient, outcome=outcome, by=caller, now=NOW, **more)


def from_paper(patient, kind, act=lambda: None):
    """An entry from paper about a chart, written an hour ago."""
    place = patient.homes.get().location
    return paper.enter(
        location=place,
        sheet=None,
        line=None,
        kind=kind,
        happened_at=NOW - timedelta(hours=1),
        writer=cast.make_staff(Role.FRONT_DESK, at=place),
        words="Came by",
        patient=patient,
        act=act,
        by=BY,
        now=NOW,
    )


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize("kind", moving.KINDS)
def test_it_stands_on_the_right_chart_and_both_remember(rows, kind, patient, right):
    moving.move(row=rows[kind], to=right, by=BY, now=NOW, reason="Misheard the name.")

    moved = fresh(rows[kind])
    assert moved.patient == right
    assert [row.patient_id for row in moved.history.order_by("history_id")] == [
        patient.pk,
        right.pk,
    ]
    lines = TrailEntry.objects.filter(kind__startswith="chart.moved")
    assert {(line.patient_id, line.kind) for line in lines} == {
        (right.pk, "chart.moved_here"),
        (patient.pk, "chart.moved_away"),
    }
    assert all("Misheard the name." in line.reason for line in lines)


@pytest.mark.parametrize("kind", moving.KINDS)
def test_it_moves_back(rows, kind, patient, right):
    moving.move(row=rows[kind], to=right, by=BY, now=NOW)

    moving.move_back(row=fresh(rows[kind]), by=BY, now=NOW)

    assert fresh(rows[kind]).patient == patient


def test_a_task_leads_to_its_new_chart(rows, right):
    moving.move(row=rows["task"], to=right, by=BY, now=NOW)

    assert fresh(rows["task"]).path == f"/patients/{right.pk}/"


def test_what_never_moved_does_not_move_back(rows):
    with pytest.raises(CannotMove):
        moving.move_back(row=rows["alert"], by=BY, now=NOW)


@pytest.mark.parametrize("kind", moving.KINDS)
def test_it_does_not_move_to_its_own_chart(rows, kind, patient):
    with pytest.raises(CannotMove, match="already"):
        moving.move(row=rows[kind], to=patient, by=BY, now=NOW)


@pytest.mark.parametrize("kind", moving.KINDS)
def test_it_does_not_move_to_a_chart_that_another_stands_for(
    rows, kind, right, location
):
    other = cast.make_patient(at=location)
    merging.merge(duplicate=right, into=other, by=BY, now=NOW)

    with pytest.raises(CannotMove, match="merged"):
        moving.move(row=rows[kind], to=right, by=BY, now=NOW)


def test_what_became_of_an_entry_from_paper_goes_with_it(patient, right):
    entry = from_paper(patient, "phone", lambda: cast.make_contact(patient))
    other = from_paper(patient, "phone", lambda: cast.make_contact(patient))
    contacts.end(point=ContactPoint.objects.get(pk=other.made_id), by=BY, now=NOW)

    for row in (entry, other):
        moving.move(row=row, to=right, by=BY, now=NOW)
    assert right.contact_points.get().pk == entry.made_id

    moving.move_back(row=fresh(entry), by=BY, now=NOW)
    assert not right.contact_points.exists()


def test_a_talk_counts_as_contact_on_the_chart_to_which_it_moves(
    patient, right, clinician
):
    for chart in (patient, right):
        watching.watch(
            patient=chart,
            caller=clinician,
            reason="Silent",
            quiet_days=2,
            ends_on=NOW.date() + timedelta(days=9),
            by=BY,
            now=NOW - timedelta(days=3),
        )
    talk = from_paper(patient, PaperEntry.CONTACT)

    moving.move(row=talk, to=right, by=BY, now=NOW)

    days = WatchFlag.objects.values_list("patient", "last_contact_on")
    assert {pk: str(day) for pk, day in days} == {
        patient.pk: "2026-02-27",
        right.pk: "2026-03-02",
    }
    assert watching.call_the_quiet(by=BY, now=NOW) == 1


def test_an_entry_that_opened_a_chart_or_was_taken_back_does_not_move(patient, right):
    opened = from_paper(patient, "new", lambda: patient)
    taken_back = from_paper(patient, "note")
    paper.take_back(entry=taken_back, by=BY, now=NOW)

    for row, words in ((opened, "was opened"), (taken_back, "took this off")):
        with pytest.raises(CannotMove, match=words):
            moving.move(row=row, to=right, by=BY, now=NOW)


def test_a_number_that_stands_there_does_not_come_twice(rows, right):
    cast.make_contact(right, value=str(rows["contact"].phone))

    with pytest.raises(contacts.AlreadyThere):
        moving.move(row=rows["contact"], to=right, by=BY, now=NOW)


def test_a_number_that_comes_is_not_used_first_where_another_is(rows, right):
    cast.make_contact(right, is_first=True)

    moving.move(row=rows["contact"], to=right, by=BY, now=NOW)

    assert not fresh(rows["contact"]).is_first


def test_what_was_taken_off_does_not_move(rows, right):
    contacts.end(point=rows["contact"], by=BY, now=NOW)
    patients.withdraw_alert(alert=rows["alert"], by=BY)

    for kind in ("contact", "alert"):
        with pytest.raises(CannotMove):
            moving.move(row=rows[kind], to=right, by=BY, now=NOW)


def test_a_task_that_is_done_or_asks_for_a_review_does_not_move(
    rows, right, patient, front_desk, stranger
):
    work.finish(task=rows["task"], by=front_desk, now=NOW)
    break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason="crisis",
        explanation="",
        by=stranger,
        now=NOW,
    )
    review = patient.tasks.get(kind="break_glass.review")

    for task in (rows["task"], review):
        with pytest.raises(CannotMove):
            moving.move(row=task, to=right, by=BY, now=NOW)


def test_nobody_is_a_caregiver_on_their_own_chart_or_twice(rows, right):
    person = rows["family"].caregiver
    with cast.by_hand():
        Caregiver._base_manager.filter(pk=person.pk).update(own_chart=right)
    with pytest.raises(CannotMove, match="own chart"):
        moving.move(row=fresh(rows["family"]), to=right, by=BY, now=NOW)

    with cast.by_hand():
        Caregiver._base_manager.filter(pk=person.pk).update(own_chart=None)
    twin = type(rows["family"])(
        patient=right, caregiver=person, relation="partner", starts_on=NOW.date()
    )
    with cast.by_hand():
        twin.save()
    with pytest.raises(CannotMove, match="already"):
        moving.move(row=fresh(rows["family"]), to=right, by=BY, now=NOW)


def test_the_mistake_goes_on_the_register_with_both_charts(
    rows, right, patient, front_desk
):
    moved = moving.move(row=rows["alert"], to=right, by=front_desk, now=NOW)

    moving.report_wrong_chart(row=moved, page="/", by=front_desk, now=NOW)

    incident = Incident.objects.get()
    assert incident.kind == "chart"
    assert {row.patient for row in incident.about.all()} == {patient, right}


def test_a_row_that_moved_meanwhile_is_moved_from_where_it_is(rows, right, location):
    stale, third = fresh(rows["alert"]), cast.make_patient(at=location)
    moving.move(row=rows["alert"], to=right, by=BY, now=NOW)

    with pytest.raises(CannotMove, match="meanwhile"):
        moving.move(row=stale, to=third, by=BY, now=NOW)
