"""AUDIENCES of this floor: by the language that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice.campaign_frames import Audience, Kind, Question
from practice.languages import Language
from practice.models import Location, Patient

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet


def _languages() -> Sequence[tuple[str, str]]:
    """Those that somebody here reads."""
    rows = Patient.objects.filter(merged_into=None).order_by("written_language")
    used = rows.values_list("written_language", flat=True).distinct()
    return [(one, str(Language(one).label)) for one in used]


def _homes() -> Sequence[tuple[str, str]]:
    rows = Location.objects.filter(is_active=True)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _fits(
    *,
    now: datetime,
    reads: Sequence[str] = (),
    at_home: Sequence[str] = (),
) -> QuerySet[Patient]:
    rows = Patient.objects.filter(merged_into=None)
    if reads:
        rows = rows.filter(written_language__in=reads)
    if at_home:
        here = Patient.objects.filter(
            homes__location__in=[int(one) for one in at_home], homes__is_current=True
        )
        rows = rows.filter(pk__in=here.order_by().values("pk"))
    return rows


OF_CHARTS = Audience(
    (
        Question("at_home", _("At home at"), Kind.SOME, _homes),
        Question("reads", _("Reads"), Kind.SOME, _languages),
    ),
    _fits,
)
