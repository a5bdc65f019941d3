"""The demo's staff: twelve clinicians, and eight who keep the house going."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from practice import duty, signing_in, staffing
from practice.demo import PASSWORD
from practice.invented import neighbourhoods, phones
from practice.invented.addresses import ascii_letters
from practice.invented.homes import Carer, Place
from practice.models import StaffMember
from practice.seeds.hires import CLINICIANS, HIRES, Hire
from practice.seeds.houses import DEMO
from practice.trail import keep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.invented.phones import Phones
    from practice.models import Location
    from practice.seeds.houses import House


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who works here, by name."""

    people: dict[str, StaffMember]

    def __getitem__(self, name: str) -> StaffMember:
        return self.people[name]

    @property
    def manager(self) -> StaffMember:
        return self["Rosalind Achterberg"]

    def desk_of(self, location: Location) -> StaffMember:
        """Who sits at the front desk of a location."""
        return self[
            {
                "Harbor": "Denise Okafor",
                "Prairie": "Tomasz Lewicki",
                "Pine": "Shandiin Nez",
            }[location.short_name]
        ]


def hire(house: House, numbers: Phones) -> Team:
    """Everybody joins: account, roles, places, duty hours; one password for all."""
    password = make_password(PASSWORD)  # once: a good hash is slow
    return Team({row.name: _hire(row, house, numbers, password) for row in HIRES})


def places(house: House, team: Team) -> list[Place]:
    """The locations as people choose them, each with its clinicians."""
    around = (neighbourhoods.HARBOR, neighbourhoods.PRAIRIE, neighbourhoods.PINE)
    also = (house.prairie, house.harbor, None)
    return [
        Place(
            location=location,
            around=nearby,
            carers=_carers(location, team),
            also=other,
        )
        for location, nearby, other in zip(house.all, around, also, strict=True)
    ]


def _hire(row: Hire, house: House, numbers: Phones, password: str) -> StaffMember:
    at = {location.short_name: location for location in house.all}
    staff = staffing.add_staff(
        email=email_of(row.name),
        name=row.name,
        roles=row.roles,
        locations=[at[name] for name in row.week],
        phone=numbers.take(phones.ELSEWHERE),
        by=DEMO,
    )
    staff.password = password
    keep(staff, by=DEMO, kind="staff.joined")
    signing_in.trust_address(staff)
    if row.clinician:
        staffing.describe_clinician(staff=staff, by=DEMO, **row.clinician)
    for name, spans in row.week.items():
        duty.set_duty_hours(staff=staff, location=at[name], spans=spans, by=DEMO)
    return staff


def email_of(name: str) -> str:
    first, *_middle, last = name.split()
    return f"{ascii_letters(first)}.{ascii_letters(last)}@example.org"


def _carers(location: Location, team: Team) -> Sequence[Carer]:
    return [
        Carer(
            staff=team[row.name],
            ages=row.sees,
            languages=row.clinician["languages"],
            is_prescriber=row.is_prescriber,
            weight=2 if row.is_prescriber else 6 // len(row.week),
        )
        for row in CLINICIANS
        if row.week.get(location.short_name)
    ]
