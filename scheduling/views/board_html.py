"""The lines of the board as HTML, built by hand: a template takes eight times as long
for all that can be done from a line (python -m bench.pages).

All of it comes from `filled`, which escapes what somebody typed. What repeats
from line to line is made once. A line has one form; its buttons say where they go.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from practice.html import filled, joined
from practice.templatetags.wellhouse import badge, icon, veiled
from scheduling.board_parts import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from scheduling.board_lines import Line, Person
    from scheduling.board_parts import Act

NOTHING = filled("{}", "")
SMALL, QUIET = "button button-small", "button button-small button-quiet"
IN_MENU = "menu-item"
LINE = (
    '<li class="board-line" id="line-{}"><a class="board-time" href="{}">{}{}{}</a>'
    '<div class="board-body"><p class="board-names">{}{}{}</p>'
    '<p class="board-detail">{}{} · {} · {}</p>{}</div>'
    '<div class="board-acts no-print">{}</div></li>'
)
MINUTES = (
    ' <span class="board-minutes board-minutes-{}">{}'
    ' <span data-minutes-since="{}">{}</span>&nbsp;{}</span>'
)
FORM = '<form id="form-{}" method="post" data-board-act hidden>{}{}</form>'
GUEST = '<input type="hidden" name="attendee" value="{}">'
PRESS = (
    '<button class="{}" id="act-{}" form="form-{}" formaction="{}" type="submit">'
    '{}{}<span class="visually-hidden">{}</span></button>'
)
PAGE = (
    '<a class="{}" id="act-{}" href="{}{}">'
    '{}{}<span class="visually-hidden">{}</span></a>'
)
MENU = (
    '<details class="menu board-menu"><summary class="button button-icon button-small'
    ' button-quiet" id="more-{}" aria-label="{}">{}</summary>'
    '<ul class="menu-list">{}{}</ul></details>'
)
LATE = (
    '<li><form class="board-late" method="post" action="{0}">{1}'
    '<label for="late-{2}">{3}</label><input id="late-{2}" name="minutes"'
    ' type="number" min="1" max="240" value="10" required>'
    '<button class="button button-small" type="submit">{4}</button></form></li>'
)


@dataclass(frozen=True, slots=True)
class Pen:
    """What one page writes with: what does not change from line to line."""

    hidden: SafeString  # the token, and where a press leads back to
    back: str  # the latter for an address
    counts: Mapping[str, str]
    minutes: str
    born: str
    private: SafeString
    more: str
    late: str
    note: str


@dataclass(frozen=True, slots=True)
class Place:
    """A line in one list of the page."""

    line: Line
    name: str
    about: str  # what a button is about, for those who hear it
    tool: Pen


def pen(request: HttpRequest, *, back: str) -> Pen:
    """For one page; whatever is pressed leads back to the path `back`."""
    return Pen(
        hidden=filled(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="next" value="{}">',
            get_token(request),
            back,
        ),
        back=f"?next={quote(back)}",
        counts={
            "waiting": _("waits"),
            "late": _("late"),
            "over": _("over by"),
            "in": _("since"),
        },
        minutes=_("min"),
        born=_("born %(born)s"),
        private=filled('<span class="quiet">{}</span>', _("Private")),
        more=_("More about %(at)s, %(who)s"),
        late=_("Running late, minutes"),
        note=_("Note"),
    )


def lines(found: Iterable[Line], tool: Pen, *, lane: str) -> SafeString:
    """The lines of one list of the board."""
    places = (
        Place(line, f"{lane}-{line.key}", f": {line.at}, {line.who}", tool)
        for line in found
    )
    return joined(_line(place) for place in places)


def _if(html: str, words: str) -> SafeString:
    return filled(html, words) if words else NOTHING


def _line(place: Place) -> SafeString:
    line, tool = place.line, place.tool
    return filled(
        LINE,
        place.name,
        path_of("visit", line.visit_id),
        _if('<span class="board-on">{}</span> ', line.on),
        line.at,
        _if(' <span class="board-zone">{}</span>', line.zone),
        joined((_person(one, tool) for one in line.people), ", "),
        _minutes(line, tool) if line.counts else NOTHING,
        joined(_mark(one.words, one.tone, one.shape) for one in line.marks),
        icon(line.way) if line.way else NOTHING,
        line.who,
        line.what,
        line.where,
        _note(line.note) if line.note else NOTHING,
        _acts(place),
    )


def _person(person: Person, tool: Pen) -> SafeString:
    if not person.name:
        return tool.private
    return filled(
        '<a href="{}" title="{}">{}</a>',
        path_of("patient", person.patient_id),
        tool.born % {"born": person.born},
        veiled(person.name, person.initials),
    )


def _minutes(line: Line, tool: Pen) -> SafeString:
    words, since = tool.counts[line.counts], line.since.isoformat()
    return filled(MINUTES, line.counts, words, since, line.minutes, tool.minutes)


@lru_cache(maxsize=512)
def _mark(words: str, tone: str, shape: str) -> SafeString:
    return filled(" {}", badge(words, tone, shape))


def _note(words: str) -> SafeString:
    return filled('<p class="board-note">{}{}</p>', icon("note"), words)


# What can be done -----------------------------------------------------------------
def _acts(place: Place) -> SafeString:
    """The likely presses, and a menu of the others."""
    line = place.line
    found = [_act(line.next, place, "next", SMALL)] if line.next else []
    found += [
        _act(act, place, f"also{number or ''}", QUIET)
        for number, act in enumerate(line.also)
    ]
    if line.more or line.late_url:
        found.append(_menu(place))
    return joined([_form(place), *found]) if found else NOTHING


def _form(place: Place) -> SafeString:
    guests = joined(filled(GUEST, one) for one in place.line.attendee_ids)
    return filled(FORM, place.name, place.tool.hidden, guests)


def _act(act: Act, place: Place, name: str | int, look: str) -> SafeString:
    own, sign = f"{place.name}-{name}", icon(act.icon)
    if act.is_page:
        where = (act.url, place.tool.back)
        return filled(PAGE, look, own, *where, sign, act.label, place.about)
    where = (place.name, act.url)
    return filled(PRESS, look, own, *where, sign, act.label, place.about)


def _menu(place: Place) -> SafeString:
    line = place.line
    acts = joined(
        filled("<li>{}</li>", _act(act, place, number, IN_MENU))
        for number, act in enumerate(line.more, 1)
    )
    about = place.tool.more % {"at": line.at, "who": line.who}
    late = _late(place) if line.late_url else NOTHING
    return filled(MENU, place.name, about, icon("more"), acts, late)


def _late(place: Place) -> SafeString:
    tool, url = place.tool, place.line.late_url
    return filled(LATE, url, tool.hidden, place.name, tool.late, tool.note)
