"""Tables of the consent floor: who agreed to what, and where to send nothing.

Both are append-only in the database itself (consent.append_only): a change of mind
is another row.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from consent.states import LIFTS, STOPS, Channel, Decision, Event, Source
from practice.models import (
    Arriving,
    ContactPoint,
    Patient,
    Recorded,
    StaffMember,
    Taken,
)
from practice.models.base import one_of

_NUMBER_OR_MAIL = Q(channel=Channel.MAIL, address__contains="@") | (
    ~Q(channel=Channel.MAIL) & Q(address__startswith="+")
)
_STAFF_LIFT_OWN_KIND = ~Q(event=Event.LIFTED) | Q(
    channel=Channel.TEXT, source__in=sorted(LIFTS[Channel.TEXT])
)
_STAFF_LIFT_OWN_KIND |= ~Q(channel=Channel.TEXT) & Q(
    source__in=sorted(LIFTS[Channel.MAIL])
)


class ConsentRecord(Arriving, Recorded):
    """One decision by one patient, as it was taken; the newest of a subject counts.

    About a channel it is about one number or address too: it follows the contact,
    and counts as long as that has the value it had then.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="consent_records"
    )
    subject = models.CharField(
        max_length=30, choices=Channel.choices, help_text="A channel, or a use of AI."
    )
    decision = models.CharField(max_length=9, choices=Decision.choices)
    notice_version = models.CharField(
        max_length=20, blank=True, help_text="Of the notice shown; channels have none."
    )
    taken = models.CharField(
        max_length=5, choices=Taken.choices, help_text="How they told it."
    )
    taken_from = models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consent_records",
    )
    address = models.CharField(
        max_length=254, blank=True, help_text="As it was then: E.164 or lower case."
    )
    decided_at = models.DateTimeField()
    recorder = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the patient themselves, or a file.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("decision", Decision, "consent_decision"),
            one_of("taken", Taken, "consent_taken"),
            models.CheckConstraint(
                condition=~Q(subject__in=Channel.values)
                | Q(taken_from__isnull=False, notice_version="") & ~Q(address=""),
                name="consent_channel_names_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"consent record {self.pk}"


class OptOut(Recorded):
    """“Send nothing here”, or the end of that: for everybody who has this address.

    The rows of an address and channel are numbered: an odd one stops, an even one
    lifts, so that no two stops stand beside one another, whoever comes at once.
    """

    address = models.CharField(
        max_length=254, help_text="E.164, or an e-mail address in lower case."
    )
    channel = models.CharField(max_length=4, choices=Channel.choices)
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=7, choices=Event.choices)
    source = models.CharField(max_length=7, choices=Source.choices)
    words = models.TextField(
        _("in their words"), max_length=1600, blank=True, help_text="As written."
    )
    happened_at = models.DateTimeField()
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="On whose chart it was put down, if on one.",
    )
    recorder = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: nobody of the staff.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("channel", Channel, "opt_out_channel"),
            models.UniqueConstraint(
                fields=["address", "channel", "number"], name="opt_out_in_turn"
            ),
            models.CheckConstraint(
                condition=Q(event=Event.STOPPED) & Q(Exact(F("number") % 2, 1))
                | Q(event=Event.LIFTED) & Q(Exact(F("number") % 2, 0)),
                name="opt_out_stops_then_lifts",
            ),
            models.CheckConstraint(
                condition=Q(event=Event.LIFTED) | Q(source__in=sorted(STOPS)),
                name="opt_out_stop_has_a_source",
            ),
            models.CheckConstraint(
                condition=_STAFF_LIFT_OWN_KIND, name="opt_out_texts_lifted_by_start"
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.STAFF) | ~Q(words="") & Q(recorder__gt=0),
                name="opt_out_staff_say_why",
                violation_error_message=_("Say what the patient told you."),
            ),
            models.CheckConstraint(
                condition=_NUMBER_OR_MAIL, name="opt_out_address_fits_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"opt-out {self.pk}"
