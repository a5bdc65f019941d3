"""Lines of lists, `{% load lines %}`: pages show dozens, and a tag is four times as
quick as an included template (python -m bench.pages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from practice.html import filled
from practice.templatetags.wellhouse import badge, icon, veiled

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from practice.contributions import Line

register = template.Library()
NOTHING = filled("{}", "")
LINE = (
    '<li class="line"><div class="line-body">{}{}</div>'
    '<div class="line-side">{}{}{}</div></li>'
)
DETAIL = '<span class="line-detail">{}{}{}</span>'
HISTORY = (
    '<a class="button button-small button-quiet" href="{}">{}'
    '<span class="visually-hidden">: {}</span></a>'
)
ACT = (
    '<form method="post" action="{}">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<input type="hidden" name="next" value="{}">'
    '<button class="button button-small" type="submit">{} {}'
    '<span class="visually-hidden">: {}</span></button></form>'
)


@register.simple_tag(takes_context=True)
def line_of(
    context: dict[str, Any], line: Line, *, is_full: bool = False
) -> SafeString:
    """`{% line_of line %}`: one line of a section; `is_full` on its full list."""
    return filled(
        LINE,
        _title(line),
        _detail(line) if line.initials or line.detail else NOTHING,
        _history(line) if is_full and line.history_url else NOTHING,
        badge(line.badge, line.tone) if line.badge else NOTHING,
        _act(context, line) if line.act_url else NOTHING,
    )


def _title(line: Line) -> SafeString:
    if not line.url:
        return filled('<span class="line-title">{}</span>', line.title)
    return filled('<a class="line-link" href="{}">{}</a>', line.url, line.title)


def _detail(line: Line) -> SafeString:
    who = NOTHING
    if line.person:
        who = veiled(line.person, line.initials)
    elif line.initials:
        who = filled("<bdi>{}</bdi>", line.initials)
    dot = " · " if line.initials and line.detail else ""
    return filled(DETAIL, who, dot, line.detail)


def _history(line: Line) -> SafeString:
    return filled(HISTORY, line.history_url, _("History"), line.title)


def _act(context: dict[str, Any], line: Line) -> SafeString:
    token, path = context["csrf_token"], context["request"].path
    about = (icon("check"), line.act_label, line.title)
    return filled(ACT, line.act_url, token, path, *about)
