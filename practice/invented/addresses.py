"""Streets that are on no map, and mail addresses that lead nowhere."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

# Kept for examples (RFC 2606): no mail to them arrives anywhere.
DOMAINS = ("example.com", "example.org", "example.net")
FRONTS = (
    *("Alder", "Amber", "Barley", "Bramble", "Cinder", "Clover", "Copper", "Curlew"),
    *("Ember", "Fallow", "Fern", "Finch", "Hazel", "Heron", "Juniper", "Lantern"),
    *("Larch", "Linden", "Marigold", "Mallow", "Otter", "Plover", "Quill", "Rowan"),
    *("Sorrel", "Sparrow", "Starling", "Tansy", "Thistle", "Willow", "Wren", "Yarrow"),
)
ENDS = ("wick", "mere", "gate", "combe", "stone", "hollow", "reach", "ridge", "march")
KINDS = ("Street", "Avenue", "Lane", "Road", "Court", "Drive", "Place", "Terrace")
TRANSLITERATED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Town:
    name: str  # with its state
    zips: tuple[str, ...]


def address(rng: Random, towns: Sequence[Town]) -> str:
    """An address as on an envelope, in a real town and an invented street."""
    town = rng.choice(towns)
    street = f"{rng.choice(FRONTS)}{rng.choice(ENDS)} {rng.choice(KINDS)}"
    flat = f", Apt {rng.randint(1, 48)}" if rng.random() < 0.38 else ""
    number = rng.randint(1, 79) * 100 + rng.randint(1, 60)
    return f"{number} {street}{flat}\n{town.name} {rng.choice(town.zips)}"


def email(rng: Random, given: str, family: str) -> str:
    """A mail address as people choose them, at a domain kept for examples."""
    first, last = ascii_letters(given), ascii_letters(family)
    number = rng.randint(1, 99)
    if not first:
        first, last = rng.choice(FRONTS).lower(), rng.choice(ENDS)
    forms = (
        f"{first}.{last}",
        f"{first[:1]}{last}{number}",
        f"{first}{last}",
        f"{first}.{last}{number}",
        f"{first}_{rng.choice(FRONTS).lower()}",
    )
    return f"{rng.choice(forms).strip('.')}@{rng.choice(DOMAINS)}"


def ascii_letters(text: str) -> str:
    """The bare letters of a name, where it has any in Latin script."""
    bare = unicodedata.normalize("NFKD", text.lower().translate(TRANSLITERATED))
    return re.sub(r"[^a-z]", "", bare)
