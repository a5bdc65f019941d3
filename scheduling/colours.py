"""The colours of appointment types: each is told from any ground, by day and night.

White text reads well on every one of them, and as a shape each stands out from the
light and from the dark surfaces of the site; a test measures it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

COLOURS = {
    "#047f6f": _("Teal"),
    "#2a8033": _("Green"),
    "#747407": _("Olive"),
    "#996601": _("Amber"),
    "#b25612": _("Orange"),
    "#b94e49": _("Red"),
    "#b54d72": _("Pink"),
    "#a2539c": _("Plum"),
    "#7c60bd": _("Violet"),
    "#3071c0": _("Blue"),
    "#0b7a9a": _("Sky"),
    "#647282": _("Slate"),
}
FIRST = "#047f6f"
