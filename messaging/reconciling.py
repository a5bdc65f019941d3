"""What came in while nobody could take it: asked of the vendor's list, and stored.

The vendor calls once and, as a rule, never again. Its list has every text for months;
what is on it and not here is stored as if it had called.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from messaging import hook_store
from messaging.channels import TEXTS, NoCarrier
from messaging.models import HookCall
from messaging.models.vendors import HookKind
from practice import health

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from messaging.channels.twilio import Listed

LISTED = "texts.listed"  # the beat of the last list that was read to its end
ASKED_AT_ONCE = 500
OVERLAP = timedelta(hours=1)
AT_FIRST = timedelta(days=1)


def reconcile(*, now: datetime) -> int:
    """Store the texts of the vendor's list that never called; answers how many."""
    last = health.last_beat(LISTED)
    listed = _listed(last - OVERLAP if last else now - AT_FIRST)
    if listed is None:
        return 0
    known = set(_known(sorted({one.vendor_id for one in listed})))
    unseen = [one for one in listed if one.vendor_id not in known]
    for one in reversed(unseen):  # the oldest first, as they were written
        hook_store.store(HookKind.INBOUND, _form(one), now=now, was_listed=True)
    health.beat(LISTED)
    return len(unseen)


def _known(ids: Sequence[str]) -> Iterator[str]:
    """Those of the ids that are stored."""
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[start : start + ASKED_AT_ONCE]
        rows = HookCall.objects.filter(kind=HookKind.INBOUND, vendor_id__in=some)
        yield from rows.values_list("vendor_id", flat=True)


def _listed(since: datetime) -> Sequence[Listed] | None:
    """The list of the carrier of the settings; None where there is none to read."""
    path = TEXTS.get(settings.SMS_BACKEND)
    try:
        carrier = import_string(path)() if path else None
    except NoCarrier:
        return None
    ask = getattr(carrier, "came_since", None)
    return ask(since) if ask else None


def _form(one: Listed) -> dict[str, str]:
    """The form with which it would have called."""
    media = {
        name: text
        for n, (url, kind) in enumerate(one.media)
        for name, text in ((f"MediaUrl{n}", url), (f"MediaContentType{n}", kind))
    }
    return {
        "MessageSid": one.vendor_id,
        "From": one.sender,
        "To": one.to,
        "Body": one.body,
        "NumMedia": str(len(one.media)),
        "DateSent": one.sent_at.isoformat(),
        **media,
    }
