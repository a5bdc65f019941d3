"""Not sure it went: the vendor is asked, or a person says how it was.

An answer that was lost and a message that was never made look the same. So nothing is
sent again blindly: the vendor is asked for what it has. Reminders and offers, of which
one too few is worse than a late one, are due again after three looks in vain over
three minutes; everything else waits for a word or for a person.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.purposes import Purpose
from messaging import call_instead, changing, channels, hours, settling
from messaging.changing import OUTBOX, Change, Way
from messaging.channels import NoCarrier, Parcel
from messaging.models import Delivery
from messaging.states import Status
from practice import clock
from practice.rules import NotPossible
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.channels import Seen
    from practice.models import StaffMember

MAY_REPEAT = frozenset({Purpose.REMINDER, Purpose.OFFER})
LOOKS = 3
# So far apart that three of them span three minutes.
APART = timedelta(seconds=90)
# Where nobody can be asked, what cannot wait is not left to chance for longer.
UNASKED = timedelta(minutes=5)
# What stays uncertain is looked for once an hour, for a day: the record may be late.
LATER, LONGEST = timedelta(hours=1), timedelta(days=1)
# A vendor's clock and ours are not the same.
SKEW = timedelta(seconds=5)
MOST_AT_ONCE = 20
# A vendor that does not answer takes ten seconds each time: the sender's sign of life
# waits for no more than one of these.
PATIENCE_SECONDS = 5.0
_LOST = gettext_lazy("It was cut off while it was handed over.")
_NEVER_MADE = gettext_lazy("The service knows nothing of it: it is sent again.")
_TOO_LATE = gettext_lazy(
    "The service knows nothing of it, and it would come too late now."
)
_STAYS = gettext_lazy(
    "The service knows nothing of it, which proves little: ask whether it came."
)
_UNASKED = gettext_lazy(
    "The service cannot be asked whether it has it: ask whether it came."
)
_ANOTHER = gettext_lazy(
    "The service has another text to them from then, which may be this one in other "
    "words: ask whether it came."
)
logger = logging.getLogger(__name__)


class NoLongerUncertain(NotPossible):
    """How it was became known meanwhile."""


def lose_expired(*, now: datetime) -> int:
    """What was being sent when its sender went away becomes uncertain, never due."""
    real = clock.real_now()
    rows = Delivery.objects.filter(status=Status.SENDING, lease_until_at__lte=real)
    words = words_for_staff(_LOST)
    changes = [
        Change(row=row, to=Status.UNCERTAIN, kind="lost", words=words) for row in rows
    ]
    return len(changing.change_many(changes, by=OUTBOX, at=now))


def look(*, now: datetime) -> int:
    """Ask the vendor for what is uncertain and was not asked for lately; how many."""
    real, ends = clock.real_now(), time.monotonic() + PATIENCE_SECONDS
    asked = 0
    for row in _waiting(real):
        if time.monotonic() > ends:
            break
        if _is_ours_to_ask(row, real):
            _look_for(row, now=now)
            asked += 1
    return asked


def say_sent(delivery: Delivery, *, by: StaffMember, now: datetime) -> Delivery:
    """Somebody knows that it came. Raises NoLongerUncertain."""
    words = _("%(name)s says that it came.") % {"name": by.name}
    columns = {"left_at": delivery.claimed_at or now}
    return _said(delivery, Status.SENT, "said_sent", words, columns, by=by, now=now)


def say_not_sent(
    delivery: Delivery, *, again: bool, by: StaffMember, now: datetime
) -> Delivery:
    """Somebody knows that it did not come; `again` sends it, if it is still of use.

    Raises NoLongerUncertain.
    """
    words = _("%(name)s says that it did not come.") % {"name": by.name}
    to, columns = Status.FAILED, {}
    if again:
        is_useful = hours.useful_until(delivery) > now
        to = Status.DUE if is_useful else Status.EXPIRED
        columns = {"due_at": now}
    return _said(delivery, to, "said_not_sent", words, columns, by=by, now=now)


def _waiting(real: datetime) -> Sequence[Delivery]:
    """Uncertain ones, those that were looked for least before all others.

    Else in the order of their claims, so that the first finds first.
    """
    early = Q(looks__lt=LOOKS) & _not_since(real - APART)
    late = Q(looks__gte=LOOKS) & _not_since(real - LATER)
    rows = Delivery.objects.filter(
        early | late, status=Status.UNCERTAIN, claimed_at__gt=real - LONGEST
    )
    oldest = rows.select_related("patient").order_by("looks", "claimed_at", "pk")
    return list(oldest[:MOST_AT_ONCE])


def _not_since(at: datetime) -> Q:
    return Q(looked_at__isnull=True) | Q(looked_at__lte=at)


def _is_ours_to_ask(row: Delivery, real: datetime) -> bool:
    """Two that look at one moment would count as two looks."""
    rows = Delivery.objects.filter(
        pk=row.pk, status=Status.UNCERTAIN, looked_at=row.looked_at
    )
    return bool(rows.update(looked_at=real))


def _look_for(row: Delivery, *, now: datetime) -> None:
    try:
        seen = channels.carrier_of(row.channel).look_up(_parcel(row))
    except NoCarrier:
        seen = None
    if seen is None:
        _unasked(row, now=now)
        return
    new = _unknown(row, seen)
    if found := _match(row, new):
        settling.hear(
            delivery_id=row.pk,
            vendor_id=found.vendor_id,
            word=found.word,
            code=found.code,
            at=now,
        )
    elif new:
        _another(row, now=now)
    else:
        _in_vain(row, now=now)


def _unasked(row: Delivery, *, now: datetime) -> None:
    """What cannot wait is told by a call, once; nothing else is known of it yet."""
    if row.claimed_at and row.claimed_at <= clock.real_now() - UNASKED:
        call_instead.ask(row, why=words_for_staff(_UNASKED), now=now)


@transaction.atomic
def _another(row: Delivery, *, now: datetime) -> None:
    """A service may have rewritten the text: that is no look in vain, and nothing is
    sent again before a person, or a later record, says how it was.
    """
    words = words_for_staff(_ANOTHER)
    if row.reason == words:
        return
    change = Change(
        row=row, to=Status.UNCERTAIN, kind="unknown", words=words, way=Way.STAYS
    )
    if changing.change(change, by=OUTBOX, at=now):
        call_instead.ask(row, why=words, now=now)


def _parcel(row: Delivery) -> Parcel:
    return Parcel(
        delivery_id=row.pk,
        channel=row.channel,
        address=row.address,
        subject=row.subject,
        body=row.body,
        language=row.language,
        validity=timedelta(),
        claimed_at=_first_try(row),
    )


def _first_try(row: Delivery) -> datetime:
    """Since when there may be a record of it: that of an earlier try may come late."""
    claimed = row.claimed_at or row.created_at
    return min(claimed, row.created_at) if row.tries > 1 else claimed


def _match(row: Delivery, unknown: Sequence[Seen]) -> Seen | None:
    """The first record that is this try's: the words agree.

    A vendor that keeps no words has none to compare.
    """
    fits = [one for one in unknown if one.body.strip() in ("", row.body.strip())]
    return min(fits, key=lambda one: one.made_at, default=None)


def _unknown(row: Delivery, seen: Sequence[Seen]) -> Sequence[Seen]:
    """Records that may be this try's: since it began, and of no other of ours."""
    since = _first_try(row) - SKEW
    known = set(
        Delivery.objects.filter(
            vendor_id__in=[one.vendor_id for one in seen]
        ).values_list("vendor_id", flat=True)
    )
    return [one for one in seen if one.vendor_id not in known and one.made_at >= since]


