"""This floor's places in the rail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice.access import Capability
from practice.contributions import Page

if TYPE_CHECKING:
    from collections.abc import Sequence


def pages() -> Sequence[Page]:
    """NAVIGATION: what the desk has open all day."""
    return [
        Page(_("Calendar"), "calendar", "calendar", Capability.SEE_CALENDAR, "a"),
        Page(_("Board"), "board", "monitor", Capability.SEE_CALENDAR, "b"),
    ]
