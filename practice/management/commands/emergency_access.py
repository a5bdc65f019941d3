"""Open one chart from the console when the pages cannot be reached as usual.

The same hour of break-glass as on the page: in the trail, told to the managers,
reviewed by somebody else. Needs neither mail nor texts nor the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from practice import break_glass, clock
from practice.models import BreakGlassReason, Patient, StaffMember
from practice.rules import NotPossible
from practice.trail import Automation

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

CONSOLE = Automation("the console: emergency access")


class Command(BaseCommand):
    help = "Open one chart to one staff member for an hour (break-glass)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="The address the staff member signs in with.")
        parser.add_argument(
            "--patient", type=int, required=True, help="The chart's id."
        )
        parser.add_argument("--reason", required=True, help="A sentence: why now.")
        parser.add_argument(
            "--kind", choices=BreakGlassReason.values, default=BreakGlassReason.OTHER
        )

    def handle(self, *args: object, **options: Any) -> None:
        staff = (
            StaffMember.objects.active().filter(email__iexact=options["user"]).first()
        )
        patient = Patient.objects.filter(pk=options["patient"]).first()
        if staff is None or patient is None:
            raise CommandError(
                "There is no such active staff member, or no such chart."
            )
        try:
            glass = break_glass.open_chart(
                staff=staff,
                patient=patient,
                reason=options["kind"],
                explanation=options["reason"],
                by=CONSOLE,
                now=clock.now(),
            )
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Chart {patient.pk} is open to staff member {staff.pk} until "
            f"{glass.expires_at:%Y-%m-%d %H:%M} UTC."
        )
