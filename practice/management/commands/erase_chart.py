"""manage.py erase_chart ID: lawful erasure of one chart, by the tables' owner.

`--scrub` only overwrites what earlier erasures left in the database's files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from practice import erasing, scrubbing
from practice.models import Patient, StaffMember
from practice.rules import NotPossible

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Erase a chart for good, where the law says so. There is no undo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chart", type=int, nargs="?", help="the number in its page")
        parser.add_argument("--by", help="e-mail of who decided")
        parser.add_argument("--reason", help="the law or wish; no names")
        parser.add_argument("--yes", action="store_true", help="do not ask again")
        parser.add_argument(
            "--scrub", action="store_true", help="only overwrite what was left"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["scrub"]:
                scrubbing.scrub()
                said = "Overwritten: the database's files hold nothing that was erased."
            else:
                said = _erase(options)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(said)


def _erase(options: dict[str, Any]) -> str:
    if not (options["chart"] and options["by"] and options["reason"]):
        raise CommandError("Say which chart, --by whom and the --reason.")
    # Also one that came with an import which was taken back.
    patient = Patient._base_manager.filter(pk=options["chart"]).first()
    by = StaffMember.objects.active().filter(email=options["by"].lower()).first()
    if patient is None or by is None:
        raise CommandError("There is no such chart, or no such person at work.")
    charts = ", ".join(map(str, erasing.charts_of(patient)))
    words = f"This erases charts {charts}. Type the number again: "
    if not options["yes"] and input(words) != str(patient.pk):
        raise CommandError("Not the same: nothing was erased.")
    erased = erasing.erase_chart(patient=patient, by=by, reason=options["reason"])
    said = (
        f"Erased: {erased.rows} rows, {erased.history} rows of history, the words "
        f"of {erased.lines} lines. Older backups still hold them: let them expire."
    )
    if erased.elsewhere:
        charts = ", ".join(map(str, erased.elsewhere))
        said += (
            " As a caregiver they are still named, with their numbers, on other "
            f"people's charts: {charts}. Take them off there if that has to go too."
        )
    return said
