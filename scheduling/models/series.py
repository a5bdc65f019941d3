"""Visits that repeat: a rule on the wall clock, and the days it leaves out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.models import Location, Patient, Recorded, StaffMember, Weekday
from practice.models.base import one_of
from scheduling.models.types import AppointmentType, Modality, Room


class Rhythm(models.TextChoices):
    WEEKS = "weeks", _("Every so many weeks")
    MONTHS = "months", _("Monthly, on the same weekday of the month")


class Series(Recorded):
    """The same visit again and again, at a wall-clock time of its location."""

    type = models.ForeignKey(
        AppointmentType, on_delete=models.PROTECT, related_name="series"
    )
    clinician = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="series"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="series"
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="series"
    )
    modality = models.CharField(max_length=12, choices=Modality.choices)
    at = models.TimeField(help_text="By the clock of the location.")
    length = models.DurationField()
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices)
    every = models.PositiveSmallIntegerField(default=1)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    nth = models.SmallIntegerField(
        null=True, blank=True, help_text="Of the month: 1 to 4, or -1 for the last."
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    made_until = models.DateField(
        help_text="Up to this day its visits are in the calendar."
    )
    is_ended = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["made_until"],
                condition=Q(is_ended=False),
                name="series_to_top_up",
            )
        ]
        constraints = [
            one_of("rhythm", Rhythm, "series_rhythm"),
            one_of("modality", Modality, "series_modality"),
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=52),
                name="series_every_1_to_52",
                violation_error_message=_("Choose 1 to 52."),
            ),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.WEEKS, nth__isnull=True)
                | Q(rhythm=Rhythm.MONTHS, nth__in=[-1, 1, 2, 3, 4]),
                name="series_nth_of_month",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(count__isnull=True),
                name="series_one_end",
                violation_error_message=_("Choose a last day or a number, not both."),
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(count__gte=1, count__lte=300),
                name="series_count_1_to_300",
                violation_error_message=_("Choose 1 to 300."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="series_weekday"),
        ]

    def __str__(self) -> str:
        return f"series {self.pk}"


class SeriesMember(Recorded):
    """A patient of a series; a new visit of it is theirs too."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="members")
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="series_memberships"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "patient"], name="series_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"patient {self.patient_id} in series {self.series_id}"


class SeriesSkip(Recorded):
    """A day that a series leaves out."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="skips")
    on = models.DateField()
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "on"], name="series_skip_once")
        ]

    def __str__(self) -> str:
        return f"series {self.series_id} skips {self.on:%d %b %Y}"
