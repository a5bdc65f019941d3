"""What can be booked: appointment types, who offers them and where; rooms."""

from __future__ import annotations

from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practice.languages import Language
from practice.models import Location, Recorded, StaffMember

NOTHING, LONGEST = timedelta(0), timedelta(hours=12)


class Modality(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    TELEHEALTH = "telehealth", _("Telehealth")
    PHONE = "phone", _("Phone")


class AppointmentType(Recorded):
    """What a visit is for, how long it takes, and how it may be booked."""

    name = models.CharField(max_length=80, unique=True)
    length = models.DurationField(default=timedelta(minutes=50))
    buffer_before = models.DurationField(default=NOTHING)
    buffer_after = models.DurationField(default=NOTHING)
    step = models.DurationField(
        _("starts every"),
        default=timedelta(minutes=15),
        help_text=_("Counted from the start of the clinician's hours."),
    )
    is_in_person = models.BooleanField(_("in person"), default=True)
    is_telehealth = models.BooleanField(_("telehealth"), default=False)
    is_by_phone = models.BooleanField(_("by phone"), default=False)
    needs_room = models.BooleanField(
        default=False, help_text=_("In person only where a room is free.")
    )
    minimum_notice = models.DurationField(
        default=NOTHING, help_text=_("Between the booking and the visit.")
    )
    may_be_moved_by_link = models.BooleanField(
        _("patients may move it themselves"), default=False
    )
    seats = models.PositiveSmallIntegerField(
        default=1, help_text=_("More than one makes it a group.")
    )
    colour = models.CharField(
        max_length=7,
        default="#0b5a4c",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Write a colour as #1a2b3c."))],
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(length__gt=NOTHING, length__lte=LONGEST),
                name="type_length_up_to_12_hours",
                violation_error_message=_("Choose up to 12 hours."),
            ),
            models.CheckConstraint(
                condition=Q(
                    buffer_before__gte=NOTHING,
                    buffer_before__lte=LONGEST,
                    buffer_after__gte=NOTHING,
                    buffer_after__lte=LONGEST,
                    minimum_notice__gte=NOTHING,
                ),
                name="type_times_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(step__gte=timedelta(minutes=5), step__lte=LONGEST),
                name="type_step_from_5_minutes",
                violation_error_message=_("Choose 5 minutes or more."),
            ),
            models.CheckConstraint(
                condition=Q(is_in_person=True)
                | Q(is_telehealth=True)
                | Q(is_by_phone=True),
                name="type_has_a_modality",
                violation_error_message=_("Choose at least one way to meet."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=100), name="type_seats_1_to_100"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def modalities(self) -> list[Modality]:
        """The ways in which it can be held."""
        ways = {
            Modality.IN_PERSON: self.is_in_person,
            Modality.TELEHEALTH: self.is_telehealth,
            Modality.PHONE: self.is_by_phone,
        }
        return [way for way, is_possible in ways.items() if is_possible]

    @property
    def is_group(self) -> bool:
        return self.seats > 1


class TypeOffer(Recorded):
    """A clinician offers a type of appointment."""

    type = models.ForeignKey(
        AppointmentType, on_delete=models.PROTECT, related_name="offers"
    )
    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="type_offers"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "clinician"], name="type_offer_once"
            )
        ]

    def __str__(self) -> str:
        return f"type {self.type_id} by clinician {self.clinician_id}"


class TypePlace(Recorded):
    """A type is held at a location; one that names no location is held at all."""

    type = models.ForeignKey(
        AppointmentType, on_delete=models.PROTECT, related_name="places"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="type_places"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "location"], name="type_place_once")
        ]

    def __str__(self) -> str:
        return f"type {self.type_id} at location {self.location_id}"


class TypeInstructions(Recorded):
    """What patients read before a visit of a type, in one language."""

    type = models.ForeignKey(
        AppointmentType, on_delete=models.PROTECT, related_name="instructions"
    )
    language = models.CharField(max_length=3, choices=Language.choices)
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "language"], name="type_instructions_once"
            )
        ]

    def __str__(self) -> str:
        return f"instructions of type {self.type_id}, {self.language}"


class Room(Recorded):
    """A room of a location, where one visit at a time takes place."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="rooms"
    )
    name = models.CharField(max_length=40)
    is_step_free = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["location", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "name"],
                name="room_name_once",
                violation_error_message=_("There is a room of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProtectedTime(Recorded):
    """A part of a clinician's hours that nobody books: lunch, supervision, notes.

    Every week on `weekday`, or once `on` a day; by the clock of the location.
    """

    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="protected_times"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="protected_times"
    )
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    starts = models.TimeField()
    ends = models.TimeField()
    words = models.CharField(max_length=60, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["weekday", "on", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="protected_time_in_order",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True, on__isnull=False)
                | Q(weekday__isnull=False, on__isnull=True),
                name="protected_time_weekly_or_once",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6),
                name="protected_time_weekday",
            ),
        ]

    def __str__(self) -> str:
        return f"protected time {self.pk}"
