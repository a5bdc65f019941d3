"""What helps when the machine is down: day sheets, entries from paper, backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practice.models.base import Recorded, one_of
from practice.models.patients import Patient
from practice.models.site import Location
from practice.models.staff import StaffMember

if TYPE_CHECKING:
    from datetime import timedelta

MOST_LINES = 99  # of one sheet and what was added to it


class SheetKey(models.Model):
    """The passphrase that opens a location's day sheets; no history keeps it."""

    location = models.OneToOneField(
        Location, on_delete=models.PROTECT, related_name="sheet_key"
    )
    secret = models.TextField(help_text="Encrypted.")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"passphrase of location {self.location_id}"


class DaySheet(models.Model):
    """One sheet for one location; its number stands on the paper.

    `claimed_at` (real time) keeps a second writer off; `patient_ids` are those who
    are named on it.
    """

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="day_sheets"
    )
    evening_on = models.DateField(null=True, help_text="Empty: asked for by hand.")
    day_on = models.DateField(help_text="The first day that it is for.")
    claimed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    key_set_at = models.DateTimeField(null=True, help_text="Of its passphrase.")
    file = models.CharField(max_length=80, blank=True, help_text="Empty: no more.")
    digest = models.CharField(max_length=64, blank=True)
    patient_ids = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "evening_on"],
                condition=Q(evening_on__isnull=False),
                name="day_sheet_one_each_evening",
            )
        ]
        indexes = [
            models.Index(fields=["location", "-made_at"], name="day_sheet_newest")
        ]

    def __str__(self) -> str:
        return f"day sheet {self.pk}"


class PaperEntry(Recorded):
    """Something that was written on paper while the site was down, put in later."""

    CONTACT = "contact"  # somebody spoke with the patient

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="paper_entries"
    )
    sheet = models.ForeignKey(
        DaySheet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        help_text=_("Empty: on other paper."),
    )
    line = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="paper_entries",
    )
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    writer = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="written_on_paper"
    )
    words = models.TextField(max_length=1000, blank=True)
    made = models.CharField(max_length=40, blank=True, help_text="What became of it.")
    made_id = models.BigIntegerField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["patient", "-happened_at"], name="paper_by_patient")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "line"],
                condition=Q(is_withdrawn=False, sheet__isnull=False),
                name="paper_line_once",
                violation_error_message=_("This line of the sheet is in already."),
            ),
            models.CheckConstraint(
                condition=Q(sheet__isnull=True, line__isnull=True)
                | Q(sheet__isnull=False, line__gte=1, line__lte=MOST_LINES),
                name="paper_line_of_a_sheet",
                violation_error_message=_("Give the sheet and the line, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("entered_at")),
                name="paper_happened_before",
                violation_error_message=_("This has not happened yet."),
            ),
        ]

    def __str__(self) -> str:
        return f"from paper {self.pk}"


class RunKind(models.TextChoices):
    BACKUP = "backup", _("Backup")
    DRILL = "drill", _("Restore drill")


class BackupRun(models.Model):
    """One backup or one restore drill, and how it ended; all times are real."""

    kind = models.CharField(max_length=6, choices=RunKind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=120, blank=True, help_text="Of the file.")
    size = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [one_of("kind", RunKind, "backup_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_good(self) -> bool:
        return self.ended_at is not None and not self.fault

    @property
    def took(self) -> timedelta | None:
        return self.ended_at - self.started_at if self.ended_at else None
