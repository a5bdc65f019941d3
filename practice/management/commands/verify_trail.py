"""manage.py verify_trail: is the trail as it was written? Exit code 1 if not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practice import anchors, clock, verifying
from practice.models import Seal

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator


class Command(BaseCommand):
    help = "Check every line of the trail against its seal, and seals against anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            dest="path",
            type=Path,
            help="the copy that is kept off this machine; without, WELLHOUSE_ANCHORS",
        )

    def handle(self, *args: Any, path: Path | None = None, **options: Any) -> None:
        if path and not path.is_file():
            raise CommandError(f"There is no file {path}.")
        path, began = path or settings.TRAIL_ANCHORS, time.monotonic()
        count = self._tell(path)
        seals, took = Seal.objects.count(), time.monotonic() - began
        if count:
            raise CommandError(f"{count} faults in {seals:,} sealed lines.")
        for back in anchors.restores(path):
            self.stdout.write(f"A backup came back {back}: later anchors were void.")
        if not any(anchors.read(path)):
            self.stdout.write(f"No anchors in {path}: a tail cut off cannot be seen.")
        self.stdout.write(f"{seals:,} sealed lines are whole ({took:.1f} s).")

    def _tell(self, path: Path) -> int:
        """Say every fault, and keep what came out; returns how many there are."""
        count = 0
        try:
            for fault in _faults(path):
                count += 1
                self.stdout.write(f"{fault.kind}: {fault.words}")
        except Exception:  # what cannot even be read is not whole
            _remember(is_whole=False)
            raise
        _remember(is_whole=not count)
        return count


def _remember(*, is_whole: bool) -> None:
    verifying.remember(verifying.Result(clock.real_now(), is_whole=is_whole))


def _faults(path: Path) -> Iterator[verifying.Fault]:
    try:
        known = list(anchors.read(path))
    except ValueError as fault:
        raise CommandError(str(fault)) from fault
    yield from verifying.everything(anchors=known, now=clock.real_now())
