"""manage.py backup: one encrypted file, read back before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from practice import backup_runs, backups
from practice.models import RunKind
from practice.snapshots import BackupFault

if TYPE_CHECKING:
    from argparse import ArgumentParser

MEBIBYTE = 1 << 20


class Command(BaseCommand):
    help = "Back up the whole database to one encrypted file; it may be in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUPS)
        parser.add_argument("--keep", type=int, default=settings.BACKUPS_KEPT)

    def handle(self, *args: Any, to: Path, keep: int, **options: Any) -> None:
        try:
            with backup_runs.recorded(RunKind.BACKUP) as run:
                path = backups.make(connection, to)
                run.name, run.size = path.name, path.stat().st_size
        except (BackupFault, OSError) as fault:
            raise CommandError(str(fault)) from fault
        gone = backup_runs.thin_out(to, keep=keep)
        size = path.stat().st_size / MEBIBYTE
        self.stdout.write(f"{path} ({size:.1f} MiB), read back and whole.")
        if gone:
            self.stdout.write(f"The newest {keep} are kept; {gone} older went.")
