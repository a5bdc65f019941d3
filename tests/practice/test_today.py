"""This floor's sections of Today: what needs whom now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import (
    announcements,
    break_glass,
    duty,
    health,
    patients,
    staffing,
    today,
    watching,
    work,
)
from practice.contributions import Day, HealthLine
from practice.models import Patient, Practice, Role
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def day(staff, *, now=NOW):
    """Today as somebody sees it."""
    charts = Patient.objects.visible_to(staff, now=now)
    return Day(staff, Practice.objects.first(), charts, now, now.date())


@pytest.fixture
def ask(patient):
    """Ask somebody for something about the patient; the desk, unless given."""

    def raise_task(to=Role.FRONT_DESK, about=patient, **details):
        usual = {"kind": "patient.call", "title": "Call back", "due_at": NOW + HOUR}
        return work.raise_task(to=to, patient=about, by=BY, now=NOW, **usual | details)

    return raise_task


def restrict(patient):
    patients.restrict(patient=patient, is_restricted=True, by=BY)


def watch(patient, caller):
    details = {"reason": "Went silent", "quiet_days": 7, "ends_on": TODAY + 30 * DAY}
    return watching.watch(patient=patient, caller=caller, by=BY, now=NOW, **details)


def open_glass(staff, patient):
    return break_glass.open_chart(
        staff=staff, patient=patient, reason="crisis", explanation="", by=staff, now=NOW
    )


# Tasks ----------------------------------------------------------------------
def test_tasks_by_name_are_ones_own(ask, clinician, front_desk):
    ask(to=clinician)

    mine = today.own_tasks(day(clinician))
    theirs = today.own_tasks(day(front_desk))

    assert ([line.title for line in mine.lines], mine.count) == (["Call back"], 1)
    assert (theirs.lines, theirs.count) == ([], 0)
    assert theirs.empty


def test_tasks_of_a_role_are_the_teams(ask, front_desk, clinician):
    ask()

    assert today.team_tasks(day(front_desk)).count == 1
    assert today.team_tasks(day(clinician)).count == 0


def test_an_auditor_has_no_team_tasks(auditor):
    assert today.team_tasks(day(auditor)) is None


def test_a_team_sees_tasks_of_charts_that_it_may_open(ask, front_desk, stranger):
    ask()
    ask(about=None, title="Order paper")

    ours = today.team_tasks(day(front_desk))
    theirs = today.team_tasks(day(stranger))

    assert [line.title for line in ours.lines] == ["Call back", "Order paper"]
    assert [line.title for line in theirs.lines] == ["Order paper"]


def test_managers_see_to_what_concerns_a_restricted_chart(
    ask, patient, front_desk, manager
):
    restrict(patient)
    ask()

    (line,) = today.team_tasks(day(manager)).lines

    assert today.team_tasks(day(front_desk)).count == 0
    assert (line.person, line.initials) == ("", "PP")


def test_what_is_asked_about_a_restricted_chart_is_for_who_is_asked(
    ask, patient, manager
):
    restrict(patient)
    tasks = ask(title="About the HIV result"), ask(to=manager, title="Call home")

    told = today.task_lines(tasks, manager, now=NOW)
    open_glass(manager, patient)
    after = today.task_lines(tasks, manager, now=NOW)

    assert [line.title for line in told] == ["A task: ask the care team.", "Call home"]
    assert [line.title for line in after] == ["About the HIV result", "Call home"]


def test_a_personal_task_of_a_restricted_chart_stays_personal(
    ask, patient, clinician, manager
):
    restrict(patient)
    ask(to=clinician)

    assert today.team_tasks(day(manager)).count == 0


def test_a_task_names_the_patient_to_who_may_open_the_chart(ask, clinician, stranger):
    ask(to=clinician)
    ask(to=stranger)

    (ours,) = today.own_tasks(day(clinician)).lines
    (theirs,) = today.own_tasks(day(stranger)).lines

    assert ours.person == "Paula Patience"
    assert (theirs.person, theirs.initials) == ("", "PP")


def test_a_task_of_a_closed_chart_leads_to_where_a_reason_opens_it(
    ask, patient, clinician, stranger
):
    chart = f"/patients/{patient.pk}/"
    for person in (clinician, stranger):
        ask(to=person, path=chart)
    ask(to=stranger, path="/settings/", due_at=NOW + DAY)

    (ours,) = today.own_tasks(day(clinician)).lines
    theirs = today.own_tasks(day(stranger)).lines

    assert ours.url == chart
    assert [line.url for line in theirs] == [f"{chart}break-glass/", "/settings/"]


@pytest.mark.parametrize(
    ("due_in", "badge", "is_pressing"),
    [(-HOUR, "late", True), (HOUR, "", False), (0 * HOUR, "", False)],
)
def test_a_task_is_late_once_its_time_has_passed(
    ask, front_desk, due_in, badge, is_pressing
):
    ask(due_at=NOW + due_in)

    section = today.team_tasks(day(front_desk))

    assert section.lines[0].badge == badge
    assert section.lines[0].detail.startswith("was due" if badge else "due in")
    assert section.lines[0].tone == ("bad" if badge else "")
    assert section.is_pressing is is_pressing


def test_more_tasks_than_shown_are_counted(ask, front_desk):
    for _task in range(today.SHOWN + 2):
        ask()

    section = today.team_tasks(day(front_desk))

    assert (len(section.lines), section.count) == (today.SHOWN, today.SHOWN + 2)
    assert section.more_url == "/tasks/"


def test_a_task_is_settled_by_who_may(ask, clinician, auditor):
    task = ask(to=clinician)

    (ours,) = today.task_lines([task], clinician, now=NOW)
    (theirs,) = today.task_lines([task], auditor, now=NOW)

    assert (ours.act_label, ours.act_url) == ("Done", f"/tasks/{task.pk}/done/")
    assert theirs.act_url == ""


# Watches --------------------------------------------------------------------
def test_the_longest_silence_comes_first(patient, clinician, location):
    other = cast.make_patient(at=location, family_name="Other")
    for person in (other, patient):
        flag = watch(person, clinician)
    watching.record_contact(flag=flag, on=TODAY - 5 * DAY, by=BY)

    section = today.watched_patients(day(clinician))

    assert [line.person for line in section.lines] == ["Paula Patience", "Pat Other"]
    assert section.lines[0].detail == "last contact 25 Feb"


def test_a_watch_is_the_callers(patient, clinician, location):
    colleague = cast.make_clinician(at=location)
    watch(patient, colleague)

    assert today.watched_patients(day(clinician)).count == 0
    assert today.watched_patients(day(colleague)).count == 1


def test_who_lost_the_chart_does_not_read_whom_they_promised_to_call(
    patient, clinician, far_location
):
    watch(patient, clinician)
    staffing.place(staff=clinician, locations=[far_location], by=BY)

    (line,) = today.watched_patients(day(clinician)).lines

    assert (line.title, line.person) == ("A chart that is closed to you", "")
    assert line.url == f"/patients/{patient.pk}/break-glass/"


def test_who_watches_nobody_and_may_not_has_no_such_section(front_desk, clinician):
    assert today.watched_patients(day(front_desk)) is None
    assert today.watched_patients(day(clinician)).empty


# Break-glass ----------------------------------------------------------------
def test_a_broken_glass_waits_for_a_second_person(patient, stranger, manager):
    glass = open_glass(stranger, patient)

    section = today.break_glass_reviews(day(manager))

    (line,) = section.lines
    assert (line.title, line.url) == ("Stu Stranger", f"/break-glass/{glass.pk}/")
    assert (line.badge, section.is_pressing) == ("", False)


def test_a_review_is_late_after_three_days(patient, stranger, manager):
    open_glass(stranger, patient)

    section = today.break_glass_reviews(day(manager, now=NOW + 3 * DAY + HOUR))

    assert (section.lines[0].badge, section.lines[0].tone) == ("late", "bad")
    assert section.is_pressing


def test_ones_own_is_left_to_others(patient, manager):
    open_glass(manager, patient)

    assert today.break_glass_reviews(day(manager)).count == 0


def test_a_review_stands_on_the_page_once(patient, stranger, manager):
    open_glass(stranger, patient)

    assert today.break_glass_reviews(day(manager)).count == 1
    assert today.team_tasks(day(manager)).count == 0


def test_who_may_not_review_is_not_asked(front_desk):
    assert today.break_glass_reviews(day(front_desk)) is None


# The rest -------------------------------------------------------------------
def test_who_is_here_is_told_by_location(front_desk, clinician, location):
    for person in (front_desk, clinician):
        duty.set_duty_hours(
            staff=person,
            location=location,
            spans=[(0, NOW.time().replace(hour=8), NOW.time().replace(hour=17))],
            by=BY,
        )

    section = today.on_duty(day(front_desk))

    (line,) = section.lines
    assert (line.title, section.count) == ("Harlem", 2)
    assert line.detail == "Cleo Clinician, Fran Desk"


def test_who_is_on_call_is_told(front_desk, clinician):
    duty.put_on_call(
        staff=clinician, starts_at=NOW - HOUR, ends_at=NOW + HOUR, rank=1, by=BY
    )

    (line,) = today.on_duty(day(front_desk)).lines

    assert (line.title, line.detail) == ("On call", "Cleo Clinician")


def announce(patient, times=1):
    for _turn in range(times):
        announcements.announce(kind="patient.paused", patient=patient, by=BY, now=NOW)


def test_what_nobody_was_told_of_says_what_of_whom_and_to_whom(
    patient, front_desk, clinician
):
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=BY, now=NOW
    )
    cast.make_caregiver(patient, may_be_told=True)
    cast.make_caregiver(
        patient, name="Bo Barred", relation="parent", must_not_be_told=True
    )
    announce(patient)

    (line,) = today.waiting_announcements(day(front_desk)).lines

    assert (line.title, line.person) == ("Paused", "Paula Patience")
    assert line.url == f"/patients/{patient.pk}/"
    assert line.detail == "to tell: Cleo Clinician, Spouse or partner · never: Parent"


def test_who_may_not_tell_is_not_asked_to(patient, stranger, clinician):
    announce(patient)

    assert today.waiting_announcements(day(stranger)) is None
    assert today.waiting_announcements(day(clinician)) is None


def test_more_changes_than_shown_are_counted(patient, front_desk):
    announce(patient, times=today.FEW + 2)

    section = today.waiting_announcements(day(front_desk))

    assert (len(section.lines), section.count) == (today.FEW, today.FEW + 2)


def test_a_reader_without_tasks_is_not_sent_to_a_page_that_refuses_them(auditor):
    assert today.own_tasks(day(auditor)).more_url == ""


def test_what_ails_the_machine_is_told_to_who_can_have_it_mended(
    manager, front_desk, monkeypatch
):
    lines = [
        HealthLine("Worker", is_well=False, words="Silent."),
        HealthLine("Queue", is_well=True, words=""),
    ]
    monkeypatch.setattr(health, "report", lambda *, now: lines)

    section = today.system_health(day(manager))

    assert [line.title for line in section.lines] == ["Worker"]
    assert section.is_pressing
    assert today.system_health(day(front_desk)) is None


# Questions to the database --------------------------------------------------
SECTIONS = [
    # Alone; on one page the tasks, the watches and what is open are asked for once.
    (today.own_tasks, "clinician", 4),
    (today.team_tasks, "front_desk", 4),
    (today.watched_patients, "clinician", 4),
    (today.break_glass_reviews, "manager", 1),
    (today.waiting_announcements, "manager", 3),
]


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("section", "who", "queries"), SECTIONS)
def test_a_section_asks_as_often_for_many_as_for_one(
    section,
    who,
    queries,
    rows,
    request,
    ask,
    location,
    clinician,
    stranger,
    django_assert_num_queries,
):
    person = request.getfixturevalue(who)
    for _row in range(rows):
        patient = cast.make_patient(at=location)
        ask(about=patient)
        ask(to=clinician, about=patient)
        watch(patient, clinician)
        open_glass(stranger, patient)
        announcements.announce(kind="patient.paused", patient=patient, by=BY, now=NOW)

    seen = day(person)

    with django_assert_num_queries(queries):
        assert section(seen).count
