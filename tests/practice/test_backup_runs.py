"""The nightly backup is started once, written down, thinned out, and seen to."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from practice import backup_runs, clock, tasks
from practice.models import BackupRun, RunKind
from practice.snapshots import BackupFault

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def started(settings, monkeypatch):
    """What is started instead of a process; nightly backups are on."""
    settings.BACKUPS_NIGHTLY = True
    programs = []
    monkeypatch.setattr(
        backup_runs.subprocess, "Popen", lambda program, **_: programs.append(program)
    )
    return programs


def run(kind=RunKind.BACKUP, *, ago, took=HOUR / 60, fault=""):
    began = clock.real_now() - ago
    ended = began + took if took is not None else None
    return BackupRun.objects.create(
        kind=kind, started_at=began, ended_at=ended, fault=fault
    )


# Starting -------------------------------------------------------------------------
def test_the_clock_starts_the_command_that_people_run(started, now):
    tasks.back_up(now=now)

    [program] = started
    assert program[1:] == [program[1], "backup"]
    assert program[1].endswith("manage.py")


def test_it_is_off_where_it_is_not_wanted(started, settings, now):
    settings.BACKUPS_NIGHTLY = False

    assert not backup_runs.start(now=now)
    assert started == []


@pytest.mark.parametrize(
    ("known", "starts"),
    [
        ({"ago": 22 * HOUR}, False),
        ({"ago": 24 * HOUR}, True),
        ({"ago": 2 * HOUR, "fault": "The disk is full."}, True),
        ({"ago": 2 * HOUR, "took": None}, True),
        ({"ago": HOUR, "kind": RunKind.DRILL}, True),
    ],
)
def test_one_good_one_a_day_is_enough(started, now, known, starts):
    run(**known)

    assert backup_runs.start(now=now) is starts


@pytest.mark.parametrize(("since", "starts"), [(2 * HOUR, False), (7 * HOUR, True)])
def test_one_that_is_at_work_is_waited_for_but_not_for_ever(
    started, now, since, starts
):
    with backup_runs.recorded(RunKind.BACKUP) as at_work:
        BackupRun.objects.filter(pk=at_work.pk).update(
            started_at=clock.real_now() - since
        )

        assert backup_runs.start(now=clock.real_now()) is starts


HOLD = """
import fcntl, sys, time
with open(sys.argv[1], "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_SH)
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path):
    """A process that holds the lock as a backup does."""
    program = [sys.executable, "-c", HOLD, str(tmp_path / ".backup.lock")]
    with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_one_that_was_killed_is_not_waited_for(
    other_process, started, settings, tmp_path
):
    settings.VAR = tmp_path
    run(ago=HOUR, took=None)
    assert not backup_runs.start(now=clock.real_now())

    other_process.kill()
    other_process.wait()

    assert backup_runs.start(now=clock.real_now())


# Writing down ---------------------------------------------------------------------
def test_a_run_that_ended_well_says_so(now):
    with backup_runs.recorded(RunKind.BACKUP) as one:
        one.name, one.size = "wellhouse-1.backup", 5

    kept = BackupRun.objects.get()
    assert (kept.is_good, kept.name, kept.size) == (True, "wellhouse-1.backup", 5)


def test_a_run_that_failed_says_why_and_fails(now):
    with pytest.raises(BackupFault), backup_runs.recorded(RunKind.BACKUP):
        raise BackupFault("pg_dump is needed")

    assert BackupRun.objects.get().fault == "pg_dump is needed"


# Thinning out ---------------------------------------------------------------------
def named(directory, *names):
    for name in names:
        (directory / name).write_text("x")
    return directory


def test_the_newest_are_kept(tmp_path):
    names = [f"wellhouse-2026030{day}T020000Z-abcdef.backup" for day in range(1, 6)]
    named(tmp_path, *names, "notes.txt", "other.backup")

    assert backup_runs.thin_out(tmp_path, keep=2) == 3

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["notes.txt", "other.backup", *names[3:]]


@pytest.mark.parametrize("keep", [0, -5, 1])
def test_the_last_one_is_never_thinned_out(tmp_path, keep):
    named(tmp_path, "wellhouse-20260301T020000Z-abcdef.backup")

    assert backup_runs.thin_out(tmp_path, keep=keep) == 0


def test_what_a_killed_run_left_goes_after_a_day(tmp_path):
    named(tmp_path, ".wellhouse-old.part", ".wellhouse-new.part")
    os.utime(tmp_path / ".wellhouse-old.part", (0, 0))

    backup_runs.thin_out(tmp_path, keep=2)

    assert [path.name for path in tmp_path.iterdir()] == [".wellhouse-new.part"]


# Health ---------------------------------------------------------------------------
@pytest.fixture
def line(settings, now):
    settings.IS_PRODUCTION = True

    def ask():
        found = backup_runs.health(now)
        return found.is_well, found.words

    return ask


def test_none_is_unwell_in_production_only(line, settings):
    assert line() == (
        False,
        "None was made yet. None was restored for practice yet.",
    )
    settings.IS_PRODUCTION = False
    assert line()[0]


def test_its_age_and_that_of_the_last_drill_are_said(line):
    run(ago=3 * HOUR)
    run(RunKind.DRILL, ago=timedelta(days=12))

    assert line() == (
        True,
        "The last good one is 3 hours old. Restored for practice 12 days ago.",
    )


def test_one_that_is_too_old_is_unwell_and_the_last_fault_is_said(line):
    run(ago=27 * HOUR)
    run(ago=3 * HOUR, fault="The disk is full.")

    is_well, words = line()
    assert not is_well
    assert words.startswith("The last good one is 27 hours old.")
    assert words.endswith("The disk is full.")


def test_after_a_quarter_a_drill_is_due(line):
    run(ago=HOUR)
    run(RunKind.DRILL, ago=timedelta(days=101))

    assert "time for one" in line()[1]
