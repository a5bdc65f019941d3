"""What a form showed, so that nobody takes back unseen what others did meanwhile.

A form carries the newest history row of each table that it shows. Its action,
once it holds the lock, calls `check`: if anybody was quicker, nothing is saved
and the person reads who changed what, and when.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Max
from django.utils.translation import gettext as _

from practice import changes
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

LONGEST_NUMBER = 18  # digits


class ChangedMeanwhile(NotPossible):
    """Somebody changed what a form shows while another person was typing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The history rows of what a form shows, and the newest of them at that time."""

    histories: tuple[QuerySet[Any], ...]
    version: str  # one number for each history
    subject: tuple[str, int] | None = None  # the record, as the trail calls it

    @classmethod
    def now(cls, *histories: QuerySet[Any]) -> Self:
        """Ask before the records themselves are read: they may only be newer."""
        return cls(histories, ".".join(str(_newest(rows)) for rows in histories))

    @classmethod
    def record(cls, model: type[Recorded], pk: int, *more: QuerySet[Any]) -> Self:
        """One record, and what else the form shows of it."""
        shown = cls.now(model.history.filter(id=pk), *more)
        return replace(shown, subject=(str(model._meta.model_name), pk))

    @property
    def has_history(self) -> bool:
        """Whether the record was ever saved: what only has defaults was not."""
        return self.subject is not None and not re.match(r"0\b", self.version)

    def again(self) -> Self:
        """The same records as they are now."""
        return replace(type(self).now(*self.histories), subject=self.subject)

    def as_of(self, version: object) -> Self:
        """What a form says it showed."""
        return replace(self, version=str(version or ""))

    def check(self) -> None:
        """Raise ChangedMeanwhile unless the records are still as they were shown.

        The caller holds the lock that everybody takes who changes them.
        """
        if self.version == self.again().version:
            return
        missed = " ".join(
            _("%(who)s, %(when)s: %(what)s.")
            % {"who": change.by, "when": change.when, "what": change.what}
            for change in self._missed()
        )
        words = _("Somebody changed this while you were typing. %(changes)s")
        if not missed:
            words = _("This page was too old to be saved.")
        raise ChangedMeanwhile(words % {"changes": missed})

    def _missed(self) -> Sequence[changes.Missed]:
        """What others did since; nothing where a form does not say what it showed."""
        numbers = self.version.split(".")
        if len(numbers) != len(self.histories) or not all(map(_is_number, numbers)):
            return []
        return [
            change
            for rows, number in zip(self.histories, numbers, strict=True)
            for change in changes.since(rows, int(number))
        ]


def _newest(rows: QuerySet[Any]) -> int:
    newest: int | None = rows.aggregate(newest=Max("history_id"))["newest"]
    return newest or 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
