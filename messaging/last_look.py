"""The last look: what a purpose demands, read anew at most 5 seconds before each send.

For a claimed batch at once, by set queries. What each purpose obeys is said in
consent.purposes, and nowhere else. Whatever does not go has a sentence why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from consent.contacting import Ask, may_contact_many
from consent.purposes import Obeys, Purpose, rule_of
from messaging import call_instead, caps, changing, hours, parts, quiet
from messaging.changing import OUTBOX, Change
from messaging.states import Status
from practice import clock, zones
from practice.contributions import load
from practice.wording import in_house

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from consent.contacting import Answer
    from messaging.caps import Counted
    from messaging.models import Delivery

GOOD_FOR = timedelta(seconds=5)
# What helps at once or not at all: where it may not go now, it never does.
NOW_OR_NEVER = frozenset({Purpose.CRISIS, Purpose.OPT_OUT_CONFIRMATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for one delivery: it goes, or why not and what becomes of it."""

    delivery: Delivery
    to: Status = Status.SENDING
    why: str = ""
    due_at: datetime | None = None
    is_blocked: bool = False  # by what people said: somebody may have to call
    validity: timedelta = timedelta()
    at: datetime  # when it was looked at
    looked_at: datetime  # the same on the machine's time

    @property
    def goes(self) -> bool:
        return self.to is Status.SENDING


@dataclass(frozen=True, slots=True)
class _Seen:
    """One delivery, and what is known of it in its batch."""

    row: Delivery
    answer: Answer
    moot: str  # what the floors above know against it
    hours: quiet.Hours


Reason: TypeAlias = tuple[Status, str, "datetime | None", bool]


def look(deliveries: Sequence[Delivery], *, now: datetime) -> Sequence[Found]:
    """Look at claimed deliveries, in the language of the house; changes nothing.

    The number of queries does not depend on how many they are.
    """
    with in_house():
        real = clock.real_now()
        answers = _answers(deliveries, now=now)
        moot = _moot(deliveries, now=now)
        counted, day = caps.counted(deliveries, now=now), hours.of_practice()
        found = []
        for row, answer in zip(deliveries, answers, strict=True):
            line = hours.purpose_at(row, at=now)
            open_in = hours.hours_of(row, day, safe=answer.safe, purpose=line)
            seen = _Seen(row, answer, moot.get(row.pk, ""), open_in)
            reason = next(_reasons(seen, counted, now=now), None)
            if reason is None:
                counted.add(row, now=now)
            found.append(_found(seen, reason, now=now, real=real))
        return found


def put_aside(found: Sequence[Found], *, now: datetime) -> None:
    """Settle those that do not go; where a wish blocks what is urgent, somebody calls.

    What moved on meanwhile stays as it is.
    """
    aside = {one.delivery.pk: one for one in found if not one.goes}
    if not aside:
        return
    changes = [_change(one) for one in aside.values()]
    for change in changing.change_many(changes, by=OUTBOX, at=now):
        is_blocked = aside[change.row.pk].is_blocked
        if call_instead.must(change.row, is_blocked=is_blocked):
            call_instead.ask(change.row, why=change.words, now=now)


def _answers(deliveries: Sequence[Delivery], *, now: datetime) -> Sequence[Answer]:
    """What is said of each; of one to several, what forbids it for any of them."""
    several = parts.of(deliveries)
    asks = [
        [_ask(parts.alone(part, row)) for part in several.get(row.pk, ())]
        or [_ask(row)]
        for row in deliveries
    ]
    said = iter(may_contact_many([one for some in asks for one in some], now=now))
    return [_strictest([next(said) for _ask in some]) for some in asks]


def _strictest(answers: Sequence[Answer]) -> Answer:
    """A no that lasts before one that waits, and all hours that are safe for any.

    Of several the reason is nobody's: each of them reads it on their own chart.
    """
    refused = [one for one in answers if not one.is_allowed]
    first = min(refused, key=lambda one: one.until is not None, default=answers[0])
    if refused and len(answers) > 1:
        first = replace(first, reason=_("It cannot go to all whom it is about."))
    safe = tuple(sorted({at for one in answers for at in one.safe}))
    return replace(first, safe=safe)


def _ask(row: Delivery) -> Ask:
    person = row.caregiver or row.patient
    about = row.patient if row.caregiver else None
    return Ask(person, row.address, row.channel, row.purpose, about)


