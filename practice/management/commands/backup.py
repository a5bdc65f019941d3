"""manage.py backup: one encrypted file, read back before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from practice import backups
from practice.snapshots import BackupFault

if TYPE_CHECKING:
    from argparse import ArgumentParser

MEBIBYTE = 1 << 20


class Command(BaseCommand):
    help = "Back up the whole database to one encrypted file; it may be in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.VAR / "backups")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        try:
            path = backups.make(connection, to)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        size = path.stat().st_size / MEBIBYTE
        self.stdout.write(f"{path} ({size:.1f} MiB), read back and whole.")
