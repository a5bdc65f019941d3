"""The link by which somebody stops what we send to one number or address.

It asks for no birth date: to stop must be easy, and whoever holds the phone may. It
shows the end of the number or the begin of the address, and nobody's name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from consent import addresses, opt_outs
from consent.states import Channel, Source
from practice import links
from practice.details_link import Way
from practice.models import ContactKind, ContactPoint, Patient, Practice
from practice.rules import NotPossible
from practice.trail import Actor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LASTS = timedelta(days=90)
STOP = "stop"


class NotAnAnswer(NotPossible):
    """The link's page has no such button."""


class NoSuchStop(NotPossible):
    """A letter is not stopped by a link."""


class StopLink:
    """LINK_PURPOSES: whoever has a number or address stops what we send there."""

    name = "stop"
    template = "links/stop.html"

    def version(self, subject_id: int) -> int:
        """A keyed digest of the address: with another one, the link is dead."""
        point = ContactPoint.objects.filter(pk=subject_id, ended_at=None).first()
        where = addresses.of_point(point) if point else "gone"
        return int(salted_hmac("consent.stop_link", where).hexdigest()[:15], 16)

    def context(self, subject_id: int, *, now: datetime) -> Mapping[str, Any]:
        point = _point(subject_id)
        where = addresses.of_point(point)
        stops = opt_outs.standing([where])
        return {
            "way": Way(point.kind, where),
            "is_stopped": (where, channel_of(point)) in stops,
        }

    def hold(self, subject_id: int) -> None:
        """Nothing beside the chart, which the frame locks."""

    def goes_on(self, subject_id: int) -> datetime | None:
        return None

    def act(self, subject_id: int, *, answer: str, words: str, now: datetime) -> str:
        """Stop it for everybody who has the address. Raises NotAnAnswer."""
        if answer != STOP:
            raise NotAnAnswer(_("Please press the button."))
        point = _point(subject_id)
        opt_outs.stop(
            address=addresses.of_point(point),
            channel=channel_of(point),
            source=Source.LINK,
            patient=point.patient,
            by=links.VISITOR,
            now=now,
        )
        if point.kind == ContactKind.EMAIL:
            return _("Done. We send no more e-mails to this address.")
        return _(
            "Done. We send no more texts to this number. To get them again, text "
            "START to us."
        )


@transaction.atomic
def make(*, point: ContactPoint, by: Actor, now: datetime) -> str:
    """Make the link for one contact of a patient and return its token.

    Older ones stay: every message may carry its own. Raises NoSuchStop, links.NoLink.
    """
    if point.patient is None or point.kind == ContactKind.POST:
        raise NoSuchStop(_("Only a patient's phone or e-mail address has such a link."))
    chart: Patient = point.patient
    return links.make(
        purpose=StopLink.name,
        patient=chart,
        subject_id=point.pk,
        language=links.page_language(Practice.objects.first(), chart.written_language),
        lasts=LASTS,
        asks_birth_date=False,
        by=by,
        now=now,
    )


def channel_of(point: ContactPoint) -> Channel:
    """What a stop by link stops; with texts, machines stop calling there as well."""
    return Channel.MAIL if point.kind == ContactKind.EMAIL else Channel.TEXT


def _point(subject_id: int) -> ContactPoint:
    return ContactPoint.objects.select_related("patient").get(pk=subject_id)
