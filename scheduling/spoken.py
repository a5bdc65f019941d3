"""SPOKEN_VISITS: what is said of a visit on the phone: its day and time alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.states import Channel
from messaging import variables
from messaging.spoken import Visit
from practice.models.patients import about_charts
from scheduling import reminders, visit_words
from scheduling.models import Attendee
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.models import Delivery
    from practice.models import Patient


class SpokenVisits:
    """Visits that somebody is expected at, in the words of a call."""

    def of_call(self, delivery: Delivery, *, now: datetime) -> Visit | None:
        """The visit that a call is about, if it still is when and where it was."""
        row = _ahead(now).filter(pk=delivery.ids.get("attendee", 0)).first()
        if row is None or not visit_words.is_true_of(delivery.ids, row.appointment):
            return None
        return _said(row, delivery.language)

    def next_of(
        self, patient: Patient, *, language: str, now: datetime
    ) -> Visit | None:
        rows = _ahead(now).filter(about_charts([patient.pk]))
        row = rows.order_by("appointment__starts_at", "pk").first()
        return _said(row, language) if row else None

    def by_id(self, attendee: int, *, language: str, now: datetime) -> Visit | None:
        row = _ahead(now).filter(pk=attendee).first()
        return _said(row, language) if row else None


VISITS = SpokenVisits()


def _ahead(now: datetime) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(
        is_withdrawn=False, status__in=AHEAD, appointment__starts_at__gt=now
    )
    return reminders.with_visit(rows)


def _said(row: Attendee, language: str) -> Visit:
    visit = row.appointment
    values = variables.of_visit(
        visit.starts_at,
        visit.location.time_zone,
        language=language,
        channel=Channel.CALL,
    )
    return Visit(values, {"attendee": row.pk})
