"""The status of a visit for one patient, and the moves between them that are legal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.states import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(models.TextChoices):
    """How a visit stands for one of its patients; there is no other status."""

    SCHEDULED = "scheduled", _("Unconfirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    ARRIVED = "arrived", _("Arrived")
    IN_SESSION = "in_session", _("In session")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled by patient")
    CANCELLED_LATE = "cancelled_late", _("Cancelled late")
    CALLED_OFF = "called_off", _("Cancelled by practice")


AHEAD = frozenset({Status.SCHEDULED, Status.CONFIRMED})
OPEN = AHEAD | {Status.ARRIVED, Status.IN_SESSION}
CANCELLATIONS = frozenset({Status.CANCELLED, Status.CANCELLED_LATE, Status.CALLED_OFF})
# Whoever has one of these holds the clinician's time.
LIVE = frozenset(Status) - CANCELLATIONS
OUTCOMES = CANCELLATIONS | {Status.COMPLETED, Status.NO_SHOW}

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.SCHEDULED: frozenset(Status) - {Status.SCHEDULED},
    Status.CONFIRMED: frozenset(Status) - {Status.CONFIRMED, Status.SCHEDULED},
    # Who came is no no-show; who leaves before being seen has cancelled.
    Status.ARRIVED: CANCELLATIONS | {Status.IN_SESSION, Status.COMPLETED},
    Status.IN_SESSION: frozenset({Status.COMPLETED}),
    # An outcome stands: it is corrected with a reason, or undone within a minute.
    **{outcome: frozenset() for outcome in OUTCOMES},
}


def check_move(old: str, new: str) -> None:
    """Raise IllegalMove unless a visit may go from `old` to `new`."""
    if Status(new) in MOVES[Status(old)]:
        return
    if old == new:
        words = gettext("This visit already is “%(old)s”.")
    elif Status(old) in OUTCOMES:
        words = gettext(
            "This visit is “%(old)s”. Correct it, with a reason, if that is wrong."
        )
    else:
        words = gettext("A visit that is “%(old)s” does not become “%(new)s”.")
    raise IllegalMove(words % {"old": Status(old).label, "new": Status(new).label})
