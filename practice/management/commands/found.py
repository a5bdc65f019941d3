"""manage.py found: the practice and its first manager, on an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from practice import clock, invitations, locations
from practice.jurisdictions import PROFILES
from practice.models import Role
from practice.rules import NotPossible
from practice.trail import Automation

if TYPE_CHECKING:
    from argparse import ArgumentParser

CONSOLE = Automation("The console")


class Command(BaseCommand):
    help = "Record the practice and invite its first manager; everybody else is theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("practice", help="its name")
        parser.add_argument("--phone", required=True, help="its main phone, +1…")
        parser.add_argument("--zone", required=True, help="such as America/Chicago")
        parser.add_argument("--manager", required=True, help="the first manager's name")
        parser.add_argument("--email", required=True, help="where they sign in")
        parser.add_argument("--jurisdiction", choices=sorted(PROFILES), default="us")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            token = _found(options)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        path = reverse("invitation", args=[token])
        self.stdout.write("The invitation was mailed. It opens once, within 72 hours:")
        self.stdout.write(path)


@transaction.atomic
def _found(options: dict[str, Any]) -> str:
    """The token of the first manager's invitation."""
    profile = PROFILES[options["jurisdiction"]]
    numbers = {"crisis": profile.crisis_line, "emergency": profile.emergency_number}
    locations.found(
        by=CONSOLE,
        name=options["practice"],
        phone=options["phone"],
        time_zone=options["zone"],
        jurisdiction=profile.code,
        crisis_line="In a crisis call or text {crisis}; in an emergency call "
        "{emergency}.".format(**numbers),
        crisis_line_es="En una crisis llame o escriba al {crisis}; en una emergencia "
        "llame al {emergency}.".format(**numbers),
    )
    _staff, token = invitations.invite(
        name=options["manager"],
        email=options["email"],
        roles=[Role.MANAGER],
        locations=[],
        by=CONSOLE,
        now=clock.now(),
    )
    return token
