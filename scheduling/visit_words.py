"""What messages say of a visit, and the envelope that carries it to one person.

The minimum: when, where, never with whom or what for. Times are those of the
location's clock; where the reader has another one, it is named beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.purposes import Purpose
from consent.states import Channel
from messaging import variables
from messaging.occasions import BY_MAIL, Occasion
from messaging.outbox import Envelope
from practice import zones
from practice.rules import NotPossible
from scheduling import visit_link
from scheduling.minutes import minute_of
from scheduling.models import Modality

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from messaging.models import Delivery
    from messaging.recipients import Recipient
    from messaging.wordings import Wordings
    from practice.models import StaffMember
    from practice.trail import Actor
    from scheduling.models import Appointment, Attendee

LINK = "link"


class TellInPerson(NotPossible):
    """A machine does not say this on the phone."""


@dataclass(frozen=True, slots=True)
class News:
    """What is to be said to whoever comes to a visit: on which occasion, what for."""

    attendee: Attendee
    occasion: str
    purpose: Purpose
    planned_at: datetime
    until_at: datetime
    begins_at: datetime | None = None  # where that is not its start: it is late
    writer: StaffMember | None = None


def envelope(
    news: News,
    recipient: Recipient,
    wordings: Wordings,
    *,
    meaning: str,
    ids: Mapping[str, int],
    by: Actor,
    now: datetime,
) -> Envelope:
    """The message in words; a link of the patient's own is made if it names one.

    Raises TellInPerson for what no machine says on the phone.
    """
    place = news.attendee.appointment.location_id
    occasion = occasion_of(news, recipient.channel)
    write = partial(wordings.to, recipient, occasion, location_id=place)
    values = values_of(news, recipient)
    try:
        worded = write(values=values)
    except variables.MissingValue:
        values |= {LINK: link_to(news.attendee, by=by, now=now)}
        worded = write(values=values)
    return Envelope(
        meaning=meaning,
        purpose=news.purpose,
        channel=recipient.channel,
        address=recipient.address,
        subject=worded.subject,
        body=worded.body,
        zone=recipient.zone,
        language=recipient.language,
        occasion=occasion,
        planned_at=news.planned_at,
        until_at=news.until_at,
        patient=recipient.patient,
        caregiver=recipient.caregiver,
        writer=news.writer,
        ids={**about(news.attendee), **ids},
    )


def occasion_of(news: News, channel: str) -> str:
    """Whose words are used: an e-mail has its own, since nobody answers one by “C”.

    On the phone nothing but a reminder is said by a machine. Raises TellInPerson.
    """
    if channel == Channel.CALL:
        if news.purpose != Purpose.REMINDER:
            raise TellInPerson(
                _("They are reached by phone alone: somebody calls them.")
            )
        return Occasion.CALL_OPENING
    own = BY_MAIL if channel == Channel.MAIL else {}
    return str(own.get(news.occasion, news.occasion))


def values_of(news: News, recipient: Recipient) -> dict[str, str]:
    """What stands for the names in a template, but for the link."""
    visit = news.attendee.appointment
    said = variables.of_visit(
        news.begins_at or visit.starts_at,
        visit.location.time_zone,
        language=recipient.language,
        channel=Channel(recipient.channel),
        zone_words=zone_words(visit, recipient.zone),
    )
    return said | {"place": visit.location.short_name}


def about(attendee: Attendee) -> dict[str, int]:
    """The ids by which a delivery, and an answer to it, finds its visit again."""
    visit = attendee.appointment
    return {
        "appointment": visit.pk,
        "attendee": attendee.pk,
        "version": visit.version,
        "minute": minute_of(visit.starts_at),
        "location": visit.location_id,
    }


def is_true_of(ids: Mapping[str, int], visit: Appointment) -> bool:
    """Whether the visit still is when and where a message says it is."""
    said = ids.get("minute"), ids.get("location")
    return said == (minute_of(visit.starts_at), visit.location_id)


def why_elsewhere(delivery: Delivery, attendee: Attendee) -> str:
    """That a message is for another than whoever comes now; empty where it is not.

    Fetched with `patient`, or it takes a query for each.
    """
    whose = delivery.patient
    if whose is None or attendee.chart.pk in (whose.pk, whose.merged_into_id):
        return ""
    return _("It stands on another chart now.")


def why_gone() -> str:
    return _("It is not there any more.")


def link_to(attendee: Attendee, *, by: Actor, now: datetime) -> str:
    """The address of a new link to somebody's visit."""
    token = visit_link.make(attendee=attendee, by=by, now=now)
    return f"{_public()}{reverse('link', args=[token])}"


def zone_words(visit: Appointment, own: str) -> str:
    """Named where the visit is not at a place and the reader's clock shows another."""
    zone = visit.location.time_zone
    if visit.modality == Modality.IN_PERSON or zone == own:
        return ""
    here, there = (zones.wall_clock(visit.starts_at, one) for one in (zone, own))
    return "" if here == there else zones.spoken(zone)


def _public() -> str:
    """Where patients find this site."""
    return str(getattr(settings, "PUBLIC_BASE_URL", "")).rstrip("/")
