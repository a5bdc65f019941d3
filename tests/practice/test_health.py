"""Is the machine well, and who may know."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from practice import chores, contributions, guards, health, tasks, verifying
from practice.contributions import HealthLine
from practice.models import Chore, Heartbeat
from practice.verifying import Result

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(now):
    """A machine whose worker has just done all its chores."""
    tasks.tick()
    for program in contributions.load("PROGRAMS"):
        health.beat(program.name)
    verifying.remember(Result(now, is_whole=True))
    return now


def state(check, now):
    return check(now).is_well


# Checks ---------------------------------------------------------------------
def test_a_machine_at_work_is_well(well):
    lines = health.report(now=well)

    assert [line.words for line in lines if not line.is_well] == []
    assert len(lines) == len(settings.HEALTH)


@pytest.mark.parametrize(("seconds", "is_well"), [(59, True), (60, True), (61, False)])
def test_a_worker_silent_for_a_minute_is_unwell(well, seconds, is_well):
    with time_machine.travel(well + timedelta(seconds=seconds), tick=False):
        assert state(health.worker, well) is is_well


def test_a_worker_that_never_beat_is_unwell(now):
    assert "not started" in health.worker(now).words


def test_late_chores_are_named(well):
    Chore.objects.filter(name="cache.cull").update(due_at=well)

    soon = health.late_chores(well + timedelta(minutes=10))
    late = health.late_chores(well + timedelta(minutes=11))

    assert soon.is_well
    assert "cache.cull" in late.words
    assert not late.is_well


def test_failed_chores_are_named_with_the_type_of_their_fault(well):
    Chore.objects.filter(name="cache.cull").update(fault="OSError")

    line = health.late_chores(well)

    assert (line.is_well, "cache.cull (OSError)" in line.words) == (False, True)


def test_a_chore_of_an_older_version_is_not_late_for_ever(well):
    Chore.objects.create(name="gone", due_at=well - timedelta(days=900))

    assert state(health.late_chores, well)


def test_missing_guards_are_counted(well, monkeypatch):
    monkeypatch.setattr(guards, "missing", lambda _connection: ["a", "b"])

    line = health.guards(well)

    assert (line.is_well, line.words[:19]) == (False, "2 guards are missin")


def test_a_waiting_migration_is_unwell(well):
    MigrationRecorder(connection).record_unapplied("practice", "0001_initial")

    assert health.unapplied() == {("practice", "0001_initial")}
    assert not state(health.migrations, well)


def test_a_check_that_fails_says_so_and_stops_no_other(well, monkeypatch):
    def broken(now):
        raise OperationalError("host=10.0.0.7 user=paula")

    monkeypatch.setattr(health, "load", lambda _name: (broken, health.worker))

    first, second = health.report(now=well)

    assert first == HealthLine(
        "Broken", is_well=False, words="This check failed: OperationalError."
    )
    assert second.is_well


def test_a_report_asks_few_questions(well, django_assert_max_num_queries):
    with django_assert_max_num_queries(23):
        health.report(now=well)


def test_a_recent_report_is_asked_for_once(well, django_assert_num_queries):
    before = health.recent(now=well)

    with django_assert_num_queries(1):
        again = health.recent(now=well)

    assert again == before


def test_a_report_is_recent_for_ten_seconds(well):
    assert health.is_well(health.recent(now=well))

    Heartbeat.objects.all().delete()

    assert health.is_well(health.recent(now=well))
    with time_machine.travel(well + timedelta(seconds=11), tick=False):
        assert not health.is_well(health.recent(now=well))


@pytest.mark.parametrize(
    ("hours", "is_whole", "words"),
    [
        (1, True, "Sealed, and verified."),
        (1, False, "It is not as it was written"),
        (51, True, "not verified for days"),
        (None, None, "never verified"),
    ],
)
def test_a_trail_is_well_while_it_was_lately_found_whole(now, hours, is_whole, words):
    if hours:
        verifying.remember(Result(now - timedelta(hours=hours), is_whole))

    line = health.trail(now)

    assert words in line.words
    assert line.is_well is ("and verified" in words)


def test_the_settings_name_the_checks():
    assert health.guards in contributions.load("HEALTH")


# /healthz -------------------------------------------------------------------
def test_anybody_may_ask_whether_it_is_alive(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain"


def test_to_be_alive_the_worker_is_not_needed(client):
    assert not state(health.worker, None)
    assert client.get("/healthz").status_code == 200


def test_without_the_shared_cache_it_cannot_serve(client):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("RESET ROLE")
        cursor.execute("DROP TABLE shared_cache")

    response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"unavailable")


def test_without_a_database_it_cannot_serve(client, monkeypatch):
    def refuse(*_):
        raise OperationalError("connection to 10.0.0.7 refused")

    monkeypatch.setattr(connections["default"], "cursor", refuse)

    response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"unavailable")


def test_it_is_asked_and_never_told(client):
    assert client.post("/healthz").status_code == 405


# /healthz/work --------------------------------------------------------------
def test_the_page_says_what_each_check_says(well, manager, as_):
    response = as_(manager).get(reverse("health_work"))

    assert response.status_code == 200
    assert b"Background worker" in response.content
    assert b"Everything runs as it should." in response.content


def test_its_status_tells_a_monitor_that_something_is_unwell(manager, as_):
    response = as_(manager).get(reverse("health_work"))

    assert response.status_code == 503
    assert b"It has not started yet." in response.content


def test_the_front_desk_is_not_asked_to_mind_the_machine(front_desk, as_):
    assert as_(front_desk).get(reverse("health_work")).status_code == 403


# The commands ---------------------------------------------------------------
def test_a_monitor_on_the_machine_gets_a_code(well, capsys, monkeypatch):
    call_command("health")
    assert "UNWELL" not in capsys.readouterr().out

    monkeypatch.setattr(guards, "missing", lambda _connection: ["a"])
    with pytest.raises(SystemExit) as end:
        call_command("health")

    assert end.value.code == 1
    assert "UNWELL  Database guards: 1 guard is missing" in capsys.readouterr().out


def test_chores_are_listed_and_run_by_hand(capsys, monkeypatch):
    monkeypatch.setattr(chores, "described", lambda: tasks.CHORES[:2])

    call_command("chores")
    call_command("chores", run=True)

    out = capsys.readouterr().out
    assert "patients.resume: every 1:00:00, not run yet" in out
    assert "Run: patients.resume, patients.call_the_quiet." in out


def test_a_chore_that_failed_is_listed_with_its_fault(well, capsys):
    Chore.objects.filter(name="cache.cull").update(fault="OSError")

    call_command("chores")

    assert "failed since with OSError" in capsys.readouterr().out
