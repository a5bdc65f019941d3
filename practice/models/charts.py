"""What hangs on a chart: numbers elsewhere, alerts, watch flags."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from practice.models.base import Recorded
from practice.models.imports import Arriving
from practice.models.patients import Patient
from practice.models.staff import StaffMember


class ExternalId(Arriving, Recorded):
    """How another system, such as a laboratory, names this chart."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="external_ids"
    )
    system = models.CharField(max_length=40)
    value = models.CharField(max_length=80)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"],
                condition=Q(is_current=True),
                name="external_id_once",
                violation_error_message=_("Another chart already has this number."),
            )
        ]
        indexes = [models.Index(Upper("value"), name="external_id_by_value")]

    def __str__(self) -> str:
        return f"{self.system} id of patient {self.patient_id}"


class PatientAlert(Arriving, Recorded):
    """Something everybody must see before they act; shown in the chart's header."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="alerts"
    )
    text = models.CharField(max_length=200)
    ends_on = models.DateField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"alert {self.pk}"


class WatchFlag(Recorded):
    """“Check on them”: quiet days or a missed visit become a call by a named person."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="watch_flags"
    )
    caller = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="watches"
    )
    reason = models.CharField(max_length=200)
    quiet_days = models.PositiveSmallIntegerField(
        default=7, help_text=_("Call after this many days without contact.")
    )
    last_contact_on = models.DateField()
    ends_on = models.DateField()
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(is_withdrawn=False),
                name="watch_flag_once",
            )
        ]

    def __str__(self) -> str:
        return f"watch flag {self.pk}"
