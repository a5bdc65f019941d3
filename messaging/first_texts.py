"""The first text to a number is preceded by one that says what texts are for.

That they are not for emergencies, when they are read, and how to end them; once per
number, for everybody who shares it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from consent.states import Channel
from messaging import naming
from messaging.models import Delivery
from messaging.occasions import Occasion
from messaging.states import LEFT_OUT, UNDER_WAY, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from messaging.outbox import Envelope
    from messaging.wordings import Wordings

CAMPAIGN = "campaign"  # in the ids of a delivery


def with_first(envelopes: Sequence[Envelope], wordings: Wordings) -> Sequence[Envelope]:
    """Some envelopes, and before the first one to each number that got no text yet
    the one that explains texts. Takes two queries.
    """
    texts = [one for one in envelopes if one.channel == Channel.TEXT]
    there = known({one.address for one in texts})
    firsts: dict[str, Envelope] = {}
    for one in sorted(texts, key=_when):
        if one.address not in there:
            firsts.setdefault(one.address, one)
    open_to = naming.known_at(firsts.keys()) if firsts else ()
    explained = [_first(one, wordings, open_to) for one in firsts.values()]
    return [*explained, *envelopes]


def of_campaign(pk: int) -> Sequence[Delivery]:
    """Those that wait for a group message, and for nothing else; two queries."""
    rows = Delivery.objects.filter(
        occasion=Occasion.FIRST_TEXT, status=Status.DUE, ids__campaign=pk
    )
    found = list(rows)
    needed = needed_elsewhere(found)
    return [one for one in found if one.pk not in needed]


def needed_elsewhere(firsts: Collection[Delivery]) -> set[int]:
    """Those of some of group messages that another text waits behind, by id.

    One query, or none.
    """
    if not firsts:
        return set()
    rows = Delivery.objects.filter(
        channel=Channel.TEXT,
        address__in={one.address for one in firsts},
        status__in=sorted({Status.DUE, *UNDER_WAY}),
    ).exclude(occasion=Occasion.FIRST_TEXT)
    behind = {(row.address, row.ids.get(CAMPAIGN)) for row in rows}
    return {
        one.pk
        for one in firsts
        for address, campaign in behind
        if address == one.address and campaign != one.ids.get(CAMPAIGN)
    }


def meaning_of(address: str) -> str:
    """Unique per number; a digest, so that the key names nobody."""
    return f"first_text:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _when(envelope: Envelope) -> datetime:
    return envelope.planned_at


def _first(
    envelope: Envelope, wordings: Wordings, open_to: Collection[str]
) -> Envelope:
    worded = wordings.word(
        Occasion.FIRST_TEXT,
        language=envelope.language,
        values={},
        may_name_practice=envelope.address in open_to,
        location_id=envelope.ids.get("location"),
    )
    if envelope.parts:  # it is about the first of them
        who = envelope.parts[0]
        envelope = replace(
            envelope, patient=who.patient, caregiver=who.caregiver, parts=()
        )
    return replace(
        envelope,
        meaning=meaning_of(envelope.address),
        occasion=Occasion.FIRST_TEXT,
        subject="",
        body=worded.body,
        ids={CAMPAIGN: envelope.ids[CAMPAIGN]} if CAMPAIGN in envelope.ids else {},
    )


def known(addresses: Collection[str]) -> set[str]:
    """Those to which some text went, or is about to go."""
    rows = Delivery.objects.filter(channel=Channel.TEXT, address__in=addresses)
    rows = rows.exclude(status__in=LEFT_OUT | {Status.FAILED})
    return set(rows.order_by().values_list("address", flat=True).distinct())
