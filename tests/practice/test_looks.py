"""Who looked at whom: one line for each look, before the page leaves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, transaction

from practice import break_glass, looks
from practice.models import BreakGlassReason, TrailEntry, TrailPatient
from tests import cast
from tests.practice.world import NAMES, SECRETS, addresses, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


def lines():
    return TrailEntry.objects.filter(kind__startswith=looks.PREFIX).order_by("pk")


def named():
    """Everybody whom some line about a look names."""
    alone = set(lines().values_list("patient_id", flat=True)) - {None}
    return alone | set(TrailPatient.objects.values_list("patient_id", flat=True))


def chart(patient):
    return f"/patients/{patient.pk}/"


# One line -----------------------------------------------------------------------
def test_a_look_says_who_whom_where_when_and_what_for(desk, front_desk, patient, now):
    desk.get(chart(patient))

    line = lines().get()
    assert (line.actor_id, line.patient_id) == (front_desk.pk, patient.pk)
    assert (line.kind, line.reason, line.at) == ("seen.patient", "care", now)


def test_the_same_page_is_one_look_for_a_quarter_of_an_hour(desk, patient, now):
    desk.get(chart(patient))
    with time_machine.travel(now + timedelta(minutes=14), tick=False):
        desk.get(chart(patient))
    assert lines().count() == 1

    with time_machine.travel(now + timedelta(minutes=15), tick=False):
        desk.get(chart(patient))
    assert lines().count() == 2


def test_another_page_or_another_person_is_another_look(desk, clinician, patient, now):
    desk.get(chart(patient))
    desk.get(f"{chart(patient)}edit/")
    cast.sign_in(clinician).get(chart(patient))

    assert lines().count() == 3


def test_a_list_is_one_line_that_names_everybody(desk, location, now):
    people = [cast.make_patient(at=location) for _ in range(3)]

    desk.get("/patients/")

    assert lines().get().patient_id is None
    assert named() == {patient.pk for patient in people}


def test_a_list_that_grew_names_the_new_ones(desk, location, now):
    cast.make_patient(at=location)
    desk.get("/patients/")
    new = cast.make_patient(at=location)

    desk.get("/patients/")

    assert lines().last().patient_id == new.pk


def test_a_page_that_shows_nobody_is_no_look(desk, now):
    desk.get("/patients/")
    desk.get("/team/")

    assert not lines().exists()


def test_a_press_that_only_leads_on_is_no_look(desk, patient, now):
    desk.post(f"{chart(patient)}resume/")

    assert not lines().exists()


def test_a_chart_that_stays_closed_is_no_look(stranger, patient, now):
    assert cast.sign_in(stranger).get(chart(patient)).status_code == 404

    assert not lines().exists()


def test_a_look_by_break_glass_says_so(stranger, patient, now):
    glass = break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.CRISIS,
        explanation="She is at the door and asks for help.",
        by=stranger,
        now=now,
    )

    cast.sign_in(stranger).get(chart(patient))

    assert lines().get().reason == f"break-glass {glass.pk}"


# Every page ---------------------------------------------------------------------
@pytest.mark.walk
@pytest.mark.parametrize("role", ["front_desk", "clinician", "manager", "auditor"])
def test_whoever_is_on_a_page_was_looked_at(
    role, front_desk, clinician, manager, auditor, stranger, location, now
):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    people |= {"auditor": auditor, "stranger": stranger}
    world = build(people, location)
    client, forgotten = cast.sign_in(people[role]), []

    for address in addresses():
        for method in ("get", "post"):
            with transaction.atomic():
                page = getattr(client, method)(address.url(world))
                if shows_somebody(page) and not named():
                    forgotten.append(f"{method} {address.name}")
                transaction.set_rollback(True)

    assert forgotten == []


def shows_somebody(page):
    if page.streaming or page.status_code not in (200, 409, 422):
        return False
    body = page.content.decode(errors="replace")
    return any(word in body for word in [*NAMES.values(), *SECRETS.values()])


# In an emergency ----------------------------------------------------------------
@pytest.fixture
def broken(monkeypatch, settings, tmp_path):
    settings.VAR = tmp_path

    def fail(look):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(looks, "write", fail)
        yield patch


def test_a_look_that_cannot_be_written_waits_in_a_file(desk, patient, broken, now):
    assert desk.get(chart(patient)).status_code == 200

    lines = looks.spool_path().read_text().splitlines()
    waiting = [json.loads(line) for line in lines]
    assert [(look["page"], look["patients"]) for look in waiting] == [
        ("patient", [patient.pk])
    ]
    assert looks.waiting()


def test_what_waits_is_taken_up_once_with_its_own_time(desk, patient, broken, now):
    desk.get(chart(patient))
    broken.undo()

    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert looks.take_up_spooled() == 1
        assert looks.take_up_spooled() == 0

    assert [line.at for line in lines()] == [now]
    assert not looks.waiting()


def test_a_taking_up_that_broke_off_is_gone_on_with(desk, patient, broken, now):
    desk.get(chart(patient))
    with pytest.raises(OperationalError):
        looks.take_up_spooled()
    broken.undo()

    assert looks.take_up_spooled() == 1
    assert lines().count() == 1


def test_half_a_line_stops_no_other(desk, patient, broken, now):
    desk.get(chart(patient))
    with looks.spool_path().open("a") as file:
        file.write('{"at": "2026-')
    broken.undo()

    assert looks.take_up_spooled() == 1


def test_a_look_that_nothing_can_keep_is_not_given(desk, patient, broken, settings):
    settings.VAR.joinpath("spool").write_text("a file where a folder should be")

    answer = desk.get(chart(patient))

    assert answer.status_code == 503
    assert patient.family_name not in answer.content.decode()
