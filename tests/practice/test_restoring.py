"""Getting back: the trail is proved, anchors know of it, and it is practised."""

from __future__ import annotations

import gc
import subprocess
import threading
import time
from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from practice import (
    anchors,
    backups,
    beside,
    clock,
    erasures,
    guards,
    looks,
    patients,
    restoring,
    sealing,
    snapshots,
    verifying,
)
from practice.backups import Manifest
from practice.models import BackupRun, RunKind, Seal, TrailEntry
from practice.restoring import Restored
from practice.snapshots import BackupFault
from practice.trail import note
from tests.cast import FOUNDER, MONDAY, make_patient
from tests.postgres import APP, binaries
from tests.practice.guarded import TRAIL, run
from tests.practice.test_backups import (  # noqa: F401 - fixtures
    ON_SQLITE,
    _private_place,
    move,
)

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = '{"at": "2026-03-02"}\n'


@pytest.fixture
def backup(location, tmp_path):
    """A backup of a trail that is sealed and anchored; later there is more."""
    patient = make_patient(at=location)
    sealing.seal_new(everywhere=True)
    anchors.drop()
    looks.spool_path().parent.mkdir(parents=True)
    looks.spool_path().write_text(WAITING)
    path = backups.make(connection, tmp_path)
    patients.end_care(patient=patient, reason="Moved", by=FOUNDER, now=MONDAY)
    sealing.seal_new(everywhere=True)
    anchors.drop()
    return path


def test_after_a_restore_the_trail_is_whole_and_anchors_know_of_it(
    request, backup, settings
):
    first, later = anchors.read(settings.TRAIL_ANCHORS)
    looks.spool_path().unlink()
    request.getfixturevalue("move")()

    restored = restoring.bring_back(backup)

    line = TrailEntry.objects.get(kind="backup.restored")
    left = list(anchors.read(settings.TRAIL_ANCHORS))
    assert restored.faults == []
    assert line.reason == f"Backup of {restored.manifest.made_at}"
    assert [one.position for one in left] == [first.position, first.position]
    assert later.mac not in {one.mac for one in left}
    assert (restored.files, looks.spool_path().read_text()) == (["looks"], WAITING)
    assert list(verifying.verify(anchors=left, now=clock.real_now())) == []


@pytest.mark.parametrize(
    ("faults", "words"),
    [([], "The trail is as it was written."), (["line: Line 3 is gone."], "Line 3")],
)
def test_by_hand_it_says_whether_the_trail_holds(monkeypatch, capsys, faults, words):
    done = Restored(Manifest("", "", "2026-03-02", {}), [], faults)
    monkeypatch.setattr(restoring, "bring_back", lambda *_, **__: done)
    failed = ""

    try:
        call_command("restore", "any")
    except CommandError as fault:
        failed = str(fault)

    assert words in capsys.readouterr().out
    assert bool(faults) is ("not as it was written" in failed)


def test_it_names_the_charts_that_were_erased_since(request, location, tmp_path):
    gone, other = make_patient(at=location), make_patient(at=location)
    path = backups.make(connection, tmp_path)
    erasures.remember([gone.pk, 4711])
    request.getfixturevalue("move")()

    [line] = restoring.bring_back(path).erased

    assert line.startswith(f"Chart {gone.pk} was erased on ")
    assert f"erase_chart {gone.pk}" in line
    assert f"Chart {other.pk} " not in line


def test_a_chart_opened_since_only_has_the_number_of_an_erased_one(location):
    erasures.remember([make_patient(at=location).pk + 1])
    with time_machine.travel(clock.real_now() + timedelta(hours=1)):
        make_patient(at=location)

        assert erasures.undone() == []


@pytest.mark.parametrize("line", ["{}", "nothing", '{"at": 1, "charts": [1]}', "[1]"])
def test_an_erasure_that_nobody_did_is_told(location, line):
    patient = make_patient(at=location)
    erasures.remember([patient.pk])
    with erasures.place().open("a") as file:
        file.write(f"{line}\n")
    forged = erasures.place().read_text().replace(f"[{patient.pk}]", "[999999]")
    erasures.place().write_text(forged)

    said = erasures.undone()

    assert [words.endswith("not an erasure of ours.") for words in said] == [True, True]


def test_by_hand_it_says_who_was_erased_and_is_back(monkeypatch, capsys):
    back = ["Chart 3 was erased on 2026-03-02 and is back: erase it again."]
    done = Restored(Manifest("", "", "2026-03-02", {}), [], [], back)
    monkeypatch.setattr(restoring, "bring_back", lambda *_, **__: done)

    call_command("restore", "any")

    assert back[0] in capsys.readouterr().out


