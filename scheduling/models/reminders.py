"""Reminders: which messages a visit brings, and what became of each.

Plans and steps are records with history. Of a reminder everything follows from the
visit, its step and the chart, which have theirs: docs/adr/0025-reminders.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consent.states import Channel
from messaging.models import Delivery
from messaging.occasions import Occasion
from practice.models import Announcement, Location, Recorded
from practice.models.base import one_of
from scheduling.models.appointments import Attendee
from scheduling.models.types import AppointmentType, Modality
from scheduling.reminder_states import Condition, State, When
from scheduling.states import Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AFTERWARDS = (Occasion.AFTER_VISIT, Occasion.MISSED)
MOST_DAYS = 60
MOST_MINUTES = 12 * 60
OCCASIONS = (
    Occasion.BOOKED,
    Occasion.WEEK_BEFORE,
    Occasion.TWO_DAYS,
    Occasion.SAME_DAY,
    Occasion.AFTER_VISIT,
    Occasion.MISSED,
)


class ReminderPlan(Recorded):
    """The messages that visits of a type, at a place, or of both bring.

    Of those that suit a visit, the one that names most of it holds; one that names
    nothing holds for all others.
    """

    type = models.ForeignKey(
        AppointmentType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminder_plans",
    )
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminder_plans",
    )
    needs_call = models.BooleanField(
        _("whoever cannot come is called"),
        default=True,
        help_text=_(
            "Otherwise their answer brings the link by which they cancel or move."
        ),
    )
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering = [F("type").asc(nulls_first=True), "location", "pk"]
        constraints = [
            models.UniqueConstraint(
                Coalesce(F("type"), 0),
                Coalesce(F("location"), 0),
                name="reminder_plan_once",
                violation_error_message=_("There is a plan for these visits."),
            )
        ]

    def __str__(self) -> str:
        return str(self.words)

    @property
    def is_default(self) -> bool:
        return self.type_id is None and self.location_id is None

    @property
    def words(self) -> StrOrPromise:
        """For which visits it holds."""
        named = [str(one) for one in (self.type, self.location) if one is not None]
        return " · ".join(named) or _("All other visits")


class ReminderStep(Recorded):
    """One message of a plan: when, on which channel, what it says, and for whom.

    `days` are days of the location's calendar. With `at` it is due at that time by
    the wall clock; without, so many days and minutes before the visit begins, or
    after it ends.
    """

    plan = models.ForeignKey(
        ReminderPlan, on_delete=models.PROTECT, related_name="steps"
    )
    occasion = models.CharField(
        _("message"),
        max_length=20,
        choices=[(one.value, one.label) for one in OCCASIONS],
    )
    channel = models.CharField(
        _("how"),
        max_length=4,
        choices=Channel.choices,
        blank=True,
        help_text=_("Empty: as each patient prefers."),
    )
    when = models.CharField(_("when"), max_length=6, choices=When.choices)
    days = models.PositiveSmallIntegerField(_("days"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    at = models.TimeField(
        _("at"),
        null=True,
        blank=True,
        help_text=_("By the clock of the location; empty: counted from the visit."),
    )
    condition = models.CharField(
        _("to whom"),
        max_length=11,
        choices=Condition.choices,
        default=Condition.ALWAYS,
    )
    is_by_person = models.BooleanField(
        _("a person sends each"),
        default=False,
        help_text=_("It waits on Today until somebody has looked at it."),
    )
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("when", When, "reminder_step_when"),
            one_of("condition", Condition, "reminder_step_condition"),
            models.CheckConstraint(
                condition=Q(channel="") | Q(channel__in=Channel.values),
                name="reminder_step_channel",
            ),
            models.CheckConstraint(
                condition=Q(days__lte=MOST_DAYS, minutes__lte=MOST_MINUTES),
                name="reminder_step_within_60_days",
                violation_error_message=_("Choose up to 60 days, and up to 12 hours."),
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=True) | Q(minutes=0),
                name="reminder_step_at_or_minutes",
                violation_error_message=_("Give a time of day or minutes, not both."),
            ),
            models.CheckConstraint(
                condition=Q(when=When.AFTER, occasion__in=AFTERWARDS)
                | ~Q(when=When.AFTER) & ~Q(occasion__in=AFTERWARDS),
                name="reminder_step_after",
                violation_error_message=_(
                    "What thanks for a visit, or misses somebody, comes after it."
                ),
            ),
            # The notice follows the booking; nothing else does.
            models.CheckConstraint(
                condition=Q(
                    when=When.BOOKED, occasion=Occasion.BOOKED, days=0, minutes=0
                )
                & Q(at__isnull=True, is_by_person=False)
                | ~Q(when=When.BOOKED) & ~Q(occasion=Occasion.BOOKED),
                name="reminder_step_booked",
                violation_error_message=_(
                    "The notice of a booking goes when it is booked, by itself."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.pk} {self.occasion}"


class Reminder(models.Model):
    """One planned message for one patient of one visit at one start; never deleted.

    When the start is true no more it is withdrawn; if it never left, it comes back
    with the start.
    """

    attendee = models.ForeignKey(
        Attendee, on_delete=models.PROTECT, related_name="reminders"
    )
    step = models.ForeignKey(
        ReminderStep, on_delete=models.PROTECT, related_name="reminders"
    )
    starts_at = models.DateTimeField(help_text="Of the visit for which it is planned.")
    meant_at = models.DateTimeField(help_text="When its step would have it leave.")
    planned_at = models.DateTimeField(help_text="When it is to leave: no quiet hour.")
    until_at = models.DateTimeField(help_text="When it is of no more use.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it stands as it does, for staff."
    )
    state_at = models.DateTimeField(help_text="Since when it stands so.")
    rounds = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was handed over and all of it left out."
    )
    is_declined = models.BooleanField(
        default=False, help_text="A person decided that it does not go."
    )
    deliveries = models.ManyToManyField(Delivery, related_name="reminders")

    class Meta:
        ordering = ["planned_at", "pk"]
        indexes = [
            models.Index(
                fields=["planned_at"],
                condition=Q(state=State.WAITING),
                name="reminder_due",
            ),
            models.Index(
                fields=["until_at"],
                condition=Q(state=State.HANDED),
                name="reminder_handed",
            ),
        ]
        constraints = [
            one_of("state", State, "reminder_state"),
            models.UniqueConstraint(
                fields=["attendee", "step", "starts_at"], name="reminder_once"
            ),
            models.UniqueConstraint(
                fields=["attendee", "step"],
                condition=Q(state__in=[State.WAITING, State.ASKED]),
                name="reminder_one_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.WITHDRAWN, State.LEFT_OUT])
                | ~Q(reason=""),
                name="reminder_ended_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk} {self.state}"


class PlannedVisit(models.Model):
    """How a visit of a patient stood when its reminders were last planned.

    Whatever differs by now is planned again: so no way of changing a visit can be
    forgotten. Derived; no domain record.
    """

    attendee = models.OneToOneField(
        Attendee, on_delete=models.CASCADE, related_name="planned"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE)
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    modality = models.CharField(max_length=12, choices=Modality.choices)
    status = models.CharField(max_length=14, choices=Status.choices)
    is_live = models.BooleanField()
    is_withdrawn = models.BooleanField()
    chart_state = models.CharField(max_length=8)
    plans = models.BigIntegerField(help_text="The newest history row of all plans.")
    planned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"planning of attendee {self.attendee_id}"


class LeftToPeople(models.Model):
    """News of a visit that no message can bring: a person passes it on, and why."""

    announcement = models.OneToOneField(
        Announcement, on_delete=models.CASCADE, related_name="left_to_people"
    )
    reason = models.CharField(max_length=300)
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"announcement {self.announcement_id} left to people"
