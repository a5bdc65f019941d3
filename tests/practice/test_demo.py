"""The demo builds itself, and keeps away from everybody who is real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from secrets import token_urlsafe
from unittest.mock import Mock

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader

from practice import clock, demo
from practice.demo import Found
from practice.models import ClockOffset, DemoMark, Practice, Role
from practice.modes import Mode
from tests import cast
from tests.sources import ROOT

pytestmark = pytest.mark.django_db


def put_mark(digest):
    return DemoMark.objects.create(pk=1, digest=digest, seeded_at=cast.MONDAY)


@pytest.fixture
def in_demo(settings, tmp_path):
    settings.MODE = Mode.DEMO
    settings.VAR = tmp_path


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEMO])
def test_nothing_is_built_or_emptied_outside_the_demo(settings, mode, practice):
    settings.MODE = mode
    put_mark("a mark left by mistake")

    with pytest.raises(demo.NotTheDemo):
        demo.build(now=cast.MONDAY)
    with pytest.raises(demo.NotTheDemo):
        demo.empty()

    assert Practice.objects.exists()


def test_the_command_says_where_it_runs(settings):
    with pytest.raises(CommandError, match="WELLHOUSE_MODE=demo only; this is test"):
        call_command("demo", port=0)


def test_production_answers_with_one_sentence(tmp_path):
    """A whole program, as an administrator might start it by mistake."""
    environment = {
        "PATH": os.environ["PATH"],
        "WELLHOUSE_MODE": "production",
        "WELLHOUSE_VAR": str(tmp_path),
        "WELLHOUSE_HOSTS": "desk.example.test",
        "SECRET_KEY": token_urlsafe(50),
        "WELLHOUSE_TRAIL_KEYS": token_urlsafe(50),
        "WELLHOUSE_DATA_KEYS": Fernet.generate_key().decode(),
    }

    answer = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert answer.stdout == ""
    [line] = answer.stderr.splitlines()
    assert "WELLHOUSE_MODE=demo only; this is production." in line


def test_an_empty_database_has_no_demo(in_demo):
    assert demo.look() is Found.NOTHING


def test_a_practice_without_the_mark_is_real(in_demo, practice):
    with pytest.raises(demo.RealPeople, match="was left as it is"):
        demo.look()


@pytest.mark.parametrize("reset", [False, True])
def test_the_command_leaves_a_real_practice_alone(in_demo, practice, reset):
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("demo", port=0, reset=reset)

    assert Practice.objects.get() == practice


def test_a_real_practice_is_not_emptied(in_demo, practice):
    demo.empty()

    assert Practice.objects.get() == practice


def test_a_demo_of_these_migrations_is_ready(in_demo, practice):
    put_mark(demo.digest())

    assert demo.look() is Found.READY


def test_a_demo_of_other_migrations_is_outdated(in_demo, practice):
    put_mark("0" * 64)

    assert demo.look() is Found.OUTDATED


def test_a_build_that_was_cut_short_is_told(in_demo, practice):
    put_mark(demo.UNFINISHED)

    assert demo.look() is Found.UNFINISHED


def test_every_migration_is_in_the_digest(monkeypatch):
    before = demo.digest()
    whole = MigrationLoader(None, ignore_no_migrations=True).disk_migrations

    found = set()
    for key in whole:
        fewer = {other: whole[other] for other in whole if other != key}
        loader = type("Loader", (), {"disk_migrations": fewer})
        monkeypatch.setattr(
            demo, "MigrationLoader", lambda *_, loader=loader, **__: loader
        )
        found.add(demo.digest())

    assert before not in found
    assert len(found) == len(whole) > 10


def test_a_migration_that_was_rewritten_changes_the_digest(monkeypatch):
    before, read = demo.digest(), Path.read_bytes

    def rewritten(path):
        return read(path) + (b"#" if path.name == "0001_initial.py" else b"")

    monkeypatch.setattr(Path, "read_bytes", rewritten)
    assert demo.digest() != before


def test_the_mark_comes_before_the_people_and_the_digest_after(
    in_demo, settings, monkeypatch
):
    settings.SEEDS = ["practice.seeds.seed", "upper_floor.seeds.seed"]
    marks = []

    def seed(*, now):
        marks.append(DemoMark.objects.get().digest)

    monkeypatch.setattr(demo, "load", lambda _name: (seed, seed))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    demo.build(now=cast.MONDAY)

    assert marks == [demo.UNFINISHED, demo.UNFINISHED]
    assert DemoMark.objects.get().digest == demo.digest()


def test_a_seed_that_fails_leaves_an_unfinished_demo(in_demo, monkeypatch):
    def seed(*, now):
        raise ZeroDivisionError

    monkeypatch.setattr(demo, "load", lambda _name: (seed,))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    with pytest.raises(ZeroDivisionError):
        demo.build(now=cast.MONDAY)

    assert DemoMark.objects.get().digest == demo.UNFINISHED


def test_ctrl_c_ends_a_build_also_where_a_seed_swallows_it(
    in_demo, settings, monkeypatch
):
    def seed(*, now):
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(demo, "load", lambda _name: (seed,) * len(settings.SEEDS))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    with pytest.raises(CommandError, match="Stopped half-way") as stopped:
        call_command("demo", port="0")

    assert stopped.value.returncode == 130
    assert DemoMark.objects.get().digest == demo.UNFINISHED
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_of_the_database_is_no_ctrl_c(in_demo, monkeypatch):
    def seed(*, now):
        raise OperationalError("database is locked")

    monkeypatch.setattr(demo, "load", lambda _name: (seed,))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)

    with pytest.raises(OperationalError, match="locked"):
        call_command("demo", port="0")


def test_the_demos_clock_starts_on_real_time(in_demo, settings, monkeypatch):
    settings.SEEDS = ["practice.seeds.seed"]
    monkeypatch.setattr(demo, "load", lambda _name: (lambda *, now: None,))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)

    demo.build(now=cast.MONDAY)

    assert not ClockOffset.objects.get().offset
    assert abs(clock.now() - clock.real_now()).total_seconds() < 1


def test_the_anchors_of_a_trail_that_goes_go_with_it(in_demo, settings, monkeypatch):
    """They would say of the next demo's trail that it was cut."""
    settings.TRAIL_ANCHORS = settings.VAR / "anchors.jsonl"
    settings.TRAIL_ANCHORS.write_text("of the trail that goes")
    database = Mock(vendor="sqlite", settings_dict={"NAME": settings.VAR / "nothing"})
    database.introspection.table_names.return_value = [DemoMark._meta.db_table]
    monkeypatch.setattr(demo, "connection", database)
    demo.empty()
    assert settings.TRAIL_ANCHORS.exists()

    put_mark("0" * 64)
    demo.empty()

    assert not settings.TRAIL_ANCHORS.exists()


