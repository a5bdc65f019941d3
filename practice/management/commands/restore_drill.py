"""manage.py restore_drill: restore the newest backup for practice, beside the site."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practice import backup_runs, restoring
from practice.models import RunKind
from practice.snapshots import BackupFault

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Restore a backup into a database of its own, prove it, and drop that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="default: the newest")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        path = file or max(settings.BACKUPS.glob("wellhouse-*.backup"), default=None)
        if path is None:
            raise CommandError(f"There is no backup in {settings.BACKUPS}.")
        began = time.monotonic()
        try:
            with backup_runs.recorded(RunKind.DRILL) as run:
                run.name = path.name
                said = restoring.drill(path)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(said)
        self.stdout.write(f"Practised in {time.monotonic() - began:.0f} s.")
