"""The practice and the places where it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from practice.jurisdictions import PROFILE_CHOICES, STATES
from practice.models.base import Recorded, ZoneField

if TYPE_CHECKING:
    from datetime import date


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class PatientWord(models.TextChoices):
    PATIENT = "patient", pgettext_lazy("word", "patient")
    CLIENT = "client", pgettext_lazy("word", "client")


class VisitWord(models.TextChoices):
    VISIT = "visit", pgettext_lazy("word", "visit")
    SESSION = "session", pgettext_lazy("word", "session")


class ClinicianWord(models.TextChoices):
    CLINICIAN = "clinician", pgettext_lazy("word", "clinician")
    PROVIDER = "provider", pgettext_lazy("word", "provider")


def offered_languages() -> list[str]:
    """The languages patient pages are written in."""
    return [code for code, _name in settings.LANGUAGES]


class Practice(Recorded):
    """The one practice that this deployment serves."""

    name = models.CharField(max_length=120)
    message_name = models.CharField(
        _("name in messages"),
        max_length=40,
        blank=True,
        help_text=_("Where the usual one is long, or tells why people come."),
    )
    time_zone = ZoneField(default="America/New_York")
    phone = PhoneNumberField(_("main phone"))
    urgent_phone = PhoneNumberField(
        blank=True, help_text=_("Answered outside opening hours, if anyone does.")
    )
    quiet_from = models.TimeField(
        default=settings.QUIET_FROM,
        help_text=_("No automatic text leaves after this time of the location's day."),
    )
    quiet_until = models.TimeField(default=settings.QUIET_UNTIL)
    crisis_line = models.CharField(
        _("crisis line, in English"),
        max_length=300,
        help_text=_("Printed on every page and message that speaks of emergencies."),
    )
    crisis_line_es = models.CharField(_("crisis line, in Spanish"), max_length=300)
    languages = models.JSONField(
        default=offered_languages, help_text=_("Languages of the patient pages.")
    )
    jurisdiction = models.CharField(
        max_length=20, choices=PROFILE_CHOICES, default="us"
    )
    patient_word = models.CharField(
        max_length=10, choices=PatientWord.choices, default=PatientWord.PATIENT
    )
    visit_word = models.CharField(
        max_length=10, choices=VisitWord.choices, default=VisitWord.VISIT
    )
    clinician_word = models.CharField(
        max_length=10, choices=ClinicianWord.choices, default=ClinicianWord.CLINICIAN
    )
    idle_minutes = models.PositiveSmallIntegerField(
        default=15, help_text=_("Sign people off after this many idle minutes, 5-30.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="practice_is_one"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__gte=5, idle_minutes__lte=30),
                name="practice_idle_minutes_5_to_30",
                violation_error_message=_("Choose between 5 and 30 minutes."),
            ),
            models.CheckConstraint(
                condition=~models.Q(quiet_from=models.F("quiet_until")),
                name="practice_quiet_hours_have_length",
                violation_error_message=_("Quiet hours must begin and end apart."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Location(Recorded):
    """An address of the practice: its zone is the zone of everything there."""

    name = models.CharField(max_length=80, unique=True)
    short_name = models.CharField(max_length=16, unique=True)
    address = models.TextField(max_length=400, help_text=_("As on an envelope."))
    state = models.CharField(
        max_length=2,
        blank=True,
        choices=list(STATES.items()),
        help_text=_("Its public holidays are suggested as closures."),
    )
    time_zone = ZoneField()
    phone = PhoneNumberField()
    directions = models.CharField(max_length=300, blank=True)
    is_step_free = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LocationHours(Recorded):
    """When a location is open on one weekday, by its own wall clock."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["location", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="location_hours_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="location_hours_in_order",
                violation_error_message=_("Closing must come after opening."),
            ),
            models.UniqueConstraint(
                fields=["location", "weekday", "opens"],
                condition=models.Q(is_current=True),
                name="location_hours_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Closure(Recorded):
    """Days on which one location, or all of them, is shut; both days included."""

    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        help_text=_("Empty means every location."),
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=120)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="closure_in_order",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}, {self.starts_on:%d %b %Y}"

    def covers(self, day: date) -> bool:
        return not self.is_withdrawn and self.starts_on <= day <= self.ends_on