def test_each_floor_is_a_step(in_demo, settings, monkeypatch):
    settings.SEEDS = ["practice.seeds.seed", "scheduling.seeds.seed"]
    monkeypatch.setattr(demo, "load", lambda _name: (lambda *, now: None,) * 2)
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    steps = []

    def step(name):
        steps.append(name)
        return nullcontext()

    demo.build(now=cast.MONDAY, step=step)

    assert steps == ["tables", "practice", "scheduling"]


def test_two_demos_do_not_use_the_same_data(in_demo):
    with demo.claim() as sign:
        sign.write("http://127.0.0.1:8000/")
        sign.flush()

        with pytest.raises(demo.AlreadyRunning, match="at http://127"), demo.claim():
            pass


def test_a_demo_that_has_ended_leaves_its_data_to_the_next(in_demo):
    with demo.claim() as sign:
        sign.write("http://127.0.0.1:8000/")

    with demo.claim() as sign:
        sign.seek(0)
        assert sign.read() == ""


def test_there_is_a_person_to_sign_in_as_for_each_role(
    location, front_desk, clinician, manager, auditor
):
    both = [Role.CLINICIAN, Role.MANAGER]
    owner = cast.make_staff(*both, at=location, name="Olga Owner")

    rows = demo.sign_ins()

    assert [row.name for row in rows] == [
        front_desk.name,
        clinician.name,
        manager.name,
        auditor.name,
        owner.name,
    ]
    assert rows[-1].roles == "Clinician, Manager"
    assert {row.password for row in rows} == {demo.PASSWORD}


def test_one_person_may_stand_for_two_roles(location):
    both = cast.make_staff(Role.CLINICIAN, Role.MANAGER, at=location)

    people = demo.one_of_each_role()

    assert people == {Role.CLINICIAN: both, Role.MANAGER: both}
