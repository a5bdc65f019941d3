"""What the desk notes of a running day: delays, telehealth check-ins, days that fall
out.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from practice.models import Patient, Recorded, StaffMember
from practice.models.base import RecordedQuerySet, in_order, one_of
from scheduling.models.appointments import Appointment, Attendee
from scheduling.states import AHEAD, Status

LONGEST_DELAY = 240  # minutes


class DelayQuerySet(RecordedQuerySet["Delay"]):
    def standing(self) -> Self:
        """Those said of their visit as it is: not before it moved, or went to another
        clinician, who is not behind.
        """
        theirs = Q(attendee__isnull=False) | Q(clinician=F("appointment__clinician"))
        same_time = Q(begins_at=F("appointment__starts_at"))
        return self.filter(theirs, same_time, is_withdrawn=False)


class Delay(Recorded):
    """A visit begins later: its clinician is behind, or a patient said they are late.

    `attendee` none: the clinician. A new word about the same replaces the old one. It
    is about a start and a clinician: once the visit has others it says nothing, and
    again where the move is undone.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="delays"
    )
    attendee = models.ForeignKey(
        Attendee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="delays",
    )
    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="delays"
    )
    begins_at = models.DateTimeField(help_text="When the visit was to begin.")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    said_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)

    objects = DelayQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_DELAY),
                name="delay_up_to_4_hours",
                violation_error_message=_("Choose 1 to 240 minutes."),
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(attendee__isnull=True, is_withdrawn=False),
                name="delay_of_clinician_once",
            ),
            models.UniqueConstraint(
                fields=["attendee"],
                condition=Q(attendee__isnull=False, is_withdrawn=False),
                name="delay_of_patient_once",
            ),
        ]

    def __str__(self) -> str:
        return f"delay {self.pk} of appointment {self.appointment_id}"


class TelehealthCheckIn(Recorded):
    """What is asked at the start of a video visit, in case help has to be sent."""

    attendee = models.OneToOneField(
        Attendee, on_delete=models.PROTECT, related_name="telehealth_check_in"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="telehealth_check_ins"
    )
    whereabouts = models.CharField(_("where they are now"), max_length=200)
    call_back = PhoneNumberField(_("number to call back"))
    company = models.CharField(
        _("who is with them"), max_length=120, blank=True, help_text=_("Empty: nobody.")
    )
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"telehealth check-in {self.pk}"

    @property
    def holds(self) -> bool:
        """Whether it is of the session that began: not once its start was undone."""
        one = self.attendee
        if one.status == Status.IN_SESSION:
            return self.asked_at >= one.status_at
        return one.status not in AHEAD | {Status.ARRIVED}


class Clearing(Recorded):
    """A clinician falls out for a stretch, and what was done about their visits."""

    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="clearings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cleared_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    absences = models.JSONField(
        default=list, blank=True, help_text="Ids of those that it recorded."
    )

    class Meta:
        ordering = ["-cleared_at"]
        constraints = [in_order("starts_at", "ends_at", "clearing_in_order")]

    def __str__(self) -> str:
        return f"clearing {self.pk}"


class Choice(models.TextChoices):
    """What becomes of one visit of a clinician who falls out."""

    COVER = "cover", _("Another clinician")
    TELEHEALTH = "telehealth", _("By video")
    MOVE = "move", _("Move")
    CANCEL = "cancel", _("Cancel")
    LEAVE = "leave", _("Leave for now")


class ClearedVisit(Recorded):
    """What was chosen for one visit, and how it stood before and after."""

    clearing = models.ForeignKey(
        Clearing, on_delete=models.PROTECT, related_name="visits"
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="clearings"
    )
    choice = models.CharField(max_length=10, choices=Choice.choices)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    fault = models.CharField(
        max_length=300, blank=True, help_text="Why nothing was done."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("choice", Choice, "cleared_choice"),
            models.UniqueConstraint(
                fields=["clearing", "appointment"], name="cleared_visit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.appointment_id} in clearing {self.clearing_id}"
