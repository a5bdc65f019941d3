"""How a visit stands, as a badge: `{% visit_badge status %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from practice.templatetags.wellhouse import badge
from scheduling.panels import BADGES
from scheduling.states import Status

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def visit_badge(status: str) -> SafeString:
    """The word, the tone and the shape of a status, the same wherever it is shown."""
    known = Status(status)
    tone, shape = BADGES[known]
    return badge(str(known.label), tone=tone, icon=shape)
