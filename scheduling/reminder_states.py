"""How a reminder stands, when a step is due, and to whom it goes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    BOOKED = "booked", _("When it is booked")
    BEFORE = "before", _("Before the visit")
    AFTER = "after", _("After the visit")


class Condition(models.TextChoices):
    """Whom a step is for; looked at when it is due, not when it is planned."""

    ALWAYS = "always", _("Everybody")
    UNCONFIRMED = "unconfirmed", _("Who has not confirmed")
    FIRST_VISIT = "first_visit", _("Who comes for the first time")
    TELEHEALTH = "telehealth", _("Who comes by video")


class State(models.TextChoices):
    WAITING = "waiting", _("Planned")
    ASKED = "asked", _("Waits for a person to send it")
    HANDED = "handed", _("In the outbox")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LEFT_OUT = "left_out", _("Not sent")


# Nothing was sent and something may be.
OPEN = frozenset({State.WAITING, State.ASKED})
