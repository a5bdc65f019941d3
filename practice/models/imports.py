"""Imports: what came in from another system, and what waits to come in.

A record that arrived with an import is nowhere to be seen until the import is
shown: one row turns, and thousands of charts are there, or are gone again.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.models.base import Recorded, RecordedQuerySet, both_or_neither, one_of
from practice.models.staff import StaffMember
from practice.states import ImportState

if TYPE_CHECKING:
    from django.db.models.sql import Query

T = TypeVar("T", bound=models.Model)


class Import(Recorded):
    """One file of somebody's patients. Its words are staged, and forgotten."""

    state = models.CharField(
        max_length=9, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    is_shown = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(help_text=_("In the file, without its head."))
    charts = models.PositiveIntegerField(default=0, help_text=_("Opened."))
    additions = models.PositiveIntegerField(
        default=0, help_text=_("Rows that added to a chart.")
    )
    fault = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="imports"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports_confirmed",
    )
    shown_at = models.DateTimeField(null=True, blank=True)
    # The last line of the trail when it was shown: whoever used a chart comes later.
    shown_after = models.BigIntegerField(null=True, blank=True)
    is_cleared = models.BooleanField(
        default=False, help_text=_("What came to nothing holds no number any more.")
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports_undone",
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", ImportState, "import_state"),
            both_or_neither("uploaded_at", "uploaded_by", "import_upload_pair"),
            both_or_neither("confirmed_at", "confirmed_by", "import_confirm_pair"),
            both_or_neither("undone_at", "undone_by", "import_undo_pair"),
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(state=ImportState.DONE),
                name="import_shown_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ShownManager(models.Manager[T]):
    """Leaves out what arrived with an import that is not shown."""

    def get_queryset(self) -> models.QuerySet[T]:
        rows = super().get_queryset()
        rows.query = _of_shown(self.model).chain()
        # Clones share these lists and joins lengthen them: those of the one that is
        # kept would grow, and slow all queries down, for as long as the process lives.
        shared = rows.query.table_map
        rows.query.table_map = {table: [*names] for table, names in shared.items()}
        return rows


class _IsShown(models.Func):
    """SQL: an import that is shown, or none. Written out: most queries ask it."""

    template = (
        "(%(expressions)s IS NULL OR %(expressions)s NOT IN "
        "(SELECT id FROM practice_import WHERE NOT is_shown))"
    )
    output_field = models.BooleanField()


@cache
def _of_shown(model: type[models.Model]) -> Query:
    """Built once for each model: most queries of the site begin with it."""
    return model._base_manager.filter(_IsShown("arrived_with")).query


class Arriving(models.Model):
    """A record that may have come with an import; `objects` shows what is shown."""

    arrived_with = models.ForeignKey(
        Import,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("arrived with import"),
    )

    objects = ShownManager.from_queryset(RecordedQuerySet)()

    class Meta:
        abstract = True


# Staged: machine rows, deleted when the import has ended, or after a day ----------
class StagedFile(models.Model):
    """What is known of a file while it waits; its words are encrypted."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="staged")
    head = models.BinaryField(help_text="The column heads, encrypted.")
    plan = models.JSONField(null=True, help_text="How its columns are read; no names.")
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    kept_until = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"staged file of import {self.of_id}"


class StagedPart(models.Model):
    """Some rows of a file, encrypted: as they came, and as they were understood."""

    file = models.ForeignKey(StagedFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField(default=0)
    words = models.BinaryField()
    ready = models.BinaryField(null=True)
    people = models.BinaryField(
        null=True, help_text="What tells the people of its rows apart, encrypted."
    )
    checked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(
        null=True, help_text="With the practice, again, before anybody came in."
    )
    admitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="staged_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of staged file {self.file_id}"


class Finding(models.TextChoices):
    PROBLEM = "problem", _("Has problems")
    KNOWN = "known", _("May be a chart here")
    TWICE = "twice", _("May be twice in the file")


class Decision(models.TextChoices):
    ADD = "add", _("Same person: add what is new")
    OPEN = "open", _("Somebody else: open a chart")
    LEAVE = "leave", _("Leave this row out")


class StagedFinding(models.Model):
    """What stands in a row's way: a problem, or somebody who may be the same.

    Lines and charts by number only; the words stay in the part.
    """

    part = models.ForeignKey(
        StagedPart, on_delete=models.CASCADE, related_name="findings"
    )
    line = models.PositiveIntegerField(help_text="Of the file, as editors count.")
    kind = models.CharField(max_length=7, choices=Finding.choices)
    is_certain = models.BooleanField(
        default=False, help_text="Name and birth date agree, and phone or number."
    )
    is_by_number = models.BooleanField(
        default=False, help_text="Neither name nor birth date agrees."
    )
    chart_id = models.BigIntegerField(null=True)
    twin_line = models.PositiveIntegerField(null=True)
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)

    class Meta:
        ordering = ["line"]
        indexes = [
            models.Index(fields=["part", "kind", "line"], name="finding_by_part"),
            models.Index(fields=["twin_line"], name="finding_by_twin"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["part", "line"], name="finding_once")
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}"


class KnownHead(models.Model):
    """How columns with these heads were read the last time; the heads as a digest."""

    digest = models.CharField(max_length=64, unique=True)
    plan = models.JSONField()
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:8]