def test_without_the_list_it_says_that_nobody_knows_who_was_erased(location):
    [words] = erasures.undone()

    assert words.startswith(f"There is no {erasures.place()}")


# What came back is not as it should be -----------------------------------------------
@pytest.fixture
def again(request, backup, tmp_path):
    """`again(sql…)` restores, changes what came back, and restores a backup of that."""

    def restore(*statements):
        request.getfixturevalue("move")()
        restoring.bring_back(backup)
        for statement in statements:
            run(statement)
        path = backups.make(connection, tmp_path / "again")
        return restoring.bring_back(path, may_replace=True)

    return restore


def test_a_trigger_that_swallows_lines_comes_back_as_a_fault(again):
    body = "CREATE FUNCTION aaa() RETURNS trigger LANGUAGE plpgsql AS "
    body += "'BEGIN RETURN NEW; END'"
    act = "BEGIN SELECT 1; END" if ON_SQLITE else "EXECUTE FUNCTION aaa()"
    trigger = f"CREATE TRIGGER aaa BEFORE INSERT ON {TRAIL} FOR EACH ROW {act}"

    restored = again(*([trigger] if ON_SQLITE else [body, trigger]))

    said = f"guards: {TRAIL}: aaa is not ours: it may swallow lines."
    assert restored.faults == [said]


OLDER = [
    "DROP TABLE practice_keptsignin",
    "ALTER TABLE practice_patientalert DROP COLUMN ends_on",
    "ALTER TABLE practice_historicalpatientalert DROP COLUMN ends_on",
]


def lift():
    """What takes every guard away: some name the columns that are to go."""
    found = guards.all_of(connection)
    return [one for guard in found for one in guard.removal(connection.vendor)]


def test_an_older_version_is_not_judged_before_it_is_migrated(again):
    waits = "DELETE FROM django_migrations WHERE app = 'practice'"

    restored = again(*lift(), *OLDER, waits)

    assert (restored.is_older, restored.faults) == (True, [])


def test_tables_of_another_version_are_a_sentence(again):
    with pytest.raises(BackupFault, match="tables are not those of this version"):
        again(*lift(), *OLDER)


def test_by_hand_an_older_version_gets_no_verdict(monkeypatch, capsys):
    done = Restored(Manifest("", "", "2026-03-02", {}), [], [], is_older=True)
    monkeypatch.setattr(restoring, "bring_back", lambda *_, **__: done)

    call_command("restore", "any")

    out = capsys.readouterr().out
    assert "now run “manage.py migrate”, then “manage.py verify_trail”" in out
    assert "The trail is as it was written." not in out


def test_an_extension_that_a_superuser_made_is_in_nobodys_way(request, backup):
    request.getfixturevalue("move")()
    if not ON_SQLITE:
        details = connection.settings_dict
        where = ["-h", details["HOST"], "-U", "postgres", "-d", details["NAME"]]
        sql = "CREATE EXTENSION btree_gist"
        subprocess.run([f"{binaries()}/psql", *where, "-qc", sql], check=True)

    assert restoring.bring_back(backup).faults == []


# Anchors ----------------------------------------------------------------------------
def test_a_restore_that_nobody_did_voids_nothing(settings):
    settings.TRAIL_ANCHORS.parent.mkdir()
    settings.TRAIL_ANCHORS.write_text(
        '{"at": "2026-03-02", "position": 1, "mac": "ab", "restored": "cd"}\n'
    )

    with pytest.raises(ValueError, match="line 1: nobody restored this"):
        list(anchors.read(settings.TRAIL_ANCHORS))


@pytest.fixture
def restored(location, settings):
    """A backup came back once; later the trail went on, and was anchored."""
    with time_machine.travel(MONDAY, tick=False):
        sealing.seal_new(everywhere=True)
        anchors.mark_restore()
    line = settings.TRAIL_ANCHORS.read_text()
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        note(by=FOUNDER, kind="location.seen", about=location)
        sealing.seal_new(everywhere=True)
        anchors.drop()
    return line


def test_a_restore_that_is_said_again_is_refused(restored, settings):
    with settings.TRAIL_ANCHORS.open("a") as file:
        file.write(restored)

    with pytest.raises(ValueError, match="line 3: said before"):
        list(anchors.read(settings.TRAIL_ANCHORS))


