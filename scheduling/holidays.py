"""Public holidays, as the library `holidays` knows them, and which of them we close."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from holidays import country_holidays

from practice.models import Closure, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COUNTRY = "US"  # the legal profiles know no other yet
MOVED, SATURDAY = " (observed)", 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday, where it is one, and where the doors are shut already."""

    on: date
    name: str
    places: Sequence[Location]
    shut: Sequence[Location]

    @property
    def open_places(self) -> list[Location]:
        """Where it is a holiday and nobody has closed yet."""
        return [place for place in self.places if place not in self.shut]


def of_state(state: str, year: int) -> dict[date, str]:
    """The public holidays of a state, those of the whole country included."""
    found = country_holidays(COUNTRY, subdiv=state or None, years=[year])
    moved = {name.removesuffix(MOVED) for name in found.values() if MOVED in name}
    return {
        day: name.removesuffix(MOVED)
        for day, name in sorted(found.items())
        # One that falls on a weekend is a day off on another day.
        if name not in moved or day.weekday() < SATURDAY
    }


def of_places(places: Iterable[Location], year: int, *, today: date) -> list[Holiday]:
    """The holidays of a year that are still to come, at some places; one query."""
    known = list(places)
    shut = list(
        Closure.objects.filter(
            is_withdrawn=False,
            starts_on__lte=date(year, 12, 31),
            ends_on__gte=date(year, 1, 1),
        )
    )
    by_day: dict[date, dict[Location, str]] = defaultdict(dict)
    for place in known:
        for day, name in of_state(place.state, year).items():
            if day >= today:
                by_day[day][place] = name
    return [
        Holiday(day, _usual(here.values()), list(here), _shut(here, shut, day))
        for day, here in sorted(by_day.items())
    ]


def _usual(names: Iterable[str]) -> str:
    """What most of the places call a day."""
    return Counter(names).most_common(1)[0][0]


def _shut(
    places: Iterable[Location], closures: Iterable[Closure], day: date
) -> list[Location]:
    covering = {row.location_id for row in closures if row.covers(day)}
    return [place for place in places if None in covering or place.pk in covering]
