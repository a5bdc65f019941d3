"""SEEDS: a few people of the demo who said stop, and one who changed her mind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from consent import addresses, opt_outs
from consent.states import Channel, Source
from practice.models import ContactKind, ContactPoint, StaffMember
from practice.states import PatientState
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PATIENTS_OWN = Automation("the patient, by text")
DAY = timedelta(days=1)
FIRST = 40  # among whom three share nothing


@transaction.atomic
def seed(*, now: datetime) -> None:
    """SEEDS: stops by text, one in free words, one told to the desk, one lifted."""
    keyword, free, again = _some(ContactKind.PHONE, may_text=True)
    _stop(keyword, Channel.TEXT, Source.KEYWORD, "STOP", now=now - 12 * DAY)
    _stop(free, Channel.TEXT, Source.WORDS, "no más mensajes", now=now - 5 * DAY)
    _stop(again, Channel.TEXT, Source.KEYWORD, "Stop", now=now - 30 * DAY)
    opt_outs.start_again(
        address=addresses.of_point(again), by=PATIENTS_OWN, now=now - 28 * DAY
    )
    [mail, *_others] = _some(ContactKind.EMAIL, may_write=True)
    desk = StaffMember.objects.active().filter(is_front_desk=True).order_by("pk")[0]
    opt_outs.stop(
        address=addresses.of_point(mail),
        channel=Channel.MAIL,
        source=Source.SPOKEN,
        words="Too many; the texts are enough.",
        patient=mail.patient,
        by=desk,
        now=now - 3 * DAY,
    )


def _some(kind: str, **allowed: bool) -> Sequence[ContactPoint]:
    """Contacts of three active patients, none shared; the same in every demo."""
    rows = ContactPoint.objects.filter(
        kind=kind, ended_at=None, patient__state=PatientState.ACTIVE, **allowed
    )
    found: dict[str, ContactPoint] = {}
    for point in rows.select_related("patient").order_by("pk")[:FIRST]:
        found.setdefault(addresses.of_point(point), point)
    return list(found.values())[:3]


def _stop(
    point: ContactPoint, channel: str, source: str, words: str, *, now: datetime
) -> None:
    opt_outs.stop(
        address=addresses.of_point(point),
        channel=channel,
        source=source,
        words=words,
        by=PATIENTS_OWN,
        now=now,
    )
