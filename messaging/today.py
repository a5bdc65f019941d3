"""TODAY: messages of which nobody is sure whether they went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import health, outbox_lists
from practice.access import Capability, may
from practice.contributions import Line, Section
from practice.models import StaffMember
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from messaging.models import Delivery
    from practice.contributions import Day


def unsure(day: Day) -> Section | None:
    """For those who answer messages, where somebody has to say how it was.

    Nobody is named here: the outbox says who.
    """
    if not may(day.staff, Capability.ANSWER_MESSAGES):
        return None
    roles, before = tuple(day.staff.roles), health.doubtful_before()
    count = len(_doubtful(roles, staff=day.staff.pk, before=before))
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


@prepared
def _doubtful(
    roles: Sequence[str], *, staff: Any, before: Any
) -> QuerySet[Delivery, tuple[int]]:
    theirs = outbox_lists.to_resolve(StaffMember.with_roles(roles, pk=staff))
    rows = health.doubtful(before).filter(pk__in=theirs.values("pk"))
    return health.up_to_a_bound(rows)
