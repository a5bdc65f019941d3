"""What was said with one address.

What we send stands in the outbox, once: a conversation shows its messages and the
deliveries to its address in one line of time.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.states import Channel
from practice.models import Patient, StaffMember
from practice.models.base import both_or_neither, one_of


class Conversation(models.Model):
    """Everything said with one address; there is one per address and channel."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    channel = models.CharField(max_length=4, choices=Channel.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=4, choices=State.choices, default=State.DONE)
    begun_at = models.DateTimeField()
    newest_at = models.DateTimeField(help_text="When something was last said.")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-newest_at"], name="conversation_newest")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="conversation_one_per_address"
            ),
            one_of("channel", Channel, "conversation_channel"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Message(models.Model):
    """One message that came in; it belongs to one patient, or is not yet filed."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="messages"
    )
    vendor_id = models.CharField(max_length=64, unique=True)
    body = models.TextField(blank=True)
    came_at = models.DateTimeField()
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        help_text="Empty: not yet filed.",
    )
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_handled = models.BooleanField(
        default=False, help_text="A rule acted on all of it: nobody has to read it."
    )
    outcome = models.CharField(
        max_length=200, blank=True, help_text="What was done with it by itself."
    )

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "-id"], name="message_in_turn"),
            models.Index(fields=["patient", "-id"], name="message_by_patient"),
        ]
        constraints = [both_or_neither("filed_at", "filed_by", "message_filed")]

    def __str__(self) -> str:
        return f"message {self.pk}"
