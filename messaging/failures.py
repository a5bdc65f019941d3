"""What follows when a message was refused, or did not arrive: by its error, one act.

messaging.errors says what a code means; nothing here reads the vendor's wording.
"""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consent import opt_outs
from consent.purposes import Purpose
from consent.states import Channel, Source
from messaging import call_instead, changing, hours, outbox, parts, senders
from messaging.changing import OUTBOX, Change
from messaging.errors import UNKNOWN, Kind, meaning_of
from messaging.models import Delivery
from messaging.outbox import Envelope
from messaging.states import Status
from practice import work
from practice.contributions import load
from practice.models import Role
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from messaging.channels import Handed
    from messaging.errors import Meaning

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
# A phone that was off may be on by then.
LATER = timedelta(hours=1)
DAY = timedelta(days=1)
# What may be of no use in an hour: somebody calls, whatever is tried again.
NO_HOUR = frozenset({Purpose.URGENT, Purpose.ON_THE_DAY, Purpose.CRISIS})
# What a message that is tried again has in common with the first.
_KEPT = (
    *("channel", "address", "body", "zone", "until_at", "subject", "language"),
    *("occasion", "patient", "caregiver", "staff", "writer", "ids"),
)


def words_of(code: str) -> str:
    """What an error means, for the front desk."""
    return words_for_staff(meaning_of(code).words)


@transaction.atomic
def not_made(row: Delivery, handed: Handed, *, now: datetime) -> None:
    """A vendor surely made nothing of what was handed over, and said why."""
    meaning = handed.meaning or meaning_of(handed.code)
    if meaning.kind is Kind.STOP_CHANNEL:
        senders.stop(row.channel, why=words_for_staff(meaning.words), now=now)
        _again(row, handed, meaning, at=row.due_at, now=now)
    elif meaning.kind is Kind.RETRY_LATER:
        _retry(row, handed, meaning, now=now)
    else:
        to = Status.SUPPRESSED if meaning.kind is Kind.SUPPRESS else Status.FAILED
        if _ended(row, handed, meaning, to=to, now=now):
            _follow(row, meaning, now=now)


@transaction.atomic
def ended(row: Delivery, code: str, *, now: datetime) -> None:
    """A vendor took it, and says later that it did not arrive."""
    meaning = meaning_of(code) if code else UNKNOWN
    if meaning.kind is Kind.STOP_CHANNEL:
        senders.stop(row.channel, why=words_for_staff(meaning.words), now=now)
    if meaning.kind is Kind.RETRY_LATER and _once_more(row, meaning, now=now):
        if row.purpose in NO_HOUR:
            call_instead.ask(row, why=words_for_staff(meaning.words), now=now)
        return
    _follow(row, meaning, now=now)


# Again -------------------------------------------------------------------------------
def _retry(row: Delivery, handed: Handed, meaning: Meaning, *, now: datetime) -> None:
    """Back off, twice as long each time, with some chance in it, while it is of use.

    Nothing was made: however often it is tried again, it goes no more than once.
    """
    before = row.events.filter(kind="put_back").count()
    at = now + (handed.wait or timedelta()) + _wait(before)
    if at < hours.useful_until(row):
        _again(row, handed, meaning, at=at, now=now)
    elif _ended(row, handed, meaning, to=Status.FAILED, now=now):
        _follow(row, meaning, now=now)


def _wait(before: int) -> timedelta:
    chance = random.uniform(0.5, 1.5)  # noqa: S311 - no secret
    return min(FIRST_WAIT * (1 << min(before, 20)) * chance, LONGEST_WAIT)


def _again(
    row: Delivery, handed: Handed, meaning: Meaning, *, at: datetime, now: datetime
) -> None:
    """Nothing was made: it is due again."""
    change = Change(
        row=row,
        to=Status.DUE,
        kind="put_back",
        words=words_for_staff(meaning.words),
        code=handed.code,
        columns={"due_at": at, "error_code": handed.code[:10]},
    )
    changing.change(change, by=OUTBOX, at=now)


def _once_more(row: Delivery, meaning: Meaning, *, now: datetime) -> bool:
    """A new delivery of the same in an hour, if it then is of use; never a third."""
    at = now + LATER
    tried = sum(1 for _one in _earlier(row))
    is_over = row.until_at is not None and at >= row.until_at
    if tried >= meaning.retries or is_over or at >= hours.useful_until(row):
        return False
    again = outbox.plan(_same(row, at=at), by=OUTBOX, now=now)
    Delivery.objects.filter(pk=again.pk, replaces=None).update(replaces=row)
    return True


