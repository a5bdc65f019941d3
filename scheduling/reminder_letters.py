"""Reminders as messages: who is reached by each, and in which envelopes they leave."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from consent.purposes import Purpose
from consent.states import Channel
from messaging import recipients
from messaging.states import LEFT_OUT as NEVER_LEFT
from scheduling import visit_words
from scheduling.models import Reminder
from scheduling.reminder_states import When
from scheduling.visit_words import News

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.outbox import Envelope
    from messaging.recipients import Reached, Recipient
    from messaging.wordings import Wordings
    from practice.models import StaffMember
    from practice.trail import Actor

REMINDER = "reminder"  # in the ids of a delivery


def reached(rows: Sequence[Reminder], *, now: datetime) -> Mapping[int, Reached]:
    """Who is reached by each, asked once for each channel and purpose."""
    groups: dict[tuple[str, Purpose], list[Reminder]] = defaultdict(list)
    for row in rows:
        groups[row.step.channel, purpose_of(row)].append(row)
    found: dict[int, Reached] = {}
    for (channel, purpose), some in groups.items():
        charts = {row.attendee.chart.pk: row.attendee.chart for row in some}
        answers = recipients.of(
            list(charts.values()),
            channel=Channel(channel) if channel else None,
            purpose=purpose,
            now=now,
        )
        found |= {row.pk: answers[row.attendee.chart.pk] for row in some}
    return found


def purpose_of(row: Reminder) -> Purpose:
    is_after = row.step.when == When.AFTER
    return Purpose.FOLLOW_UP if is_after else Purpose.REMINDER


def told(ids: Collection[int]) -> set[tuple[int, str]]:
    """To whom some have left already, or may: as reminder and address. One query."""
    there = Reminder.deliveries.through.objects.filter(reminder__in=ids)
    left = there.exclude(delivery__status__in=sorted(NEVER_LEFT)).order_by()
    return set(left.values_list("reminder", "delivery__address"))


def envelopes(
    row: Reminder,
    people: Sequence[Recipient],
    words: Wordings,
    *,
    writer: StaffMember | None,
    by: Actor,
    now: datetime,
) -> Iterator[Envelope]:
    """A message for each of those who are reached by one reminder alone."""
    news = News(
        row.attendee,
        row.step.occasion,
        purpose_of(row),
        planned_at=row.planned_at,
        until_at=row.until_at,
        writer=writer,
    )
    for one in people:
        again = f":{row.rounds}" if row.rounds else ""
        yield visit_words.envelope(
            news,
            one,
            words,
            meaning=f"reminder:{row.pk}:{whose(one)}:{one.channel}{again}",
            ids={REMINDER: row.pk},
            by=by,
            now=now,
        )


def whose(one: Recipient) -> int:
    """The caregiver to whom it goes; 0 is the patient."""
    return one.caregiver.pk if one.caregiver else 0
