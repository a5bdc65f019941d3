"""Reminders that are due become deliveries, in words as fresh as they can be.

A few minutes before it is due each is looked at once more: whether its visit stands,
whom it suits, who is reached and how. Whatever does not go says why. What a person
sends waits on Today.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from messaging import parts
from messaging.models import Delivery
from messaging.occasions import JOINT
from messaging.states import LEFT_OUT as NEVER_LEFT
from messaging.states import Status as Sending
from practice.contributions import load
from practice.models import StaffMember
from practice.prepared import prepared
from practice.rules import NotPossible
from scheduling import (
    reminder_letters,
    reminder_posts,
    reminder_rules,
    reminder_tasks,
    reminders,
    reminders_joint,
    visit_words,
)
from scheduling.models import Attendee, Reminder
from scheduling.reminder_letters import REMINDER
from scheduling.reminder_states import OPEN, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.trail import Actor

AHEAD = timedelta(minutes=5)
AT_ONCE = 500


class NotWaiting(NotPossible):
    """The reminder has left, or is not to."""


def due(*, now: datetime) -> QuerySet[Reminder]:
    """Those that are to leave in the next minutes, of visits at their start."""
    rows = Reminder.objects.filter(
        state=State.WAITING,
        planned_at__lte=now + AHEAD,
        starts_at=F("attendee__appointment__starts_at"),
    )
    return rows.order_by("planned_at", "pk")


@transaction.atomic
def hand_over(*, now: datetime, by: Actor, most: int = AT_ONCE) -> int:
    """Give what is due to the outbox, or say why it does not go; returns how many."""
    ids = list(due(now=now).values_list("pk", flat=True)[:most])
    if not ids:
        return 0
    along = set(reminders_joint.soon(ids, until=now + AHEAD))
    held = [row for row in _locked({*ids, *along}) if row.state == State.WAITING]
    rows = [row for row in held if row.pk not in along]
    early = [row for row in held if row.pk in along]
    kept, asked = [], []
    for row, facts in _with_facts(rows, now=now):
        if reason := _why_not(row, facts, now=now):
            _set(row, State.LEFT_OUT, reason, now=now)
        elif row.step.is_by_person:
            _set(row, State.ASKED, "", now=now)
            asked.append(row)
        else:
            kept.append(row)
    early = [
        row
        for row, facts in _with_facts(early, now=now)
        if not row.step.is_by_person and not _why_not(row, facts, now=now)
    ]
    gone = _hand(kept, writer=None, by=by, now=now, early=early)
    _save([*rows, *gone])
    for row in asked:
        reminder_tasks.ask(row, by=by, now=now)
    return len(ids)


@transaction.atomic
def send(*, reminder: Reminder, by: StaffMember, now: datetime) -> Reminder:
    """A person sends one that waits, now. Raises NotWaiting, with why it cannot go."""
    [row] = _locked([reminder.pk])
    _check_waits(row)
    [(_row, facts)] = _with_facts([row], now=now)
    reason = _why_not(row, facts, now=now)
    if not reason:
        row.planned_at = min(row.planned_at, now)
        _hand([row], writer=by, by=by, now=now)
        reason = row.reason if row.state == State.LEFT_OUT else ""
    if reason:
        raise NotWaiting(reason)
    _save([row])
    reminder_tasks.finish([row.pk], by=by, now=now)
    return row


@transaction.atomic
def leave_out(*, reminder: Reminder, by: StaffMember, now: datetime) -> Reminder:
    """A person decides that one does not go. Raises NotWaiting."""
    [row] = _locked([reminder.pk])
    _check_waits(row)
    words = _("%(name)s decided not to send it.") % {"name": by.name}
    _set(row, State.LEFT_OUT, words, now=now)
    row.is_declined = True
    _save([row])
    reminder_tasks.finish([row.pk], by=by, now=now)
    return row


@transaction.atomic
def take_up(*, reminder: Reminder, by: StaffMember, now: datetime) -> Reminder:
    """One that was not to be sent waits again. Raises NotWaiting where that is late."""
    [row] = _locked([reminder.pk])
    if row.state != State.LEFT_OUT or now >= row.until_at:
        raise NotWaiting(reminder_rules.over_words())
    _set(row, State.WAITING, "", now=now)
    row.is_declined = False
    _save([row])
    return row


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """What the last look kept back waits again where its reason is none any more, such
    as a move that was undone: nothing of it has left. It then comes back in the outbox.
    """
    ids = _kept_back(now=now)
    rows = _locked(ids - _refused(ids, now=now))
    waiting = [
        row
        for row, facts in _with_facts(rows, now=now)
        if row.state == State.HANDED and not _why_not(row, facts, now=now)
    ]
    for row in waiting:
        _set(row, State.WAITING, "", now=now)
    _save(waiting)
    return len(waiting)


def _kept_back(*, now: datetime) -> set[int]:
    """Reminders of which the outbox withdrew what it had.

    Nothing of them left; but where it was one text for several, another one of theirs
    may have, which is not repeated (reminder_letters.told).
    """
    held = Q(
        deliveries__status=Sending.WITHDRAWN, deliveries__ended_at__gte=F("state_at")
    )
    joint = held & Q(deliveries__occasion__in=list(JOINT.values()))
    rows = Reminder.objects.filter(
        state=State.HANDED,
        until_at__gt=now,
        starts_at=F("attendee__appointment__starts_at"),
    )
    ids = set(rows.filter(held).values_list("pk", flat=True))
    if not ids:
        return ids
    left = rows.filter(pk__in=ids, deliveries__status__in=set(Sending) - NEVER_LEFT)
    several = set(rows.filter(joint).values_list("pk", "deliveries__address"))
    told = reminder_letters.told({pk for pk, _address in several})
    missing = {pk for pk, _address in several - told}
    return ids - set(left.values_list("pk", flat=True)) | missing


def _refused(reminders: Collection[int], *, now: datetime) -> set[int]:
    """Those of which something else would keep back again what it withdrew."""
    theirs = Delivery.objects.filter(
        reminders__in=reminders, status=Sending.WITHDRAWN
    ).select_related("patient")
    rows = parts.apart(list(theirs)) if reminders else []
    checks = [one for one in load("SEND_CHECKS") if one is not still_true]
    said = {pk for check in checks for pk in check(rows, now=now)}
    return {row.ids[REMINDER] for row in rows if row.pk in said}


# The last look ----------------------------------------------------------------------
def still_true(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some reminders must not go now, by the id of the delivery."""
    ours = {one.pk: one.ids[REMINDER] for one in deliveries if REMINDER in one.ids}
    if not ours:
        return {}
    found = _reminders(Reminder.objects.filter(pk__in=set(ours.values())))
    rows = {row.pk: (row, facts) for row, facts in _with_facts(found, now=now)}
    theirs = {one.pk: one for one in deliveries}
    said = {}
    for pk, reminder in ours.items():
        row, facts = rows.get(reminder, (None, None))
        if row is None or facts is None:
            said[pk] = visit_words.why_gone()
        elif why := _why_untrue(theirs[pk], row, facts):
            said[pk] = why
    return said


