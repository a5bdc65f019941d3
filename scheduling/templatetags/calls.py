"""What is pressed after a call: `{% load calls %}`, then `{% call_presses line %}`.

A list has a line for each person to call, all with the same buttons: made by hand they
take a tenth of a template's time (python -m bench.pages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from practice.html import filled, repeated
from practice.models import CallOutcome
from practice.templatetags.wellhouse import icon
from scheduling.forms.calls import CONFIRMED, SOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.safestring import SafeString

    from scheduling.calling import CallLine

register = template.Library()
OUTCOMES = {
    CallOutcome.SPOKE: "phone-call",
    CallOutcome.LEFT_MESSAGE: "message",
    CallOutcome.NO_ANSWER: "phone",
}
FORM = (
    '<form class="call-acts" method="post" action="{}">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}{}{}</form>'
)
MENU = (
    '<details class="menu"><summary class="button button-small">{}{}</summary>'
    '<ul class="menu-list">{}<li><a class="menu-item" href="{}">{}</a></li></ul>'
    "</details>"
)
NOTE = '<a class="button button-small" href="{}">{}{}</a>'
HIDDEN = '<input type="hidden" name="{}" value="{}">'
PRESS = (
    '<button class="button button-small" type="submit" name="outcome" value="{}">'
    '{}{}<span class="visually-hidden">: {}</span></button>'
)
LATER = (
    '<li><button class="menu-item" type="submit" name="back" value="{}">{}</button>'
    "</li>"
)


@register.simple_tag(takes_context=True)
def call_presses(context: dict[str, Any], line: CallLine) -> SafeString:
    """The one press that notes what became of a call, and when to call again."""
    here = context["request"].get_full_path()
    return filled(
        FORM,
        reverse("call_made", args=[line.patient.pk]),
        context["csrf_token"],
        repeated(HIDDEN, _hidden(line, here)),
        repeated(PRESS, _presses(line)),
        _note(line, here) if line.is_out_of_reach else _menu(line, here),
    )


def _menu(line: CallLine, here: str) -> SafeString:
    """When to call again."""
    later = repeated(LATER, SOON.items())
    words = _("Another time, another person…")
    return filled(
        MENU,
        icon("clock"),
        _("Call back"),
        later,
        _another(line, here, CallOutcome.CALL_BACK),
        words,
    )


def _note(line: CallLine, here: str) -> SafeString:
    """Where nobody calls: what was said on another way."""
    page = _another(line, here, CallOutcome.SPOKE)
    return filled(NOTE, page, icon("note"), _("Note…"))


def _hidden(line: CallLine, here: str) -> Iterator[tuple[str, object]]:
    yield "next", here
    if line.task:
        yield "task", line.task.pk
    for one in line.visits:
        yield "attendee", one.pk


def _presses(line: CallLine) -> Iterator[tuple[object, ...]]:
    who = line.patient.initials
    if line.visits:
        yield CONFIRMED, icon("calendar-check"), _("Confirmed"), who
    for outcome, shape in () if line.is_out_of_reach else OUTCOMES.items():
        yield outcome.value, icon(shape), outcome.label, who


def _another(line: CallLine, here: str, outcome: CallOutcome) -> str:
    task = f"&task={line.task.pk}" if line.task else ""
    page = reverse("phone_note", args=[line.patient.pk])
    return f"{page}?outcome={outcome.value}{task}&next={quote(here)}"
