"""News of visits: announcements become deliveries once the undo minute is over.

What a text can bring is given to the outbox, and the announcement is noted as told.
The rest stays on the list of what people pass on, with the reason; so does what the
outbox could not bring after all. Where that is about a visit in the next day,
somebody is asked to call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.purposes import Purpose
from consent.states import Channel
from messaging import hours, recipients, wordings
from messaging.models import Delivery
from messaging.states import Status as Sending
from practice import announcements, work
from practice.models import Announcement, Role
from practice.trail import because
from scheduling import (
    campaign_told,
    news,
    one_by_one,
    reminder_plans,
    reminders,
    visit_words,
)
from scheduling.minutes import minute_of
from scheduling.models import Attendee, LeftToPeople
from scheduling.reminder_states import When
from scheduling.states import AHEAD, CANCELLATIONS
from scheduling.visit_words import News

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.outbox import Envelope
    from messaging.recipients import Reached
    from messaging.wordings import Wordings
    from practice.trail import Actor
    from scheduling.models import Appointment, ReminderStep
    from scheduling.reminder_plans import Plans

AT_ONCE = 100
ANNOUNCEMENT = "announcement"  # in the ids of a delivery
KIND = "visit.tell"  # of the task
LOOKED_BACK = timedelta(days=3)
NEWS = (Purpose.BOOKING, Purpose.CHANGE, Purpose.URGENT, Purpose.ON_THE_DAY)
NOT_THERE = (
    Sending.SUPPRESSED,
    Sending.EXPIRED,
    Sending.UNDELIVERED,
    Sending.FAILED,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One announcement, about which visit of whom, and what is to be said of it."""

    row: Announcement
    attendee: Attendee | None
    said: news.Said
    step: ReminderStep | None = None  # of a booking

    @property
    def channel(self) -> Channel | None:
        return Channel(self.step.channel) if self.step and self.step.channel else None

    @property
    def goes(self) -> bool:
        """Whether a message brings it: of a booking, where the plan has a notice."""
        is_silent = self.row.kind == news.BOOKED and self.step is None
        return not self.said.why_not and not is_silent


@transaction.atomic
def tell_waiting(*, now: datetime, by: Actor, most: int = AT_ONCE) -> int:
    """Tell what waits and may be told now, some at a time; returns how many rows."""
    rows = _waiting(now=now, most=most)
    if not rows:
        return 0
    plans, words = reminder_plans.load(), wordings.load(now=now)
    items = _items(rows, plans, now=now)
    closed = _told_closed(items)
    going = [one for one in items if one.goes and one.row.pk not in closed]
    told = _send(going, words, by=by, now=now)
    silent = _("The plan of these visits has no notice of bookings.")
    for item in items:
        if reason := item.said.why_not or told.get(item.row.pk, ""):
            leave(item.row, reason, item.said.purpose, by=by, now=now)
            continue
        if item.row.pk in closed:
            why = _("They were told that the place is closed then.")
        else:
            why = "" if item.goes else silent
        with because(why):
            announcements.tell(announcement=item.row, by=by, now=now)
    return len(rows)


@transaction.atomic
def bring_back(*, now: datetime, by: Actor) -> int:
    """What the outbox was given and nobody got waits for people again, and why."""
    lost = Delivery.objects.filter(
        status__in=NOT_THERE,
        purpose__in=NEWS,
        created_at__gt=now - LOOKED_BACK,
        ids__has_key=ANNOUNCEMENT,
    )
    reasons = {one.ids[ANNOUNCEMENT]: one for one in lost.order_by("pk")}
    known = LeftToPeople.objects.filter(announcement__in=reasons)
    new = set(reasons) - set(known.values_list("announcement", flat=True))
    got = _got(reasons[pk].patient_id for pk in new)
    rows = Announcement.objects.filter(pk__in=new - got, taken_at__isnull=False)
    for row in rows.order_by("pk"):
        one = reasons[row.pk]
        announcements.untell(announcement=row, by=by)
        words = _("The message did not reach them: %(why)s")
        why = one.reason or Sending(one.status).label
        purpose = hours.purpose_at(one, at=now)
        leave(row, words % {"why": why}, purpose, by=by, now=now)
    return len(rows)


