"""Who is on a campaign's list: each with what it takes, or why nothing goes.

The list is a snapshot that people look at and approve. What forbids a text at the
moment of sending is read anew then; nobody comes onto the list any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.states import Channel
from messaging import campaign_words, first_texts, recipients, wordings
from messaging.models import CampaignRecipient
from messaging.occasions import Occasion
from practice.models import Patient
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.models import Campaign
    from messaging.recipients import Reached, Recipient
    from messaging.wordings import Wordings
    from practice.campaign_frames import Event

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Count:
    """What a list comes to."""

    reached: int
    skipped: int
    segments: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One line to be: somebody, and what happened, where that is the cause."""

    patient: Patient
    event: Event | None = None


@dataclass(slots=True)
class _Drawing:
    """What is known while a list is drawn."""

    campaign: Campaign
    words: Wordings
    taken: set[str] = field(default_factory=set)  # addresses
    known: set[str] = field(default_factory=set)  # addresses that got texts
    texts: int = 0
    first_segments: int = 0


def of_charts(charts: Sequence[Patient]) -> Sequence[Asked]:
    return [Asked(chart) for chart in charts]


def of_events(events: Sequence[Event]) -> Sequence[Asked]:
    """Who each event is about; takes one query."""
    rows = Patient.objects.select_related("merged_into")
    found = rows.in_bulk({one.patient_id for one in events})
    known = [(found.get(one.patient_id), one) for one in events]
    return [Asked(who.merged_into or who, one) for who, one in known if who]


def drawn(
    campaign: Campaign, asked: Sequence[Asked], *, now: datetime, after: int = 0
) -> Sequence[CampaignRecipient]:
    """The lines, not kept yet; their turns come after `after`.

    How many texts they are, and what explains texts first, stands on the campaign then.
    """
    drawing = _Drawing(campaign, wordings.load(now=now))
    rows: list[CampaignRecipient] = []
    for start in range(0, len(asked), CHUNK):
        some = asked[start : start + CHUNK]
        reached = recipients.of(
            [one.patient for one in some],
            channel=Channel.TEXT,
            purpose=campaign_words.PURPOSES[campaign.kind],
            now=now,
        )
        there = {one.address for found in reached.values() for one in found.recipients}
        drawing.known |= first_texts.known(there)
        rows += _lines(some, reached, drawing, after + start)
    campaign.texts = drawing.texts
    campaign.first_segments = drawing.first_segments
    return rows


def counted(rows: Sequence[CampaignRecipient]) -> Count:
    reached = [one for one in rows if not one.why_not]
    return Count(
        len(reached), len(rows) - len(reached), sum(one.segments for one in reached)
    )


def shared() -> str:
    return _("Somebody else on this list has the same number, and gets it.")


def _lines(
    asked: Sequence[Asked],
    reached: Mapping[int, Reached],
    drawing: _Drawing,
    before: int,
) -> Iterator[CampaignRecipient]:
    for turn, one in enumerate(asked, start=before + 1):
        event = one.event
        row = CampaignRecipient(
            campaign=drawing.campaign, turn=turn, patient=one.patient
        )
        if event is not None:
            row.key, row.ids = event.key, {**event.ids}
        _fill(row, reached[one.patient.pk], event, drawing)
        yield row


def _fill(
    row: CampaignRecipient, found: Reached, event: Event | None, drawing: _Drawing
) -> None:
    """What it takes, or why not; of one list, a number gets one text for all."""
    row.why_not = "" if found.recipients else found.why_not[:300]
    fresh = [one for one in found.recipients if one.address not in drawing.taken]
    if found.recipients and not fresh:
        row.why_not = shared()[:300]
    for one in fresh if event is None else found.recipients:
        values = event.tell(one.language, one.zone) if event else {}
        place = event.ids.get("location") if event else None
        try:
            said = campaign_words.worded(
                drawing.campaign, one, drawing.words, values=values, location_id=place
            )
        except NotPossible as fault:
            row.why_not = str(fault)[:300]
            return
        row.segments += campaign_words.size(said)
        row.language = one.language
        _count(one, drawing, place)
        if event is None:
            drawing.taken.add(one.address)


def _count(one: Recipient, drawing: _Drawing, place: int | None) -> None:
    drawing.texts += 1
    if one.address in drawing.known:
        return
    drawing.known.add(one.address)
    first = drawing.words.to(one, Occasion.FIRST_TEXT, values={}, location_id=place)
    drawing.first_segments += campaign_words.size(first)
