"""Today and the tasks, as pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from practice import (
    announcements,
    break_glass,
    merging,
    patients,
    today,
    views,
    watching,
    work,
)
from practice.models import Role, Task
from tests import cast
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def ask(patient):
    def raise_task(to=Role.FRONT_DESK, about=patient, **details):
        usual = {"kind": "patient.call", "title": "Call back", "due_at": NOW + HOUR}
        return work.raise_task(to=to, patient=about, by=BY, now=NOW, **usual | details)

    return raise_task


def fresh(task):
    return Task.objects.get(pk=task.pk)


def undo_of(response):
    *_before, message = response.wsgi_request._messages
    return message.extra_tags


# Today ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "titles"),
    [
        (
            "front_desk",
            [
                *("The day", "Messages to answer", "Your tasks", "For your team"),
                "Here now",
            ],
        ),
        (
            "clinician",
            [
                *("Your visits", "Messages to answer", "Your tasks", "For your team"),
                *("Check on them", "Here now"),
            ],
        ),
        (
            "auditor",
            [
                *("Your tasks", "Break-glass to review", "Mistakes to see to"),
                "Here now",
            ],
        ),
    ],
)
def test_today_has_the_sections_of_each_role(as_, request, who, titles):
    sections = as_(request.getfixturevalue(who)).get(url("today")).context["sections"]

    found = [section.title for section in sections if section.title != "The system"]
    assert found == titles


def test_empty_sections_say_what_will_appear(desk):
    page = desk.get(url("today"))

    sections = page.context["sections"]
    assert all(section.empty in text_of(page) for section in sections)


def test_what_presses_comes_right_after_the_day(desk, ask):
    ask(due_at=NOW - HOUR)

    _day, first, *_others = desk.get(url("today")).context["sections"]

    assert (first.title, first.is_pressing) == ("For your team", True)


def test_the_day_is_the_practices_day(as_, front_desk):
    """At 03:00 UTC on Tuesday it is still Monday in New York."""
    with time_machine.travel(datetime(2026, 3, 3, 3, 0, tzinfo=UTC), tick=False):
        page = as_(front_desk).get(url("today"))

    assert "Monday" in text_of(page)
    assert "Tuesday" not in text_of(page)


def test_a_team_task_of_a_chart_elsewhere_names_nobody(as_, stranger, ask):
    ask(to=stranger)

    page = text_of(as_(stranger).get(url("today")))

    assert "Call back" in page
    assert "Paula" not in page


# Doing ----------------------------------------------------------------------
def test_a_task_is_done_and_taken_back(desk, front_desk, ask):
    task = ask()

    response = desk.post(url("task_done", task.pk))
    assert fresh(task).done_by == front_desk

    desk.post(undo_of(response))
    assert fresh(task).done_by is None


def test_a_done_leads_back_to_where_it_was_pressed(desk, ask, patient):
    chart = url("patient", patient.pk)

    response = desk.post(url("task_done", ask().pk), {"next": chart})

    assert response["Location"] == chart


def test_a_double_click_is_one_done(desk, ask):
    task = ask()

    answers = [desk.post(url("task_done", task.pk)) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert task.history.count() == 2


def test_a_double_click_on_undo_is_one_undo(desk, ask):
    task = ask()
    undo = undo_of(desk.post(url("task_done", task.pk)))

    answers = [desk.post(undo) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert task.history.count() == 3


def test_who_comes_second_reads_who_was_first(as_, front_desk, location, ask):
    task, colleague = ask(), cast.make_staff(Role.FRONT_DESK, at=location)
    as_(front_desk).post(url("task_done", task.pk))

    page = as_(colleague).post(url("task_done", task.pk), follow=True)

    assert "Fran Desk already did this." in text_of(page)


def test_nobody_takes_back_what_another_did(as_, front_desk, location, ask):
    task, colleague = ask(), cast.make_staff(Role.FRONT_DESK, at=location)
    as_(front_desk).post(url("task_done", task.pk))

    response = as_(colleague).post(url("task_reopen", task.pk))

    assert response.status_code == 404
    assert fresh(task).done_by == front_desk


@pytest.mark.parametrize("name", ["task_done", "task_reopen"])
def test_a_task_out_of_reach_is_not_found(as_, stranger, ask, name):
    task = ask()

    assert as_(stranger).post(url(name, task.pk)).status_code == 404


def test_a_task_of_another_role_is_not_found(as_, clinician, ask):
    assert as_(clinician).post(url("task_done", ask().pk)).status_code == 404


def test_an_auditor_does_nothing(as_, auditor, ask):
    client = as_(auditor)

    assert client.get(url("tasks")).status_code == 403
    assert client.post(url("task_done", ask(to=auditor).pk)).status_code == 403


def test_a_task_that_nobody_owes_any_more_says_so(desk, ask):
    task = work.withdraw(task=ask(), by=BY)

    page = desk.post(url("task_done", task.pk), follow=True)

    assert "Nobody has to do this any more." in text_of(page)


# The list -------------------------------------------------------------------
def test_all_open_tasks_are_listed_the_next_due_first(desk, front_desk, ask):
    ask(title="Later", due_at=NOW + 2 * HOUR)
    ask(title="Sooner", to=front_desk)
    work.finish(task=ask(title="Done"), by=front_desk, now=NOW)

    page = desk.get(url("tasks"))

    assert [line.title for line in page.context["lines"]] == ["Sooner", "Later"]
    assert "2 open" in text_of(page)


def test_many_tasks_come_a_page_at_a_time(desk, ask, monkeypatch):
    monkeypatch.setattr(views.today, "PAGE", 2)
    for number in range(5):
        ask(title=f"Call no. {number}")

    answers = [desk.get(url("tasks"), {"from": n}) for n in (0, 2, 4)]

    pages = [text_of(answer) for answer in answers]
    assert [f"Call no. {n}" in pages[n // 2] for n in range(5)] == [True] * 5
    assert "1–2 of 5" in pages[0]
    assert "Call no. 2" not in pages[0]
    assert [answer.context["later"] for answer in answers] == [2, 4, None]


@pytest.mark.parametrize("start", ["4", "999999", "-1", "x", "9" * 20, "٣", ""])
def test_a_page_of_tasks_that_is_not_there_is_the_first(desk, ask, start):
    ask(title="The only one")

    page = desk.get(url("tasks"), {"from": start}, follow=True)

    assert "The only one" in text_of(page)


def test_a_chart_merged_into_a_restricted_one_is_seen_to_as_well(
    ask, patient, front_desk, manager, location
):
    head = cast.make_patient(at=location)
    patients.restrict(patient=head, is_restricted=True, by=BY)
    task = ask()
    merging.merge(duplicate=patient, into=head, by=BY, now=NOW)

    answer = cast.sign_in(manager).post(f"/tasks/{task.pk}/done/")

    task.refresh_from_db()
    assert answer.status_code == 302
    assert task.done_by == manager
    assert not today.within_reach(front_desk, now=NOW).exists()


def test_what_a_merge_and_a_lifted_restriction_leave_open_is_the_teams(
    ask, patient, front_desk, location
):
    head = cast.make_patient(at=location)
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    merging.merge(duplicate=patient, into=head, by=BY, now=NOW)
    patients.restrict(patient=head, is_restricted=False, by=BY)
    task = ask()

    assert task in today.within_reach(front_desk, now=NOW)


def test_a_restricted_charts_tasks_reach_a_manager_without_its_name(
    as_, manager, patient, ask
):
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    task = ask()
    client = as_(manager)

    page = text_of(client.get(url("tasks")))
    client.post(url("task_done", task.pk))
    after = text_of(client.get(url("tasks")))

    assert "A task: ask the care team." in page
    assert "Done: A task: ask the care team." in after
    assert "Paula" not in page
    assert "Call back" not in page + after
    assert fresh(task).done_by == manager


def test_an_empty_list_says_what_to_do(desk):
    assert "Nothing is waiting" in text_of(desk.get(url("tasks")))


# Asking ---------------------------------------------------------------------
@pytest.mark.parametrize("to", ["clinician", "somebody"])
def test_a_colleague_or_a_role_is_asked(desk, patient, clinician, to):
    typed = {"title": "Call her mother", "due_on": "2026-03-04"}
    typed["to"] = to if to == "clinician" else str(clinician.pk)

    desk.post(url("task_new", patient.pk), typed)

    task = Task.objects.get()
    # 17:00 in New York.
    assert task.due_at == datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
    assert (task.for_role, task.for_person) == (
        ("clinician", None) if to == "clinician" else ("", clinician)
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"due_on": "9999-12-31"}, "due_on"),
        ({"due_on": "0001-01-01"}, "due_on"),
        ({"to": "nobody"}, "to"),
        ({"to": "9" * 40}, "to"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_a_wrong_task_is_told_and_nothing_typed_is_lost(desk, patient, typed, field):
    usual = {"title": "Call", "to": "manager", "due_on": "2026-03-04"}

    page = desk.post(url("task_new", patient.pk), usual | typed)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not Task.objects.exists()


def test_who_does_no_tasks_is_not_asked(desk, patient, auditor):
    path = url("task_new", patient.pk)
    typed = {"title": "Call", "to": str(auditor.pk), "due_on": "2026-03-04"}

    page = desk.post(path, typed)

    assert page.context["form"].errors.keys() == {"to"}
    assert auditor.name not in text_of(desk.get(path))


def test_nobody_is_asked_about_a_chart_elsewhere(as_, stranger, patient):
    assert as_(stranger).get(url("task_new", patient.pk)).status_code == 404


# Questions to the database --------------------------------------------------
@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("today", 34), ("tasks", 14)])
def test_a_page_asks_as_often_for_much_as_for_little(
    as_,
    manager,
    stranger,
    clinician,
    location,
    ask,
    name,
    queries,
    rows,
    django_assert_max_num_queries,
):
    for _row in range(rows):
        patient = cast.make_patient(at=location)
        ask(to=Role.MANAGER, about=patient)
        ask(to=manager, about=patient)
        watching.watch(
            patient=patient,
            caller=manager,
            reason="Silent",
            quiet_days=7,
            ends_on=NOW.date(),
            by=BY,
            now=NOW,
        )
        break_glass.open_chart(
            staff=stranger,
            patient=patient,
            reason="crisis",
            explanation="",
            by=stranger,
            now=NOW,
        )
        announcements.announce(kind="patient.paused", patient=patient, by=BY, now=NOW)
    client = as_(manager)
    client.get(url(name))

    with django_assert_max_num_queries(queries):
        client.get(url(name))
