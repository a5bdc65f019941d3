"""A call that came in is over: where nobody took it, a text answers, or somebody does.

The text goes once a day to a number, if one chart alone has it and all that a missed
call obeys allows it (consent.purposes), and never to a landline. Whom it may not go
to, and who calls again that day, is a task of the front desk instead: who calls wants
something. While that task is open the next call adds none; once it is settled, it does.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import phonenumbers
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberType

from consent.contacting import may_contact
from consent.purposes import Purpose
from consent.states import Channel
from messaging import answers, filing, outbox, wordings
from messaging.errors import Kind, meaning_of
from messaging.key_presses import number_of
from messaging.models import Delivery, IncomingCall
from messaging.models.calls import CallOutcome
from messaging.occasions import Occasion
from messaging.outbox import Envelope
from practice import work, zones
from practice.models import Role, Task
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import HookCall
    from practice.models import Patient

CALLER = Automation("a call that nobody took")
KIND = "call.missed"
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
# Longer than any call lasts that nobody at a desk took; of one that was never said to
# be over, nobody would hear otherwise.
LONGEST, OF_USE = timedelta(minutes=15), timedelta(minutes=30)
MOST_AT_ONCE = 50
KEPT = timedelta(days=30)  # after it ended, as long as what the vendor told of it
# Numbers that surely get no texts, as far as a number tells it.
NO_TEXTS = frozenset(
    {
        *(PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE),
        *(PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST),
        *(PhoneNumberType.PAGER, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL),
    }
)


def ended(row: HookCall, *, now: datetime) -> None:
    """The vendor says how a call that came in stands; only its end is of interest."""
    if row.word not in OVER:
        return
    call, _is_new = IncomingCall.objects.get_or_create(
        vendor_id=row.vendor_id,
        defaults={"address": number_of(row), "came_at": row.came_at},
    )
    _end(call, now=now)


def end_forgotten(*, now: datetime) -> int:
    """Calls of which nobody said that they are over; answers how many."""
    rows = IncomingCall.objects.filter(ended_at=None, came_at__lte=now - LONGEST)
    found = list(rows.order_by("pk")[:MOST_AT_ONCE])
    for call in found:
        _end(call, now=now)
    return len(found)


def forget(*, now: datetime) -> None:
    """Delete the calls that ended a month ago; what came of them stands elsewhere."""
    IncomingCall.objects.filter(ended_at__lt=now - KEPT).delete()


@transaction.atomic
def _end(call: IncomingCall, *, now: datetime) -> None:
    """Once: whoever ends a call twice finds it ended."""
    call = IncomingCall.objects.select_for_update().get(pk=call.pk)
    if call.ended_at is not None:
        return
    call.ended_at, call.outcome = now, call.outcome or CallOutcome.MISSED
    IncomingCall.objects.filter(pk=call.pk).update(ended_at=now, outcome=call.outcome)
    if call.outcome == CallOutcome.MISSED and call.address:
        _answer(call, now=now)


def _answer(call: IncomingCall, *, now: datetime) -> None:
    chart = filing.only_chart_at(call.address)
    if chart is None or not _may_text(chart, call.address, now=now):
        _ask_desk(call, chart, now=now)
        return
    language = answers.read_by(chart)
    worded = wordings.load(now=now).word(
        Occasion.MISSED_CALL, language=language, values={}
    )
    envelope = Envelope(
        meaning=f"{KIND}:{_digest(call.address)}:{_day(now)}",
        purpose=Purpose.MISSED_CALL,
        channel=Channel.TEXT,
        address=call.address,
        body=worded.body,
        language=language,
        occasion=Occasion.MISSED_CALL,
        patient=chart,
        zone=answers.zone_of(chart),
        planned_at=now,
        until_at=now + OF_USE,
        ids={"call": call.pk},
    )
    planned = outbox.plan(envelope, by=CALLER, now=now)
    if planned.ids.get("call") != call.pk:  # the text of an earlier call today
        _ask_desk(call, chart, now=now)


def _may_text(chart: Patient, number: str, *, now: datetime) -> bool:
    if not gets_texts(number):
        return False
    return may_contact(
        chart, number, Channel.TEXT, Purpose.MISSED_CALL, now=now
    ).is_allowed


def gets_texts(number: str) -> bool:
    """Whether a number may be a mobile one, by its digits and by what came of texts."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
    if kind in NO_TEXTS:
        return False
    rows = Delivery.objects.filter(address=number, channel=Channel.TEXT)
    last = rows.exclude(ended_at=None).order_by("-pk").values_list("error_code")
    code = next((code for (code,) in last[:1]), "")
    return not code or meaning_of(code).kind is not Kind.FLAG_NUMBER


def _ask_desk(call: IncomingCall, chart: Patient | None, *, now: datetime) -> None:
    """Somebody called, and cannot be answered by itself; once while that is open."""
    day_key = f"{KIND}:{_digest(call.address)}:{_day(now)}"
    today = Task.objects.filter(once_key__startswith=day_key)
    if today.open().exists():
        return
    work.raise_task(
        kind=KIND,
        title=_("Somebody called and reached nobody: call back"),
        words=f"{call.address}:",
        to=Role.FRONT_DESK,
        due_at=now + OF_USE,
        patient=chart,
        path=f"/patients/{chart.pk}/" if chart else "",
        once_key=f"{day_key}:{call.pk}" if today.exists() else day_key,
        by=CALLER,
        now=now,
    )


def _day(now: datetime) -> str:
    return f"{zones.local_day(now, zones.of_practice()):%Y%m%d}"


def _digest(number: str) -> str:
    """The same for one number, and naming nobody."""
    return hashlib.sha256(number.encode()).hexdigest()[:24]
