"""What the front desk is asked when a series cannot be topped up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import work
from practice.models import Role
from practice.zones import moment
from scheduling import booking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Patient
    from practice.rules import NotPossible
    from practice.trail import Actor
    from scheduling.booking import Plan
    from scheduling.models import Series
    from scheduling.series import Occurrence


def ask_for_times(
    series: Series,
    refused: Sequence[Occurrence],
    patients: Sequence[Patient],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """One task for all the days that cannot be."""
    day = date_format(refused[0].on, "MONTH_DAY_FORMAT")
    title = ngettext(
        "Find another time for the visit of %(day)s",
        "Find other times for %(n)s visits of a series",
        len(refused),
    )
    _ask_desk(
        "series.day_missing",
        title % {"day": day, "n": len(refused)},
        " ".join(one.unnamed for one in refused),
        series,
        patients,
        once_key=f"series:{series.pk}:{refused[0].on:%Y-%m-%d}",
        by=by,
        now=now,
    )


def ask_what_becomes(
    series: Series,
    words: str,
    patients: Sequence[Patient],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """One task, however often it is tried again: the series goes on by itself then."""
    _ask_desk(
        "series.stopped",
        _("A series cannot go on: change it or end it"),
        words,
        series,
        patients,
        once_key=f"series.stopped:{series.pk}:{series.made_until:%Y-%m-%d}",
        by=by,
        now=now,
    )


def unnamed_words(refusal: NotPossible, plan: Plan, patients: Sequence[Patient]) -> str:
    """Why a visit cannot be; where several come, without saying which of them is why.

    The task is on the chart of one; the chart of another may be closed to its readers.
    """
    if len(patients) < 2:
        return str(refusal)
    match refusal:
        case booking.PatientElsewhere():
            words = _("One of those who come already has a visit then: %(time)s.")
            return words % {"time": moment(plan.starts_at, plan.location.time_zone)}
        case booking.NotInCare():
            return _("One of those who come is not in care now: nobody books for them.")
    return str(refusal)


def _ask_desk(
    kind: str,
    title: str,
    words: str,
    series: Series,
    patients: Sequence[Patient],
    *,
    once_key: str,
    by: Actor,
    now: datetime,
) -> None:
    work.raise_task(
        kind=kind,
        title=title,
        words=words,
        to=Role.FRONT_DESK,
        patient=patients[0] if patients else None,
        due_at=now + timedelta(days=2),
        path=reverse("series", args=[series.pk]),
        once_key=once_key,
        by=by,
        now=now,
    )
