"""The cells of one row, asked for one thing at a time; each problem is noted.

Nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from practice import cell_words, date_orders, names
from practice.columns import LABELS
from practice.models import ContactPoint
from practice.whole_names import Surnames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db import models

SYSTEM = "Earlier number"
OLDEST_DAY = date(1890, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a file is read: what each column holds, and what holds for every row."""

    columns: Sequence[str]
    order: str
    home: int
    system: str = SYSTEM
    surnames: str = Surnames.LAST  # in whole names without a comma
    may_text: bool = False
    may_call: bool = False
    may_leave_voicemail: bool = False
    may_write: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are read against: today, and the locations by their folded names."""

    today: date
    places: Mapping[str, int]


@dataclass(slots=True)
class Row:
    """The cells of one row by what they hold, and the problems found so far."""

    cells: Mapping[str, str]
    plan: Plan
    ground: Ground
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return " ".join(self.cells.get(name, "").split())

    def say(self, name: str, words: str) -> None:
        self.problems.append(f"{LABELS[name]}: {words}")

    def day(self, name: str) -> date | None:
        if not (cell := self.text(name)):
            return None
        day = date_orders.read(cell, self.plan.order, today=self.ground.today)
        if day is None or not OLDEST_DAY <= day <= self.ground.today:
            self.say(name, _not_a_day(cell, day))
            return None
        return day

    def choice(self, name: str, choices: type[models.TextChoices]) -> str:
        cell = self.text(name)
        found = cell_words.choice(cell, choices) if cell else ""
        if found is None:
            known = ", ".join(str(label) for label in choices.labels[:8])
            words = _("“%(cell)s” is not known here. Write one of: %(known)s.")
            self.say(name, words % {"cell": short(cell), "known": known})
        return found or ""

    def answer(self, name: str, *, usual: bool) -> bool:
        cell = self.text(name)
        answer = cell_words.yes_or_no(cell) if cell else usual
        if answer is None:
            words = _("“%(cell)s” is neither yes nor no.")
            self.say(name, words % {"cell": short(cell)})
        return bool(answer)

    def hours(self, name: str) -> dict[str, str]:
        """From when until when a phone is safe, by column; empty is at any time."""
        cell = self.text(name)
        if not cell or cell.lower() in cell_words.ALWAYS:
            return {}
        found = cell_words.hours(cell)
        if found is None:
            words = _("“%(cell)s” are no hours. Write them like 18:00-20:00.")
            self.say(name, words % {"cell": short(cell)})
            return {}
        starts, ends = found
        return {"safe_from": starts.isoformat(), "safe_until": ends.isoformat()}

    def number(self, name: str) -> tuple[str, str]:
        """A phone as it is kept, and its extension in words."""
        cell = self.text(name)
        value, extension = _parsed(cell) if cell else ("", "")
        if cell and not value:
            self.say(name, _("“%(cell)s” is no phone number.") % {"cell": short(cell)})
        return value, extension

    def email(self, name: str) -> str:
        cell = self.text(name)
        try:
            if cell:
                validate_email(cell)
        except ValidationError:
            words = _("“%(cell)s” is no e-mail address.")
            self.say(name, words % {"cell": short(cell)})
            return ""
        return self.fitting(name, cell, ContactPoint, "email")

    def bounded(self, name: str, model: type[models.Model], column: str = "") -> str:
        """The text of a cell, as long as a column of ours takes it."""
        return self.fitting(name, self.text(name), model, column)

    def fitting(
        self, name: str, text: str, model: type[models.Model], column: str = ""
    ) -> str:
        most = model._meta.get_field(column or name).max_length or 0  # type: ignore[union-attr]
        if len(text) > most:
            self.say(name, _("more than %(most)s characters.") % {"most": most})
        return text[:most]


def as_name(text: str) -> str:
    """A name; what people write in place of one is none."""
    is_name = names.has_letter(text) and text.upper().strip("#") not in ("N/A", "N.A.")
    return text if is_name else ""


def short(cell: str) -> str:
    return cell if len(cell) <= 60 else f"{cell[:59]}…"


@lru_cache(maxsize=8192)
def _parsed(cell: str) -> tuple[str, str]:
    try:
        phone = phonenumbers.parse(cell[:60], "US")
    except phonenumbers.NumberParseException:
        return "", ""
    if not phonenumbers.is_valid_number(phone):
        return "", ""
    extension, phone.extension = phone.extension, None
    value = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
    return value, f"ext. {extension}"[:20] if extension else ""


def _not_a_day(cell: str, day: date | None) -> str:
    if day is not None and day > OLDEST_DAY:
        return _("“%(cell)s” is in the future.") % {"cell": short(cell)}
    if day is not None:
        return _("“%(cell)s” is too long ago.") % {"cell": short(cell)}
    words = _(
        "“%(cell)s” is no date in the order of this file. Write it like 1985-03-31, "
        "with the whole year."
    )
    return words % {"cell": short(cell)}
