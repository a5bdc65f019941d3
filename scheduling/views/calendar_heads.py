"""The heads of the calendar's columns and the people to choose from, built by hand.

Like the cards (scheduling.views.calendar_cards): a template takes as long for twenty
heads as for the rest of the page.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.templatetags.wellhouse import icon, swatch
from scheduling.panels import BADGES
from scheduling.states import LIVE, Status
from scheduling.views.calendar_cards import NOTHING, joined

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from scheduling.diary import Diary
    from scheduling.diary_sheets import Column, Sheet
    from scheduling.views.calendar_choice import Choice

CHECKED = format_html("{}", " checked")


def heads(sheet: Sheet, choice: Choice, *, may_book: bool) -> SafeString:
    """One head for each column: what it is, how much of it is free, a way to book."""
    said = urlencode({"location": str(choice.place.pk), "next": choice.path})
    book = f"{reverse('book')}?{said}" if may_book else ""
    return joined(
        format_html(
            '<header class="diary-head{}"><h2>{}</h2><p class="diary-sub">{} {}</p>'
            "</header>",
            " is-today" if one.scale.day == choice.today else "",
            _title(one, choice),
            _free(one),
            _book(one, book) if book and one.clinician else "",
        )
        for one in sheet.columns
    )


def _title(column: Column, choice: Choice) -> SafeString:
    if choice.view == "week":
        day = choice.but(view="day", on=column.scale.day)
        return format_html('<a href="{}">{}</a>', day, column.title)
    dot = swatch(column.colour) if column.colour else NOTHING
    return format_html("{} {}", dot, column.title)


def _free(column: Column) -> str:
    if column.is_off:
        return column.why_off or _("No hours")
    if not column.clinician:
        words = ngettext("%(n)d visit", "%(n)d visits", column.count)
        return words % {"n": column.count}
    if not column.free:
        return _("Full")
    return _("%(span)s free") % {"span": column.free_words}


def _book(column: Column, book: str) -> SafeString:
    """Without a script this is how a column is booked: the day is filled in."""
    day = f"{column.scale.day:%Y-%m-%d}"
    return format_html(
        '<a class="diary-book" href="{}" aria-label="{}">{}</a>',
        f"{book}&clinician={column.clinician}&at={day}T09:00",
        _("Book: %(name)s") % {"name": column.title},
        icon("plus"),
    )


def people(diary: Diary, choice: Choice) -> SafeString:
    """Whose calendar is shown, as boxes to tick."""
    return joined(
        format_html(
            '<label class="menu-item"><input type="checkbox" name="who" value="{}"{}>'
            "{} {}</label>",
            one.pk,
            CHECKED if one.pk in choice.who else "",
            swatch(one.colour),
            one.name,
        )
        for one in diary.roster
    )


@cache
def legend(_language: str | None, *, may_book: bool) -> SafeString:
    """What the signs and keys mean: the same for everybody of a language."""
    live = [one for one in Status if one in LIVE]
    states = [(one.value, one.label, BADGES[one][1]) for one in live]
    context = {"states": states, "may_book": may_book}
    return render_to_string("scheduling/calendar_legend.html", context)
