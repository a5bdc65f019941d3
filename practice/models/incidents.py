"""What went wrong: the register, whom it concerns, and what is still owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practice.models.base import Recorded, RecordedQuerySet, both_or_neither, one_of
from practice.models.patients import Patient
from practice.models.staff import StaffMember

if TYPE_CHECKING:
    from datetime import datetime


class IncidentKind(models.TextChoices):
    WRONG_PERSON = "person", _("Something reached the wrong person")
    WRONG_CHART = "chart", _("Something stands on the wrong chart")
    LOST_PRINT = "print", _("A print-out or a device is lost")
    OTHER = "other", _("Something else")
    # Not for staff to choose: it comes by a patient's link.
    LOOKS_WRONG = "link", _("A patient says: this looks wrong")


class IncidentQuerySet(RecordedQuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)


class Incident(Recorded):
    """One mistake, from the report to the outcome; two people see to it."""

    kind = models.CharField(max_length=10, choices=IncidentKind.choices)
    words = models.TextField(_("what happened"), max_length=1000, blank=True)
    page = models.CharField(
        max_length=500, blank=True, help_text=_("Where it was reported.")
    )
    raised_at = models.DateTimeField()
    # Nobody where it came by a patient's link.
    reporter = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents_reported",
    )
    concerned = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("colleague it happened to"),
        related_name="incidents_concerning",
    )
    owner = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("who sees to it"),
        related_name="incidents_owned",
    )
    due_at = models.DateTimeField(_("deadline"))
    outcome = models.TextField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents_closed",
    )
    is_closed_alone = models.BooleanField(
        _("closed by somebody involved"),
        default=False,
        help_text=_("Nobody else sees to incidents here."),
    )

    objects = IncidentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(closed_at__isnull=True),
                name="incident_open",
            ),
            models.Index(fields=["-closed_at"], name="incident_closed"),
        ]
        constraints = [
            one_of("kind", IncidentKind, "incident_kind"),
            both_or_neither("closed_at", "closed_by", "incident_closed_pair"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(outcome=""),
                name="incident_closed_has_outcome",
                violation_error_message=_("Say what came of it."),
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | Q(is_closed_alone=True)
                | (
                    (Q(reporter__isnull=True) | ~Q(closed_by=F("reporter")))
                    & (Q(concerned__isnull=True) | ~Q(closed_by=F("concerned")))
                ),
                name="incident_closed_by_another",
                violation_error_message=_("Somebody else has to close this."),
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True)
                | Q(concerned__isnull=True)
                | ~Q(owner=F("concerned")),
                name="incident_owner_is_another",
                violation_error_message=_("Nobody sees to their own mistake alone."),
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class IncidentPatient(Recorded):
    """A patient whom an incident is about."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="about"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="incidents"
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "patient"], name="incident_patient_once"
            )
        ]

    def __str__(self) -> str:
        return f"incident {self.incident_id} about patient {self.patient_id}"


class StepKind(models.TextChoices):
    TASK = "task", _("To do")
    LETTER = "letter", _("A letter")


class IncidentStep(Recorded):
    """What is owed because of an incident: something to do, or a letter to somebody."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(
        max_length=6, choices=StepKind.choices, default=StepKind.TASK
    )
    words = models.CharField(_("what"), max_length=400)
    # Whom a letter is owed to, where it is one of the patients.
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incident_steps",
    )
    letter = models.TextField(_("the letter"), max_length=4000, blank=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incident_steps_done",
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            one_of("kind", StepKind, "incident_step_kind"),
            both_or_neither("done_at", "done_by", "incident_step_done_pair"),
        ]

    def __str__(self) -> str:
        return f"incident step {self.pk}"

    @property
    def is_owed(self) -> bool:
        return self.done_at is None and not self.is_withdrawn
