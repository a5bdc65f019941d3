"""The frames every floor uses: tasks, announcements, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from practice.models.base import Recorded, RecordedQuerySet, both_or_neither
from practice.models.patients import Patient
from practice.models.staff import Role, StaffMember

if TYPE_CHECKING:
    from datetime import datetime


class TaskQuerySet(RecordedQuerySet["Task"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True, is_withdrawn=False)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)


class Task(Recorded):
    """Something a person has to do, for a role or for one of them by name."""

    kind = models.CharField(max_length=40, help_text="Dotted, such as patient.call")
    title = models.CharField(max_length=200)
    words = models.TextField(
        max_length=1000, blank=True, help_text="What the person who asks wrote."
    )
    for_role = models.CharField(max_length=10, choices=Role.choices, blank=True)
    for_person = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
    )
    path = models.CharField(
        max_length=200, blank=True, help_text="Page of this site where it is done."
    )
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    # The same cause raises one task: no key, no limit.
    once_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks_done",
    )
    is_withdrawn = models.BooleanField(default=False)

    objects = TaskQuerySet.as_manager()  # type: ignore[misc]

    # What only a review, or closing the incident, finishes: nobody ticks it off.
    REVIEW = "break_glass.review"
    INCIDENT = "incident.handle"

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["for_role", "due_at"],
                condition=Q(done_at__isnull=True, is_withdrawn=False),
                name="task_open_by_role",
            ),
            models.Index(
                fields=["for_person", "due_at"],
                condition=Q(done_at__isnull=True, is_withdrawn=False),
                name="task_open_by_person",
            ),
        ]
        constraints = [
            both_or_neither("done_at", "done_by", "task_done_pair"),
            models.CheckConstraint(
                condition=Q(for_person__isnull=True) ^ Q(for_role=""),
                name="task_for_role_or_person",
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def is_ticked_off(self) -> bool:
        """Whether a press of “Done” finishes it."""
        return self.kind not in (self.REVIEW, self.INCIDENT)


class Announcement(Recorded):
    """“This happened, somebody may have to be told”, written with its cause."""

    kind = models.CharField(max_length=40, help_text="Dotted, such as patient.paused")
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="announcements",
    )
    ids = models.JSONField(default=dict, blank=True, help_text="Ids only, never words.")
    announced_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="When the undo minute is over.")
    not_after = models.DateTimeField(
        null=True, blank=True, help_text="When there is no more point in telling."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was passed on, by whomever."
    )

    class Meta:
        ordering = ["-announced_at"]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(withdrawn_at__isnull=True, taken_at__isnull=True),
                name="announcement_waiting",
            ),
            models.Index(
                fields=["-announced_at", "-id"],
                condition=Q(withdrawn_at__isnull=True, taken_at__isnull=True),
                name="announcement_newest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(taken_at__isnull=True),
                name="announcement_withdrawn_or_taken",
            )
        ]

    def __str__(self) -> str:
        return f"announcement {self.pk} {self.kind}"


class Link(Recorded):
    """The one kind of link a patient or caregiver gets; only a digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=40)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    subject_id = models.BigIntegerField()
    subject_version = models.BigIntegerField(
        help_text="The link dies when its subject moves on."
    )
    language = models.CharField(max_length=3, default="en")
    asks_birth_date = models.BooleanField(default=True)
    expires_at = models.DateTimeField()
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="link_by_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrong_answers__lte=5), name="link_wrong_answers_at_most_5"
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk} for {self.purpose}"
