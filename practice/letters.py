"""Letters that are owed after a mistake: to whom, where to, in which language.

The language is the patient's own, and so is what of the postal address may be
used. What a letter says is kept with the incident; greeting and sender are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Case, When
from django.utils import translation
from django.utils.translation import gettext as _

from practice import contacts, merging, reaching
from practice.models import ContactKind, ContactPoint, HomeLocation
from practice.models.patients import about_chart
from practice.patients import local_day
from practice.reaching import How

if TYPE_CHECKING:
    from datetime import date, datetime

    from practice.contacts import Address
    from practice.models import IncidentStep, Location, Patient


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is printed."""

    name: str  # of the addressee; empty where it is nobody of the practice
    initials: str
    address: str  # as on the envelope; empty where none may be used
    is_discreet: bool  # nothing on the envelope may name the practice
    language: str
    sender: Location | None
    day: date
    text: str  # empty until somebody wrote it


def compose(step: IncidentStep, *, now: datetime) -> Letter:
    """What is printed for something that is owed by letter."""
    patient = step.patient
    to = address_of(patient, now=now) if patient else None
    name = (to.name_used if to else "") or (patient.legal_name if patient else "")
    return Letter(
        name=name,
        initials=patient.initials if patient else "",
        address=to.value if to else "",
        is_discreet=to is not None and not to.may_name_practice,
        language=language_of(patient),
        sender=_sender(patient),
        day=local_day(now),
        text=step.letter,
    )


def address_of(patient: Patient, *, now: datetime) -> Address | None:
    """Where a letter may go: the first postal address that allows it."""
    points = ContactPoint.objects.filter(
        patient__in=merging.ids_of(patient), kind=ContactKind.POST, ended_at=None
    )
    addresses = contacts.addresses_of(points.order_by("-is_first", "pk"))
    for one in addresses:
        if not reaching.may_contact(patient, one, How.WRITE, now=now, by_machine=False):
            return one
    return None


def language_of(patient: Patient | None) -> str:
    """The language that somebody reads, if letters can be written in it."""
    wanted = patient.written_language or patient.spoken_language if patient else ""
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def beginning(patient: Patient | None) -> str:
    """Plain words to begin with, in the language of whoever gets the letter."""
    with translation.override(language_of(patient)):
        paragraphs = [
            _("We made a mistake that concerns you. You have a right to know."),
            _("What happened:"),
            _("What we have done about it:"),
            _("What you can do: call us at the number above and ask anything."),
            _("We are sorry."),
        ]
    return "\n\n".join(paragraphs)


def _sender(patient: Patient | None) -> Location | None:
    """The first home of the chart, else of one that was merged into it."""
    if patient is None:
        return None
    homes = HomeLocation.objects.filter(about_chart(patient), is_current=True)
    is_own = Case(When(patient=patient, then=0), default=1)
    home = homes.select_related("location").order_by(is_own, "pk").first()
    return home.location if home else None
