"""TODAY: messages of which nobody is sure whether they went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import health, outbox_lists
from practice.access import Capability, may
from practice.contributions import Line, Section

if TYPE_CHECKING:
    from practice.contributions import Day


def unsure(day: Day) -> Section | None:
    """For those who answer messages, where somebody has to say how it was.

    Nobody is named here: the outbox says who.
    """
    if not may(day.staff, Capability.ANSWER_MESSAGES):
        return None
    theirs = outbox_lists.to_resolve(day.staff)
    count = health.bounded(health.doubtful().filter(pk__in=theirs.values("pk")))
    if not count:
        return None
    words = ngettext(
        "%(count)d message may not have gone: say how it was",
        "%(count)d messages may not have gone: say how it was",
        count,
    )
    url = reverse("outbox")
    line = Line(title=words % {"count": count}, url=url)
    title = _("Not sure it went")
    return Section(title, "send", [line], empty="", count=count, more_url=url)
