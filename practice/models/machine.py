"""What the running machine keeps about itself: no domain record, no history."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from practice.models.staff import StaffMember

MOST_TRIES = 5  # of a PIN, in a row


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


class Pin(models.Model):
    """The digits with which somebody comes back to a shared PC.

    `tries` counts those since the last right one; the fifth wrong one locks it.
    """

    staff = models.OneToOneField(StaffMember, on_delete=models.CASCADE)
    secret = models.TextField(help_text="Hashed, and the hash encrypted.")
    tries = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tries__lte=MOST_TRIES), name="pin_tries"
            )
        ]

    def __str__(self) -> str:
        return f"PIN of {self.staff_id}"

    @property
    def is_locked(self) -> bool:
        return self.tries >= MOST_TRIES


class KeptSignIn(models.Model):
    """Somebody left a shared PC without signing out, and may come back quickly."""

    workstation = models.CharField(max_length=64, help_text="Digest of its cookie.")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    proved_at = models.DateTimeField(help_text="When they signed in for good.")
    records = models.JSONField(help_text="How they did, as the session knew it.")
    seal = models.CharField(max_length=64, help_text="Of password and factors.")
    path = models.CharField(max_length=500, blank=True, help_text="Where they left.")
    left_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workstation", "staff"], name="kept_once_per_workstation"
            )
        ]
        indexes = [models.Index(fields=["proved_at"], name="kept_by_age")]

    def __str__(self) -> str:
        return f"{self.staff_id} since {self.proved_at:%H:%M}"

    @property
    def pin(self) -> Pin | None:
        return getattr(self.staff, "pin", None)
