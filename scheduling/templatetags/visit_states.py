"""How a visit stands, as a badge: `{% visit_badge status %}`; and whoever comes, where
that is not as usual: `{% care_badge patient %}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from practice.templatetags.wellhouse import badge
from scheduling import in_care
from scheduling.panels import BADGES
from scheduling.states import Status

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from practice.models import Patient

register = template.Library()


@register.simple_tag
def visit_badge(status: str) -> SafeString:
    """The word, the tone and the shape of a status, the same wherever it is shown."""
    known = Status(status)
    tone, shape = BADGES[known]
    return badge(str(known.label), tone=tone, icon=shape)


@register.simple_tag
def care_badge(patient: Patient) -> SafeString | str:
    """That a patient is paused, no longer seen, or has died; nothing for the others."""
    if not (words := in_care.words_of(patient)):
        return ""
    tone, shape = in_care.LOOKS[in_care.state_of(patient)]
    return badge(words, tone=tone, icon=shape)
