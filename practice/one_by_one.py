"""Work through many records so that a fault in one does not stop the others."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from practice.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


class SomeFailed(RuntimeError):
    """Some records could not be worked on; all the others were."""


def each(ids: Iterable[int], act: Callable[[int], object], *, kind: str) -> int:
    """Call `act` with each id, each in a transaction of its own.

    Where others were in its way it is called again, as for requests.

    Returns how many times `act` answered something true. Raises SomeFailed, but
    only in the end, so that whoever started this knows; the log has the ids.
    """
    done = failed = 0
    for number in ids:
        try:
            done += bool(patiently(partial(act, number)))
        except Exception:
            failed += 1
            facts = {"kind": kind, "subject_id": number}
            logger.exception("One record failed.", extra=facts)
    if failed:
        raise SomeFailed(f"{failed} of {kind} failed.")
    return done
