"""Every address of a chart, pressed by somebody who broke the glass to it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import patients
from practice.access import may
from practice.models import CareTeamMember, Role
from tests import cast
from tests.cast import sign_in
from tests.ground import layer
from tests.practice.hostile import forms_of, proper, taken_back
from tests.practice.reading import text_of, url
from tests.practice.test_role_walk import CHART_ROUTES, MACHINE, WRITE
from tests.practice.world import addresses, build

pytestmark = pytest.mark.usefixtures("now")
BY, NOW = cast.FOUNDER, cast.MONDAY
KEEPS_CONTACTS = {"contact_new", "contact_edit", "contact_end", "contact_restore"}
HEARS = {"contact_stop"}  # who says stop is heard, whoever listens
# Opening and giving back is what break-glass is; to look is what it is for.
GLASS = {"break_glass", "patient"}
# Who reads the trail reads it of every chart, and writes nothing but the trail.
TRAIL = {"patient_looks", "patient_reveal"}
# Answers that fit each other: no bar beside a right, no hours without an end.
UNASKED, FITTING = (
    {"must_not_be_told", "ends_on"},
    {"safe_until": "17:00", "time_zone": ""},
)
SENTENCE = "By break-glass a chart is read, not changed"


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {
        "front_desk": front_desk,
        "clinician": clinician,
        "manager": manager,
        "auditor": auditor,
        "stranger": stranger,
    }
    return build(people, location)


@pytest.fixture(params=["front_desk", "clinician", "manager"])
def intruder(request, world, far_location):
    """Somebody of each role to whom break-glass alone opens the chart."""
    chart = world.subjects["patient"]
    roles = [Role(request.param)]
    person = cast.make_staff(*roles, at=far_location, name="Gale Glass")
    if request.param == "manager":
        patients.restrict(patient=chart, is_restricted=True, by=BY)
        duplicate = world.subjects["namesake"]
        patients.restrict(patient=duplicate, is_restricted=True, by=BY)
    for subject in ("patient", "namesake"):
        cast.break_in(person, world.subjects[subject])
    return person


@pytest.fixture
def usual(world):
    """Somebody who may do anything with the chart: on its team, in every role."""
    place = world.subjects["location"]
    roles = [Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER]
    person = cast.make_staff(*roles, at=place, name="Una Usual")
    for subject in ("patient", "namesake"):
        patients.join_care_team(
            patient=world.subjects[subject], staff=person, is_lead=False, by=BY, now=NOW
        )
    return person


def presses(world, usual, routes=CHART_ROUTES, only=""):
    """Every address of a chart, or only one, with answers that its form takes."""
    client = sign_in(usual)
    for address in addresses():
        if address.route.startswith(routes) and only in ("", address.name):
            path = address.url(world)
            with taken_back(client):
                found = forms_of(client.get(path))
            form = found[0] if found else None
            names = form.fields.keys() - UNASKED if form else ()
            answers = {name: proper(form, name) for name in names}
            yield address, path, {**answers, **FITTING} if form else {}


def press(client, path, answers):
    """The answer to a press and the tables that it wrote to; then it never was."""
    with taken_back(client), CaptureQueriesContext(connection) as queries:
        response = client.post(path, answers)
    found = [WRITE.match(query["sql"]) for query in queries.captured_queries]
    return response, {match[1] for match in found if match} - MACHINE


@pytest.mark.walk
def test_break_glass_changes_exports_and_hands_on_nothing(world, usual, intruder):
    client, wrong = sign_in(intruder), []

    for address, path, answers in presses(world, usual):
        if address.name in KEEPS_CONTACTS | HEARS | GLASS | TRAIL:
            continue
        if may(intruder, address.access.capability):
            look, (answer, written) = client.get(path), press(client, path, answers)
            wrong += [f"{address.name} writes {table}" for table in written]
            wrong += [
                f"{address.name}: {response.status_code}"
                for response in (look, answer)
                if not is_refused(response)
            ]

    assert wrong == []


def is_refused(response):
    """Whether the answer is the sentence; a page has no POST, a button no GET."""
    if response.status_code == 405:
        return True
    return response.status_code == 403 and SENTENCE in text_of(response)


@pytest.mark.walk
def test_the_same_presses_write_where_the_chart_is_open_as_usual(world, usual):
    """Else the walk above would prove nothing."""
    client, idle = sign_in(usual), []

    for address, path, answers in presses(world, usual):
        response, written = press(client, path, answers)
        if response.status_code != 405 and not written:
            idle.append(address.name)

    assert set(idle) <= SETTLED


# Visits of a chart ----------------------------------------------------------
VISIT_ROUTES = (
    *("visits/<id:pk>/", "visits/series/<id:pk>/", "visit-links/"),
    *("board/calls/<id:pk>", "board/late/<id:pk>", "board/behind/<id:pk>"),
    *("board/room/<id:pk>", "board/video/<id:pk>", "board/texted/<id:pk>"),
    "settings/calendar/loose-ends/<id:pk>",
)
TO_LOOK_AT = {"visit", "series"}
# What a bare press does not do in this world: it needs an act before, or the hour.
NOT_NOW = {"series_undo", "visit_undo", "call_undo", "visit_call_off", "call_made"}
NOT_NOW |= {"late_said", "late_arrival", "behind_now", "room_put"}
NOT_NOW |= {"video_to_phone", "video_again"}
NOT_NOW |= {"called_in", "told_longer", "visit_reminder_send", "visit_reminder_take_up"}


@pytest.fixture(params=["front_desk", "manager"])
def shut_out(request, world):
    """Somebody who sees the visits of a place, but not one chart there."""
    chart, place = world.subjects["patient"], world.subjects["location"]
    patients.restrict(patient=chart, is_restricted=True, by=BY)
    return cast.make_staff(Role(request.param), at=place, name="Shelley Shut")


@pytest.mark.walk
@pytest.mark.parametrize("is_under_glass", [False, True])
def test_nothing_is_done_with_visits_of_a_closed_chart(
    world, usual, shut_out, is_under_glass
):
    client, wrong = sign_in(shut_out), []
    if is_under_glass:
        cast.break_in(shut_out, world.subjects["patient"])
    refused = (403, 404, 405) if is_under_glass else (404, 405)

    for address, path, answers in presses(world, usual, VISIT_ROUTES):
        if not may(shut_out, address.access.capability):
            continue
        look, (answer, written) = client.get(path), press(client, path, answers)
        wrong += [f"{address.name} writes {table}" for table in written]
        wrong += [
            f"{address.name}: {response.status_code}"
            for response in (look, answer)[address.name in TO_LOOK_AT :]
            if response.status_code not in refused
        ]

    assert wrong == []


@pytest.mark.walk
def test_the_same_presses_are_done_for_who_may_act_for_everybody(world, usual):
    client, idle = sign_in(usual), []

    for address, path, answers in presses(world, usual, VISIT_ROUTES):
        response, written = press(client, path, answers)
        if response.status_code != 405 and not written:
            idle.append(address.name)

    assert set(idle) <= NOT_NOW


# What has nothing to do in this world: nothing is ended, paused or taken down.
SETTLED = {
    *("break_glass", "patient_watch", "care_team_rejoin", "contact_restore"),
    *("caregiver_contact_restore", "patient_resume", "patient_end_care_undo"),
    *("patient_resume_undo", "patient_restrict_undo"),
    *("patient_death_undo", "patient_unmerge", "patient_merge"),
    "patient_reveal",
    "visits_left_undo",
}


@pytest.mark.walk
@pytest.mark.parametrize("name", sorted(KEEPS_CONTACTS - {"contact_restore"}))
def test_contact_data_is_kept_under_glass(world, usual, far_location, name):
    person = cast.make_staff(Role.FRONT_DESK, at=far_location)
    cast.break_in(person, world.subjects["patient"])
    [(_address, *asked)] = presses(world, usual, only=name)

    response, written = press(sign_in(person), *asked)

    assert response.status_code == 302
    assert "practice_contactpoint" in written


# After the glass ------------------------------------------------------------
def test_who_joined_the_team_meanwhile_changes_the_chart(as_, stranger, patient):
    cast.break_in(stranger, patient)
    patients.join_care_team(
        patient=patient, staff=stranger, is_lead=False, by=BY, now=NOW
    )

    page = as_(stranger).get(url("patient_edit", patient.pk))

    assert page.status_code == 200


def test_the_page_under_glass_offers_only_what_it_allows(as_, stranger, patient):
    cast.make_contact(patient)
    cast.make_task(to=Role.FRONT_DESK, patient=patient)
    cast.break_in(stranger, patient)

    text = as_(stranger).get(url("patient", patient.pk)).content.decode()

    shut = ("patient_edit", "patient_needs", "caregiver_new", "care_team_new")
    shut += ("patient_death", "details_link_new", "task_new", "alert_new")
    assert [name for name in shut if url(name, patient.pk) in text] == []
    assert "/done/" not in text
    assert url("contact_new", patient.pk, "phone") in text


def test_the_refusal_says_whom_to_ask(as_, stranger, patient, clinician):
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=BY, now=NOW
    )
    cast.break_in(stranger, patient)

    words = text_of(as_(stranger).get(url("patient_edit", patient.pk)))

    assert "add you to the team: Cleo Clinician." in words


def test_break_glass_brings_no_tasks_to_do(as_, stranger, patient):
    task = cast.make_task(to=Role.FRONT_DESK, patient=patient)
    cast.break_in(stranger, patient)
    desk = as_(stranger)

    answers = [desk.post(url(name, task.pk)) for name in ("task_done", "task_reopen")]

    task.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403]
    assert task.done_by is None


def test_a_task_by_name_is_done_whatever_opens_the_chart(as_, stranger, patient):
    task = cast.make_task(to=stranger, patient=patient)
    cast.break_in(stranger, patient)

    as_(stranger).post(url("task_done", task.pk))

    task.refresh_from_db()
    assert task.done_by == stranger


# Nobody left ----------------------------------------------------------------
@pytest.fixture
def deserted(patient):
    return patients.restrict(patient=patient, is_restricted=True, by=BY)


def test_a_manager_names_a_team_for_a_chart_that_nobody_is_left_for(
    as_, manager, clinician, deserted
):
    cast.break_in(manager, deserted)
    client, path = as_(manager), url("care_team_new", deserted.pk)

    offered = client.get(url("patient", deserted.pk)).content.decode()
    client.post(path, {"staff": clinician.pk})

    assert path in offered
    assert CareTeamMember.objects.get().staff == clinician


def test_nobody_names_themselves_under_glass(as_, manager, deserted):
    cast.break_in(manager, deserted)

    page = as_(manager).post(url("care_team_new", deserted.pk), {"staff": manager.pk})

    assert page.context["form"].errors.keys() == {"staff"}
    assert not CareTeamMember.objects.exists()


def test_a_chart_with_a_team_left_is_left_to_it(as_, manager, clinician, deserted):
    patients.join_care_team(
        patient=deserted, staff=clinician, is_lead=True, by=BY, now=NOW
    )
    cast.break_in(manager, deserted)

    page = as_(manager).get(url("care_team_new", deserted.pk))

    assert page.status_code == 403


def test_a_team_lets_the_manager_in_who_lifts_the_restriction(
    as_, manager, clinician, deserted
):
    patients.join_care_team(
        patient=deserted, staff=clinician, is_lead=True, by=BY, now=NOW
    )

    as_(clinician).post(url("care_team_new", deserted.pk), {"staff": manager.pk})

    page = as_(manager).get(url("patient_restrict", deserted.pk))
    assert page.status_code == 200
