"""Who looked at whom: one line for each look, before the page leaves."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import (
    break_glass,
    clock,
    health,
    looks,
    merging,
    telling,
    who_looked,
)
from practice.models import BreakGlassReason, Patient, TrailEntry
from practice.trail_search import Wish
from tests import cast
from tests.ground import layer
from tests.practice.reading import looked_at
from tests.practice.world import SECRETS, WALKERS, addresses, build

pytestmark = pytest.mark.django_db
AT = cast.MONDAY.isoformat()
UNREADABLE = [
    b'{"at": "2026-',
    b"[]",
    b'{"at": "\xff"}',
    *(
        json.dumps(
            {"at": AT, "actor_id": 1, "actor": "A", "page": "patient"}
            | {"purpose": "care", "patients": [10**9]}
            | wrong
        ).encode()
        for wrong in (
            {"at": "nonsense"},
            {"at": "2026-03-02T10:00:00"},
            {"patients": ["one"]},
            {"patients": [2**70]},
            {"actor": "\ud800"},
        )
    ),
]


@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


def lines():
    return TrailEntry.objects.filter(kind__startswith=looks.PREFIX).order_by("pk")


def chart(patient):
    return f"/patients/{patient.pk}/"


def look(staff, *patients, at=cast.MONDAY, page="patient"):
    ids = [patient.pk for patient in patients]
    return looks.Look(at.isoformat(), staff.pk, staff.name, page, looks.CARE, ids)


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
    assert looked_at() == {patient.pk for patient in people}


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
@pytest.mark.parametrize("role", WALKERS)
def test_whoever_is_on_a_page_was_looked_at(
    role, front_desk, clinician, manager, auditor, stranger, location, now
):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    people |= {"auditor": auditor, "stranger": stranger}
    world = build(people, location)
    ids = name_each_apart()
    client, forgotten, unsaid = cast.sign_in(people[role]), [], set()
    signed_in = dict(client.cookies)

    for address in addresses():
        for method in ("get", "post"):
            client.cookies.update(signed_in)  # one of the pages signs out
            with transaction.atomic():
                page = getattr(client, method)(address.url(world))
                if unnoted := shown(page, ids) - looked_at():
                    forgotten.append(f"{method} {address.name}: {sorted(unnoted)}")
                unsaid |= {line.kind for line in lines()} - telling.kinds().keys()
                transaction.set_rollback(True)

    assert forgotten == []
    assert sorted(unsaid) == [], "Add the page's words to TRAIL_WORDS"


def name_each_apart():
    """Give every chart names that no other has, so that a page tells whom it shows."""
    charts = list(Patient._base_manager.all())
    with cast.by_hand():
        for chart in charts:
            chart.given_name = f"Xq{chart.pk}zGiven"
            chart.family_name = f"Xq{chart.pk}zFamily"
            chart.preferred_name = f"Xq{chart.pk}zPreferred"
            chart.save()
    return {chart.pk for chart in charts}


def shown(page, ids):
    """The charts that a page shows: by name, or the first one's by what it holds."""
    if page.streaming or page.status_code not in (200, 409, 422):
        return set()
    body = page.content.decode(errors="replace")
    told = {pk for pk in ids if f"Xq{pk}z" in body}
    return told | {min(ids)} if any(one in body for one in SECRETS.values()) else told


@layer
def twin(patient, location):
    """The same person on another chart, with a phone, merged."""
    twin = cast.make_patient(at=location, given_name="Pauline")
    cast.make_contact(twin, value="+12125550187")
    merging.merge(duplicate=twin, into=patient, by=cast.FOUNDER, now=cast.MONDAY)
    return twin


@pytest.mark.parametrize("page", ["", "export/download/"])
def test_who_looked_at_a_merged_chart_is_known_when_it_is_parted(
    manager, patient, twin, page, now
):
    client = cast.sign_in(manager)
    (client.post if page else client.get)(f"{chart(patient)}{page}")
    merging.undo(duplicate=twin, by=cast.FOUNDER)

    report = who_looked.report(Wish(patient_ids=[twin.pk]), zone="UTC")

    assert [visit.actor for visit in report.visits] == [manager.name]
    assert not report.visits[0].looks[0].is_list


def test_a_chart_opened_by_glass_on_its_twin_is_read_by_glass(
    stranger, patient, twin, now
):
    with cast.by_hand():
        twin.merged_into = None
        twin.save()
    glass = break_glass.open_chart(
        staff=stranger,
        patient=twin,
        reason=BreakGlassReason.CRISIS,
        explanation="",
        by=stranger,
        now=now,
    )
    merging.merge(duplicate=twin, into=patient, by=cast.FOUNDER, now=now)

    cast.sign_in(stranger).get(chart(patient))

    assert {line.reason for line in lines()} == {f"break-glass {glass.pk}"}
    assert looked_at() == {patient.pk, twin.pk}


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


@pytest.mark.parametrize("line", UNREADABLE)
def test_a_line_that_is_no_look_is_put_aside(line, desk, patient, broken, now):
    desk.get(chart(patient))
    with looks.spool_path().open("ab") as file:
        file.write(line + b"\n")
    broken.undo()

    assert looks.take_up_spooled() == 1
    assert (lines().count(), looks.waiting()) == (1, False)
    assert looks.aside_path().read_bytes().startswith(line[:7])
    assert not health.trail(clock.now()).is_well


def test_a_later_look_hides_none_that_waited(front_desk, patient, now):
    later = now + timedelta(hours=2)
    looks.write(look(front_desk, patient, at=later))
    looks.write(look(front_desk, patient, at=now))

    assert {line.at for line in lines()} == {now, later}


@given(offsets=st.lists(st.integers(0, 3600), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_look_has_a_line_shortly_before_it(offsets, front_desk, patient, now):
    with transaction.atomic():
        for seconds in offsets:  # in whatever order they reach the trail
            at = now + timedelta(seconds=seconds)
            looks.write(look(front_desk, patient, at=at))
        noted = [(line.at - now).total_seconds() for line in lines()]
        transaction.set_rollback(True)

    grace = looks.WAITS.total_seconds()
    assert all(any(-grace <= at - line < 15 * 60 for line in noted) for at in offsets)


def test_a_file_that_is_taken_up_between_opening_and_writing_loses_nothing(
    front_desk, patient, monkeypatch, settings, tmp_path
):
    settings.VAR = tmp_path

    def take_up_first(file, how):
        monkeypatch.setattr(looks.fcntl, "flock", flock)
        looks.take_up_spooled()
        flock(file, how)

    flock = looks.fcntl.flock
    looks.spool([look(front_desk, patient, page="a")])
    monkeypatch.setattr(looks.fcntl, "flock", take_up_first)
    looks.spool([look(front_desk, patient, page="b")])

    assert looks.take_up_spooled() == 1
    assert [line.kind for line in lines()] == ["seen.a", "seen.b"]


def test_a_disk_that_is_full_leaves_no_half_line(
    front_desk, patient, monkeypatch, settings, tmp_path
):
    settings.VAR = tmp_path
    write = os.write
    monkeypatch.setattr(looks.os, "write", lambda to, data: write(to, data[:20]))

    with pytest.raises(OSError, match="full"):
        looks.spool([look(front_desk, patient)])

    assert looks.spool_path().read_bytes() == b""


def test_a_look_that_nothing_can_keep_is_not_given(desk, patient, broken, settings):
    settings.VAR.joinpath("spool").write_text("a file where a folder should be")

    answer = desk.get(chart(patient))

    assert answer.status_code == 503
    assert patient.family_name not in answer.content.decode()
