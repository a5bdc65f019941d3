"""Calls: what came in and how it stands, the menu's PINs, and the demo's own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.models.vendors import Way
from practice.models import Patient
from practice.models.base import one_of

MOST_TRIES = 5  # of a phone PIN, in a row


class CallOutcome(models.TextChoices):
    """What became of a call that came in."""

    MISSED = "missed", _("Nobody took it")
    SERVED = "served", _("Heard or confirmed the next visit")
    MESSAGE = "message", _("Left a message")
    TALKED = "talked", _("Talked to the desk")


class IncomingCall(models.Model):
    """A call that came in, once; who called is what charts say of the number."""

    Outcome = CallOutcome

    vendor_id = models.CharField(max_length=64, unique=True)
    address = models.CharField(
        max_length=254, blank=True, help_text="Empty where the number was withheld."
    )
    came_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=7,
        choices=CallOutcome.choices,
        blank=True,
        help_text="Empty as long as nothing came of it.",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["came_at"],
                condition=Q(ended_at__isnull=True),
                name="incoming_call_open",
            ),
            models.Index(fields=["address"], name="incoming_call_by_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *CallOutcome.values]),
                name="incoming_call_outcome",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(outcome=""),
                name="incoming_call_ended_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"incoming call {self.pk}"


class PhonePin(models.Model):
    """Six digits with which a patient hears of the next visit by phone.

    `tries` counts those since the last right one; the fifth wrong one locks it.
    """

    patient = models.OneToOneField(
        Patient, on_delete=models.PROTECT, related_name="phone_pin"
    )
    secret = models.TextField(help_text="Hashed, and the hash encrypted.")
    tries = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES), name="phone_pin_tries"
            )
        ]

    def __str__(self) -> str:
        return f"phone PIN of {self.patient_id}"

    @property
    def is_locked(self) -> bool:
        return self.tries >= MOST_TRIES


class SimulatedCall(models.Model):
    """A call of the demo as its carrier has it: nothing rings anywhere."""

    vendor_id = models.CharField(max_length=34, unique=True)
    way = models.CharField(max_length=5, choices=Way.choices)
    address = models.CharField(max_length=16, help_text="The phone's.")
    delivery_id = models.BigIntegerField(null=True, blank=True)
    word = models.CharField(max_length=12, help_text="Its status.")
    said = models.TextField(blank=True, help_text="What was heard last.")
    action = models.CharField(
        max_length=300, blank=True, help_text="Where the next key goes."
    )
    digits = models.PositiveSmallIntegerField(
        default=0, help_text="How many keys are waited for; 0: none."
    )
    is_recording = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "id"], name="simulated_call_by_phone")
        ]
        constraints = [one_of("way", Way, "simulated_call_way")]

    def __str__(self) -> str:
        return f"simulated call {self.pk}"
