"""AUDIENCES of this floor: who agreed to texts, as their numbers stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord
from consent.states import Channel, Decision
from practice.campaign_frames import Audience, Kind, Question
from practice.models import ContactPoint, Patient

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet


def _channels() -> Sequence[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in (Channel.TEXT, Channel.MAIL)]


def _fits(
    *,
    now: datetime,
    agreed: Sequence[str] = (),
) -> QuerySet[Patient]:
    """The newest word about a number counts, as it does when something is sent."""
    rows = Patient.objects.filter(merged_into=None)
    for channel in agreed:
        told = ConsentRecord.objects.filter(taken_from=OuterRef("pk"), subject=channel)
        newest = Subquery(told.order_by("-pk").values("decision")[:1])
        points = ContactPoint.objects.filter(ended_at=None, patient__isnull=False)
        granted = points.annotate(said=newest).filter(Q(said=Decision.GRANTED))
        head = Coalesce(F("patient__merged_into"), F("patient"))
        heads = granted.order_by().annotate(head=head).values_list("head", flat=True)
        rows = rows.filter(pk__in=heads)
    return rows


AGREED = Audience(
    (Question("agreed", _("Agreed to"), Kind.SOME, _channels),),
    _fits,
)
