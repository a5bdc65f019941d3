"""The register of mistakes: a sentence, a task, a deadline, two people, an outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice import break_glass, incidents, links, today, work
from practice.incidents import IncidentClosed, NotTheirs, OwnIncident, StepsOwed
from practice.models import Incident, IncidentPatient, Role, Task
from tests import cast
from tests.practice.test_today import day

BY = cast.FOUNDER
NOW = cast.MONDAY
DAY = timedelta(days=1)


@pytest.fixture
def incident(front_desk, patient, manager):
    return incidents.report(
        kind="person",
        words="Texted the wrong Paula.",
        page=f"/patients/{patient.pk}/",
        patients=[patient],
        by=front_desk,
        now=NOW,
    )


@pytest.fixture
def second(location):
    return cast.make_staff(Role.MANAGER, at=location, name="Max Manager")


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def close(incident, by, outcome="Called both; the template asks for the birth date."):
    return incidents.close(incident=fresh(incident), outcome=outcome, by=by, now=NOW)


def assign(incident, **details):
    usual = {"kind": "person", "concerned": None, "owner": None, "due_at": NOW + DAY}
    return incidents.assign(incident=incident, by=BY, **usual | details)


def task_of(incident):
    return Task.objects.get(kind=Task.INCIDENT, path=f"/incidents/{incident.pk}/")


# Reporting --------------------------------------------------------------------
def test_a_report_keeps_who_where_and_about_whom(incident, front_desk, patient):
    assert (incident.reporter, incident.page) == (
        front_desk,
        f"/patients/{patient.pk}/",
    )
    assert [row.patient for row in incident.about.all()] == [patient]
    assert incident.due_at == NOW + 3 * DAY
    assert incident.is_open


def test_the_managers_have_a_task_without_a_name(incident, manager):
    task = task_of(incident)

    assert (task.for_role, task.due_at) == (Role.MANAGER, NOW + DAY)
    assert "Paula" not in task.title
    assert task in today.for_roles(manager, now=NOW)


def test_nobody_ticks_the_task_off(incident, manager):
    with pytest.raises(work.NotTickedOff, match="Close the incident"):
        work.finish(task=task_of(incident), by=manager, now=NOW)
    with pytest.raises(work.NotTickedOff, match="Open the incident again"):
        work.reopen(task=task_of(incident), by=manager)


def test_what_a_patient_says_by_link_is_on_the_register_and_at_the_desk(
    practice, patient
):
    task = links.report(None, words="Not my number", by=links.VISITOR, now=NOW)

    found = Incident.objects.get()
    assert (found.kind, found.words, found.reporter) == ("link", "Not my number", None)
    assert task.for_role == Role.FRONT_DESK
    assert not Task.objects.filter(kind=Task.INCIDENT).exists()


def test_the_task_has_the_deadline_that_was_set(incident, manager):
    assign(incident, owner=manager, due_at=NOW + 5 * DAY)

    assert task_of(incident).due_at == NOW + 5 * DAY


# Two people ---------------------------------------------------------------------
def test_who_reported_it_does_not_close_it(patient, manager):
    own = incidents.report(kind="other", words="My slip", by=manager, now=NOW)

    with pytest.raises(OwnIncident, match="You reported this"):
        close(own, manager)


def test_to_whom_it_happened_does_not_close_it(incident, manager):
    assign(incident, concerned=manager)

    with pytest.raises(OwnIncident, match="happened to you"):
        close(incident, manager)


@pytest.mark.parametrize("role", ["reporter", "concerned"])
def test_the_database_refuses_it_too(incident, manager, role):
    row = fresh(incident)
    setattr(row, role, manager)
    row.closed_at, row.closed_by, row.outcome = NOW, manager, "All well"

    with pytest.raises(IntegrityError), cast.by_hand():
        row.save()


def test_nobody_sees_to_what_happened_to_them(incident, manager):
    with pytest.raises(NotTheirs):
        assign(incident, concerned=manager, owner=manager)


def test_only_managers_see_to_incidents(incident, manager, second, front_desk, auditor):
    assert set(incidents.owners()) == {manager, second}
    for person in (front_desk, auditor):
        with pytest.raises(NotTheirs):
            assign(incident, owner=person)


def test_an_incident_of_a_patients_link_is_closed_by_any_manager(practice, manager):
    links.report(None, words="", by=links.VISITOR, now=NOW)

    closed = close(Incident.objects.get(), manager)

    assert closed.closed_by == manager


# Seeing to it --------------------------------------------------------------------
def test_the_task_follows_the_owner(incident, manager):
    assign(incident, owner=manager)
    assert task_of(incident).for_person == manager

    assign(fresh(incident), owner=None)
    assert task_of(incident).for_role == Role.MANAGER


def test_patients_are_named_once_and_taken_off_and_put_back(incident, location):
    other = cast.make_patient(at=location)
    row = incidents.name_patient(incident=incident, patient=other, by=BY)
    incidents.unname_patient(row=row, by=BY)

    again = incidents.name_patient(incident=incident, patient=other, by=BY)

    assert (again.pk, again.is_withdrawn) == (row.pk, False)
    assert IncidentPatient.objects.count() == 2


def owe(incident, **details):
    usual = {"kind": "letter", "words": "Tell them what was sent", "due_at": NOW + DAY}
    return incidents.add_step(incident=incident, by=BY, **usual | details)


def test_a_letter_is_owed_until_it_is_sent(incident, manager, patient):
    step = owe(incident, patient=patient)
    with pytest.raises(StepsOwed):
        close(incident, manager)

    incidents.finish_step(step=step, by=manager, now=NOW)

    assert fresh(step).done_by == manager
    assert not close(incident, manager).is_open


def test_a_step_that_nobody_owes_does_not_hold_it_open(incident, manager):
    step = owe(incident)
    incidents.drop_step(step=step, by=BY)

    assert not close(incident, manager).is_open


def test_done_is_taken_back(incident, manager):
    step = incidents.finish_step(step=owe(incident), by=manager, now=NOW)

    incidents.reopen_step(step=step, by=BY)

    assert fresh(step).is_owed


def test_who_did_a_step_first_stays(incident, manager, second):
    step = owe(incident)
    incidents.finish_step(step=step, by=manager, now=NOW)

    incidents.finish_step(step=step, by=second, now=NOW + DAY)

    assert (fresh(step).done_by, fresh(step).done_at) == (manager, NOW)


# Closing -------------------------------------------------------------------------
def test_closing_settles_the_task(incident, manager):
    close(incident, manager)

    assert task_of(incident).done_by == manager


def test_an_outcome_is_needed(incident, manager):
    with pytest.raises(ValidationError):
        close(incident, manager, outcome="")


def test_a_closed_one_does_not_change(incident, manager, patient):
    step = incidents.finish_step(step=owe(incident), by=manager, now=NOW)
    close(incident, manager)

    acts = [
        lambda: assign(incident),
        lambda: owe(incident),
        lambda: incidents.reopen_step(step=step, by=BY),
        lambda: incidents.name_patient(incident=incident, patient=patient, by=BY),
        lambda: close(incident, manager),
    ]
    for act in acts:
        with pytest.raises(IncidentClosed):
            act()


def test_opened_again_it_asks_again(incident, manager):
    close(incident, manager)

    again = incidents.reopen(incident=fresh(incident), by=BY, now=NOW)

    assert again.is_open
    assert Task.objects.open().filter(kind=Task.INCIDENT).count() == 1
    assert not close(incident, manager).is_open


def test_every_change_keeps_who_and_what_came_of_it(incident, manager):
    close(incident, manager, outcome="Told both")

    row = fresh(incident).history.latest("history_id")
    assert (row.history_user_id, row.outcome) == (manager.pk, "Told both")
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident._base_manager.filter(pk=incident.pk).update(words="nothing")


# Today ---------------------------------------------------------------------------
def test_an_overdue_one_stays_red_until_it_is_closed(incident, manager):
    late = NOW + 30 * DAY

    section = today.open_incidents(day(manager, now=late))
    assert (section.is_pressing, section.lines[0].badge) == (True, "late")
    assert "nobody sees to it yet" in section.lines[0].detail

    close(incident, manager)
    assert today.open_incidents(day(manager, now=late)).lines == []


def test_others_have_no_such_line(incident, front_desk, clinician):
    assert today.open_incidents(day(front_desk)) is None
    assert today.open_incidents(day(clinician)) is None


def test_a_break_glass_review_that_is_late_stays_red(
    patient, stranger, manager, open_late
):
    section = today.break_glass_reviews(day(manager, now=NOW + 30 * DAY))

    assert section.is_pressing
    assert (section.lines[0].badge, section.lines[0].tone) == ("late", "bad")


@pytest.fixture
def open_late(patient, stranger):
    return break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason="crisis",
        explanation="",
        by=stranger,
        now=NOW,
    )
