"""Families in which a rule of care decides something: each is there by design."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from practice.ages import years_before
from practice.invented import reach
from practice.invented.families import child_chart, own_phones
from practice.invented.homes import Home
from practice.invented.names import LATIN_AMERICAN, MIDWESTERN
from practice.invented.names_written import NAMESAKES, WRITTEN
from practice.invented.people import Person
from practice.languages import Language
from practice.models import Gender, Interpreter, PreferredChannel, Proof, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from practice.intake import NewCaregiving, NewChart
    from practice.invented.homes import Place, World

BARRED = {
    "may_consent": False,
    "may_book": False,
    "may_be_told": False,
    "must_not_be_told": True,
    "proof": Proof.ORDER,
}
COMES_OF_AGE = (9, 23)  # in so many days
CAME_OF_AGE = 3  # days ago


def foster_child(home: Home) -> list[NewChart]:
    """Lives with foster parents; the county consents; the mother must not be told."""
    child = home.person(9, gender=Gender.WOMAN)
    foster = home.caregiver(home.person(45, 58, family=""), home.number())
    county = home.caregiver(home.person(30, 60, family=""), home.number())
    mother = home.caregiver(home.person(30, 38, gender=Gender.WOMAN), home.number())
    rights = {"may_consent": False, "is_emergency_contact": True}
    parents = [
        (
            "foster mother's mobile",
            home.caregiving(
                foster, Relation.FOSTER, household="foster family", **rights
            ),
        )
    ]
    chart = child_chart(
        home, child, parents, alerts=_alert("Foster care: the county agency consents")
    )
    others = [
        home.caregiving(county, Relation.COURT, household="county agency"),
        home.caregiving(mother, Relation.PARENT, **BARRED),
    ]
    return [replace(chart, caregivings=[*chart.caregivings, *others])]


def court_order(home: Home) -> list[NewChart]:
    """One parent has sole custody by order; the other must not be told anything."""
    child = home.person(11, gender=Gender.MAN)
    parents = [("mother's mobile", _parent(home, Gender.WOMAN, proof=Proof.ORDER))]
    alerts = _alert("Court order: check who may be told before every call")
    chart = child_chart(home, child, parents, alerts=alerts)
    barred = _parent(home, Gender.MAN, household="with the father", **BARRED)
    return [replace(chart, caregivings=[*chart.caregivings, barred])]


def two_households(home: Home) -> list[NewChart]:
    """Two children move between two homes every week; both parents consent."""
    parents = [
        ("mother's mobile", _parent(home, Gender.WOMAN, household="odd weeks")),
        ("father's mobile", _parent(home, Gender.MAN, household="even weeks")),
    ]
    children = [home.person(7), home.person(13)]
    return [child_chart(home, child, parents) for child in children]


def grandmother_guardian(home: Home) -> list[NewChart]:
    child = home.person(6)
    guardian = home.caregiver(home.person(61, 70, gender=Gender.WOMAN), home.number())
    row = home.caregiving(guardian, Relation.GUARDIAN, is_emergency_contact=True)
    return [child_chart(home, child, [("grandmother's mobile", row)])]


def coming_of_age(home: Home) -> list[NewChart]:
    """Three young people round their eighteenth birthday, when parents' say ends."""
    today = home.world.today
    days = [today + timedelta(number) for number in COMES_OF_AGE]
    charts = []
    for day in [*days, today - timedelta(CAME_OF_AGE)]:
        home.family = home.place.around.cultures[0].families[day.day]
        born_on = years_before(day, 18)
        person = replace(home.person(17), born_on=born_on, family=home.family)
        parents = [("mother's mobile", _parent(home, Gender.WOMAN))]
        charts.append(child_chart(home, person, parents))
    return charts


def alone_at_fifteen(home: Home) -> list[NewChart]:
    """May agree to some care alone: only the own number, and the mother not told."""
    child = home.person(15, gender=Gender.WOMAN)
    phone = reach.mobile(
        home.world.rng, home.number(), is_first=True, may_text=True, may_call=False
    )
    phone |= {"may_leave_voicemail": False, "may_name_practice": False}
    mother = home.caregiver(home.person(40, gender=Gender.WOMAN), home.number())
    row = home.caregiving(mother, Relation.PARENT, may_be_told=False, may_book=False)
    return [
        home.chart(
            child,
            phones=[phone],
            caregivings=[row],
            alerts=_alert("Agreed to this care alone: contact only the patient"),
            preferred_channel=PreferredChannel.TEXT,
        )
    ]


