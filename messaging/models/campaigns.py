"""Campaigns, who is on their frozen lists, and which delivery went to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.campaign_states import BEGUN, OVER, SENDING, CampaignState
from messaging.models.deliveries import Delivery
from practice.models import (
    Closure,
    Location,
    Patient,
    Recorded,
    RecordedQuerySet,
    StaffMember,
)
from practice.models.base import both_or_neither, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 320  # characters, as for all texts
LONGEST_TITLE = 80


class CampaignKind(models.TextChoices):
    """To a list; to whoever was to come to a closed place; each time something is."""

    GROUP = "group", _("To a list")
    CLOSURE = "closure", _("We are closed")
    STANDING = "standing", _("Each time")


class CampaignQuerySet(RecordedQuerySet["Campaign"]):
    def sending(self) -> Self:
        return self.filter(state__in=SENDING)

    def waiting(self) -> Self:
        return self.filter(state=CampaignState.WAITING)


class Campaign(Recorded):
    """One text to many. Words, list and approval are fixed once it is no draft
    (messaging.campaign_nets).
    """

    kind = models.CharField(max_length=8, choices=CampaignKind.choices)
    state = models.CharField(
        max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    title = models.CharField(
        _("name"), max_length=LONGEST_TITLE, help_text=_("For staff; nobody else.")
    )
    text_en = models.TextField(_("words in English"), max_length=LONGEST, blank=True)
    text_es = models.TextField(_("words in Spanish"), max_length=LONGEST, blank=True)
    filters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True, help_text="Answers to the questions of AUDIENCES."
    )
    charts: models.JSONField[Sequence[int] | None, Sequence[int] | None] = (
        models.JSONField(
            null=True, blank=True, help_text="Chart numbers of a file; null: no file."
        )
    )
    event = models.CharField(
        max_length=30, blank=True, help_text="What it answers each time."
    )
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="That is closed.",
    )
    closed_on = models.DateField(null=True, blank=True)
    closure = models.ForeignKey(
        Closure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="That it made; null where the place was known to be closed.",
    )
    written_at = models.DateTimeField()
    writer = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who changed it last.",
    )
    # As counted when the list was frozen.
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reached = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    segments = models.PositiveIntegerField(default=0)
    texts = models.PositiveIntegerField(
        default=0, help_text="Two guardians get one each."
    )
    first_segments = models.PositiveIntegerField(
        default=0, help_text="Of what explains texts to numbers that got none yet."
    )
    # The usual words as they were looked at, where it has none of its own.
    kept_en = models.TextField(blank=True)
    kept_es = models.TextField(blank=True)
    needs_approval = models.BooleanField(default=False)
    trial = models.PositiveSmallIntegerField(
        default=0, help_text="How many go first, until somebody goes on; 0: all."
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_approved_alone = models.BooleanField(
        default=False, help_text="By whoever asked for it; nobody else could."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    went_on_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody let the rest go."
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=sorted(SENDING)),
                name="campaign_sending",
            )
        ]
        constraints = [
            one_of("kind", CampaignKind, "campaign_kind"),
            one_of("state", CampaignState, "campaign_state"),
            both_or_neither("approved_at", "approved_by", "campaign_approval"),
            both_or_neither("started_at", "started_by", "campaign_start"),
            both_or_neither("frozen_at", "frozen_by", "campaign_frozen"),
            both_or_neither("location", "closed_on", "campaign_closed_place"),
            models.CheckConstraint(
                condition=Q(state__in=[CampaignState.DRAFT, CampaignState.STOPPED])
                | Q(frozen_at__isnull=False),
                name="campaign_list_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state=CampaignState.DRAFT)
                | Q(frozen_at__isnull=True, approved_at__isnull=True),
                name="campaign_draft_is_open",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(approved_at__isnull=False)
                | Q(
                    state__in=[
                        CampaignState.DRAFT,
                        CampaignState.WAITING,
                        CampaignState.STOPPED,
                    ]
                ),
                name="campaign_large_is_approved",
                violation_error_message=_("Somebody has to approve this first."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_approved_alone=True)
                | ~Q(approved_by=F("frozen_by")) & ~Q(approved_by=F("writer")),
                name="campaign_approved_by_another",
                violation_error_message=_("Somebody else has to approve this."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted({*BEGUN, CampaignState.DONE}))
                | Q(started_at__isnull=False),
                name="campaign_begun_has_a_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(OVER)) | Q(ended_at__isnull=False),
                name="campaign_over_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(text_en="", text_es="") | ~Q(text_en="") & ~Q(text_es=""),
                name="campaign_words_in_both",
                violation_error_message=_("Own words are needed in both languages."),
            ),
            models.CheckConstraint(
                condition=Q(kind=CampaignKind.CLOSURE, location__isnull=False)
                | ~Q(kind=CampaignKind.CLOSURE) & Q(location__isnull=True),
                name="campaign_closure_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(kind=CampaignKind.STANDING) & ~Q(event="")
                | ~Q(kind=CampaignKind.STANDING) & Q(event=""),
                name="campaign_standing_has_an_event",
            ),
        ]

    def __str__(self) -> str:
        return f"campaign {self.pk} {self.kind} {self.state}"

    @property
    def is_draft(self) -> bool:
        return self.state == CampaignState.DRAFT

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_sending(self) -> bool:
        return self.state in SENDING

    @property
    def may_change(self) -> bool:
        return self.state == CampaignState.DRAFT and self.kind != CampaignKind.CLOSURE


class CampaignRecipient(models.Model):
    """One line of a campaign's list: somebody it goes to, or why it does not."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="recipients"
    )
    turn = models.PositiveIntegerField(help_text="Who comes first, the first batch.")
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="campaign_recipients"
    )
    key = models.CharField(
        max_length=60, blank=True, help_text="What happened, where it answers that."
    )
    ids = models.JSONField(default=dict, blank=True, help_text="Of what happened.")
    language = models.CharField(max_length=3, default="en")
    segments = models.PositiveSmallIntegerField(default=0)
    why_not = models.CharField(
        max_length=300, blank=True, help_text="Why nothing goes, for staff."
    )
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the outbox had it, or why it has not."
    )

    class Meta:
        ordering = ["turn"]
        indexes = [
            models.Index(
                fields=["campaign", "turn"],
                condition=Q(handed_at__isnull=True, why_not=""),
                name="campaign_recipient_waits",
            ),
            models.Index(fields=["campaign", "turn"], name="campaign_recipient_list"),
            models.Index(fields=["patient"], name="campaign_recipient_chart"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "patient", "key"], name="campaign_recipient_once"
            ),
        ]

    def __str__(self) -> str:
        return f"recipient {self.pk} of campaign {self.campaign_id}"


class CampaignDelivery(models.Model):
    """What went to one line of a list: two guardians get one each."""

    recipient = models.ForeignKey(
        CampaignRecipient, on_delete=models.PROTECT, related_name="sent"
    )
    delivery = models.OneToOneField(
        Delivery, on_delete=models.PROTECT, related_name="campaign_line"
    )

    def __str__(self) -> str:
        return f"delivery {self.delivery_id} of recipient {self.recipient_id}"
