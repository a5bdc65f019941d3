"""What a manager decides about the calendar as a whole: one row."""

from __future__ import annotations

from datetime import time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practice.models import Recorded
from scheduling.models.types import NOTHING

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class CalendarRules(Recorded):
    """The practice's rules for visits; without a row, the values given here hold."""

    late_cancel = models.DurationField(
        _("a cancellation is late"),
        default=24 * HOUR,
        help_text=_("When less than this is left before the visit."),
    )
    no_show_after = models.DurationField(
        _("a visit may be marked as a no-show"),
        default=15 * MINUTE,
        help_text=_("From this long after its start; never by itself."),
    )
    series_ahead = models.DurationField(
        _("visits of a series are booked ahead"),
        default=90 * DAY,
        help_text=_("For series without an end; every night they are topped up."),
    )
    day_starts = models.TimeField(
        _("the calendar shows from"),
        default=time(7),
        help_text=_("A visit outside these hours is shown all the same."),
    )
    day_ends = models.TimeField(_("until"), default=time(19))
    default_step = models.DurationField(
        _("starts of a new type"),
        default=15 * MINUTE,
        help_text=_("Suggested when a type is added; each type has its own."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="calendar_rules_are_one"),
            models.CheckConstraint(
                condition=Q(late_cancel__gte=NOTHING, late_cancel__lte=7 * DAY),
                name="calendar_rules_late_up_to_a_week",
                violation_error_message=_("Choose up to 168 hours."),
            ),
            models.CheckConstraint(
                condition=Q(no_show_after__gte=NOTHING, no_show_after__lte=2 * HOUR),
                name="calendar_rules_no_show_up_to_2_hours",
                violation_error_message=_("Choose up to 120 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(series_ahead__gte=28 * DAY, series_ahead__lte=366 * DAY),
                name="calendar_rules_ahead_28_to_366_days",
                violation_error_message=_("Choose 28 to 366 days."),
            ),
            models.CheckConstraint(
                condition=Q(day_ends__gt=F("day_starts")),
                name="calendar_rules_day_in_order",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(default_step__gte=5 * MINUTE, default_step__lte=2 * HOUR),
                name="calendar_rules_step_5_to_120_minutes",
                violation_error_message=_("Choose 5 to 120 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return "rules of the calendar"
