"""manage.py health: what /healthz/work shows, for a monitor on the machine."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from practice import clock, health


class Command(BaseCommand):
    help = "Say whether the machine is well; ends with code 1 when it is not."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = health.report(now=clock.now())
        for line in lines:
            self.stdout.write(
                f"{'well' if line.is_well else 'UNWELL'}  {line.name}: {line.words}"
            )
        if not health.is_well(lines):
            sys.exit(1)
