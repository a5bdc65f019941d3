"""A backup is whole, ours alone to read, and comes back row for row."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from practice import backups, guards, health, patients, snapshots
from practice.backups import MAGIC, Manifest
from practice.models import Patient
from practice.snapshots import BackupFault
from practice.states import PatientState
from tests.cast import FOUNDER, MONDAY, make_caregiver, make_contact, make_patient
from tests.ground import layer
from tests.postgres import binaries

ON_SQLITE = connection.vendor == "sqlite"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _private_place(settings, tmp_path, monkeypatch):
    """Copies on their way stay in the test's directory; the tools are found."""
    settings.VAR = tmp_path / "var"
    settings.TRAIL_ANCHORS = tmp_path / "anchors" / "anchors.jsonl"
    if not ON_SQLITE:
        monkeypatch.setenv("PATH", f"{binaries()}:{os.environ['PATH']}")


@layer
def people(location):
    """A chart with family, phones, a change of state and names in many scripts."""
    first = make_patient(at=location, given_name="Zoë", family_name="Ñandú-李")
    make_contact(make_caregiver(first))
    patients.pause(patient=first, until=None, reason="“Away”", by=FOUNDER, now=MONDAY)
    return first


@pytest.fixture
def backup(people, tmp_path):
    return backups.make(connection, tmp_path)


@pytest.fixture
def move(transactional_db, tmp_path):
    """`move()` points the site to a new, empty database; on PostgreSQL as owner."""
    details, old = connection.settings_dict, {**connection.settings_dict}
    # Workers share a server: each has a name of its own.
    new = str(tmp_path / "new.sqlite3") if ON_SQLITE else f"{old['NAME']}_new"

    def point_elsewhere():
        if not ON_SQLITE:
            _as_owner(f"CREATE DATABASE {new}")
        connection.close()
        details["OPTIONS"] = {**old["OPTIONS"]}
        details["OPTIONS"].pop("assume_role", None)
        details["NAME"] = new

    yield point_elsewhere
    connection.close()
    details.update(old)
    if not ON_SQLITE:
        _as_owner(f"DROP DATABASE IF EXISTS {new}")


def _as_owner(sql):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(sql)
    connection.close()