def unsafe_at_home(home: Home) -> list[NewChart]:
    """One number, some hours, nothing in writing, and a partner who is barred."""
    person = home.person(34, gender=Gender.WOMAN)
    barred = home.caregiver(home.person(36, gender=Gender.MAN), home.number())
    row = home.caregiving(barred, Relation.PARTNER, **BARRED)
    chart = home.chart(
        person,
        phones=reach.guarded(home.number()),
        caregivings=[row],
        alerts=_alert("Safe contact: only the marked number, only in its hours"),
    )
    phones = [row for row in chart.contacts if row["kind"] == "phone"]
    return [replace(chart, contacts=phones)]


def divided_family(home: Home) -> list[NewChart]:
    """Old, with a daughter who holds the signed papers and a son who may not know."""
    person = home.person(84, gender=Gender.WOMAN)
    daughter = home.caregiver(home.person(52, gender=Gender.WOMAN), home.number())
    son = home.caregiver(home.person(55, gender=Gender.MAN), home.number())
    papers = {"may_consent": True, "proof": Proof.SIGNED, "is_emergency_contact": True}
    rows = [
        home.caregiving(daughter, Relation.CHILD, **papers),
        home.caregiving(son, Relation.CHILD, **BARRED),
    ]
    shared = [
        reach.landline(home.world.rng, home.number(), label="home", is_first=True),
        reach.mobile(
            home.world.rng,
            daughter.contacts[0]["value"],
            label="daughter's mobile",
        ),
    ]
    return [
        home.chart(
            person,
            phones=shared,
            caregivings=rows,
            needs_step_free=True,
            needs_relay=True,
        )
    ]


def deaf_couple(home: Home) -> list[NewChart]:
    """Two people who sign: no calls, an interpreter at every visit."""
    charts = []
    for gender in (Gender.WOMAN, Gender.MAN):
        person = home.person(38, 44, gender=gender)
        phone = reach.mobile(
            home.world.rng, home.number(), is_first=True, may_text=True, may_call=False
        )
        phone["may_leave_voicemail"] = False
        chart = home.chart(
            person,
            phones=[phone],
            spoken_language=Language.AMERICAN_SIGN,
            written_language=Language.ENGLISH,
            interpreter=Interpreter.SIGN,
            needs_no_calls=True,
            preferred_channel=PreferredChannel.TEXT,
        )
        charts.append(chart)
    return charts


def twins(home: Home) -> list[NewChart]:
    """Born the same day, with names and a telephone that are easily mixed up."""
    first = replace(home.person(12, gender=Gender.MAN), given="Jaden")
    second = replace(first, given="Jayden")
    parents = [("mother's mobile", _parent(home, Gender.WOMAN))]
    return [child_chart(home, child, parents) for child in (first, second)]


CASES: tuple[Callable[[Home], list[NewChart]], ...] = (
    *(foster_child, court_order, two_households, grandmother_guardian),
    *(coming_of_age, alone_at_fifteen, unsafe_at_home, divided_family),
    *(deaf_couple, twins),
)


def by_design(
    world: World, places: Sequence[Place], since: Callable[[Place], datetime]
) -> Iterator[list[NewChart]]:
    """Every case, over the locations in turn; one family after the other."""
    for number, case in enumerate(CASES):
        home = _home(world, places, number, since)
        home.culture = LATIN_AMERICAN if number % 3 == 1 else MIDWESTERN
        home.family = home.culture.families[number * 7]
        home.language = Language.ENGLISH
        yield case(home)
    yield from _names(world, places, since)


def _names(
    world: World, places: Sequence[Place], since: Callable[[Place], datetime]
) -> Iterator[list[NewChart]]:
    """Names that are hard for forms, and two pairs of namesakes."""
    twice = [row for row in NAMESAKES for _time in range(2)]
    born: dict[str, Person] = {}
    for number, row in enumerate(
        [*WRITTEN, *((*row, Language.ENGLISH) for row in twice)]
    ):
        given, family, gender, language = row
        home = _home(world, places, number, since)
        person = born.setdefault(given, home.person(22, 68, gender=gender))
        person = replace(
            person, given=given, family=family, language=language, culture=MIDWESTERN
        )
        chart = home.chart(
            person,
            phones=own_phones(home, person),
            preferred_name="",
            name_in_room="",
        )
        yield [chart]


def _home(
    world: World,
    places: Sequence[Place],
    number: int,
    since: Callable[[Place], datetime],
) -> Home:
    place = places[number % len(places)]
    home = Home(world, place, since(place))
    home.has_ended = home.is_past = False  # these stay, and stay well
    return home


def _parent(home: Home, gender: Gender, **details: object) -> NewCaregiving:
    person = home.person(36, 49, gender=gender)
    caregiver = home.caregiver(person, home.number())
    usual = {"is_emergency_contact": gender is Gender.WOMAN}
    return home.caregiving(caregiver, Relation.PARENT, **usual | details)


def _alert(text: str) -> list[dict[str, object]]:
    return [{"text": text, "ends_on": None}]
