"""What a vendor says of a delivery: its answer, and every word that comes later.

Words come in any order, doubled, or before the answer that they follow. Each leads on
by messaging.states alone, so that whichever is first and whichever is lost, the same
stands in the end. What ended badly is followed up (messaging.failures).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import changing, failures, senders
from messaging.changing import OUTBOX, Change, Way
from messaging.channels import Outcome
from messaging.models import Delivery
from messaging.states import ENDS, LEFT_OUT, WORDS, Status, after
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from messaging.channels import Handed

logger = logging.getLogger(__name__)
BAD_ENDS = frozenset({Status.UNDELIVERED, Status.FAILED})
UNCLEAR = _("The answer of the service was lost: nobody knows yet whether it went.")
_ALL_THE_SAME = _("The service says “%(word)s” of it all the same.")
_TWICE = _("The service has it twice: it may have come twice.")


@dataclass(frozen=True, slots=True)
class Answered:
    """One delivery as it was handed over, and what was answered."""

    delivery: Delivery
    handed: Handed


def settle(answers: Sequence[Answered], *, now: datetime) -> None:
    """Write down what was answered to deliveries of one channel.

    Those that were taken together; each that was not in a transaction of its own,
    with what follows from it. One that cannot be written down spoils no other: its
    lease makes it uncertain.
    """
    try:
        _settle(answers, now=now)
    except Exception:
        if transaction.get_connection().in_atomic_block:
            raise
        logger.exception("Answers are written down one by one.")
        for one in answers:
            _settle_alone(one, now=now)


def _settle_alone(one: Answered, *, now: datetime) -> None:
    try:
        _settle([one], now=now)
    except Exception:
        logger.exception("An answer was not written down.")


def _settle(answers: Sequence[Answered], *, now: datetime) -> None:
    taken = [one for one in answers if one.handed.outcome is Outcome.TAKEN]
    unclear = [one for one in answers if one.handed.outcome is Outcome.UNCLEAR]
    plain = [_as_taken(one, now=now) for one in taken]
    plain += [_as_unclear(one) for one in unclear]
    made = {one.row.pk for one in changing.change_many(plain, by=OUTBOX, at=now)}
    for one in taken:
        _after_taken(one, is_news=one.delivery.pk in made, now=now)
    for one in answers:
        if one.handed.outcome is Outcome.NOT_MADE:
            failures.not_made(one.delivery, one.handed, now=now)
    if taken:
        newest = max(one.delivery.claimed_at or now for one in taken)
        senders.taken(taken[0].delivery.channel, claimed_at=newest)


def hear(
    *,
    delivery_id: int | None,
    vendor_id: str,
    word: str,
    code: str = "",
    at: datetime,
) -> Status | None:
    """A vendor's word about a delivery; how it then stands, None if there is none.

    `delivery_id` is what our own callback address says. The same word twice, or one
    that comes late, changes nothing.
    """
    with transaction.atomic():
        row = _held(delivery_id, vendor_id)
        if row is None:
            return None
        before = Status(row.status)
        _take(row, vendor_id, word, code, at=at)
        if row.status != before and row.status in BAD_ENDS:
            failures.ended(row, code, now=at)
        return Status(row.status)


def _as_taken(one: Answered, *, now: datetime) -> Change:
    """A word that nobody knows, or none, says no more than that it was taken."""
    told = after(one.delivery.status, one.handed.word)
    return Change(
        row=one.delivery,
        to=Status.ACCEPTED if told == one.delivery.status else told,
        kind="answered",
        words=_words_of(told, one.handed.code),
        code=one.handed.code or one.handed.word,
        columns={
            "vendor_id": one.handed.vendor_id or None,
            "error_code": one.handed.code[:10],
            "left_at": now,
        },
        way=Way.HEARD,
    )


def _as_unclear(one: Answered) -> Change:
    return Change(
        row=one.delivery,
        to=Status.UNCERTAIN,
        kind="unclear",
        words=words_for_staff(UNCLEAR),
        code=one.handed.code,
    )


def _after_taken(one: Answered, *, is_news: bool, now: datetime) -> None:
    """What was overtaken by a word is heard as one; a bad end is followed up."""
    row, handed = one.delivery, one.handed
    if not is_news:
        hear(
            delivery_id=row.pk,
            vendor_id=handed.vendor_id,
            word=handed.word,
            code=handed.code,
            at=now,
        )
    elif row.status in BAD_ENDS:
        failures.ended(row, handed.code, now=now)


def _held(delivery_id: int | None, vendor_id: str) -> Delivery | None:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("patient")
    found = rows.filter(pk=delivery_id).first() if delivery_id is not None else None
    if found is None and vendor_id:
        found = rows.filter(vendor_id=vendor_id).first()
    return found


def _take(row: Delivery, vendor_id: str, word: str, code: str, *, at: datetime) -> None:
    """Change what the word changes; say beside it what else is news."""
    columns: dict[str, Any] = {}
    is_other = bool(vendor_id and row.vendor_id and row.vendor_id != vendor_id)
    if vendor_id and not row.vendor_id and not _is_taken(vendor_id):
        columns["vendor_id"] = vendor_id
    told = WORDS.get(word)
    if row.left_at is None and (told or columns):
        columns["left_at"] = at
    to = after(row.status, word)
    if to == row.status and not columns and not _is_news(row, told, is_other=is_other):
        return
    if code:
        columns["error_code"] = code[:10]
    words = _words_of(to, code) if to != row.status else row.reason
    change = Change(
        row=row,
        to=to,
        kind="heard",
        words=_aside(row, word, is_other=is_other) or words,
        code=code or word,
        columns=columns,
        way=Way.STAYS if to == row.status else Way.HEARD,
    )
    changing.change(change, by=OUTBOX, at=at)


def _is_news(row: Delivery, told: Status | None, *, is_other: bool) -> bool:
    """Whether a word that changes nothing says what nobody could expect."""
    is_end = told in ENDS and told != row.status
    return is_other or is_end or (told is not None and row.status in LEFT_OUT)


def _aside(row: Delivery, word: str, *, is_other: bool) -> str:
    if is_other:
        return words_for_staff(_TWICE)
    if row.status in LEFT_OUT:
        return words_for_staff(_ALL_THE_SAME) % {"word": word}
    return ""


def _is_taken(vendor_id: str) -> bool:
    return Delivery.objects.filter(vendor_id=vendor_id).exists()


def _words_of(to: str, code: str) -> str:
    """Why it ended badly; what goes well needs no words."""
    return failures.words_of(code) if to in BAD_ENDS else ""
