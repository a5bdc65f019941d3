"""Messages written and planned together, and each by itself where one has a fault.

One bad row keeps back itself alone, with a sentence; what it is about stays out of the
log. Of a database that is away or busy nothing is said of any row: the round is tried
again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from messaging import first_texts, outbox
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.models import Delivery
    from messaging.outbox import Envelope
    from messaging.wordings import Wordings
    from practice.trail import Actor

logger = logging.getLogger(__name__)


def written(envelopes: Iterator[Envelope]) -> tuple[Sequence[Envelope], str]:
    """The messages of one row, written as they are asked for; or why there are none."""
    try:
        with transaction.atomic():
            return list(envelopes), ""
    except NotPossible as fault:
        return (), str(fault)
    except Exception as fault:  # whatever it is, it is this row's alone
        return (), _why(fault)


def plan(
    letters: Mapping[int, Sequence[Envelope]],
    words: Wordings,
    *,
    by: Actor,
    now: datetime,
) -> tuple[list[Delivery], dict[int, str]]:
    """Plan the messages of some rows; answers them, and why some rows have none."""
    envelopes = [one for some in letters.values() for one in some]
    if not envelopes:
        return [], {}
    try:
        with transaction.atomic():
            with_first = first_texts.with_first(envelopes, words)
            return list(outbox.plan_many(with_first, by=by, now=now)), {}
    except Exception as fault:
        why = _why(fault)
    if len(letters) == 1:
        return [], dict.fromkeys(letters, why)
    each = [plan({pk: one}, words, by=by, now=now) for pk, one in letters.items()]
    planned = [row for rows, _whys in each for row in rows]
    return planned, {pk: said for _rows, whys in each for pk, said in whys.items()}


def _why(fault: Exception) -> str:
    if isinstance(fault, OperationalError | InterfaceError):
        raise fault
    logger.error("A message could not be planned.", exc_info=fault)
    return _("A fault of the program kept it back: a person has to tell them.")
