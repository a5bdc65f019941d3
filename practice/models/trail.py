"""The trail: one line for each act and each look, and the seals that prove them.

Append-only in the database itself (practice.guards). Plain columns, no foreign
keys: a line outlives what it is about.
"""

from __future__ import annotations

from django.db import models

WHOLE = models.Q(part_of_id__isnull=True)  # no part of another line
PART = models.Q(part_of_id__isnull=False)  # as SQLite knows it from an index


class TrailEntry(models.Model):
    """One line: who, when, what and why, about which record or chart.

    The database writes it beside each history row (practice.recording); actions
    append lines about what changes no record, such as an export or a look.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    reason = models.CharField(max_length=400, blank=True)
    patient_id = models.BigIntegerField(null=True)
    record = models.CharField(max_length=40)
    record_id = models.BigIntegerField(null=True)
    history_id = models.BigIntegerField(null=True)
    part_of_id = models.BigIntegerField(
        null=True, help_text="The line that sums it up, of an act with thousands."
    )
    format = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            # Each costs every save. What is asked for together with one of these
            # is looked for among the lines that the index finds.
            models.Index(fields=["at"], name="trail_by_time"),
            models.Index(fields=["patient_id", "at"], name="trail_by_patient"),
            models.Index(fields=["actor_id", "at", "kind"], name="trail_by_actor"),
            models.Index(fields=["kind", "at"], name="trail_by_kind"),
            models.Index(fields=["record", "record_id"], name="trail_by_record"),
            models.Index(fields=["record", "at"], name="trail_by_sort_of_record"),
            # Pages that fold parts into the line that sums them up; most lines are
            # whole. Those of the parts cost only what has thousands.
            models.Index(fields=["at"], condition=WHOLE, name="trail_folded"),
            models.Index(
                fields=["actor_id", "at", "kind"],
                condition=WHOLE,
                name="trail_folded_by_actor",
            ),
            models.Index(
                fields=["part_of_id", "at"], condition=PART, name="trail_parts"
            ),
            models.Index(
                fields=["part_of_id", "kind"], condition=PART, name="trail_part_kinds"
            ),
        ]

    def __str__(self) -> str:
        return f"trail {self.pk} {self.kind}"


class TrailPatient(models.Model):
    """One of the charts that a line about several is about, such as a list's."""

    entry_id = models.BigIntegerField()
    patient_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry_id", "patient_id"], name="trail_patient_once"
            )
        ]
        indexes = [
            models.Index(fields=["patient_id", "entry_id"], name="trail_of_patient")
        ]

    def __str__(self) -> str:
        return f"trail {self.entry_id}: patient {self.patient_id}"


class Seal(models.Model):
    """The proof of one line: a link of the chain, in the order of sealing.

    `digest` is keyed over the line's words (its reason, the charts it names, the
    columns of its history row), `mac` over the line without them, the digest, when
    it was sealed, and the mac before: the words can be erased lawfully, and the
    chain still holds.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    shape_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=8, help_text="Which key; not the key.")
    digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Far from the last number there is: the next one always exists.
                condition=models.Q(position__gte=1, position__lt=2**62),
                name="seal_in_the_chain",
            )
        ]

    def __str__(self) -> str:
        return f"seal {self.position}"


class Shape(models.Model):
    """The columns that a record had when lines about it were sealed."""

    record = models.CharField(max_length=40)
    columns = models.JSONField()

    def __str__(self) -> str:
        return f"{self.record}: {len(self.columns)} columns"


class Erasure(models.Model):
    """The words of a line were lawfully erased; `mac` proves that the site did it.

    `digest` is keyed over what the line has said since.
    """

    entry_id = models.BigIntegerField(primary_key=True)
    tombstone_id = models.BigIntegerField(help_text="The line that says who and why.")
    key = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"erasure {self.entry_id}"
