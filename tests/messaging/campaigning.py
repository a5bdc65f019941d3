"""What the tests of group messages share: people to text, a campaign, the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from messaging import campaign_events, campaign_sending, campaigns
from messaging.models import Campaign, CampaignKind, Delivery
from practice.announcements import UNDO_TIME
from practice.trail import Automation
from tests import cast
from tests.cast import MONDAY

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Location, Patient, StaffMember

CLOCK = Automation("The clock")
ENGLISH = "{practice}: our desk moved to the second floor. STOP to end texts."
SPANISH = "{practice}: la oficina pasa al segundo piso. STOP para no recibir textos."
WORDS = {"text_en": ENGLISH, "text_es": SPANISH}

# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "messages/groups/<id:pk>": lambda subjects: {"pk": subjects["campaign"].pk}
}


def people(count: int, *, at: Location, **details: Any) -> Sequence[Patient]:
    """Some who may be texted, each at a number of their own."""
    found = [cast.make_patient(at=at, **details) for _turn in range(count)]
    for one in found:
        cast.make_contact(one)
    return found


def draft(by: StaffMember, *to: Patient, **details: Any) -> Campaign:
    """A group message to some charts, in the usual words unless given."""
    usual: dict[str, Any] = {"title": "Recall", "charts": [one.pk for one in to]}
    usual |= {"kind": CampaignKind.GROUP, "now": MONDAY}
    return campaigns.draft(**usual | details, by=by)


def frozen(by: StaffMember, *to: Patient, **details: Any) -> Campaign:
    return campaigns.freeze(campaign=draft(by, *to, **details), by=by, now=MONDAY)


def started(by: StaffMember, *to: Patient, **details: Any) -> Campaign:
    """Sent a minute ago."""
    row = frozen(by, *to, **details)
    return campaigns.start(campaign=row, by=by, now=MONDAY - UNDO_TIME)


def tick(now: datetime = MONDAY + UNDO_TIME) -> None:
    """What the clock does, until nothing is left."""
    campaign_events.follow(now=now)
    while campaign_sending.hand_over(now=now, by=CLOCK):
        pass


def arrived(row: Campaign, *, now: datetime = MONDAY) -> None:
    """As if the vendor had taken all of it, and delivered it."""
    for one in campaigns.deliveries(row).filter(status="due"):
        Delivery.objects.filter(pk=one.pk).update(
            status="delivered", left_at=now, ended_at=now, vendor_id=f"SM{one.pk}"
        )


def lines(row: Campaign) -> list[tuple[int, str]]:
    """Who is on the list, and why nothing goes."""
    return list(row.recipients.values_list("patient", "why_not"))


def bodies(row: Campaign) -> list[str]:
    sent = campaigns.deliveries(row).order_by("pk")
    return list(sent.values_list("body", flat=True))


def statuses(row: Campaign) -> list[str]:
    sent = campaigns.deliveries(row).order_by("pk")
    return list(sent.values_list("status", flat=True))


def for_the_walks(people: dict[str, StaffMember], patient: Patient) -> dict[str, Any]:
    """A list that is fixed, for the walks through all addresses."""
    other = cast.make_patient(at=patient.home_locations.get())
    cast.make_contact(other)
    return {"campaign": frozen(people["manager"], patient, other)}
