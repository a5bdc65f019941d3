"""What the running machine keeps about itself: no domain record, no history."""

from __future__ import annotations

from datetime import timedelta

from django.db import models


class ClockOffset(models.Model):
    """How far the demo's clock runs ahead; one row, in the demo only."""

    offset = models.DurationField(default=timedelta)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="clock_is_one")
        ]

    def __str__(self) -> str:
        return str(self.offset)


class DemoMark(models.Model):
    """Says that this database holds invented people: demo helpers work only here."""

    digest = models.CharField(max_length=64, help_text="Of the migrations it had.")
    seeded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="demo_mark_is_one")
        ]

    def __str__(self) -> str:
        return self.digest


class Heartbeat(models.Model):
    """When a part of the machine last showed that it works."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Chore(models.Model):
    """The last run of one piece of clock-started work; the lease keeps others off."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=120, blank=True, help_text="Its type only.")

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A form that was already taken: a second press shows the first one's result."""

    key = models.UUIDField(unique=True)
    staff_id = models.BigIntegerField()
    path = models.CharField(max_length=200)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["taken_at"], name="submission_by_age")]

    def __str__(self) -> str:
        return str(self.key)
