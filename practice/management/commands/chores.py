"""manage.py chores: what the clock starts, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from practice import chores, clock
from practice.models import Chore

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "List clock-started work; --run does now what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="as the worker would")

    def handle(self, *args: Any, run: bool, **options: Any) -> None:
        if run:
            done = chores.run_due(now=clock.now())
            self.stdout.write(f"Run: {', '.join(done) or 'nothing was due'}.")
        rows = {row.name: row for row in Chore.objects.all()}
        for chore in chores.described():
            self.stdout.write(_line(chore, rows.get(chore.name)))


def _line(chore: chores.Chore, row: Chore | None) -> str:
    if row is None:
        return f"{chore.name}: every {chore.every}, not run yet"
    done = f"{row.finished_at:%Y-%m-%d %H:%M:%S} UTC" if row.finished_at else "never"
    fault = f", failed since with {row.fault}" if row.fault else ""
    due = f"{row.due_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{chore.name}: every {chore.every}, done {done}, due {due}{fault}"
