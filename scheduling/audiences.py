"""AUDIENCES of this floor: by visits that were, were missed, or are to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practice import zones
from practice.campaign_frames import Audience, Kind, Question
from practice.models import Location, Patient, StaffMember
from scheduling.models import AppointmentType, Attendee
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

# How a visit went for somebody who was to come.
WENT = (Status.COMPLETED, Status.NO_SHOW)


def _clinicians() -> Sequence[tuple[str, str]]:
    rows = StaffMember.objects.filter(appointments__isnull=False).distinct()
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _places() -> Sequence[tuple[str, str]]:
    rows = Location.objects.filter(is_active=True)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def types() -> Sequence[tuple[str, str]]:
    rows = AppointmentType.objects.filter(is_active=True).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _fits(
    *,
    now: datetime,
    nothing_booked: bool = False,
    seen_before: date | None = None,
    missed_last: bool = False,
    **seen: Sequence[str],
) -> QuerySet[Patient]:
    """By charts that stand for themselves: visits of merged ones are theirs."""
    rows = Patient.objects.filter(merged_into=None)
    if nothing_booked:
        ahead = _visits().filter(status__in=AHEAD, appointment__starts_at__gt=now)
        rows = rows.exclude(pk__in=_heads(ahead))
    if seen_before:
        since = zones.first_moment(seen_before, zones.of_practice())
        came = _visits().filter(status=Status.COMPLETED)
        rows = rows.filter(pk__in=_heads(came.filter(appointment__starts_at__lt=since)))
        later = came.filter(appointment__starts_at__gte=since)
        rows = rows.exclude(pk__in=_heads(later))
    if missed_last:
        rows = rows.annotate(last_went=_last_went(now)).filter(last_went=Status.NO_SHOW)
    if any(seen.values()):
        rows = rows.filter(pk__in=_heads(_with(seen)))
    return rows


def _with(seen: dict[str, Sequence[str]]) -> QuerySet[Attendee]:
    """One visit that is, or was, with, at and of what was chosen."""
    columns = {"with_clinician": "clinician", "at_place": "location", "of_type": "type"}
    rows = _visits().filter(status__in=(*AHEAD, *WENT))
    for name, chosen in seen.items():
        if chosen:
            rows = rows.filter(**{f"appointment__{columns[name]}__in": chosen})
    return rows


def _visits() -> QuerySet[Attendee]:
    return Attendee.objects.filter(is_withdrawn=False).order_by()


def _heads(rows: QuerySet[Attendee]) -> QuerySet[Attendee, int]:
    """The charts that stand for those who come."""
    head = Coalesce(F("patient__merged_into"), F("patient"))
    return rows.annotate(head=head).values_list("head", flat=True)


def _last_went(now: datetime) -> Subquery:
    """How the newest visit went that somebody came to, or missed."""
    theirs = Q(patient=OuterRef("pk")) | Q(patient__merged_into=OuterRef("pk"))
    rows = _visits().filter(theirs, status__in=WENT, appointment__starts_at__lte=now)
    newest = rows.order_by("-appointment__starts_at", "-pk")
    return Subquery(newest.values("status")[:1])


OF_VISITS = Audience(
    (
        Question("nothing_booked", _("Nothing is booked"), Kind.YES),
        Question(
            "seen_before",
            _("Last seen before"),
            Kind.DAY,
            hint=_("They came once, and not since that day."),
        ),
        Question("missed_last", _("Missed their last visit"), Kind.YES),
        Question("with_clinician", _("A visit with"), Kind.SOME, _clinicians),
        Question("at_place", _("A visit at"), Kind.SOME, _places),
        Question("of_type", _("A visit of the type"), Kind.SOME, types),
    ),
    _fits,
)
