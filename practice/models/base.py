"""What every recorded model shares: history, and no way round the actions."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, NoReturn, TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models

# Only to take back what the history library listens to.
from django.db.models.signals import (  # noqa: TID251
    post_delete,
    post_save,
    pre_delete,
)
from django.utils.encoding import force_str
from simple_history.models import HistoricalRecords

T = TypeVar("T", bound=models.Model, covariant=True)
# Columns that history does not keep.
SECRET, DERIVED = ("password",), ("search_text",)


class UseAnAction(TypeError):
    """A recorded table was about to be written without history."""


class RecordedQuerySet(models.QuerySet[T]):
    """Refuses the bulk writes that leave no history row."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise UseAnAction(f"{self.model.__name__} is written by actions only.")

    update = delete = bulk_update = bulk_create = _refuse


class KeptHistory(HistoricalRecords):  # type: ignore[misc]
    """simple-history's tables and questions; practice.recording's triggers write them.

    A table lists only those left-out columns that it has.
    """

    def create_history_model(self, model: type[models.Model], inherited: bool) -> Any:  # noqa: FBT001 - the library's own signature
        rows = super().create_history_model(model, inherited)
        names = {field.name for field in model._meta.fields}
        rows._history_excluded_fields = [
            name for name in self.excluded_fields if name in names
        ]
        return rows

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        """Take back the library's own writing: the database does it."""
        super().finalize(sender, **kwargs)
        post_save.disconnect(self.post_save, sender=sender)
        post_delete.disconnect(self.post_delete, sender=sender)
        pre_delete.disconnect(self.pre_delete, sender=sender)


class Recorded(models.Model):
    """A domain record: every change of it is kept, and nothing deletes it."""

    objects = RecordedQuerySet.as_manager()
    history: ClassVar[Any] = KeptHistory(
        inherit=True,
        excluded_fields=[*SECRET, *DERIVED],
        history_user_id_field=models.BigIntegerField(null=True, editable=False),
        history_change_reason_field=models.TextField(default="", blank=True),
        history_user_getter=lambda row: row.history_user_id,
        history_user_setter=lambda row, user: setattr(
            row, "history_user_id", getattr(user, "pk", None)
        ),
    )

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> Any:  # noqa: N802
        """A choice in words, for `get_…_display`.

        Django's own makes a table of all choices at each call; of languages there
        are forty, and a page lists fifty people.
        """
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)


@cache
def _labels(field: models.Field[Any, Any]) -> dict[Any, Any]:
    return dict(field.flatchoices)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in _zones():
        raise ValidationError(
            "“%(name)s” is not a time zone.", params={"name": name}, code="zone"
        )


class ZoneField(models.CharField[str, str]):
    """An IANA time zone name, such as America/Chicago."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, check_zone]


def one_of(
    field: str, choices: type[models.TextChoices], name: str
) -> models.CheckConstraint:
    """A check that a column holds one of its choices."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}), name=name
    )


def both_or_neither(first: str, second: str, name: str) -> models.CheckConstraint:
    """A check that two columns, such as `done_at` and `done_by`, come together."""
    together = models.Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    together |= models.Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    return models.CheckConstraint(condition=together, name=name)


def in_order(earlier: str, later: str, name: str) -> models.CheckConstraint:
    """A check that `later`, where given, comes after `earlier`."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{later}__isnull": True})
        | models.Q(**{f"{later}__gt": models.F(earlier)}),
        name=name,
    )
