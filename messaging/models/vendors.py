"""What vendors told us, kept before it is understood; and the demo's own carrier."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.models.base import one_of


class HookKind(models.TextChoices):
    """What a vendor calls about."""

    INBOUND = "inbound", _("A text came in")
    STATUS = "status", _("What became of a text or a call")
    VOICE = "voice", _("A call goes on")


class Fate(models.TextChoices):
    """What the demo's carrier does with a text."""

    DELIVER = "deliver", _("Delivered")
    UNDELIVERABLE = "undeliverable", _("Phone cannot be reached")
    LANDLINE = "landline", _("Landline")
    FILTERED = "filtered", _("Blocked by the phone company")
    LOST = "lost", _("Delivered, but nobody hears of it")
    DOUBLED = "doubled", _("Delivered, and reported twice")
    TIMED_OUT = "timed_out", _("Taken, but the answer is lost")


class Way(models.TextChoices):
    """Who wrote a text of the demo."""

    OUT = "out", _("From the practice")
    IN = "in", _("From the phone")
    REPLY = "reply", _("From the phone company itself")


class HookCall(models.Model):
    """One call of a vendor, once, as it came; worked afterwards, forgotten later.

    `due_at` is when it is to be worked: whoever takes it moves it on, so that nobody
    else does, and it is due again if they never come back.
    """

    kind = models.CharField(max_length=7, choices=HookKind.choices)
    vendor_id = models.CharField(
        max_length=64, help_text="Of the message; of a form without one, its digest."
    )
    word = models.CharField(max_length=20, blank=True, help_text="Of a status.")
    address = models.CharField(
        max_length=254, blank=True, help_text="The other phone's; it is found by it."
    )
    delivery_id = models.BigIntegerField(
        null=True, blank=True, help_text="Ours, as the callback's address says."
    )
    form = models.JSONField(default=dict, help_text="What came, field by field.")
    was_listed = models.BooleanField(
        default=False, help_text="It never called: the vendor's list had it."
    )
    came_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=80, blank=True, help_text="Its type only.")
    worked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(worked_at__isnull=True),
                name="hook_call_waiting",
            ),
            models.Index(fields=["worked_at"], name="hook_call_by_age"),
            models.Index(fields=["address"], name="hook_call_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "vendor_id", "word"], name="hook_call_once"
            ),
            one_of("kind", HookKind, "hook_call_kind"),
        ]

    def __str__(self) -> str:
        return f"hook call {self.pk}"


class SimulatedPhone(models.Model):
    """A phone of the demo: what the carrier does with texts to it."""

    address = models.CharField(max_length=16, unique=True)
    fate = models.CharField(max_length=13, choices=Fate.choices, default=Fate.DELIVER)

    class Meta:
        constraints = [one_of("fate", Fate, "simulated_phone_fate")]

    def __str__(self) -> str:
        return f"simulated phone {self.pk}"


class SimulatedText(models.Model):
    """A text of the demo as its carrier has it; nothing here leaves the machine."""

    vendor_id = models.CharField(max_length=34, unique=True)
    way = models.CharField(max_length=5, choices=Way.choices)
    address = models.CharField(max_length=16, help_text="The phone's.")
    body = models.TextField()
    keyword = models.CharField(
        max_length=5, blank=True, help_text="STOP, START or HELP, if it is one."
    )
    word = models.CharField(max_length=12, help_text="Its status.")
    code = models.CharField(max_length=10, blank=True)
    fate = models.CharField(max_length=13, choices=Fate.choices, blank=True)
    delivery_id = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(help_text="By the carrier's clock.")
    shown_at = models.DateTimeField(help_text="By the phone's, which is the demo's.")
    is_told = models.BooleanField(
        default=True, help_text="The practice was told all that it is told of it."
    )

    class Meta:
        indexes = [
            models.Index(fields=["address", "id"], name="simulated_text_by_phone"),
            models.Index(
                fields=["id"],
                condition=Q(is_told=False),
                name="simulated_text_untold",
            ),
        ]
        constraints = [one_of("way", Way, "simulated_text_way")]

    def __str__(self) -> str:
        return f"simulated text {self.pk}"
