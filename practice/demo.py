"""The demo's database: a mark says that everybody in it is invented.

It is built from nothing, and built again when the migrations have changed or a
build was cut short. A database with a practice and without the mark is never
touched.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from practice import clock
from practice.contributions import load
from practice.models import DemoMark, Practice, Role, StaffMember
from practice.modes import Mode
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import IO

    Step: TypeAlias = Callable[[str], AbstractContextManager[None]]

PASSWORD = "wellhouse-demo"  # noqa: S105 - printed at every start
UNFINISHED = ""  # the mark's digest while the demo is being built
SQLITE_FILES = ("", "-wal", "-shm", "-journal")


class NotTheDemo(NotPossible):
    """Asked for outside WELLHOUSE_MODE=demo."""


class RealPeople(NotPossible):
    """The database holds a practice that is not the demo's."""


class AlreadyRunning(NotPossible):
    """One demo at a time uses the database."""


class Found(Enum):
    """What stands in the database, with what is said before it is built."""

    NOTHING = "There is no demo yet: building one."
    UNFINISHED = "The last build was cut short: building the demo again."
    OUTDATED = "The tables have changed since: building the demo again."
    READY = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the people to sign in as."""

    roles: str
    name: str
    email: str
    password: str = PASSWORD


def require() -> None:
    """Raise NotTheDemo unless this is the demo."""
    if settings.MODE is not Mode.DEMO:
        raise NotTheDemo(
            "The demo's people are invented and run in WELLHOUSE_MODE=demo only; "
            f"this is {settings.MODE}."
        )


@contextmanager
def claim() -> Iterator[IO[str]]:
    """Keep other demos off this one's data meanwhile.

    What is written into the file tells them where this one is. Raises
    AlreadyRunning.
    """
    with Path(settings.VAR, "demo.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            where = file.read().strip() or "another terminal"
            raise AlreadyRunning(
                f"The demo is running already, at {where}: stop it there first."
            ) from None
        file.truncate(0)
        yield file


def look() -> Found:
    """What the database holds. Raises RealPeople."""
    tables = connection.introspection.table_names()
    if Practice._meta.db_table not in tables:
        return Found.NOTHING
    digests = DemoMark.objects.values_list("digest", flat=True)
    marked = digests.first() if DemoMark._meta.db_table in tables else None
    if marked is None and Practice.objects.exists():
        raise RealPeople(
            "This database holds a practice that is not the demo's. It was left as "
            "it is: choose another one by WELLHOUSE_VAR or DATABASE_URL."
        )
    if marked is None:
        return Found.NOTHING
    if marked == UNFINISHED:
        return Found.UNFINISHED
    return Found.READY if marked == digest() else Found.OUTDATED


def _quietly(_name: str) -> AbstractContextManager[None]:
    return nullcontext()


def build(*, now: datetime, step: Step = _quietly) -> None:
    """Start over: an empty database, its tables, every floor's part, the mark.

    Raises NotTheDemo, RealPeople.
    """
    require()
    look()
    empty()
    with step("tables"):
        call_command("migrate", verbosity=0, interactive=False)
    _mark(UNFINISHED)
    clock.shift(offset=timedelta(0))
    for path, seed in zip(settings.SEEDS, load("SEEDS"), strict=True):
        with step(path.partition(".")[0]):
            seed(now=now)
    _mark(digest())


def empty() -> None:
    """Remove the demo's tables; without its mark, nothing. Raises NotTheDemo."""
    require()
    tables = connection.introspection.table_names()
    if DemoMark._meta.db_table not in tables or not DemoMark.objects.exists():
        return
    settings.TRAIL_ANCHORS.unlink(missing_ok=True)  # of the trail that goes
    if connection.vendor == "sqlite":
        connection.close()
        for ending in SQLITE_FILES:
            file = f"{connection.settings_dict['NAME']}{ending}"
            Path(file).unlink(missing_ok=True)
        return
    names = ", ".join(map(connection.ops.quote_name, tables))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {names} CASCADE")


def digest() -> str:
    """Of all migrations on the disk: another one means other tables."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = hashlib.sha256()
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        found.update(f"{app}.{name}\n".encode())
        found.update(Path(inspect.getfile(type(migration))).read_bytes())
    return found.hexdigest()


def one_of_each_role() -> dict[Role, StaffMember]:
    """The first active person of each role, somebody else for each where possible."""
    people: dict[Role, StaffMember] = {}
    for role in Role:
        holders = list(StaffMember.objects.holding(role).order_by("pk")[:5])
        fresh = [staff for staff in holders if staff not in people.values()]
        if holders:
            people[role] = (fresh or holders)[0]
    return people


def sign_ins() -> Sequence[SignIn]:
    """One person per role, and an owner who holds two."""
    people = list(one_of_each_role().values())
    both = StaffMember.objects.holding(Role.CLINICIAN).filter(is_manager=True)
    people += both.exclude(pk__in=[staff.pk for staff in people]).order_by("pk")[:1]
    return [SignIn(staff.role_names, staff.name, staff.email) for staff in people]


def _mark(text: str) -> None:
    DemoMark.objects.update_or_create(
        pk=1, defaults={"digest": text, "seeded_at": clock.real_now()}
    )