def everything():
    """Every row of every table but the sign-ins, which a restore ends."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found | {"django_session": []}


def rights():
    """Which role may do what to which table; SQLite knows no roles."""
    if ON_SQLITE:
        return []
    return ask(
        "SELECT relname, acl::text FROM pg_class, unnest(relacl) AS acl "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2"
    )


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_row_comes_back_with_its_guards(backup, move):
    before = everything(), rights()
    move()

    manifest = backups.restore(connection, backup)

    assert (everything(), rights()) == before
    assert manifest.rows["practice_patient"] == 1
    assert guards.missing(connection) == []


def test_a_restored_database_takes_new_rows(backup, move):
    move()
    backups.restore(connection, backup)

    health.beat("restored")
    chart = Patient.objects.get()
    patients.resume(patient=chart, by=FOUNDER, now=MONDAY)

    assert Patient.objects.get().state == PatientState.ACTIVE


def test_a_backup_is_consistent_while_others_write(people, move, tmp_path):
    written, stop = [], threading.Event()

    def write():
        while not stop.is_set():
            written.append(make_contact(people))
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    path = backups.make(connection, tmp_path)
    stop.set()
    writer.join()
    move()
    backups.restore(connection, path)

    assert written
    assert ask("SELECT count(*) FROM practice_contactpoint") == ask(
        "SELECT count(*) FROM practice_historicalcontactpoint"
    )


def test_only_its_owner_can_read_the_file(people, tmp_path):
    path = backups.make(connection, tmp_path / "new")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_neither_name_nor_content_tells_whose_it_is(backup):
    content = backup.read_bytes()

    assert "linden" not in backup.name.lower()
    for word in ("Zoë", "Linden", "SQLite", "PGDMP", "practice_patient"):
        assert word.encode() not in content


def test_nothing_but_the_backup_is_left_behind(backup, tmp_path):
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [backup]


def test_everybody_signs_in_again(people, move, tmp_path):
    SessionStore().save(must_create=True)
    path = backups.make(connection, tmp_path)
    move()

    backups.restore(connection, path)

    assert ask("SELECT count(*) FROM django_session") == [(0,)]


# What is refused ------------------------------------------------------------
def test_a_database_with_tables_is_replaced_only_when_asked(backup, move):
    before = everything()
    move()
    ask_nothing = "CREATE TABLE left_over (id integer)"
    with connection.cursor() as cursor:
        cursor.execute(ask_nothing)

    with pytest.raises(BackupFault, match="not empty"):
        backups.restore(connection, backup)
    assert everything() == {"left_over": [], "django_session": []}

    for _ in range(2):
        backups.restore(connection, backup, may_replace=True)
        assert everything() == before


def test_a_restore_that_fails_loses_nothing(backup, move, monkeypatch):
    move()
    backups.restore(connection, backup)
    before = everything()
    monkeypatch.setattr(backups, "check", lambda *_: Manifest("", "", "", {}))
    parts = frames(backup)
    backup.write_bytes(MAGIC + b"".join(parts[:-1]))

    with pytest.raises(BackupFault, match="end is missing"):
        backups.restore(connection, backup, may_replace=True)

    connection.close()
    assert everything() == before


def frames(path):
    """The sealed frames of a backup, each with its length before it."""
    rest, found = path.read_bytes()[len(MAGIC) :], []
    while rest:
        end = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:end])
        rest = rest[end:]
    return found


def swap(parts):
    return [parts[0], parts[2], parts[1], *parts[3:]]


def flip(parts):
    """One bit of the last frame."""
    last = bytearray(parts[-1])
    last[-10] ^= 1
    return [*parts[:-1], bytes(last)]


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda parts: [], "end is missing"),
        (lambda parts: parts[:-1], "end is missing"),
        (lambda parts: [*parts[:-1], parts[-1][:-5]], "end is missing"),
        (lambda parts: [*parts, b"more"], "added to the end"),
        (lambda parts: [parts[0], *parts[2:]], "not in their order"),
        (swap, "not in their order"),
        (flip, "cannot be opened"),
    ],
)
def test_a_backup_that_was_harmed_is_refused(
    people, tmp_path, monkeypatch, harm, complaint
):
    monkeypatch.setattr("practice.snapshots.CHUNK", 1 << 16)
    path = backups.make(connection, tmp_path)
    path.write_bytes(MAGIC + b"".join(harm(frames(path))))

    with pytest.raises(BackupFault, match=complaint):
        backups.check(connection, path)


def test_a_backup_that_is_refused_touches_nothing(backup):
    backup.write_bytes(backup.read_bytes()[:-1])
    before = everything()

    with pytest.raises(BackupFault, match="end is missing"):
        backups.restore(connection, backup, may_replace=True)

    assert everything() == before


def test_a_copy_that_is_no_database_does_not_count_as_a_backup(
    db, tmp_path, monkeypatch
):
    @contextmanager
    def spoilt(_engine):
        yield {}, iter([b"\0" * 100_000] * 40)

    monkeypatch.setattr(snapshots.Sqlite, "copy", spoilt)
    monkeypatch.setattr(snapshots.Postgresql, "copy", spoilt)

    with pytest.raises(BackupFault, match=r"damaged|pg_restore failed"):
        backups.make(connection, tmp_path)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_frames_of_two_backups_do_not_mix(people, tmp_path):
    one, two = (backups.make(connection, tmp_path) for _ in range(2))
    one.write_bytes(MAGIC + b"".join([frames(one)[0], *frames(two)[1:]]))

    with pytest.raises(BackupFault, match="not in their order"):
        backups.check(connection, one)


def test_another_sites_backup_cannot_be_opened(backup, settings):
    settings.DATA_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(BackupFault, match="WELLHOUSE_DATA_KEYS"):
        backups.check(connection, backup)


def test_any_other_file_is_refused(tmp_path):
    path = Path(tmp_path, "list.csv")
    path.write_text("name,phone\n")

    with pytest.raises(BackupFault, match="not a backup"):
        backups.check(connection, path)


def test_a_backup_of_the_other_kind_of_database_is_refused(backup, monkeypatch):
    monkeypatch.setattr(connections["default"], "vendor", "oracle")

    with pytest.raises(BackupFault, match="and this site uses oracle"):
        backups.check(connection, backup)


def test_a_database_that_lost_rows_on_its_way_is_refused(backup, move, monkeypatch):
    whole = backups.check(connection, backup)
    more = replace(whole, rows=whole.rows | {"practice_patient": 2})
    monkeypatch.setattr(backups, "check", lambda *_: more)
    move()

    with pytest.raises(BackupFault, match="Not every row arrived"):
        backups.restore(connection, backup)


def test_a_missing_tool_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(snapshots, "SYSTEM_TOOLS", tmp_path)

    with pytest.raises(BackupFault, match="pg_dump is needed"):
        snapshots.find("pg_dump")


def test_a_failing_tool_is_quoted_without_the_row_it_stumbled_on():
    text = b"psql:1: ERROR:  bad value\nCONTEXT:  COPY patient, line 3: Paula\n"

    assert snapshots.complaint("psql", text) == "psql failed: psql:1: ERROR:  bad value"


# The commands ---------------------------------------------------------------
def test_by_hand_it_is_one_command_each_way(people, move, tmp_path, capsys):
    call_command("backup", to=tmp_path)
    [path] = tmp_path.glob("*.backup")
    move()
    call_command("restore", str(path))

    out = capsys.readouterr().out
    assert f"{path} (0." in out
    assert "Everybody signs in again." in out
    assert Patient.objects.count() == 1


def test_a_restored_older_version_asks_for_its_migrations(
    people, move, tmp_path, capsys
):
    MigrationRecorder(connection).record_unapplied("practice", "0001_initial")
    path = backups.make(connection, tmp_path)
    MigrationRecorder(connection).record_applied("practice", "0001_initial")
    move()

    call_command("restore", str(path))

    assert "now run “manage.py migrate”" in capsys.readouterr().out


def test_by_hand_a_backup_that_fails_is_a_sentence(tmp_path, monkeypatch):
    def fail(*_):
        raise BackupFault("pg_dump is needed")

    monkeypatch.setattr(backups, "make", fail)

    with pytest.raises(CommandError, match="pg_dump is needed"):
        call_command("backup", to=tmp_path)


@pytest.mark.parametrize(
    ("file", "sentence"), [("gone", "There is no file"), ("list", "not a backup")]
)
def test_by_hand_a_fault_is_a_sentence(tmp_path, file, sentence):
    (tmp_path / "list").write_text("name,phone")

    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(tmp_path / file))
