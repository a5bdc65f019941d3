"""manage.py backtest_no_shows: how well would the rule have foretold past months?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from practice import clock
from scheduling import risk_history
from scheduling.risk_check import check
from scheduling.risk_rule import CODES

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from scheduling.risk_check import Check

MONTH = timedelta(days=30)


class Command(BaseCommand):
    help = "Learn from earlier months which visits are missed; try it on later ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--months",
            type=int,
            default=2,
            choices=range(1, 13),
            help="how many months are held out, the last ones; 2",
        )

    def handle(self, *args: Any, months: int = 2, **options: Any) -> None:
        now = clock.now()
        since = now - months * MONTH
        past = risk_history.past(now=now)
        earlier = [one.case for one in past if one.starts_at < since]
        later = [one.case for one in past if one.starts_at >= since]
        self.stdout.write(
            f"{len(earlier):,} visits to learn from, {len(later):,} of the last "
            f"{months * MONTH.days} days to try it on."
        )
        found = check(earlier, later)
        if found is None:
            raise CommandError(
                "Too little history: nobody is scored, and nothing can be said of how "
                "good the scores would be. It takes 300 visits before these months, 20 "
                "of them missed, and 100 in them, 5 of them missed."
            )
        self._tell(found)

    def _tell(self, found: Check) -> None:
        say = self.stdout.write
        say(f"AUC {found.auc:.3f} (0.5 is chance, 1 is never wrong)\n")
        say("Weights, by which each fact leans the odds:")
        for code in CODES:
            say(f"  {code:8} {found.rule.weights[code]:6.2f}")
        say("\nCalibration: visits foretold alike, the safest first")
        say("  visits  foretold  missed")
        for band in found.bands:
            say(f"  {band.visits:6}  {band.foretold:7.1%}  {band.missed:6.1%}")
        say(f"  off by {found.error:.1%} on average")
        share = found.called / found.visits
        say(
            f"\nAn extra call for {found.called} of {found.visits} visits "
            f"({share:.0%}) would have met {found.called_missed} of the "
            f"{found.missed} missed."
        )
