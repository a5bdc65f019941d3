"""manage.py restore: a backup takes the database's place, and is proved there."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from practice import restoring
from practice.snapshots import BackupFault

if TYPE_CHECKING:
    from argparse import ArgumentParser


OLDER = (
    "It is of an older version: now run “manage.py migrate”, then “manage.py "
    "verify_trail”, which says whether the trail is as it was written."
)


class Command(BaseCommand):
    help = "Restore a backup into an empty database. Stop the site first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="lose what is in the database now"
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            restored = restoring.bring_back(file, may_replace=replace)
        except FileNotFoundError as fault:
            raise CommandError(f"There is no file {file}.") from fault
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        manifest, took = restored.manifest, time.monotonic() - began
        tables, rows = len(manifest.rows), sum(manifest.rows.values())
        self.stdout.write(
            f"{rows} rows in {tables} tables are back as they were at "
            f"{manifest.made_at} ({took:.0f} s). Everybody signs in again."
        )
        for line in (*restored.erased, *restored.faults):
            self.stdout.write(line)
        if restored.faults:
            raise CommandError("The trail in this backup is not as it was written.")
        if restored.is_older:
            self.stdout.write(OLDER)
        else:
            self.stdout.write("The trail is as it was written.")