@transaction.atomic
def _in_vain(row: Delivery, *, now: datetime) -> None:
    """One more look found nothing; after enough of them, what may be repeated is."""
    looks = row.looks + 1
    Delivery.objects.filter(pk=row.pk, status=Status.UNCERTAIN).update(
        looks=F("looks") + 1
    )
    if looks < LOOKS:
        return
    to, words = _verdict(row, now=now)
    if to is not None:
        change = Change(
            row=row,
            to=to,
            kind="never_made",
            words=words,
            columns={"due_at": now} if to is Status.DUE else {},
        )
        changing.change(change, by=OUTBOX, at=now)
    elif looks == LOOKS:
        change = Change(
            row=row, to=Status.UNCERTAIN, kind="unknown", words=words, way=Way.STAYS
        )
        changing.change(change, by=OUTBOX, at=now)
        call_instead.ask(row, why=words, now=now)


def _verdict(row: Delivery, *, now: datetime) -> tuple[Status | None, str]:
    if row.purpose not in MAY_REPEAT:
        return None, words_for_staff(_STAYS)
    if hours.useful_until(row) > now:
        return Status.DUE, words_for_staff(_NEVER_MADE)
    return Status.EXPIRED, words_for_staff(_TOO_LATE)


def _said(
    delivery: Delivery,
    to: Status,
    kind: str,
    words: str,
    columns: Mapping[str, object],
    *,
    by: StaffMember,
    now: datetime,
) -> Delivery:
    change = Change(row=delivery, to=to, kind=kind, words=words, columns=columns)
    if delivery.status != Status.UNCERTAIN or not changing.change(
        change, by=by, at=now
    ):
        raise NoLongerUncertain(_("How it was became known meanwhile: look again."))
    return delivery
