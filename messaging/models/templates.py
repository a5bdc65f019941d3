"""What messages say where a practice words them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.occasions import Occasion
from practice.models import Recorded, RecordedQuerySet, StaffMember
from practice.models.base import both_or_neither, one_of

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = 2000  # characters; of an e-mail, a text is refused far before
LONGEST_SUBJECT = 100


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("In use")
    RETIRED = "retired", _("No longer in use")


class TemplateLanguage(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


class TemplateQuerySet(RecordedQuerySet["Template"]):
    def drafts(self) -> Self:
        return self.filter(state=TemplateState.DRAFT)

    def in_use(self) -> Self:
        return self.filter(state=TemplateState.APPROVED)

    def in_use_at(self, now: datetime) -> Self:
        return self.in_use().filter(approved_at__lte=now)


class Template(Recorded):
    """The practice's own words for one occasion in one language.

    A draft is changed until somebody approves it. From then on its words stay
    (messaging.frozen_words); whoever wants others writes another draft.
    """

    occasion = models.CharField(_("purpose"), max_length=20, choices=Occasion.choices)
    language = models.CharField(max_length=2, choices=TemplateLanguage.choices)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(max_length=LONGEST)
    state = models.CharField(
        max_length=8, choices=TemplateState.choices, default=TemplateState.DRAFT
    )
    written_at = models.DateTimeField()
    writer = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who changed the words last."),
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_approved_alone = models.BooleanField(
        _("approved by its writer"),
        default=False,
        help_text=_("Nobody else could."),
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("occasion", Occasion, "template_occasion"),
            one_of("language", TemplateLanguage, "template_language"),
            one_of("state", TemplateState, "template_state"),
            both_or_neither("approved_at", "approved_by", "template_approval"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True)
                | Q(approved_at__isnull=True)
                | Q(retired_at__gte=F("approved_at")),
                name="template_in_order",
            ),
            models.UniqueConstraint(
                fields=["occasion", "language"],
                condition=Q(state=TemplateState.APPROVED),
                name="template_one_in_use",
                violation_error_message=_("Other words were approved a moment ago."),
            ),
            models.UniqueConstraint(
                fields=["occasion", "language"],
                condition=Q(state=TemplateState.DRAFT),
                name="template_one_draft",
                violation_error_message=_("Somebody began a draft a moment ago."),
            ),
            models.CheckConstraint(
                condition=~Q(state=TemplateState.APPROVED)
                | Q(approved_at__isnull=False, retired_at__isnull=True),
                name="template_in_use_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state=TemplateState.DRAFT)
                | Q(approved_at__isnull=True, retired_at__isnull=True),
                name="template_draft_is_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=TemplateState.RETIRED) | Q(retired_at__isnull=False),
                name="template_retired_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_approved_alone=True)
                | ~Q(approved_by=F("writer")),
                name="template_approved_by_another",
                violation_error_message=_("Somebody else has to approve this."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="template_has_words"),
        ]

    def __str__(self) -> str:
        return f"template {self.pk} {self.occasion} {self.language} {self.state}"

    @property
    def purpose(self) -> Occasion:
        return Occasion(self.occasion)
