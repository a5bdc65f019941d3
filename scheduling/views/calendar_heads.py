"""The heads of the calendar's columns and the people to choose from, built by hand.

Like the cards (scheduling.views.calendar_cards): a template takes as long for twenty
heads as for the rest of the page.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.html import filled, joined
from practice.templatetags.wellhouse import icon, swatch
from scheduling.diary_layout import ROW
from scheduling.panels import BADGES
from scheduling.states import LIVE, Status
from scheduling.views.calendar_cards import NOTHING

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from scheduling.diary import Diary
    from scheduling.diary_columns import Column
    from scheduling.diary_sheets import Sheet
    from scheduling.slots import Span
    from scheduling.views.calendar_cards import Drawn
    from scheduling.views.calendar_choice import Choice

HEAD = '<header class="diary-head{}"><h2>{}</h2><p class="diary-sub">{} %s</p></header>'
BOOK = '<a class="diary-book" href="{}" aria-label="{}">{}</a>'
CHECKED = filled("{}", " checked")


def heads(sheet: Sheet, choice: Choice, *, may_book: bool) -> SafeString:
    """One head for each column: what it is, how much of it is free, a way to book."""
    if not sheet.columns:
        return NOTHING
    said = urlencode({"location": str(choice.place.pk), "next": choice.path})
    book = f"{reverse('book')}?{said}" if may_book else ""
    rows = (sheet.first // ROW, sheet.last // ROW)
    drawn = [_head(one, choice, book, rows) for one in sheet.columns]
    values = chain.from_iterable([values for _words, values in drawn])
    return filled("".join([words for words, _values in drawn]), *values)


def _head(column: Column, choice: Choice, book: str, rows: Span) -> Drawn:
    """Without a script a column is booked by its link: the day is filled in."""
    begin = " is-today" if column.scale.day == choice.today else ""
    title = (begin, _title(column, choice), _sub(column, rows))
    if not (book and column.clinician):
        return HEAD % "", title
    return HEAD % BOOK, (
        *title,
        f"{book}&clinician={column.clinician}&at={column.scale.day:%Y-%m-%d}T09:00",
        _("Book: %(name)s") % {"name": column.title},
        icon("plus"),
    )


def _title(column: Column, choice: Choice) -> SafeString:
    if choice.view == "week":
        day = choice.but(view="day", on=column.scale.day)
        return filled('<a href="{}">{}</a>', day, column.title)
    dot = _dot(column.colour) if column.colour else NOTHING
    return filled("{} {}", dot, column.title)


def _sub(column: Column, rows: Span) -> str:
    """What is left of a column, and what its cards leave no room to say."""
    words = column.left_words if column.clinician or column.is_off else ""
    if not words:
        words = ngettext("%(n)d visit", "%(n)d visits", column.count)
        words %= {"n": column.count}
    hidden = [shade.words for shade, room in column.said(rows) if room is None]
    return " · ".join(dict.fromkeys([words, *hidden]))


def people(diary: Diary, choice: Choice) -> SafeString:
    """Whose calendar is shown, as boxes to tick."""
    return joined(
        filled(
            '<label class="menu-item"><input type="checkbox" name="who" value="{}"{}>'
            "{} {}</label>",
            one.pk,
            CHECKED if one.pk in choice.who else "",
            _dot(one.colour),
            one.name,
        )
        for one in diary.roster
    )


@lru_cache(maxsize=256)
def _dot(colour: str) -> SafeString:
    return swatch(colour)


@cache
def legend(_tongue: str, *, may_book: bool) -> SafeString:
    """What the signs and keys mean: the same for all who read the same words."""
    live = [one for one in Status if one in LIVE]
    states = [(one.value, one.label, BADGES[one][1]) for one in live]
    context = {"states": states, "may_book": may_book}
    return render_to_string("scheduling/calendar_legend.html", context)
