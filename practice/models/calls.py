"""Calls that somebody made to a patient: whom they reached, and what was promised."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.models.base import Recorded, one_of
from practice.models.frames import Task
from practice.models.patients import Patient
from practice.models.staff import StaffMember


class CallOutcome(models.TextChoices):
    SPOKE = "spoke", _("Spoke")
    LEFT_MESSAGE = "left_message", _("Left message")
    NO_ANSWER = "no_answer", _("No answer")
    CALL_BACK = "call_back", _("Call back later")


class CallAttempt(Recorded):
    """One call: what became of it, and what was said."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(max_length=12, choices=CallOutcome.choices)
    caller = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="calls_made"
    )
    made_at = models.DateTimeField()
    words = models.TextField(_("what was said"), max_length=1000, blank=True)
    task = models.ForeignKey(
        Task,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        help_text="Which asked for this call.",
    )
    promise = models.OneToOneField(
        Task,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promised_in",
        help_text="The call that was promised: its owner and its time.",
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["patient", "-made_at"], name="call_by_patient")]
        constraints = [
            one_of("outcome", CallOutcome, "call_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=CallOutcome.CALL_BACK, promise__isnull=False)
                | (~Q(outcome=CallOutcome.CALL_BACK) & Q(promise__isnull=True)),
                name="call_back_is_promised",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
