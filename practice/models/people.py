"""Finding people, and finding them twice: what is derived, and what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from practice.models.base import Recorded
from practice.models.patients import Patient


class NameWord(models.Model):
    """One word by which a chart is found; the database keeps it beside the chart."""

    word = models.CharField(max_length=200)
    patient_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient_id", "word"], name="name_word_once"
            )
        ]
        indexes = [
            # For beginnings of words: PostgreSQL needs its pattern operators.
            models.Index(
                fields=["word", "patient_id"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="name_word_beginning",
            )
        ]

    def __str__(self) -> str:
        return f"name word of patient {self.patient_id}"


class Spelling(models.Model):
    """A way to misspell or mishear a word that some chart is found by."""

    key = models.CharField(max_length=200)
    word = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "word"], name="spelling_once")
        ]

    def __str__(self) -> str:
        return f"spelling {self.pk}"


class LikelyPair(models.Model):
    """Two charts that may be one person, as the last nightly look found them."""

    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    likelihood = models.PositiveSmallIntegerField(help_text="Of 100.")
    reasons = models.JSONField(help_text="What speaks for it, by its names in code.")

    class Meta:
        ordering = ["-likelihood", "first_id", "second_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_id", "second_id"], name="likely_pair_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["-likelihood", "first_id", "second_id"],
                name="likely_pair_first",
            ),
            models.Index(fields=["second_id"], name="likely_pair_second"),
        ]

    def __str__(self) -> str:
        return f"pair {self.first_id}, {self.second_id}"


class NotTheSame(Recorded):
    """Somebody looked at two charts that seem to be one person, and they are two."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="told_apart"
    )
    other = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="told_apart_from"
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(patient__lt=F("other")), name="not_the_same_in_order"
            ),
            models.UniqueConstraint(
                fields=["patient", "other"], name="not_the_same_once"
            ),
        ]

    def __str__(self) -> str:
        return f"patients {self.patient_id} and {self.other_id} are two"