def _earlier(row: Delivery) -> list[Delivery]:
    found: list[Delivery] = []
    while row.replaces is not None:
        row = row.replaces
        found.append(row)
    return found


def _same(row: Delivery, *, at: datetime) -> Envelope:
    kept = {name: getattr(row, name) for name in _KEPT}
    kept["purpose"] = Purpose(row.purpose)
    kept["parts"] = list(row.parts.select_related("patient", "caregiver"))
    return Envelope(meaning=f"again:{row.pk}", planned_at=at, **kept)


# The end -----------------------------------------------------------------------------
def _ended(
    row: Delivery, handed: Handed, meaning: Meaning, *, to: Status, now: datetime
) -> bool:
    change = Change(
        row=row,
        to=to,
        kind="refused",
        words=words_for_staff(meaning.words),
        code=handed.code,
        columns={"error_code": handed.code[:10]},
    )
    return changing.change(change, by=OUTBOX, at=now)


def _follow(row: Delivery, meaning: Meaning, *, now: datetime) -> None:
    """What people are asked to do about it; where it was urgent, somebody calls."""
    act = _ACTS.get(meaning.kind)
    if meaning.flags_after and _in_a_row(row) >= meaning.flags_after:
        act = _flag
    if act:
        act(row, meaning, now=now)
    if meaning.kind is Kind.FLAG_NUMBER:
        _other_way(row, now=now)
    # An e-mail is read who knows when.
    call_instead.ask(row, why=words_for_staff(meaning.words), now=now)


def _in_a_row(row: Delivery) -> int:
    """How many of the last texts to the address ended with the same error."""
    rows = Delivery.objects.filter(address=row.address, channel=row.channel)
    last = rows.filter(ended_at__isnull=False, left_at__isnull=False)
    codes = last.order_by("-pk").values_list("error_code", flat=True)[:5]
    count = 0
    for code in codes:
        if code != row.error_code:
            break
        count += 1
    return count


def _flag(row: Delivery, meaning: Meaning, *, now: datetime) -> None:
    """Ask the desk for another number; once a week for each on a chart."""
    for one in parts.each(row):
        _flag_one(one, meaning, now=now)


def _flag_one(row: Delivery, meaning: Meaning, *, now: datetime) -> None:
    where = hashlib.sha256(f"{row.channel}:{row.address}".encode()).hexdigest()[:16]
    work.raise_task(
        kind="contact.dead",
        title=_("Messages do not reach a number: ask for another one"),
        words=words_for_staff(meaning.words),
        to=Role.FRONT_DESK,
        due_at=now + DAY,
        patient=row.patient,
        path=f"/patients/{row.patient_id}/" if row.patient_id else "",
        once_key=f"contact.dead:{row.patient_id or 0}:{where}:{now:%G-%V}",
        by=OUTBOX,
        now=now,
    )


def _stopped(row: Delivery, meaning: Meaning, *, now: datetime) -> None:
    """The vendor blocks the number since somebody said stop: it is ours as well."""
    opt_outs.stop(
        address=row.address,
        channel=Channel(row.channel),
        source=Source.VENDOR,
        words="",
        by=OUTBOX,
        now=now,
    )


def _alert(row: Delivery, meaning: Meaning, *, now: datetime) -> None:
    """Our settings or our registration are at fault: the managers hear once a day."""
    work.raise_task(
        kind="messaging.refused",
        title=_("Messages are refused: look after the account at the service"),
        words=words_for_staff(meaning.words),
        to=Role.MANAGER,
        due_at=now,
        once_key=f"messaging.refused:{row.error_code}:{now:%Y-%m-%d}",
        by=OUTBOX,
        now=now,
    )


def _other_way(row: Delivery, *, now: datetime) -> None:
    """Plan the same for the next channel, where whoever worded it knows how.

    Each in OTHER_WAYS is asked in turn: it alone can word it for a mail or a call. What
    was to several goes to each, and none of these is the one that replaces it.
    """
    for one in parts.each(row):
        found = (ask(one, now=now) for ask in load("OTHER_WAYS"))
        envelope = next((said for said in found if said is not None), None)
        if envelope is None:
            continue
        other = outbox.plan(envelope, by=OUTBOX, now=now)
        if one is row:
            Delivery.objects.filter(pk=other.pk, replaces=None).update(replaces=row)


_ACTS: Mapping[Kind, Callable[..., None]] = {
    Kind.SUPPRESS: _stopped,
    Kind.FLAG_NUMBER: _flag,
    Kind.CONFIGURATION: _alert,
}
