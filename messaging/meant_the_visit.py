"""A bare CANCEL stops texts; whoever wrote it more likely meant a visit: call.

Who has a visit to come and stops texts for the first time becomes a task by the stop
itself (consent.agreeing), which says so. This raises the rest, so that no CANCEL goes
unseen. The visit stands.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from consent import agreeing
from practice import zones
from practice.contact_frames import facts_of
from practice.models import Role
from practice.work import raise_task

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from messaging.models import Message
    from practice.contact_frames import ContactFacts
    from practice.models import Patient
    from practice.trail import Actor

SOON = timedelta(hours=4)
_KNOWN = _("Texted CANCEL, which stops texts. The visit on %(when)s stands: call")
_UNKNOWN = _("Texted CANCEL, which stops texts. No visit to come is known: call")


def ask(message: Message, *, is_new: bool, by: Actor, now: datetime) -> None:
    """Raise what the stop did not: of everybody, or of a number of nobody."""
    charts = agreeing.charts_at(message.conversation.address)
    facts = facts_of([chart.pk for chart in charts], now=now)
    asked = [chart for chart in charts if not (is_new and chart.pk in facts)]
    for chart in asked:
        _raise(message, chart, facts.get(chart.pk), by=by, now=now)
    if not charts:
        _raise(message, None, None, by=by, now=now)


def _raise(
    message: Message,
    chart: Patient | None,
    coming: ContactFacts | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    raise_task(
        kind="contact.meant_the_visit",
        title=_title(coming),
        to=Role.FRONT_DESK,
        due_at=min(coming.next_visit_at, now + SOON) if coming else now + SOON,
        patient=chart,
        path=reverse("conversation", args=[message.conversation_id]),
        words=message.body[:1000],
        once_key=f"meant_the_visit:{message.pk}:{chart.pk if chart else 0}",
        by=by,
        now=now,
    )


def _title(coming: ContactFacts | None) -> StrOrPromise:
    if coming is None:
        return _UNKNOWN
    with translation.override(settings.LANGUAGE_CODE):
        when = zones.moment(coming.next_visit_at, coming.zone)
        return str(_KNOWN) % {"when": when}
