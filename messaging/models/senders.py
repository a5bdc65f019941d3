"""What all processes share of sending: how fast, and whether a channel is stopped."""

from __future__ import annotations

from django.db import models

from consent.states import Channel
from practice.models.base import both_or_neither, one_of


class Sender(models.Model):
    """One channel's token bucket and its circuit breaker; on the machine's time.

    Who claims deliveries locks the row first, so that claims take turns.
    """

    channel = models.CharField(max_length=4, choices=Channel.choices, unique=True)
    tokens = models.FloatField(default=0, help_text="How many may leave at once.")
    filled_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="When the vendor refused our account."
    )
    stopped_why = models.CharField(max_length=300, null=True, blank=True)
    probed_at = models.DateTimeField(
        null=True, blank=True, help_text="When one was last let out to try."
    )

    class Meta:
        constraints = [
            one_of("channel", Channel, "sender_channel"),
            both_or_neither("stopped_at", "stopped_why", "sender_stopped_says_why"),
        ]

    def __str__(self) -> str:
        return f"sender of {self.channel}"
