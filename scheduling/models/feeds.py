"""Calendars outside: feeds that a clinician's own calendar reads, and calendars of
theirs elsewhere that say when they are busy."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.models import Recorded, StaffMember
from practice.models.base import in_order, one_of


class FeedNames(models.TextChoices):
    """What a feed calls a visit; a full name is no choice."""

    INITIALS = "initials", _("The patient's initials")
    NONE = "none", _("“Visit”, whoever comes")


class CalendarFeed(Recorded):
    """An address at which a clinician's own calendar reads their visits.

    Whoever has the address reads it; only its digest is kept.
    """

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    digest = models.CharField(max_length=64, unique=True)
    names = models.CharField(
        max_length=8, choices=FeedNames.choices, default=FeedNames.INITIALS
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [one_of("names", FeedNames, "calendar_feed_names")]

    def __str__(self) -> str:
        return f"feed {self.pk}"


class FeedUse(models.Model):
    """When a feed was last read."""

    feed = models.OneToOneField(
        CalendarFeed, on_delete=models.CASCADE, related_name="use"
    )
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"use of feed {self.feed_id}"


class BusyCalendar(Recorded):
    """A calendar elsewhere that takes time of a clinician: when, never what for."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="busy_calendars"
    )
    host = models.CharField(max_length=255, help_text="Of its address; no more of it.")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return f"busy calendar {self.pk}"


class Trouble(models.TextChoices):
    """Why a calendar elsewhere could not be read."""

    UNREACHABLE = "unreachable", _("It did not answer.")
    FORBIDDEN = "forbidden", _("Its address leads to a place that is not public.")
    REFUSED = "refused", _("It refused: its secret address may have been changed.")
    TOO_BIG = "too_big", _("It is too big to be read.")
    NO_CALENDAR = "no_calendar", _("What it answered is no calendar.")


class BusySource(models.Model):
    """Where a calendar elsewhere is read, and how that went.

    Goes with the calendar: what is no longer read leaves no secret behind.
    """

    calendar = models.OneToOneField(
        BusyCalendar, on_delete=models.CASCADE, related_name="source"
    )
    secret = models.TextField(help_text="Its address, encrypted.")
    next_at = models.DateTimeField(help_text="When it is read again.")
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    read_at = models.DateTimeField(null=True)
    expanded_at = models.DateTimeField(
        null=True, help_text="From when on its repeating events were counted out."
    )
    failing_since = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="busy_source_by_turn")]
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True) ^ ~Q(trouble=""),
                name="busy_source_failing_pair",
            )
        ]

    def __str__(self) -> str:
        return f"source of busy calendar {self.calendar_id}"


class ExternalBusy(models.Model):
    """Time that a calendar elsewhere takes; written anew whenever it is read."""

    calendar = models.ForeignKey(
        BusyCalendar, on_delete=models.CASCADE, related_name="spans"
    )
    clinician = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="external_busy"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["clinician", "ends_at"], name="external_busy_by_end")
        ]
        constraints = [in_order("starts_at", "ends_at", "external_busy_in_order")]

    def __str__(self) -> str:
        return f"busy span {self.pk}"
