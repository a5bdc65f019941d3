"""The team as its pages show it: who works where, who is here, who is away."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from practice import clock, locations, roster, zones
from practice.hours_in_force import Plan, plans, weekly_rows
from practice.models import (
    Absence,
    Clinician,
    Location,
    OnCallShift,
    StaffLocation,
    StaffMember,
    Task,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from practice.models import DutyHours

PAST_SHOWN, TURNS_SHOWN = 5, 12


class Standing(StrEnum):
    """Whether an account opens anything."""

    ACTIVE = "active"
    INVITED = "invited"
    LAPSED = "lapsed"  # invited, and let the days pass
    WITHDRAWN = "withdrawn"  # invited, then not
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Card:
    """One person as the directory shows them at one location."""

    staff: StaffMember
    standing: Standing
    clinician: Clinician | None = None
    here_until: datetime | None = None
    away: Absence | None = None
    call_rank: int = 0  # 1 is called first; 0 is not on call

    def speaks(self, language: str) -> bool:
        return self.clinician is not None and language in self.clinician.languages

    @property
    def offers_telehealth(self) -> bool:
        return self.clinician is not None and self.clinician.offers_telehealth


@dataclass(frozen=True, slots=True)
class Place:
    """One location with its people; without a location, those who have none."""

    location: Location | None
    cards: Sequence[Card]

    @property
    def here(self) -> int:
        return sum(card.here_until is not None for card in self.cards)


@dataclass(frozen=True, slots=True)
class Directory:
    """The whole team, by location, with who is away and who is on call now."""

    places: Sequence[Place]
    shut: Sequence[Card]  # invited, or closed
    on_call: Sequence[StaffMember]
    away: Sequence[Absence]
    languages: Sequence[str]  # that clinicians speak, as codes


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader of the directory looks for; empty means anybody."""

    language: str = ""
    telehealth: bool = False
    here: bool = False

    def __bool__(self) -> bool:
        return bool(self.language or self.telehealth or self.here)

    def fits(self, card: Card) -> bool:
        return (
            (not self.language or card.speaks(self.language))
            and (not self.telehealth or card.offers_telehealth)
            and (not self.here or card.here_until is not None)
        )


ANYBODY = Wish()


def directory(*, now: datetime, wish: Wish = ANYBODY) -> Directory:
    """Everybody who works here, in a number of queries that people do not change."""
    people = list(
        StaffMember.objects.select_related("clinician").prefetch_related("invitations")
    )
    away = roster.away(now=now)
    callers = roster.on_call(now=now)
    here = {
        (row.staff.pk, row.location.pk): row.until for row in roster.on_duty(now=now)
    }
    ranks = {staff.pk: rank for rank, staff in enumerate(callers, start=1)}

    def card(staff: StaffMember, location: Location | None) -> Card:
        return Card(
            staff=staff,
            standing=standing(staff, now=now),
            clinician=clinician_of(staff),
            here_until=here.get((staff.pk, location.pk)) if location else None,
            away=away.get(staff.pk),
            call_rank=ranks.get(staff.pk, 0),
        )

    return Directory(
        places=_places(people, card, wish),
        shut=[card(one, None) for one in people if not one.is_active],
        on_call=callers,
        away=[away[one.pk] for one in people if one.pk in away and one.is_active],
        languages=sorted({code for one in people for code in _spoken_by(one)}),
    )


def _places(
    people: Sequence[StaffMember],
    card: Callable[[StaffMember, Location | None], Card],
    wish: Wish,
) -> list[Place]:
    """Every location with those of its people who fit; last, who has no location."""
    known = {one.pk: one for one in people if one.is_active}
    teams: dict[Location | None, list[StaffMember]] = {
        location: [] for location in Location.objects.filter(is_active=True)
    }
    homeless = set(known)
    rows = StaffLocation.objects.filter(is_current=True, location__is_active=True)
    for row in rows.select_related("location").order_by("staff__name", "staff"):
        if row.staff_id in known:
            teams[row.location].append(known[row.staff_id])
            homeless.discard(row.staff_id)
    if homeless:
        teams[None] = [one for one in people if one.pk in homeless]
    return [
        Place(place, [one for staff in team if wish.fits(one := card(staff, place))])
        for place, team in teams.items()
    ]


def _spoken_by(staff: StaffMember) -> Sequence[str]:
    clinician = clinician_of(staff)
    return clinician.languages if clinician and staff.is_active else []


def standing(staff: StaffMember, *, now: datetime) -> Standing:
    """Whether an account is open, waits for its invitation, or is closed."""
    if staff.is_active:
        return Standing.ACTIVE
    rows = list(staff.invitations.all())
    if not rows or any(row.accepted_at for row in rows):
        return Standing.CLOSED
    waiting = [row for row in rows if not row.is_withdrawn]
    if not waiting:
        return Standing.WITHDRAWN
    is_alive = any(row.expires_at > now for row in waiting)
    return Standing.INVITED if is_alive else Standing.LAPSED


def clinician_of(staff: StaffMember) -> Clinician | None:
    """What is recorded of somebody who works as a clinician, if anything is."""
    return getattr(staff, "clinician", None) if staff.is_clinician else None


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's duty hours at one location, in words."""

    location: Location
    week: Sequence[tuple[str, str]]
    later: Sequence[Plan] = ()  # from a day on


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person as their page shows them."""

    staff: StaffMember
    standing: Standing
    clinician: Clinician | None
    zone: str  # of the times below
    posts: Sequence[Post]
    absences: Sequence[Absence]  # now or to come
    past_absences: Sequence[Absence]
    turns: Sequence[OnCallShift]  # now or to come
    open_tasks: int


def person_page(staff: StaffMember, *, now: datetime) -> PersonPage:
    """What there is to know of one person; the reader sees what they may."""
    zone = zones.of_staff(staff)
    absences = staff.absences.filter(is_withdrawn=False).select_related("cover")
    turns = staff.on_call_shifts.filter(is_withdrawn=False, ends_at__gt=now)
    return PersonPage(
        staff=staff,
        standing=standing(staff, now=now),
        clinician=clinician_of(staff),
        zone=zone,
        posts=posts_of(staff, today=clock.local(now, zone).date()),
        absences=list(absences.filter(ends_at__gt=now)),
        past_absences=list(
            absences.filter(ends_at__lte=now).order_by("-starts_at")[:PAST_SHOWN]
        ),
        turns=list(turns[:TURNS_SHOWN]),
        open_tasks=Task.objects.open().filter(for_person=staff).count(),
    )


def posts_of(staff: StaffMember, *, today: date) -> list[Post]:
    """Where somebody works, with their weekly hours there, and those to come."""
    rows: dict[int, list[DutyHours]] = defaultdict(list)
    for row in weekly_rows(staff):
        rows[row.location_id].append(row)
    found = []
    for place in locations.of_staff(staff):
        now, *later = plans(rows[place.pk], today=today)
        found.append(Post(place, now.week, later))
    return found
