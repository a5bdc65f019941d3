"""What messages call the practice: by a name that tells nobody why people come."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from consent import addresses
from messaging import linting, segments
from practice import locations
from practice.models import Practice
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Collection

    from practice.trail import Actor
    from practice.versions import Shown

LONGEST_NAME = 25  # characters: the usual texts have no room for more


class NameTells(NotPossible):
    """The name tells why people come, or makes every text dearer."""

    field = "message_name"


def name_of(practice: Practice | None) -> str:
    """What messages call the practice; empty where its name would tell too much."""
    if practice is None:
        return ""
    if practice.message_name:
        return practice.message_name
    return "" if linting.reveals(practice.name) else practice.name


def why_another(practice: Practice) -> str:
    """Why the practice needs a name for messages, as a sentence; empty if it has one
    or needs none.
    """
    if practice.message_name:
        return ""
    if words := linting.reveals(practice.name):
        told = _(
            "“%(word)s” in the usual name tells why people come: until there is a "
            "neutral one, messages give the telephone number instead."
        )
        return told % {"word": words[0]}
    if len(practice.name) > LONGEST_NAME:
        return _("The usual name is long: it makes many texts twice as dear.")
    return ""


def known_at(at: Collection[str]) -> Collection[str]:
    """The addresses at which whoever reads along may know where people go: everybody
    who has one said so. One query.
    """
    said: dict[str, list[bool]] = defaultdict(list)
    for point in addresses.points_at(at):
        said[addresses.of_point(point)].append(point.may_name_practice)
    return {address for address, allowed in said.items() if all(allowed)}


@transaction.atomic
def call(
    *, practice: Practice, message_name: str, by: Actor, seen: Shown | None = None
) -> Practice:
    """Choose the name for messages; without one it is the usual name.

    Raises NameTells, and ChangedMeanwhile where `seen` is out of date.
    """
    name = segments.folded(message_name)
    if words := linting.reveals(name):
        told = _("“%(word)s” tells why people come: choose a neutral name.")
        raise NameTells(told % {"word": words[0]})
    if outside := segments.measure(name).outside:
        told = _("“%(characters)s” would make every text dearer: write it without.")
        raise NameTells(told % {"characters": outside})
    if any(brace in name for brace in "{}"):
        raise NameTells(_("A brace in a name would be read as something to fill in."))
    return locations.change_practice(
        practice=practice, by=by, seen=seen, message_name=name
    )
