"""Visits: when, with whom, where; and how each stands for each of its patients."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practice.models import Location, Patient, Recorded, StaffMember
from practice.models.base import RecordedQuerySet, in_order, one_of
from scheduling.models.series import Series
from scheduling.models.types import LONGEST, AppointmentType, Modality, Room
from scheduling.states import CANCELLATIONS, LIVE, Status

if TYPE_CHECKING:
    from datetime import datetime

# Between the first and the last minute that a visit takes, buffers and all.
MOST_TAKEN = 3 * LONGEST


class AppointmentQuerySet(RecordedQuerySet["Appointment"]):
    def live(self) -> Self:
        """Those that hold their clinician's time."""
        return self.filter(is_live=True)

    def within(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those whose time, buffers included, lies in a stretch or reaches into it."""
        return self.filter(
            taken_from__gt=starts_at - MOST_TAKEN,
            taken_from__lt=ends_at,
            taken_until__gt=starts_at,
        )


class Appointment(Recorded):
    """One visit of one clinician; who comes, and how it went, is in its attendees."""

    type = models.ForeignKey(
        AppointmentType, on_delete=models.PROTECT, related_name="appointments"
    )
    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="appointments"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="appointments"
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
    )
    modality = models.CharField(max_length=12, choices=Modality.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # With the buffers of its type: what nobody else can have.
    taken_from = models.DateTimeField()
    taken_until = models.DateTimeField()
    is_live = models.BooleanField(
        default=True, help_text="It holds its time: not every patient cancelled."
    )
    double_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="doubles",
        help_text="The visit beside which this one was booked on purpose.",
    )
    double_reason = models.CharField(max_length=200, blank=True)
    outside_reason = models.CharField(
        max_length=200,
        blank=True,
        help_text="Why it was booked outside the clinician's hours.",
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
    )
    series_on = models.DateField(
        null=True, blank=True, help_text="The day that the series' rule meant."
    )
    telehealth_url = models.URLField(max_length=300, blank=True)
    desk_note = models.CharField(
        max_length=300, blank=True, help_text="For the desk; patients never see it."
    )
    version = models.PositiveIntegerField(
        default=1, help_text="Counts its moves: calendars and reminders go by it."
    )
    booked_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(
                fields=["taken_from", "clinician", "taken_until"],
                condition=Q(is_live=True),
                name="appointment_live_by_time",
            ),
            models.Index(
                fields=["clinician", "taken_until"],
                condition=Q(is_live=True),
                name="appointment_live_by_clinician",
            ),
            models.Index(
                fields=["room", "taken_until"],
                condition=Q(is_live=True, room__isnull=False),
                name="appointment_live_by_room",
            ),
            models.Index(fields=["starts_at"], name="appointment_by_start"),
        ]
        constraints = [
            one_of("modality", Modality, "appointment_modality"),
            in_order("starts_at", "ends_at", "appointment_in_order"),
            models.CheckConstraint(
                condition=Q(taken_from__lte=F("starts_at"))
                & Q(taken_until__gte=F("ends_at")),
                name="appointment_buffers_outside",
            ),
            models.CheckConstraint(
                condition=Q(double_of__isnull=True) ^ ~Q(double_reason=""),
                name="appointment_double_with_reason",
                violation_error_message=_("Say why both are at the same time."),
            ),
            models.UniqueConstraint(
                fields=["double_of"],
                condition=Q(is_live=True),
                name="appointment_two_at_most",
            ),
            models.UniqueConstraint(
                fields=["series", "series_on"], name="appointment_of_series_once"
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def lacks_room(self) -> bool:
        """Whether it was booked although no room was free."""
        is_here = self.modality == Modality.IN_PERSON
        return self.type.needs_room and is_here and self.room_id is None

    @property
    def way_asked(self) -> str:
        """How free times are asked for it: of a video that failed, by video again."""
        is_switched = self.modality not in self.type.modalities
        is_by_phone = self.modality == Modality.PHONE
        return Modality.TELEHEALTH if is_switched and is_by_phone else self.modality

    @property
    def zone(self) -> str:
        """Whose clock everybody reads: the location's."""
        return self.location.time_zone


class Attendee(Recorded):
    """One patient of a visit, with a status and an outcome of their own."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="attendees"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="attendances"
    )
    status = models.CharField(
        max_length=14, choices=Status.choices, default=Status.SCHEDULED
    )
    status_at = models.DateTimeField(help_text="Since when it stands so.")
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it was cancelled or corrected."
    )
    is_withdrawn = models.BooleanField(
        default=False, help_text="Booked by mistake: it counts nowhere."
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["patient", "status"], name="attendee_by_patient"),
            models.Index(
                fields=["appointment"],
                condition=Q(is_withdrawn=False),
                name="attendee_current",
            ),
            # Who is to come, who is here, who has no outcome: few at any time.
            models.Index(
                fields=["status", "appointment"],
                condition=Q(is_withdrawn=False),
                name="attendee_by_status",
            ),
        ]
        constraints = [
            one_of("status", Status, "attendee_status"),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(CANCELLATIONS)) | ~Q(reason=""),
                name="attendee_cancelled_with_reason",
                violation_error_message=_("Say why it is cancelled."),
            ),
            models.UniqueConstraint(
                fields=["appointment", "patient"],
                name="attendee_once",
                violation_error_message=_("They already come to this visit."),
            ),
        ]

    def __str__(self) -> str:
        return f"patient {self.patient_id} at appointment {self.appointment_id}"

    @property
    def chart(self) -> Patient:
        """The chart that stands for their patient: what is told of them goes by it.

        Fetched with `patient__merged_into`, or it takes a query for each.
        """
        return self.patient.merged_into or self.patient

    @property
    def is_coming(self) -> bool:
        """Whether the visit holds time for them."""
        return self.status in LIVE and not self.is_withdrawn
