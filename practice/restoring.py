"""Getting back: after a restore, the trail says so, is sealed, and is proved.

A practice restore does the same into a database of its own, which is dropped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection

from practice import (
    anchors,
    backups,
    beside,
    clock,
    erasures,
    health,
    sealing,
    verifying,
)
from practice.backup_runs import MANAGE
from practice.models import Practice
from practice.snapshots import BackupFault
from practice.trail import Automation, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from practice.backups import Manifest

RESTORE = Automation("Restore")
SCRATCH = "wellhouse_drill"
ADDRESS = ("USER", "PASSWORD", "HOST", "PORT")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, what of the trail is not as it was written, what was erased.

    Of an older version nothing can be said before it is migrated.
    """

    manifest: Manifest
    files: Sequence[str]
    faults: Sequence[str]
    erased: Sequence[str] = ()
    is_older: bool = False


def bring_back(path: Path, *, may_replace: bool = False) -> Restored:
    """Restore a backup, prove its trail, look for who was erased. Raises BackupFault.

    What was anchored after the backup was made is void from now on, and the
    anchors say so.
    """
    manifest = backups.restore(connection, path, may_replace=may_replace)
    files = beside.put_back(manifest.files)
    anchors.mark_restore()
    if health.unapplied():
        return Restored(manifest, files, [], erasures.undone(), is_older=True)
    try:
        return Restored(manifest, files, _proved(manifest), erasures.undone())
    except DatabaseError as fault:
        raise BackupFault(
            "The backup is back, but its tables are not those of this version: it was "
            f"made with {manifest.version}."
        ) from fault


def _proved(manifest: Manifest) -> list[str]:
    """Say in the trail that a backup came back, and look if all of it is as written."""
    if practice := Practice.objects.first():
        reason = f"Backup of {manifest.made_at}"
        note(by=RESTORE, kind="backup.restored", about=practice, reason=reason)
    sealing.seal_new(everywhere=True)
    known = list(anchors.read(settings.TRAIL_ANCHORS))
    found = verifying.everything(anchors=known, now=clock.real_now())
    return [f"{fault.kind}: {fault.words}" for fault in found]


def drill(path: Path) -> str:
    """Restore into a database of its own, prove it, drop it; returns what was said.

    Raises BackupFault.
    """
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="drill-", dir=settings.VAR) as directory:
        place = Path(directory)
        # Who was erased since is no news of a practice restore.
        (place / erasures.NAME).touch()
        if settings.TRAIL_ANCHORS.exists():
            shutil.copy(settings.TRAIL_ANCHORS, place / "anchors.jsonl")
        with _scratch_database(place) as url:
            return _restore_there(path, place, url)


def _restore_there(path: Path, place: Path, url: str) -> str:
    """Run the command that people run, with settings that point to the scratch."""
    own = {
        "DJANGO_SETTINGS_MODULE": "practice.settings",
        "DATABASE_URL": url,
        "WELLHOUSE_VAR": str(place),
        "WELLHOUSE_ANCHORS": str(place / "anchors.jsonl"),
    }
    environment = {
        name: value
        for name, value in os.environ.items()
        if name.removesuffix("_FILE") not in own
    }
    program = [sys.executable, str(Path(settings.BASE_DIR, MANAGE)), "restore"]
    run = subprocess.run(  # noqa: S603 - our own command
        [*program, str(path.absolute())],
        env=environment | own,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        last = (run.stderr.strip() or run.stdout.strip()).splitlines()[-1:]
        raise BackupFault(f"The practice restore failed. {' '.join(last)}")
    return run.stdout.strip()


@contextmanager
def _scratch_database(place: Path) -> Iterator[str]:
    """The address of a new, empty database that is gone afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{place / 'drill.sqlite3'}"
        return
    name = f"{SCRATCH}_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield _address(connection.settings_dict, name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _address(details: Mapping[str, object], name: str) -> str:
    """The address of a database beside the site's own."""
    said = {key: str(details.get(key) or "") for key in ADDRESS}
    user, password, host, port = (said[key] for key in ADDRESS)
    options = details.get("OPTIONS")
    kept = {
        key: value
        for key, value in (options.items() if isinstance(options, dict) else ())
        if isinstance(value, str) and key.startswith("ssl")
    }
    door = quote(user, safe="")
    if password:
        door += f":{quote(password, safe='')}"
    place = f"{host}:{port}" if port else host
    if host.startswith("/"):  # a socket's directory
        place = f"/{host}"
    query = f"?{urlencode(kept)}" if kept else ""
    return f"postgres://{door}@{place}/{name}{query}"
