"""What was said with one address.

What we send stands in the outbox, once: a conversation shows its messages and the
deliveries to its address in one line of time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.states import Channel
from practice.models import Patient, StaffMember
from practice.models.base import both_or_neither, one_of


class Conversation(models.Model):
    """Everything said with one address; there is one per address and channel.

    It is open as long as a message of it waits for somebody, or somebody reopened it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    channel = models.CharField(max_length=4, choices=Channel.choices)
    address = models.CharField(
        max_length=254, help_text="E.164, or an e-mail address in lower case."
    )
    state = models.CharField(max_length=4, choices=State.choices, default=State.DONE)
    is_kept_open = models.BooleanField(
        default=False, help_text="Somebody reopened it, whether a message waits or not."
    )
    begun_at = models.DateTimeField()
    newest_at = models.DateTimeField(help_text="When something was last said.")
    open_since_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first message came that waits."
    )
    visits_only_since_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When they asked for texts about visits and for no others.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "-newest_at"], name="conversation_newest"),
            models.Index(fields=["address"], name="conversation_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="conversation_one_per_address"
            ),
            one_of("channel", Channel, "conversation_channel"),
            models.CheckConstraint(
                condition=Q(state="open", open_since_at__isnull=False)
                | Q(state="done", open_since_at__isnull=True, is_kept_open=False),
                name="conversation_open_since",
            ),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Message(models.Model):
    """One message that came in; it belongs to one patient, or is not yet filed."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="messages"
    )
    vendor_id = models.CharField(max_length=64, unique=True)
    body = models.TextField(blank=True)
    opt_out = models.CharField(
        max_length=10, blank=True, help_text="What the vendor made of it by itself."
    )
    ids = models.JSONField(
        default=dict,
        blank=True,
        help_text="What it answers, where the way it came says so; never words.",
    )
    came_at = models.DateTimeField(help_text="When we got it.")
    sent_at = models.DateTimeField(help_text="When it was sent, as the vendor says.")
    begun_at = models.DateTimeField(
        null=True, blank=True, help_text="When rules began to read it."
    )
    worked_at = models.DateTimeField(
        null=True, blank=True, help_text="When all rules had read it."
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        help_text="Empty: not yet filed.",
    )
    filed_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty where the number alone filed it."
    )
    filed_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_waiting = models.BooleanField(
        default=True, help_text="Somebody has to read it, and nobody said “done” yet."
    )
    is_handled = models.BooleanField(
        default=False, help_text="A rule acted on all of it: nobody had to read it."
    )
    outcome = models.CharField(
        max_length=200, blank=True, help_text="What was done with it by itself."
    )

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "-id"], name="message_in_turn"),
            models.Index(fields=["patient", "-id"], name="message_by_patient"),
            models.Index(
                fields=["conversation"],
                condition=Q(is_waiting=True),
                name="message_waiting",
            ),
            models.Index(
                fields=["came_at"],
                condition=Q(worked_at__isnull=True),
                name="message_unread_by_rules",
            ),
        ]
        constraints = [
            both_or_neither("filed_at", "filed_by", "message_filed"),
            models.CheckConstraint(
                condition=Q(is_handled=False) | Q(is_waiting=False),
                name="message_handled_waits_for_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class EventKind(models.TextChoices):
    OPENED = "opened", _("came in")
    FILED = "filed", _("filed to a chart")
    MOVED = "moved", _("moved to another chart")
    UNFILED = "unfiled", _("taken off the chart")
    HANDLED = "handled", _("answered by a rule")
    FOR_PEOPLE = "for_people", _("left for somebody to read")
    DONE = "done", _("done")
    REOPENED = "reopened", _("open again")
    VISITS_ONLY = "visits_only", _("wants texts about visits only")
    ALL_TEXTS = "all_texts", _("may get all texts again")


class ConversationEvent(models.Model):
    """What happened to a conversation, or to one message of it; append-only."""

    Kind = EventKind

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="events"
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        help_text="The message it happened to, or the newest that was there.",
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="On whose chart the message stands after it.",
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.CharField(
        max_length=200, blank=True, help_text="What a rule did; never what was written."
    )
    actor = models.CharField(max_length=200)
    actor_staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["conversation", "id"], name="conversation_events"),
            models.Index(fields=["message", "id"], name="message_events"),
        ]
        constraints = [one_of("kind", EventKind, "conversation_event_kind")]

    def __str__(self) -> str:
        return f"event {self.pk} of conversation {self.conversation_id}"


class AttachmentState(models.TextChoices):
    WAITING = "waiting", _("Not fetched yet")
    KEPT = "kept", _("Kept")
    REFUSED = "refused", _("Not kept")


class Attachment(models.Model):
    """A picture or file that came with a message: what it is, and how it stands."""

    State = AttachmentState

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="attachments"
    )
    number = models.PositiveSmallIntegerField(help_text="Of those of its message.")
    url = models.URLField(max_length=400, help_text="Where the vendor has it.")
    said_type = models.CharField(
        max_length=100, blank=True, help_text="What the vendor says it is."
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    found_type = models.CharField(
        max_length=40, blank=True, help_text="What its bytes say it is."
    )
    size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes.")
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it was not kept, for staff."
    )
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["message", "number"]
        constraints = [
            one_of("state", AttachmentState, "attachment_state"),
            models.UniqueConstraint(
                fields=["message", "number"], name="attachment_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="kept") | Q(size__isnull=False) & ~Q(found_type=""),
                name="attachment_kept_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state="waiting"), name="attachment_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class AttachmentBytes(models.Model):
    """The bytes of an attachment: in the database, so that they are backed up and
    erased with it, lie under no path and are read by one page alone.
    """

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, related_name="content", primary_key=True
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"bytes of attachment {self.attachment_id}"
