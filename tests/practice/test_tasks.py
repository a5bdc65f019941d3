"""What the worker is woken for."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connection
from django_q.models import Task as WakeUp

from practice import (
    anchors,
    chores,
    clock,
    drift,
    health,
    looks,
    patients,
    sealing,
    tasks,
    watching,
)
from practice.contributions import load
from practice.models import (
    Caregiving,
    Chore,
    Heartbeat,
    Patient,
    Role,
    Seal,
    Submission,
    Task,
    TrailEntry,
)
from practice.states import PatientState
from tests.cast import FOUNDER, MONDAY, make_caregiver, make_patient

DAY = timedelta(days=1)


def test_a_tick_beats_and_does_what_is_due(db, now):
    tasks.tick()

    assert health.last_beat(health.WORKER) == now
    assert Chore.objects.count() == sum(map(len, load("CHORES")))
    assert not Chore.objects.filter(finished_at=None).exists()


def test_a_tick_may_come_twice(db, now):
    tasks.tick()
    before = list(Chore.objects.values())

    tasks.tick()

    assert list(Chore.objects.values()) == before
    assert Heartbeat.objects.filter(name=health.WORKER).count() == 1


def test_a_tick_raises_nothing_that_the_queue_would_keep(db, monkeypatch, caplog):
    def fail(**_):
        raise DatabaseError("Key (name)=(Paula)")

    monkeypatch.setattr(chores, "run_due", fail)

    tasks.tick()

    assert [record.msg for record in caplog.records] == ["A part of a tick failed."]


def test_a_part_of_a_tick_that_fails_stops_no_other(patient, monkeypatch, now):
    def fail():
        raise OSError

    monkeypatch.setattr(looks, "take_up_spooled", fail)

    tasks.tick()

    assert Seal.objects.count() >= 1
    assert Chore.objects.exclude(finished_at=None).exists()


def test_what_the_clock_does_says_why(patient, now):
    patients.pause(
        patient=patient, until=now.date() + DAY, reason="Away", by=FOUNDER, now=now
    )

    chores.run_due(now=now + 2 * DAY)

    line = TrailEntry.objects.filter(patient_id=patient.pk).first()
    assert (line.actor, line.reason) == ("The clock", "the pause came to its end")


def test_every_line_of_the_clock_has_a_reason():
    assert all(chore.reason for chore in tasks.CHORES)


# The chores of this floor ---------------------------------------------------
def test_a_pause_that_ended_ends(patient, now):
    patients.pause(
        patient=patient, until=now.date() + DAY, reason="Away", by=FOUNDER, now=now
    )

    tasks.resume_pauses(now=now)
    before = Patient.objects.get(pk=patient.pk).state
    tasks.resume_pauses(now=now + 2 * DAY)

    assert before == PatientState.PAUSED
    assert Patient.objects.get(pk=patient.pk).state == PatientState.ACTIVE


def test_a_parents_say_ends_when_the_child_comes_of_age(location, now):
    child = make_patient(at=location, born_on=date(2008, 3, 4))
    make_caregiver(child, relation="parent")

    tasks.end_parents_say(now=now)
    before = Caregiving.objects.get().ends_on
    tasks.end_parents_say(now=now + 3 * DAY)

    assert before is None
    assert Caregiving.objects.get().ends_on is not None


def test_a_watched_patient_who_is_quiet_is_called(patient, clinician, now):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Lives alone",
        quiet_days=7,
        ends_on=now.date() + 30 * DAY,
        by=clinician,
        now=now,
    )

    tasks.call_the_quiet(now=now)
    before = Task.objects.count()
    tasks.call_the_quiet(now=now + 9 * DAY)

    assert (before, Task.objects.get().for_person) == (0, clinician)


def test_old_submissions_are_forgotten(db):
    for days in (1, 3):
        Submission.objects.create(
            key=uuid4(), staff_id=1, path="/", taken_at=MONDAY - days * DAY
        )

    tasks.forget_submissions(now=MONDAY)

    assert Submission.objects.get().taken_at == MONDAY - DAY


def test_sign_ins_that_ran_out_are_cleared(db):
    for seconds in (-10, 1000):
        store = SessionStore()
        store.set_expiry(seconds)
        store.save()

    tasks.clear_sessions(now=MONDAY)

    assert Session.objects.count() == 1


def test_failed_wake_ups_are_forgotten(db):
    for number, days in enumerate((1, 3)):
        at = clock.real_now() - days * DAY
        WakeUp.objects.create(id=str(number), name="x", started=at, stopped=at)

    tasks.forget_wake_ups(now=MONDAY)

    assert WakeUp.objects.get().id == "0"


def test_expired_rows_leave_the_shared_cache(db):
    cache.set("old", 1, timeout=-5)
    cache.set("fresh", 2, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shared_cache SELECT 'x', value, expires FROM "
            "shared_cache WHERE cache_key LIKE '%fresh'"
        )
        cursor.execute(
            "UPDATE shared_cache SET expires = '2001-01-01' WHERE cache_key = 'x'"
        )

    tasks.cull_cache(now=MONDAY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        assert [key for (key,) in cursor.fetchall()] == [":1:fresh"]


def test_another_kind_of_cache_is_left_alone(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }

    tasks.cull_cache(now=MONDAY)


# The trail --------------------------------------------------------------------
def test_a_tick_seals_the_trail(patient):
    before = list(sealing.unsealed().values_list("pk", flat=True))

    tasks.tick()

    assert before
    assert not sealing.unsealed().filter(pk__in=before).exists()


def test_the_trail_is_anchored_every_hour(patient, settings, tmp_path, now, mailoutbox):
    settings.TRAIL_ANCHORS = tmp_path / "anchors.jsonl"
    settings.TRAIL_ANCHOR_MAIL = ["auditor@example.test"]
    sealing.seal_new()

    tasks.anchor_trail(now=now)

    head = Seal.objects.latest("position")
    assert [anchor.mac for anchor in anchors.read(settings.TRAIL_ANCHORS)] == [head.mac]
    assert head.mac in mailoutbox[0].body


def test_an_empty_trail_has_no_anchor(db, settings, tmp_path, now):
    settings.TRAIL_ANCHORS = tmp_path / "anchors.jsonl"

    tasks.anchor_trail(now=now)

    assert not settings.TRAIL_ANCHORS.exists()


def test_the_trail_is_verified_every_night_where_it_is_wanted(
    settings, monkeypatch, now
):
    started = []
    monkeypatch.setattr(tasks.backup_runs, "spawn", started.append)

    for settings.VERIFY_NIGHTLY in (True, False):
        tasks.verify_trail(now=now)

    assert started == ["verify_trail"]


def test_drift_asks_a_manager_to_look_once_a_day(patient, now, monkeypatch):
    found = drift.Drift("patient", changed=2, unwritten=0, gone=1)
    monkeypatch.setattr(drift, "found", lambda: [found])

    tasks.compare_history(now=now)
    tasks.compare_history(now=now)

    task = Task.objects.get(kind="trail.drifted")
    assert task.for_role == Role.MANAGER
    assert task.words.startswith("patient: 2 rows are not as their history says")


def test_no_drift_asks_nobody(patient, now):
    tasks.compare_history(now=now)

    assert not Task.objects.filter(kind="trail.drifted").exists()