def _why_untrue(one: Delivery, row: Reminder, facts: reminder_rules.Facts) -> str:
    if why := visit_words.why_elsewhere(one, row.attendee):
        return why
    if not visit_words.is_true_of(one.ids, row.attendee.appointment):
        return reminders.words_if_moved()
    if row.state == State.WITHDRAWN:
        return row.reason
    return reminder_rules.why_not_now(row.step, facts)


# The parts --------------------------------------------------------------------------
def _locked(ids: Collection[int]) -> list[Reminder]:
    """As they are now; whoever waited finds what the other made of them."""
    rows = Reminder.objects.filter(pk__in=ids)
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    return _reminders(rows)


def _reminders(rows: QuerySet[Reminder]) -> list[Reminder]:
    return _with_visits(in_order(rows))


def in_order(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """With their steps, the first to leave first."""
    return rows.select_related("step").order_by("planned_at", "pk")


def _with_visits(rows: Iterable[Reminder]) -> list[Reminder]:
    found = list(rows)
    known = _attendees(ids={row.attendee_id for row in found})
    attendees = {one.pk: one for one in known}
    for row in found:
        row.attendee = attendees[row.attendee_id]
    return found


@prepared
def _attendees(ids: Any) -> QuerySet[Attendee]:
    return reminders.with_visit(Attendee.objects.filter(pk__in=ids))


def with_facts(
    rows: Iterable[Reminder], *, now: datetime
) -> Iterator[tuple[Reminder, reminder_rules.Facts]]:
    """Some reminders with their visits as they stand now; two queries."""
    return _with_facts(_with_visits(rows), now=now)


def _with_facts(
    rows: Sequence[Reminder], *, now: datetime
) -> Iterator[tuple[Reminder, reminder_rules.Facts]]:
    firsts = reminders.first_visits([row.attendee for row in rows])
    for row in rows:
        is_first = row.attendee_id in firsts
        yield row, reminders.facts_of(row.attendee, is_first=is_first, now=now)


def _why_not(row: Reminder, facts: reminder_rules.Facts, *, now: datetime) -> str:
    if now >= row.until_at:
        return reminder_rules.over_words()
    return reminder_rules.why_not_now(row.step, facts)


def _check_waits(row: Reminder) -> None:
    if row.state not in OPEN:
        words = _("This message already is “%(state)s”.")
        raise NotWaiting(words % {"state": row.get_state_display()})


def _hand(
    rows: Sequence[Reminder],
    *,
    writer: StaffMember | None,
    by: Actor,
    now: datetime,
    early: Sequence[Reminder] = (),
) -> Sequence[Reminder]:
    """Give reminders to the outbox; nobody's fault keeps back another's.

    Answers those of the `early` ones that went along with one that is due.
    """
    found = reminder_posts.sort(rows, early=early, is_alone=bool(writer), now=now)
    post = reminder_posts.write(found, writer=writer, by=by, now=now)
    for row in found.rows:
        why = post.whys.get(row.pk, "")
        state, reason = (State.LEFT_OUT, why) if why else (State.HANDED, row.reason)
        _set(row, state, reason, now=now)
    _join(post.deliveries)
    return [row for row in early if row in found.rows]


def _join(pairs: Iterable[tuple[int, int]]) -> None:
    """Which delivery brings which reminder."""
    joined = Reminder.deliveries.through
    Reminder.deliveries.through.objects.bulk_create(
        [joined(reminder_id=pk, delivery_id=delivery) for pk, delivery in pairs],
        ignore_conflicts=True,
    )


def _set(row: Reminder, state: State, reason: str, *, now: datetime) -> None:
    row.state, row.reason, row.state_at = state, reason[:300], now


def _save(rows: Sequence[Reminder]) -> None:
    written = "state", "reason", "state_at", "rounds", "planned_at", "is_declined"
    Reminder.objects.bulk_update(rows, written, batch_size=200)
