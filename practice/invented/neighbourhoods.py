"""Who lives round each location: towns, area codes, and where families come from."""

from __future__ import annotations

from dataclasses import dataclass

from practice.invented import names_abroad as abroad
from practice.invented.addresses import Town
from practice.invented.names import (
    BLACK_AMERICAN,
    LATIN_AMERICAN,
    MIDWESTERN,
    POLISH,
    Culture,
)
from practice.invented.phones import ARIZONA, CHICAGO, ELSEWHERE, ILLINOIS


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    towns: tuple[Town, ...]
    areas: tuple[int, ...]
    cultures: tuple[Culture, ...]
    weights: tuple[int, ...]


_CITY = (
    (MIDWESTERN, 380),
    (LATIN_AMERICAN, 215),
    (BLACK_AMERICAN, 150),
    (POLISH, 42),
    (abroad.CHINESE, 26),
    (abroad.KOREAN, 14),
    (abroad.VIETNAMESE, 16),
    (abroad.FILIPINO, 20),
    (abroad.INDIAN, 34),
    (abroad.PAKISTANI, 12),
    (abroad.ARABIC, 20),
    (abroad.PERSIAN, 6),
    (abroad.EAST_SLAVIC, 20),
    (abroad.HORN_OF_AFRICA, 12),
    (abroad.HAITIAN, 6),
    (abroad.NEPALI, 5),
    (abroad.HMONG, 5),
    (abroad.JAPANESE, 5),
    (abroad.PORTUGUESE, 6),
    (abroad.MEDITERRANEAN, 26),
)
_MOUNTAINS = (
    (MIDWESTERN, 520),
    (LATIN_AMERICAN, 235),
    (abroad.DINE, 130),
    (BLACK_AMERICAN, 25),
    (abroad.FILIPINO, 10),
    (abroad.MEDITERRANEAN, 20),
    (abroad.VIETNAMESE, 8),
)
HARBOR = Neighbourhood(
    towns=(
        Town("Chicago, IL", ("60613", "60614", "60640", "60657", "60660", "60625")),
        Town("Chicago, IL", ("60618", "60622", "60647", "60608", "60616")),
        Town("Evanston, IL", ("60201", "60202")),
    ),
    areas=(*CHICAGO[:3], *CHICAGO, *CHICAGO[:3], *ILLINOIS[:2], *ELSEWHERE[::6]),
    cultures=tuple(culture for culture, _weight in _CITY),
    weights=tuple(weight for _culture, weight in _CITY),
)
PRAIRIE = Neighbourhood(
    towns=(
        Town("Oak Park, IL", ("60301", "60302", "60304")),
        Town("Berwyn, IL", ("60402",)),
        Town("Forest Park, IL", ("60130",)),
        Town("Cicero, IL", ("60804",)),
    ),
    areas=(*CHICAGO[3:], *CHICAGO, *CHICAGO[3:5], *ILLINOIS, *ELSEWHERE[1::7]),
    cultures=HARBOR.cultures,
    weights=HARBOR.weights,
)
PINE = Neighbourhood(
    towns=(
        Town("Flagstaff, AZ", ("86001", "86004", "86005")),
        Town("Williams, AZ", ("86046",)),
        Town("Sedona, AZ", ("86336",)),
    ),
    areas=(ARIZONA[0], *ARIZONA, *ARIZONA, *ELSEWHERE[2::7]),
    cultures=tuple(culture for culture, _weight in _MOUNTAINS),
    weights=tuple(weight for _culture, weight in _MOUNTAINS),
)
