"""What the tests of templates share: words that pass, a draft, words in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messaging import templates
from tests.cast import MONDAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from messaging.models import Template
    from practice.models import StaffMember

FIRST = "{practice}: see you on {day}, {time}. STOP to end texts."
SECOND = "{practice}: come on {day}, {time}, please. STOP to end texts."
REFUSED = (
    "{practice}: your therapy is on {day}, {time}. Reply CANCEL. STOP to end texts."
)

# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "messages/wordings/versions/<id:pk>": lambda subjects: {
        "pk": subjects["own words"].pk
    },
    "messages/wordings/<slug:occasion>": lambda _subjects: {
        "occasion": "booked",
        "language": "en",
    },
}


def own_words(people: dict[str, StaffMember]) -> dict[str, Any]:
    """A draft of the manager's, for the walks."""
    return {"own words": draft(people["manager"])}


def draft(by: StaffMember, text: str = FIRST, **details: Any) -> Template:
    usual: dict[str, Any] = {"occasion": "booked", "language": "en", "now": MONDAY}
    return templates.draft(text=text, by=by, **usual | details)


def in_use(
    by: StaffMember, approver: StaffMember, text: str = FIRST, **details: Any
) -> Template:
    row = draft(by, text, **details)
    return templates.approve(template=row, by=approver, now=MONDAY)
