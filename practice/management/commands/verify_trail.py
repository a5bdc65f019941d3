"""manage.py verify_trail: is the trail as it was written? Exit code 1 if not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practice import anchors, clock, drift, verifying
from practice.models import Seal

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Check every line of the trail against its seal, and seals against anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            dest="path",
            type=Path,
            default=settings.TRAIL_ANCHORS,
            help="the copy that is kept off this machine",
        )

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        began, faults = time.monotonic(), 0
        for fault in _faults(path):
            faults += 1
            self.stdout.write(f"{fault.kind}: {fault.words}")
        at = clock.real_now()
        verifying.remember(verifying.Result(at, is_whole=not faults))
        seals, took = Seal.objects.count(), time.monotonic() - began
        if faults:
            raise CommandError(f"{faults} faults in {seals:,} sealed lines.")
        for back in anchors.restores(path):
            self.stdout.write(f"A backup came back {back}: later anchors were void.")
        self.stdout.write(f"{seals:,} sealed lines are whole ({took:.1f} s).")


def _faults(path: Path) -> list[verifying.Fault]:
    try:
        known = list(anchors.read(path))
    except ValueError as fault:
        raise CommandError(str(fault)) from fault
    faults = list(verifying.verify(anchors=known, now=clock.real_now()))
    return faults + [verifying.Fault("drift", f"{one}.") for one in drift.found()]