def _moot(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """What the floors above know against some of them, by SEND_CHECKS."""
    bound = [row for row in deliveries if _obeys(row, Obeys.STILL_TRUE)]
    found: dict[int, str] = {}
    for check in load("SEND_CHECKS") if bound else ():
        found = {**check(bound, now=now), **found}
    return found


def _obeys(row: Delivery, what: Obeys) -> bool:
    return what in rule_of(row.purpose).obeys


def _reasons(seen: _Seen, counted: Counted, *, now: datetime) -> Iterator[Reason]:
    """All that is in the way, in the order in which it is said."""
    row = seen.row
    if seen.moot:
        # Withdrawn: it comes back if it is planned again, its cause being true again.
        yield Status.WITHDRAWN, seen.moot, None, False
    if _obeys(row, Obeys.NOT_TOO_LATE) and row.until_at and row.until_at <= now:
        words, is_reply = _("It came too late to be of use."), _is_reply(row)
        yield Status.EXPIRED, words, None, is_reply
    if not seen.answer.is_allowed:
        yield _refused(seen, now=now)
    for reason in _decent(seen, counted, now=now):
        # What would go so late that it is urgent by then is not kept waiting.
        if hours.purpose_at(row, at=reason[2] or now) == row.purpose:
            yield reason


def _decent(seen: _Seen, counted: Counted, *, now: datetime) -> Iterator[Reason]:
    """What is urgent waits for neither: its line of the table has none of both."""
    row = seen.row
    if not seen.hours.are_open(now):
        words = _("It waits for the end of the quiet hours.")
        yield _later(seen, now, words, is_blocked=False)
    if day := counted.free_on(row, now=now):
        free = zones.first_moment(day, row.zone)
        yield _later(seen, free, caps.why(row), is_blocked=False)


def _refused(seen: _Seen, *, now: datetime) -> Reason:
    """Somebody said no; or not yet, where only time is in the way."""
    answer = seen.answer
    if answer.until is None:
        return Status.SUPPRESSED, answer.reason, None, True
    until = max(answer.until, now)
    # What a person wrote may wait for a safe hour; a visit of today may not.
    return _later(seen, until, answer.reason, is_blocked=not _is_reply(seen.row))


def _is_reply(row: Delivery) -> bool:
    """A person wrote it: if it cannot go at all, somebody has to know."""
    return row.purpose == Purpose.HUMAN_REPLY


def _later(seen: _Seen, wanted: datetime, words: str, *, is_blocked: bool) -> Reason:
    """Due again once its hours are open, if that is of use; else not sent."""
    if seen.row.purpose not in NOW_OR_NEVER:
        found = quiet.moment(
            planned=wanted,
            until=hours.useful_until(seen.row),
            hours=seen.hours,
            now=wanted,
        )
        if found.at is not None:
            return Status.DUE, words, found.at, is_blocked
        words = _("%(why)s Later it would be of no use.") % {"why": words}
    return Status.SUPPRESSED, words, None, is_blocked or _is_reply(seen.row)


def _found(
    seen: _Seen, reason: Reason | None, *, now: datetime, real: datetime
) -> Found:
    row = seen.row
    if reason is None:
        until = hours.useful_until(row)
        validity = quiet.validity(at=now, until=until, hours=seen.hours)
        return Found(delivery=row, validity=validity, at=now, looked_at=real)
    to, why, due_at, is_blocked = reason
    return Found(
        delivery=row,
        to=to,
        why=why,
        due_at=due_at,
        is_blocked=is_blocked,
        at=now,
        looked_at=real,
    )


def _change(one: Found) -> Change:
    columns = _urgency(one)
    if one.to is Status.DUE:
        return Change(
            row=one.delivery,
            to=one.to,
            kind="put_off",
            words=one.why,
            columns={"due_at": one.due_at, **columns},
        )
    words = one.why
    return Change(
        row=one.delivery, to=one.to, kind="left_out", words=words, columns=columns
    )


def _urgency(one: Found) -> Mapping[str, object]:
    """News that is urgent by now is so from now on: somebody may have to call."""
    became = hours.purpose_at(one.delivery, at=one.at)
    if became == one.delivery.purpose:
        return {}
    return {"purpose": str(became), "is_urgent": True}
