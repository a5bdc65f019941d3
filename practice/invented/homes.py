"""One invented home: what its people share, and how their charts are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from practice.intake import NewCaregiver, NewCaregiving, NewCarer, NewChart
from practice.invented import people, reach
from practice.invented.addresses import address, email
from practice.models import PreferredChannel, Proof, Relation
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from practice.invented.names import Culture
    from practice.invented.neighbourhoods import Neighbourhood
    from practice.invented.people import Person
    from practice.invented.phones import Phones
    from practice.invented.reach import Details
    from practice.languages import Language
    from practice.models import Gender, Location, StaffMember

WEEKS = timedelta(weeks=3)
FULL_RIGHTS: Details = {"may_consent": True, "may_book": True, "may_be_told": True}
RIGHTS: dict[Relation, Details] = {
    Relation.PARENT: FULL_RIGHTS | {"proof": Proof.IDENTITY},
    Relation.GUARDIAN: FULL_RIGHTS | {"proof": Proof.ORDER},
    Relation.FOSTER: FULL_RIGHTS | {"proof": Proof.ORDER},
    Relation.COURT: {"may_consent": True, "proof": Proof.ORDER},
    Relation.CHILD: {"may_book": True, "may_be_told": True, "proof": Proof.SIGNED},
    Relation.PARTNER: {"may_be_told": True, "proof": Proof.SPOKEN},
    Relation.SIBLING: {"proof": Proof.NONE},
    Relation.HELPER: {"proof": Proof.NONE},
}
RECENT = timedelta(weeks=6)  # what happened since is made by the single actions
PAUSES = (
    *(("In hospital", 16), ("Bereavement in the family", 24), ("Travelling", 40)),
    *(("New baby", 61), ("Asked for a break", 33), ("In a residential programme", 0)),
)
ALERTS = (
    *("Allergic to penicillin", "Latex allergy: non-latex gloves", "Peanut allergy"),
    *("Hearing aid: face them when you speak", "Comes with a service dog"),
    *("Uses a wheelchair: room 2 or 4", "Seizure plan is in the documents"),
    *(
        "Waits in the quiet room",
        "Needs the first visit of the day",
        "Faints at needles",
    ),
    *("Ask for the interpreter by name: see documents", "Please do not run late"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carer:
    """A clinician, as people choose one."""

    staff: StaffMember
    ages: tuple[int, int]
    languages: Sequence[str]
    is_prescriber: bool
    weight: int  # how often somebody who comes here is theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A location with the people round it and those who work there."""

    location: Location
    around: Neighbourhood
    carers: Sequence[Carer]
    also: Location | None = None  # where some of its patients are at home too


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What people are invented from: the same seed makes the same people."""

    rng: Random
    today: date
    phones: Phones
    numbers: Iterator[int] = field(default_factory=lambda: count(10_001))

    def may(self, chance: float) -> bool:
        """Yes, as often as `chance` says."""
        return self.rng.random() < chance


class Home:
    """People who live together; `since` is when the practice met the first."""

    def __init__(self, world: World, place: Place, since: datetime) -> None:
        self.world, self.place, self.since = world, place, since
        around = place.around
        self.culture: Culture = world.rng.choices(around.cultures, around.weights)[0]
        self.family = people.family_name(world.rng, self.culture)
        self.language: Language = people.mother_tongue(world.rng, self.culture)
        self.lines = address(world.rng, around.towns)
        age = world.today - since.date()
        self.is_past = age > RECENT
        self.has_ended = age > timedelta(days=200) and world.may(0.16)

    def person(
        self, *ages: int, gender: Gender | None = None, family: str | None = None
    ) -> Person:
        """Somebody of the family, between two ages; known only once they are born."""
        person = people.invent(
            self.world.rng,
            today=self.world.today,
            culture=self.culture,
            ages=(ages[0], ages[-1]),
            family=self.family if family is None else family,
            gender=gender,
            language=self.language,
        )
        soon_after = datetime.combine(person.born_on + WEEKS, time(16))
        self.since = max(self.since, soon_after.replace(tzinfo=self.since.tzinfo))
        return person

    def number(self) -> str:
        return self.world.phones.take(self.place.around.areas)

    def chart(
        self,
        person: Person,
        *,
        phones: Sequence[Details],
        caregivings: Sequence[NewCaregiving] = (),
        alerts: Sequence[Details] = (),
        **details: Any,
    ) -> NewChart:
        rng, today = self.world.rng, self.world.today
        columns = people.columns(rng, person, today=today) | self._state(person)
        columns |= details
        has_letters = phones or self.world.may(0.5)
        contacts = [*phones, *(self._letters(person) if has_letters else ())]
        columns["preferred_channel"] = _channel(columns["preferred_channel"], contacts)
        return NewChart(
            details=columns,
            homes=self._homes(),
            contacts=contacts,
            caregivings=caregivings,
            care_team=self._care_team(person),
            external_ids=self._external_ids(),
            alerts=alerts or self._alerts(),
            known_since=self.since,
        )

    def caregiver(
        self,
        person: Person,
        number: str,
        *,
        own_chart: NewChart | None = None,
        **contact: Any,
    ) -> NewCaregiver:
        """Somebody of the family who cares, with their number."""
        phone = reach.mobile(self.world.rng, number, may_call=True) | contact
        return NewCaregiver(
            name=person.full_name,
            language=person.language,
            contacts=[phone],
            own_chart=own_chart,
        )

    def caregiving(
        self, caregiver: NewCaregiver, relation: Relation, **details: Any
    ) -> NewCaregiving:
        """What they usually may, where nothing else is said."""
        starts_on = self.since.date()
        row = {"relation": relation, **RIGHTS[relation], "starts_on": starts_on}
        row |= details
        if row["proof"] != Proof.NONE:
            row.setdefault("proof_seen_on", starts_on)
        return NewCaregiving(caregiver=caregiver, details=row)

    def _letters(self, person: Person) -> list[Details]:
        rng, found = self.world.rng, []
        age = person.age(self.world.today)
        if age >= 16 and self.world.may(0.8 if age < 70 else 0.45):
            found.append(reach.email(rng, email(rng, person.given, person.family)))
        if self.world.may(0.9):
            found.append(reach.post(rng, self.lines))
        return found

    def _state(self, person: Person) -> Details:
        """What became of people whom the practice has known for long."""
        today = self.world.today
        if self.has_ended:
            return {"state": PatientState.ENDED}
        if not self.is_past:
            return {}
        if person.age(today) >= 62 and self.world.may(0.04):
            days = (today - RECENT - self.since.date()).days
            died_on = self.since.date() + timedelta(self.world.rng.randint(1, days))
            return {"state": PatientState.DECEASED, "deceased_on": died_on}
        if self.world.may(0.008):
            reason, days = self.world.rng.choice(PAUSES)
            until = today + timedelta(days) if days else None
            paused = {"state": PatientState.PAUSED, "pause_reason": reason}
            return paused | {"paused_until": until}
        return {}

    def _homes(self) -> list[Location]:
        if self.place.also and self.world.may(0.07):
            return [self.place.location, self.place.also]
        return [self.place.location]

    def _care_team(self, person: Person) -> list[NewCarer]:
        """An own clinician, often one who speaks the language; some have a second."""
        rng, age = self.world.rng, person.age(self.world.today)
        fitting = [
            carer
            for carer in self.place.carers
            if carer.ages[0] <= age <= carer.ages[1]
        ]
        speaking = [carer for carer in fitting if person.language in carer.languages]
        candidates = speaking if speaking and self.world.may(0.5) else fitting
        weights = [carer.weight for carer in candidates]
        lead = rng.choices(candidates, weights)[0]
        others = [row for row in fitting if row.is_prescriber != lead.is_prescriber]
        team = [NewCarer(staff=lead.staff, is_lead=True)]
        if others and self.world.may(0.3):
            team.append(NewCarer(staff=rng.choice(others).staff))
        return team

    def _external_ids(self) -> list[Details]:
        found: list[Details] = []
        if self.since.date() < self.world.today - timedelta(days=900):
            number = f"HP-{next(self.world.numbers):06}"
            found.append({"system": "Former chart", "value": number})
        if self.world.may(0.1):
            number = f"L{next(self.world.numbers):07}"
            found.append({"system": "Laboratory", "value": number})
        return found

    def _alerts(self) -> list[Details]:
        if not self.world.may(0.06):
            return []
        return [{"text": self.world.rng.choice(ALERTS), "ends_on": None}]


def _channel(wanted: str, contacts: Sequence[Details]) -> str:
    """The channel a person prefers, as far as one of their contacts allows it."""
    possible = {
        PreferredChannel.TEXT: any(row.get("may_text") for row in contacts),
        PreferredChannel.CALL: any(row.get("may_call") for row in contacts),
        PreferredChannel.EMAIL: any(
            row["kind"] == "email" and row["may_write"] for row in contacts
        ),
    }
    if possible.get(PreferredChannel(wanted), True):
        return wanted
    return next((name for name, is_one in possible.items() if is_one), "post")
