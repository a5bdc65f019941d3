"""The link by which patients check how the practice would reach them.

The birth date is an identity check, not a secret: family and former partners
know it, and the phone may be shared. So the page shows of each address only
what its owner recognises and nobody else learns from, says nothing of what is
safe there, and leaves out whatever is kept for certain hours or not used at
all. It carries no name: whoever holds the phone may be somebody else. Staff's
own labels (“mobile”, “her sister's”) stay with the staff.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import contacts, links, merging
from practice.languages import Language
from practice.models import (
    ContactKind,
    ContactPoint,
    Patient,
    Practice,
    PreferredChannel,
    Role,
)
from practice.rules import NotPossible
from practice.trail import Actor, note
from practice.work import raise_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LASTS = timedelta(days=14)
RIGHT, WRONG = "right", "wrong"
SHOWN_DIGITS = SHOWN_LETTERS = 4


class NotAnAnswer(NotPossible):
    """The link's page has no such button."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a patient, shown in part."""

    kind: str
    value: str

    @property
    def label(self) -> str:
        return str(ContactKind(self.kind).label)

    @property
    def hint(self) -> str:
        """Enough for its owner: four digits, or how an address begins."""
        if self.kind == ContactKind.PHONE:
            return self.value[-SHOWN_DIGITS:]
        if self.kind == ContactKind.EMAIL:
            name, _at, domain = self.value.rpartition("@")
            return f"{name[:1]}…@{domain}"
        return f"{self.value.lstrip()[:SHOWN_LETTERS].splitlines()[0]}…"


@dataclass(frozen=True, slots=True)
class Details:
    """What the page shows of a chart."""

    ways: tuple[Way, ...]
    spoken: str
    written: str
    channel: str

    @property
    def spoken_language(self) -> str:
        return str(Language(self.spoken).label)

    @property
    def written_language(self) -> str:
        return str(Language(self.written).label)

    @property
    def preferred_channel(self) -> str:
        return str(PreferredChannel(self.channel).label)


class DetailsCheck:
    """LINK_PURPOSES: the patient says that their contact details are right or not."""

    name = "details"
    template = "links/details.html"

    def version(self, subject_id: int) -> int:
        """A keyed digest of what the page would show: other details, another link."""
        shown = repr(astuple(details_of(_chart(subject_id))))
        return int(salted_hmac("practice.details_link", shown).hexdigest()[:15], 16)

    def context(self, subject_id: int, *, now: datetime) -> Mapping[str, Any]:
        return {"details": details_of(_chart(subject_id))}

    def hold(self, subject_id: int) -> None:
        """Nothing beside the chart, which the frame locks."""

    def goes_on(self, subject_id: int) -> datetime | None:
        return None

    def act(self, subject_id: int, *, answer: str, words: str, now: datetime) -> str:
        """Note that all is right, or have the front desk ask. Raises NotAnAnswer."""
        patient = _chart(subject_id)
        if answer == RIGHT:
            note(by=links.VISITOR, kind="patient.details_confirmed", about=patient)
            return _("Thank you. We keep your details as they are.")
        if answer != WRONG:
            raise NotAnAnswer(_("Please press one of the two buttons."))
        raise_task(
            kind="patient.details_wrong",
            title=gettext_lazy("Says by link that their contact details are wrong"),
            to=Role.FRONT_DESK,
            due_at=now + links.READ_BY,
            patient=patient,
            path=f"/patients/{patient.pk}/",
            words=words,
            by=links.VISITOR,
            now=now,
        )
        return _("Thank you. The front desk has been told and will get in touch.")


@transaction.atomic
def ask(*, patient: Patient, by: Actor, now: datetime) -> str:
    """Make the link for a patient and return its token; an older one dies.

    Raises links.NoLink.
    """
    practice = Practice.objects.first()
    links.withdraw_all(patient=patient, purpose=DetailsCheck.name, by=by, now=now)
    return links.make(
        purpose=DetailsCheck.name,
        patient=patient,
        subject_id=patient.pk,
        language=links.page_language(practice, patient.written_language),
        lasts=LASTS,
        by=by,
        now=now,
    )


def details_of(patient: Patient) -> Details:
    """What may be shown to whoever knows the patient's birth date."""
    points = ContactPoint.objects.filter(patient__in=merging.ids_of(patient))
    ways = [
        Way(address.kind, address.value)
        for address in contacts.addresses_of(points.order_by("pk"))
        if _may_be_seen(address)
    ]
    return Details(
        ways=tuple(sorted(ways, key=lambda way: ContactKind.values.index(way.kind))),
        spoken=patient.spoken_language,
        written=patient.written_language,
        channel=patient.preferred_channel,
    )


def _may_be_seen(address: contacts.Address) -> bool:
    """Whether an address is plainly used: at any hour, for something."""
    is_used = address.may_text or address.may_call or address.may_write
    return is_used and not address.safe_hours


def _chart(subject_id: int) -> Patient:
    return Patient.objects.get(pk=subject_id)