def test_a_restore_voids_nothing_that_was_anchored_later(restored, settings):
    """Whatever stands first in the file: only what is older is void."""
    first, later = settings.TRAIL_ANCHORS.read_text().splitlines()
    settings.TRAIL_ANCHORS.write_text(f"{later}\n{first}\n")

    kept = [one.position for one in anchors.read(settings.TRAIL_ANCHORS)]

    head = Seal.objects.latest("position").position
    assert kept == [head, head - 1]


def test_it_is_said_each_time_the_trail_is_verified(location, settings, capsys):
    sealing.seal_new(everywhere=True)
    anchors.mark_restore()

    call_command("verify_trail", path=settings.TRAIL_ANCHORS)

    assert "A backup came back" in capsys.readouterr().out


def test_where_anchors_are_gone_their_end_comes_from_the_backup(settings, monkeypatch):
    monkeypatch.setattr(beside, "MOST", 30)
    settings.TRAIL_ANCHORS.parent.mkdir()
    settings.TRAIL_ANCHORS.write_text("".join(f"line {n:04}\n" for n in range(100)))
    kept = beside.contents()
    assert beside.put_back(kept) == []
    settings.TRAIL_ANCHORS.unlink()

    assert beside.put_back(kept) == ["anchors"]

    assert settings.TRAIL_ANCHORS.read_text() == "line 0098\nline 0099\n"


# While the site runs ----------------------------------------------------------------
def wait_until_alone():
    """A thread of an earlier test may be about to close what it has open."""
    kind = snapshots.Sqlite if ON_SQLITE else snapshots.Postgresql
    deadline = time.monotonic() + 20
    while kind(connection).is_shared():
        assert time.monotonic() < deadline, "somebody has it open"
        gc.collect()
        time.sleep(0.1)


def test_while_anybody_else_is_connected_it_is_refused(backup):
    ready, done = threading.Event(), threading.Event()
    wait_until_alone()

    def sit():
        TrailEntry.objects.count()
        ready.set()
        done.wait(10)
        connection.close()

    other = threading.Thread(target=sit)
    other.start()
    ready.wait(10)
    try:
        with pytest.raises(BackupFault, match="stop it, then restore"):
            backups.restore(connection, backup, may_replace=True)
    finally:
        done.set()
        other.join()


def test_the_role_that_runs_the_site_can_back_up(location, tmp_path, monkeypatch):
    if not ON_SQLITE:
        monkeypatch.setitem(connection.settings_dict, "USER", APP)

    path = backups.make(connection, tmp_path)

    assert backups.check(connection, path).rows["practice_location"] == 1


# Practice ---------------------------------------------------------------------------
def test_a_practice_restore_proves_the_newest_backup_and_touches_nothing(
    backup, settings, capsys
):
    if not ON_SQLITE:  # the owner practises: it may make databases
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    settings.BACKUPS = backup.parent
    lines, known = TrailEntry.objects.count(), settings.TRAIL_ANCHORS.read_text()

    call_command("restore_drill")

    out = capsys.readouterr().out
    assert "The trail is as it was written." in out
    assert "Practised in" in out
    assert BackupRun.objects.get().kind == RunKind.DRILL
    assert TrailEntry.objects.count() == lines
    assert settings.TRAIL_ANCHORS.read_text() == known
    assert not list(settings.VAR.glob("drill-*"))


def test_a_practice_restore_that_fails_says_why(tmp_path, monkeypatch):
    (tmp_path / "list.csv").write_text("name")
    url = f"sqlite:///{tmp_path / 'drill.sqlite3'}"
    monkeypatch.setattr(restoring, "_scratch_database", lambda _: nullcontext(url))

    with pytest.raises(CommandError, match="not a backup of Wellhouse"):
        call_command("restore_drill", str(tmp_path / "list.csv"))

    assert "not a backup" in BackupRun.objects.get().fault


def test_without_a_backup_there_is_nothing_to_practise(settings, tmp_path):
    settings.BACKUPS = tmp_path / "none"

    with pytest.raises(CommandError, match="There is no backup"):
        call_command("restore_drill")


@pytest.mark.parametrize(
    ("details", "address"),
    [
        (
            {"USER": "o w", "PASSWORD": "p@ss/1", "HOST": "db.example", "PORT": 5433},
            "postgres://o%20w:p%40ss%2F1@db.example:5433/x",
        ),
        ({"USER": "owner", "HOST": "/run/pg"}, "postgres://owner@//run/pg/x"),
        (
            {"USER": "o", "HOST": "h", "OPTIONS": {"sslmode": "verify-full", "a": 1}},
            "postgres://o@h/x?sslmode=verify-full",
        ),
    ],
)
def test_the_scratch_database_is_beside_the_sites_own(details, address):
    assert restoring._address(details, "x") == address
