"""What came in while nobody could take it: asked of the vendor's list, and stored.

The vendor calls once and, as a rule, never again. Its list has every text for months;
what is on it and not here is stored as if it had called.
"""

from __future__ import annotations

import logging
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
logger = logging.getLogger(__name__)


def reconcile(*, now: datetime) -> int:
    """Store the texts of the vendor's list that never called; answers how many."""
    last, carrier = health.last_beat(LISTED), _carrier()
    ask = getattr(carrier, "came_since", None)
    listed = ask(last - OVERLAP if last else now - AT_FIRST) if ask else None
    if listed is None:
        return 0
    known = set(_known(sorted({one.vendor_id for one in listed})))
    unseen = [one for one in listed if one.vendor_id not in known]
    # The oldest first, as they were written.
    stored = [_stored(one, carrier, now=now) for one in reversed(unseen)]
    if all(stored):
        health.beat(LISTED)
    return sum(stored)


def _stored(one: Listed, carrier: object, *, now: datetime) -> bool:
    """Keep one; the list is read again from where it was if that failed."""
    form = _form(one, _media(one, carrier))
    try:
        hook_store.store(HookKind.INBOUND, form, now=now, was_listed=True)
    except Exception:  # it holds up no other
        logger.exception("A text of the list could not be stored.")
        return False
    return True


def _media(one: Listed, carrier: object) -> Sequence[tuple[str, str]]:
    """What came with it; a text counts more than its pictures."""
    ask = getattr(carrier, "media_of", None)
    if not one.pictures or ask is None:
        return ()
    try:
        found: Sequence[tuple[str, str]] | None = ask(one.vendor_id)
    except Exception:
        logger.exception("What came with a text could not be read.")
        return ()
    if found is None:
        logger.warning("What came with a text was not to be had.")
    return found or ()


def _known(ids: Sequence[str]) -> Iterator[str]:
    """Those of the ids that are stored."""
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[start : start + ASKED_AT_ONCE]
        rows = HookCall.objects.filter(kind=HookKind.INBOUND, vendor_id__in=some)
        yield from rows.values_list("vendor_id", flat=True)


def _carrier() -> object | None:
    """That of texts in the settings; None where nobody carries them."""
    path = TEXTS.get(settings.SMS_BACKEND)
    try:
        return import_string(path)() if path else None
    except NoCarrier:
        return None


def _form(one: Listed, came_with: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The form with which it would have called."""
    media = {
        name: text
        for n, (url, kind) in enumerate(came_with)
        for name, text in ((f"MediaUrl{n}", url), (f"MediaContentType{n}", kind))
    }
    return {
        "MessageSid": one.vendor_id,
        "From": one.sender,
        "To": one.to,
        "Body": one.body,
        "NumMedia": str(len(came_with)),
        "DateSent": one.sent_at.isoformat(),
        **media,
    }
