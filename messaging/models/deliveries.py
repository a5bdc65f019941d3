"""The outbox: one message to one address on one channel, and all that became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from consent.purposes import TABLE, Obeys, Purpose
from consent.states import Channel
from messaging.occasions import Occasion
from messaging.states import LEFT_OUT, MAY_HAVE_LEFT, UNDER_WAY, Status
from practice.models import Caregiver, Patient, StaffMember
from practice.models.base import one_of

# What waits for no morning goes first, and may go beside another to one address.
URGENT = sorted(
    str(one) for one in Purpose if Obeys.QUIET_HOURS not in TABLE[one].obeys
)


class Delivery(models.Model):
    """One message to one address on one channel.

    What it means is unique: the same cause asks for the same message however often it
    is seen. What it says is written when it is planned, shortly before it is due.
    """

    meaning = models.CharField(
        max_length=150,
        unique=True,
        help_text="Ids of what it is for; the same again is no second message.",
    )
    purpose = models.CharField(max_length=20)
    is_urgent = models.BooleanField(help_text="No quiet hours bind its purpose.")
    occasion = models.CharField(
        max_length=20, choices=Occasion.choices, blank=True, help_text="Of a template."
    )
    channel = models.CharField(max_length=4, choices=Channel.choices)
    address = models.CharField(
        max_length=254, help_text="E.164, or an e-mail address in lower case."
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        help_text="Whom it is about; empty for a number on no chart, and for staff.",
    )
    caregiver = models.ForeignKey(
        Caregiver,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="To whom, where that is family.",
    )
    staff = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of our own people: to whom a page goes.",
    )
    writer = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where no person wrote it.",
    )
    language = models.CharField(max_length=3, default="en")
    subject = models.CharField(max_length=150, blank=True)
    body = models.TextField()
    segments = models.PositiveSmallIntegerField(
        default=0, help_text="What a text costs; 0 for mails and calls."
    )
    ids = models.JSONField(
        default=dict, blank=True, help_text="What it is about, by id; never words."
    )
    zone = models.CharField(max_length=64, help_text="Whose clock quiet hours go by.")
    created_at = models.DateTimeField()
    planned_at = models.DateTimeField(help_text="When it was meant to leave.")
    due_at = models.DateTimeField(help_text="When it may leave, not before.")
    until_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is of no more use."
    )
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.DUE)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it stands as it does, for staff."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    # Claims, leases and look-ups go by the machine's time; all else by the practice's.
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(
        default=0, help_text="How often the vendor knew nothing of it."
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    vendor_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    error_code = models.CharField(max_length=10, blank=True)
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="When the vendor took it."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="The one that did not arrive, which this one tries again.",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "is_urgent", "due_at"],
                condition=Q(status=Status.DUE),
                name="delivery_due",
            ),
            models.Index(
                fields=["address", "claimed_at"],
                condition=Q(status__in=sorted(UNDER_WAY)),
                name="delivery_under_way",
            ),
            models.Index(
                fields=["left_at"],
                condition=Q(status__in=[Status.ACCEPTED, Status.SENT]),
                name="delivery_unheard",
            ),
            models.Index(fields=["address", "-id"], name="delivery_by_address"),
            models.Index(fields=["patient", "-id"], name="delivery_by_patient"),
            models.Index(
                fields=["status", "-due_at", "-id"], name="delivery_by_status"
            ),
            models.Index(
                fields=["purpose", "status", "-due_at", "-id"],
                name="delivery_by_purpose",
            ),
        ]
        constraints = [
            one_of("status", Status, "delivery_status"),
            one_of("channel", Channel, "delivery_channel"),
            models.CheckConstraint(
                condition=Q(purpose__in=[str(one) for one in Purpose]),
                name="delivery_purpose",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SENDING)
                | Q(claimed_at__isnull=False, lease_until_at__isnull=False),
                name="delivery_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(LEFT_OUT)) | ~Q(reason=""),
                name="delivery_left_out_says_why",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True)
                | Q(until_at__gt=F("created_at"))
                | Q(status__in=sorted(LEFT_OUT)),
                name="delivery_of_use_for_a_while",
            ),
            models.CheckConstraint(
                condition=Q(is_urgent=True, purpose__in=URGENT)
                | (Q(is_urgent=False) & ~Q(purpose__in=URGENT)),
                name="delivery_urgent_by_purpose",
            ),
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=Q(status=Status.SENDING, is_urgent=False),
                name="delivery_one_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.status}"

    @property
    def may_have_left(self) -> bool:
        return Status(self.status) in MAY_HAVE_LEFT

    @property
    def has_left(self) -> bool:
        """The vendor had it, however it stands now."""
        return self.left_at is not None or self.vendor_id is not None


class DeliveryPart(models.Model):
    """What one message to several is to one of them: whose, and what of it is theirs.

    Such a message stands on no chart as a whole: each chart shows its own part. The
    delivery then has no patient.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="parts"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="delivery_parts"
    )
    caregiver = models.ForeignKey(
        Caregiver,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="To whom, where that is family.",
    )
    occasion = models.CharField(
        max_length=20, choices=Occasion.choices, help_text="As a message of its own."
    )
    body = models.TextField(help_text="The same without what is the others'.")
    ids = models.JSONField(help_text="What it is about, by id; never words.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="delivery_part_says")
        ]

    def __str__(self) -> str:
        return f"part {self.pk} of delivery {self.delivery_id}"


class DeliveryEvent(models.Model):
    """What happened to a delivery, once; append-only in the database."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, help_text="planned, claimed, heard, …")
    before = models.CharField(max_length=11, blank=True, choices=Status.choices)
    after = models.CharField(max_length=11, choices=Status.choices)
    words = models.CharField(max_length=300, blank=True, help_text="Why, for staff.")
    code = models.CharField(max_length=30, blank=True, help_text="The vendor's own.")
    actor = models.CharField(max_length=200, blank=True)
    actor_staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["delivery", "id"], name="delivery_events")]

    def __str__(self) -> str:
        return f"event {self.pk} of delivery {self.delivery_id}"