def leave(
    row: Announcement, reason: str, purpose: str, *, by: Actor, now: datetime
) -> None:
    """A person passes it on; within a day of the visit somebody is asked to call."""
    LeftToPeople.objects.update_or_create(
        announcement=row, defaults={"reason": reason[:300], "left_at": now}
    )
    if purpose != Purpose.URGENT or row.patient is None:
        return
    work.raise_task(
        kind=KIND,
        title=gettext_lazy("Call: a visit in the next day changed"),
        words=reason,
        to=Role.FRONT_DESK,
        due_at=now,
        patient=row.patient,
        path=reverse("visit", args=[row.ids["appointment"]]),
        once_key=f"{KIND}:{row.pk}",
        by=by,
        now=now,
    )


# The last look ----------------------------------------------------------------------
def still_news(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some news must not go now, by the id of the delivery."""
    ours = [one for one in deliveries if ANNOUNCEMENT in one.ids]
    if not ours:
        return {}
    attendees = Attendee.objects.filter(
        pk__in={one.ids.get("attendee", 0) for one in ours}
    )
    theirs = reminders.with_visit(attendees).in_bulk()
    rows = Announcement.objects.in_bulk({one.ids[ANNOUNCEMENT] for one in ours})
    said = {}
    for one in ours:
        row = rows.get(one.ids[ANNOUNCEMENT])
        attendee = theirs.get(one.ids.get("attendee", 0))
        if row is None or attendee is None:
            said[one.pk] = visit_words.why_gone()
        elif why := _why_old(one, row, attendee):
            said[one.pk] = why
    return said


def _why_old(one: Delivery, row: Announcement, attendee: Attendee) -> str:
    if row.withdrawn_at is not None:
        return _("It was undone.")
    if why := visit_words.why_elsewhere(one, attendee):
        return why
    if row.kind == news.CALLED_OFF:
        is_off = attendee.status in CANCELLATIONS
        return "" if is_off else _("The visit takes place after all.")
    if attendee.is_withdrawn or attendee.status not in AHEAD:
        return _("They are not expected any more, or are here already.")
    if not visit_words.is_true_of(one.ids, attendee.appointment):
        return reminders.words_if_moved()
    return ""


# What waits, and what it is about ---------------------------------------------------
def waiting(*, now: datetime) -> QuerySet[Announcement]:
    """The newest news of each visit that may be told now."""
    return announcements.by_hand(now=now).filter(
        kind__in=news.TOLD,
        not_before__lte=now,
        left_to_people=None,
        patient__isnull=False,
    )


def _waiting(*, now: datetime, most: int) -> list[Announcement]:
    """The same, locked: undo and a person who tells it wait."""
    rows = waiting(now=now)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    if not ids:
        return []
    held = announcements.waiting().filter(pk__in=ids).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk"))
    return list(held.select_related("patient__merged_into"))


def _items(
    rows: Sequence[Announcement], plans: Plans, *, now: datetime
) -> Sequence[Item]:
    acts = _acts(rows)
    attendees = _attendees([one for act in acts.values() for one in act])
    known = news.around(rows)
    return [_item(row, acts[row.pk], attendees, known, plans, now=now) for row in rows]


def _item(
    row: Announcement,
    act: Sequence[Announcement],
    attendees: Mapping[tuple[int, int], Attendee],
    known: news.Around,
    plans: Plans,
    *,
    now: datetime,
) -> Item:
    """Of visits that were booked together, the first to come stands for all."""
    found = [attendees.get(_key(one)) for one in act]
    theirs = sorted((one for one in found if one), key=_start)
    own = attendees.get(_key(row))
    if own is None or not theirs:
        words = _("It stood on another chart: a person explains it.")
        return Item(row, None, news.Said(why_not=words))
    if row.kind not in news.ONE_STANDS_FOR_ALL:
        said = news.said(row, own, known, count=len(act), now=now)
        return Item(row, own, said)
    ahead = [one for one in theirs if one.is_coming and _start(one) > now]
    first = next(iter(ahead), own)
    said = news.said(row, first, known, count=len(act), now=now)
    return Item(row, first, said, _notice(first.appointment, plans))


def _notice(visit: Appointment, plans: Plans) -> ReminderStep | None:
    """The step that says that a booking is told, where the plan has one."""
    steps = plans.steps_for(visit.type_id, visit.location_id)
    return next((one for one in steps if one.when == When.BOOKED), None)


def _start(attendee: Attendee) -> datetime:
    return attendee.appointment.starts_at


def _acts(rows: Sequence[Announcement]) -> Mapping[int, Sequence[Announcement]]:
    """With each row those of the same act: same patient, kind and moment."""
    together = announcements.waiting().filter(
        patient__in={row.patient_id for row in rows},
        kind__in={row.kind for row in rows},
        announced_at__in={row.announced_at for row in rows},
    )
    found = list(together.select_related("patient__merged_into").order_by("pk"))
    return {
        row.pk: [one for one in found if _act_of(one) == _act_of(row)] for row in rows
    }


def _act_of(row: Announcement) -> tuple[int | None, str, datetime]:
    return row.patient_id, row.kind, row.announced_at


def _attendees(
    rows: Sequence[Announcement],
) -> Mapping[tuple[int, int], Attendee]:
    """Who comes to the visits of some announcements, by visit and chart."""
    visits = {row.ids.get("appointment", 0) for row in rows}
    found = Attendee.objects.filter(appointment__in=visits, is_withdrawn=False)
    return {
        (one.appointment_id, one.chart.pk): one for one in reminders.with_visit(found)
    }


def _key(row: Announcement) -> tuple[int, int]:
    assert row.patient is not None  # asked for so
    return row.ids.get("appointment", 0), row.patient.merged_into_id or row.patient.pk


def _told_closed(items: Sequence[Item]) -> set[int]:
    """Of what is called off, what a notice of the closed day has told already."""
    off = [one for one in items if one.row.kind == news.CALLED_OFF and one.attendee]
    told = campaign_told.told_closed({one.row.patient_id or 0 for one in off})
    return {
        one.row.pk
        for one in off
        if one.attendee and (one.attendee.pk, minute_of(_start(one.attendee))) in told
    }


# Sending ----------------------------------------------------------------------------
def _send(
    items: Sequence[Item], words: Wordings, *, by: Actor, now: datetime
) -> dict[int, str]:
    """Give the outbox what can go; by announcement, why it cannot, empty if it did."""
    reached = _reached(items, now=now)
    told: dict[int, str] = {}
    made: dict[int, Sequence[Envelope]] = {}
    for item in items:
        found, pk = reached[item.row.pk], item.row.pk
        told[pk] = found.why_not
        if found.recipients:
            made[pk], told[pk] = one_by_one.written(
                _made(item, found, words, by=by, now=now)
            )
    planned, faults = one_by_one.plan(made, words, by=by, now=now)
    return told | _again(planned, now=now) | faults


def _again(planned: Collection[Delivery], *, now: datetime) -> dict[int, str]:
    """What went before, and somebody took back as not told: people see to it."""
    words = _("A message about it went before.")
    return {
        one.ids[ANNOUNCEMENT]: words
        for one in planned
        if ANNOUNCEMENT in one.ids and one.created_at < now
    }


def _reached(items: Sequence[Item], *, now: datetime) -> Mapping[int, Reached]:
    """Asked once for each purpose and channel."""
    found: dict[int, Reached] = {}
    groups = sorted({(one.said.purpose, one.channel or "") for one in items})
    for purpose, channel in groups:
        some = [
            one
            for one in items
            if (one.said.purpose, one.channel or "") == (purpose, channel)
        ]
        charts = {one.row.pk: one.attendee.chart for one in some if one.attendee}
        answers = recipients.of(
            list({chart.pk: chart for chart in charts.values()}.values()),
            channel=Channel(channel) if channel else None,
            purpose=purpose,
            now=now,
        )
        found |= {pk: answers[chart.pk] for pk, chart in charts.items()}
    return found


def _made(
    item: Item, reached: Reached, words: Wordings, *, by: Actor, now: datetime
) -> Iterator[Envelope]:
    assert item.attendee is not None  # what is about nobody is left to people
    told = News(
        item.attendee,
        item.said.occasion,
        item.said.purpose,
        planned_at=now,
        until_at=item.row.not_after or _start(item.attendee),
        begins_at=item.said.begins_at,
    )
    for one in reached.recipients:
        whose = one.caregiver.pk if one.caregiver else 0
        yield visit_words.envelope(
            told,
            one,
            words,
            meaning=f"news:{item.row.pk}:{whose}:{one.channel}",
            ids={ANNOUNCEMENT: item.row.pk},
            by=by,
            now=now,
        )


def _got(patients: Iterable[int | None]) -> set[int]:
    """The announcements of which some message still may reach somebody."""
    rows = Delivery.objects.filter(
        patient__in={pk for pk in patients if pk}, ids__has_key=ANNOUNCEMENT
    ).exclude(status__in=NOT_THERE)
    return {one["announcement"] for one in rows.values_list("ids", flat=True)}
