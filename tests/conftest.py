"""What every test can ask for: a database on either engine, a clock, the cast.

The cast works at two locations, one with daylight saving time (`location`) and
one without (`far_location`). `patient` is at home at the first; `stranger` sits
at the front desk of the second and must never see that chart.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import environ
import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, TestCase, TransactionTestCase
from xdist.scheduler.loadfile import LoadFileScheduling

from practice import grants
from practice.models import Location, Patient, Practice, Role, StaffMember
from tests import cast
from tests.emptying import empty
from tests.ground import GROUND, layer
from tests.postgres import APP, Server

# Where each test takes seconds: any worker takes one of them.
LONG: tuple[str, ...]
LONG = ("_walk.py", "_doors_hostile.py", "_canary.py", "_every_page.py", "_nul.py")
# What stays together and takes long; begun last, it would keep one worker alone.
HEAVY: tuple[str, ...]
HEAVY = ("faults/test_demo.py", "faults/test_serve.py", "faults/test_worker.py")
HEAVY += ("_supervisor.py", "_crowd.py", "_seeds.py", "_any_day.py", "_restoring.py")
HEAVY += ("faults/test_sending.py", "_personal_data.py", "_erasing.py", "_rules.py")
HEAVY += (
    "_forms.py",
    "_hidden.py",
    "_foreseeing.py",
    "_screenshots.py",
    "_import_story.py",
)
# Where the database itself is on trial, it is asked with every parameter.
ON_TRIAL: tuple[str, ...]
ON_TRIAL = ("races/", "faults/", "_guards", "_grants", "_proofs", "_verifying")
ON_TRIAL += ("_recording", "_only_forward", "_searching", "_append_only", "_drift")
SignIn = Callable[[StaffMember], Client]

# The site and the tests, once loaded, are no rubbish: to look through them again and
# again took a sixth of a run.
gc.set_threshold(50_000, 20, 50)

hypothesis.settings.register_profile("quick", max_examples=25, deadline=None)
hypothesis.settings.register_profile("few", max_examples=8, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=500, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


# The database ---------------------------------------------------------------
def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL if asked for; the workers of a parallel run share it."""
    config.add_cleanup(lambda: shutil.rmtree(settings.SHEETS, ignore_errors=True))
    if os.environ.get("TEST_DATABASE") != "postgres":
        return
    if "TEST_DATABASE_URL" not in os.environ:
        server = Server()
        config.add_cleanup(server.stop)
        os.environ["TEST_DATABASE_URL"] = server.url()
    url = os.environ["TEST_DATABASE_URL"]
    settings.DATABASES["default"].update(environ.Env.db_url_config(url))


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: some tests always wait for other processes."""
    mine = getattr(os, "sched_getaffinity", None)  # which not every system has
    return (len(mine(0)) if mine else os.cpu_count() or 1) + 2


class Scheduler(LoadFileScheduling):  # type: ignore[misc]
    """One file's tests stay on one worker, but for the long ones."""

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        return nodeid if file.endswith(LONG) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduler:
    config.option.loadscopereorder = False  # which would begin with the short ones
    return Scheduler(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "only tests that ask the database, each once"
    parser.addoption("--of-the-database", action="store_true", help=words)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Take what was asked for, in an order that ends early."""
    if config.getoption("of_the_database"):
        others = [item for item in items if not is_of_the_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if is_of_the_database(item)]
    put_in_order(items)


def put_in_order(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the rest stays in its random order and fills gaps.

    Of a file, tests on the same ground follow one another.
    """
    files = {file: turn for turn, file in enumerate(dict.fromkeys(map(_file, items)))}
    items.sort(key=lambda item: (files[_file(item)], GROUND.under(item)))
    items.sort(key=lambda item: not _file(item).endswith(LONG + HEAVY))


def is_of_the_database(item: pytest.Item) -> bool:
    """Whether it asks the database what no other does: a test with its first parameters
    asks what it asks with the others, unless the database is on trial.
    """
    call = getattr(item, "callspec", None)
    is_first = call is None or not any(call.indices.values())
    is_on_trial = any(part in _file(item) for part in ON_TRIAL)
    return asks_database(item) and (is_first or is_on_trial)


def asks_database(item: pytest.Item) -> bool:
    """By one of its fixtures, or as it says itself."""
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _file(item: pytest.Item) -> str:
    return file_of(item.nodeid)


def file_of(nodeid: str) -> str:
    return nodeid.split("::", 1)[0]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The owner's role makes the tables; the tests run in the site's own role.

    They are made of the models, which is quicker than migrating;
    test_migrations.py proves that migrating makes the same.
    """
    with django_db_blocker.unblock():
        _count_as_migrated()
    GROUND.clock, GROUND.blocker = cast.MONDAY, django_db_blocker
    if connection.vendor != "postgresql":
        yield
        GROUND.clear()
        return
    options = connection.settings_dict.setdefault("OPTIONS", {})
    with django_db_blocker.unblock():
        _admit_app_role()
        options["assume_role"] = APP
        connection.close()
    yield
    del options["assume_role"]
    GROUND.clear()
    with django_db_blocker.unblock():
        connection.close()


def _count_as_migrated() -> None:
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app, name)


def _admit_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {APP}; GRANT {APP} TO CURRENT_USER")
    grants.grant(connection, APP)


@pytest.fixture(scope="session", autouse=True)
def _empty_past_the_guards() -> Iterator[None]:
    """Tests that commit leave empty tables, also where nobody may delete."""

    def empty_as_owner(_case: TransactionTestCase) -> None:
        cache.clear()
        with _as_owner():
            empty()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_as_owner)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Which test the ground is laid for, if it asks for a database."""
    GROUND.reach(item)


@pytest.fixture(scope="session", autouse=True)
def _on_the_ground() -> Iterator[None]:
    """Tests that roll back stand on the ground; those that commit, on nothing."""
    enter = vars(TestCase)["_enter_atomics"].__func__
    set_up = vars(TransactionTestCase)["_fixture_setup"].__func__

    def on_ground(case: type[TestCase]) -> Any:
        GROUND.lay()
        return enter(case)

    def on_nothing(case: type[TransactionTestCase]) -> None:
        GROUND.clear()
        set_up(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_enter_atomics", classmethod(on_ground))
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(on_nothing))
        yield


@contextmanager
def _as_owner() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APP}")


