"""“May need an extra call”: how it is reckoned, and what came out for each visit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from practice.models import Recorded
from practice.models.base import in_order
from scheduling.models.appointments import Attendee


class RiskRule(Recorded):
    """What this practice's own past says of visits that were missed: one row.

    Its history says by what rule a score of long ago was reckoned.
    """

    fitted_at = models.DateTimeField()
    first_visit_at = models.DateTimeField()
    last_visit_at = models.DateTimeField()
    visits = models.PositiveIntegerField(help_text="That it was learnt from.")
    missed = models.PositiveIntegerField(help_text="How many of them were missed.")
    numbers = models.JSONField(help_text="Weights and averages: scheduling.risk_rule.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="risk_rule_is_one"),
            in_order("first_visit_at", "last_visit_at", "risk_rule_in_order"),
        ]

    def __str__(self) -> str:
        return f"rule of {self.visits} visits"


class VisitRisk(models.Model):
    """What was reckoned for one patient of one visit that is still ahead.

    Derived anew every night and gone when the visit is over: no domain record, no
    history, no line in the trail.
    """

    attendee = models.OneToOneField(
        Attendee, on_delete=models.CASCADE, related_name="risk"
    )
    points = models.SmallIntegerField(help_text="A tenth of the log odds each.")
    may_need_call = models.BooleanField()
    reasons = models.JSONField(help_text="Codes, points and counts; no words.")
    scored_at = models.DateTimeField()
    # How the visit stood then: what differs by now is reckoned again.
    status = models.CharField(max_length=14)
    version = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["attendee"],
                condition=Q(may_need_call=True),
                name="visit_risk_to_call",
            )
        ]

    def __str__(self) -> str:
        return f"risk of attendee {self.attendee_id}"
