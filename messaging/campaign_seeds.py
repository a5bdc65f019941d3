"""SEEDS: a group message that was sent two weeks ago, and one that is a draft."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from messaging import audiences, campaign_sending, campaigns
from messaging.models import CampaignKind, Delivery, DeliveryEvent
from messaging.states import Status
from practice.access import Capability, roles_that_may
from practice.models import Patient, StaffMember
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import Campaign

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CLOCK = Automation("The clock")
VENDOR = Automation("the text service")
HEARD = "heard"
SOME = 60
LOST = 9  # every so many did not arrive
DRAFT = {
    "text_en": "{practice}: our desk moved to the second floor; there is a lift. "
    "Questions? Call {phone}. STOP to end texts.",
    "text_es": "{practice}: la oficina pasa al segundo piso; hay ascensor. Llame al "
    "{phone}. STOP para no recibir textos.",
}


@transaction.atomic
def seed(*, now: datetime) -> None:
    """As if one manager had written it, and another approved it where it was large."""
    people = StaffMember.objects.holding(*roles_that_may(Capability.SEND_CAMPAIGNS))
    writer, other = people.order_by("pk")[:2]
    _sent(writer, other, now=now - 15 * DAY)
    campaigns.draft(
        kind=CampaignKind.GROUP,
        title="The desk moves upstairs",
        filters={"missed_last": True},
        by=writer,
        now=now - DAY,
        **DRAFT,
    )


def _sent(writer: StaffMember, other: StaffMember, *, now: datetime) -> None:
    theirs = Patient.objects.usual_to(writer).filter(merged_into=None)
    some = theirs.order_by("pk").values_list("pk", flat=True)[:SOME]
    row = campaigns.draft(
        kind=CampaignKind.GROUP,
        title="Time for the autumn visit",
        charts=list(some),
        by=writer,
        now=now,
    )
    try:
        row = campaigns.freeze(campaign=row, by=writer, now=now)
    except audiences.NobodyChosen:
        return
    if row.needs_approval:
        campaigns.approve(campaign=row, by=other, now=now + HOUR)
    row = campaigns.start(campaign=row, by=writer, now=now + HOUR)
    while campaign_sending.hand_over(now=now + 2 * HOUR, by=CLOCK):
        pass
    row.refresh_from_db()
    if row.is_sending:  # the first batch went
        _arrived(row)
        campaigns.go_on(campaign=row, by=writer, now=now + 2 * HOUR)
        while campaign_sending.hand_over(now=now + 2 * HOUR, by=CLOCK):
            pass
    _arrived(row)
    campaign_sending.hand_over(now=now + 3 * HOUR, by=CLOCK)


def _arrived(row: Campaign) -> None:
    """As if the vendor had taken them, and delivered all but a few."""
    first = Delivery.objects.filter(
        occasion="first_text", purpose="campaign", status=Status.DUE
    )
    due = campaigns.deliveries(row).filter(status=Status.DUE)
    for turn, one in enumerate([*first, *due.order_by("pk")], start=1):
        is_lost = turn % LOST == 0
        after = Status.UNDELIVERED if is_lost else Status.DELIVERED
        Delivery.objects.filter(pk=one.pk).update(
            status=after,
            left_at=one.due_at,
            ended_at=one.due_at,
            vendor_id=f"SMdemo-group-{one.pk}",
            error_code="30003" if is_lost else "",
            reason="The phone is switched off or out of reach." if is_lost else "",
        )
        DeliveryEvent.objects.create(
            delivery=one,
            at=one.due_at,
            kind=HEARD,
            before=Status.DUE,
            after=after,
            actor=VENDOR.name,
        )
