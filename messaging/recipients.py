"""Stand-in until recipients are merged: take the other side's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent import addresses
from consent.contacting import Ask, may_contact_many
from consent.states import Channel
from practice import reaching
from practice.models import Caregiver, ContactKind, ContactPoint, Patient

ORDER = (Channel.TEXT, Channel.MAIL)


@dataclass(frozen=True, slots=True)
class Recipient:
    patient: Patient
    caregiver: Caregiver | None
    address: str
    channel: Channel
    language: str
    zone: str
    greeting: str


@dataclass(frozen=True, slots=True)
class Reached:
    recipients: Sequence[Recipient] = ()
    why_not: str = ""


def of(
    patients: Sequence[Patient],
    *,
    channel: Channel | None,
    purpose: str,
    now: datetime,
) -> Mapping[int, Reached]:
    heads = {one.pk: one.merged_into or one for one in patients}
    points = ContactPoint.objects.filter(patient__in=heads.values(), ended_at=None)
    asks = [
        Ask(point.patient, addresses.of_point(point), one, purpose)
        for one in ([channel] if channel else ORDER)
        for point in points.select_related("patient").order_by("pk")
        if (point.kind == ContactKind.EMAIL) is (one == Channel.MAIL)
        and point.kind != ContactKind.POST
    ]
    answers = list(zip(asks, may_contact_many(asks, now=now), strict=True))
    zones = reaching.zones_of(list(heads.values()))
    return {
        pk: _reached(
            head, [one for one in answers if one[0].person == head], zones[head.pk]
        )
        for pk, head in heads.items()
    }


def _reached(head: Patient, answers: Sequence, zone: str) -> Reached:  # type: ignore[type-arg]
    for ask, answer in answers:
        if answer.is_allowed or answer.until:
            written = head.written_language
            language = written if written in ("en", "es") else "en"
            return Reached(
                [
                    Recipient(
                        head,
                        None,
                        ask.address,
                        Channel(ask.channel),
                        language,
                        zone,
                        "",
                    )
                ]
            )
    return Reached(
        why_not=next((one.reason for _ask, one in answers), "No number is known.")
    )