# The clock ------------------------------------------------------------------
@pytest.fixture
def now() -> Iterator[datetime]:
    """Stop every clock at Monday 2 March 2026, 15:00 UTC (10:00 in New York)."""
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.MONDAY


# The cast -------------------------------------------------------------------
@layer
def practice(db: None) -> Practice:
    return cast.make_practice()


@layer
def location(practice: Practice) -> Location:
    return cast.make_location(name="Harlem", short_name="Harlem")


@layer
def far_location(practice: Practice) -> Location:
    """Phoenix keeps one time all year."""
    return cast.make_location(
        name="Phoenix", short_name="Phoenix", time_zone="America/Phoenix"
    )


@layer
def front_desk(location: Location) -> StaffMember:
    return cast.make_staff(Role.FRONT_DESK, at=location, name="Fran Desk")


@layer
def clinician(location: Location) -> StaffMember:
    return cast.make_clinician(at=location, name="Cleo Clinician")


@layer
def manager(location: Location, far_location: Location) -> StaffMember:
    places = [location, far_location]
    return cast.make_staff(Role.MANAGER, at=places, name="Mary Manager")


@layer
def auditor(location: Location) -> StaffMember:
    return cast.make_staff(Role.AUDITOR, at=location, name="Aldo Auditor")


@layer
def stranger(far_location: Location) -> StaffMember:
    """Front desk of the other location: sees nobody of the first."""
    return cast.make_staff(Role.FRONT_DESK, at=far_location, name="Stu Stranger")


@layer
def patient(location: Location) -> Patient:
    return cast.make_patient(at=location, given_name="Paula", family_name="Patience")


@pytest.fixture
def as_() -> SignIn:
    """`as_(manager)` is a browser that the manager has fully signed in on."""
    return cast.sign_in


@pytest.fixture
def owner(transactional_db: None) -> Iterator[None]:
    """On PostgreSQL the role that owns the tables: guards are its to lift."""
    if connection.vendor == "sqlite":
        yield
        return
    role = connection.settings_dict["OPTIONS"].pop("assume_role")
    connection.close()
    yield
    connection.settings_dict["OPTIONS"]["assume_role"] = role
    connection.close()


@pytest.fixture
def rows(owner: None, location: Location) -> None:
    """One line of the trail and one row of history, at least."""
