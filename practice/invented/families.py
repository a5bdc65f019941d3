"""The homes that patients come from: alone, in pairs, with children, grown old."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from practice.invented import reach
from practice.invented.homes import Home
from practice.languages import Language
from practice.models import Gender, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.intake import NewCaregiver, NewCaregiving, NewChart
    from practice.invented.homes import Place, World
    from practice.invented.people import Person
    from practice.invented.reach import Details

ADULT_AGES = ((18, 25), (26, 35), (36, 45), (46, 55), (56, 65), (66, 74))
ADULT_WEIGHTS = (22, 27, 20, 13, 11, 7)
NEAR = (Relation.PARTNER, Relation.SIBLING, Relation.HELPER)
NEAR_WEIGHTS = (38, 24, 38)
PARENTS = {
    Gender.WOMAN: ("mother's mobile", "with the mother"),
    Gender.MAN: ("father's mobile", "with the father"),
}


def alone(home: Home) -> list[NewChart]:
    """A grown-up; most name somebody to call in an emergency."""
    rng = home.world.rng
    person = home.person(*rng.choices(ADULT_AGES, ADULT_WEIGHTS)[0])
    near = [_near(home, person)] if home.world.may(0.7) else []
    return [home.chart(person, phones=own_phones(home, person), caregivings=near)]


def couple(home: Home) -> list[NewChart]:
    """Both are patients, and each is the other's partner; some share a telephone."""
    rng = home.world.rng
    ages = rng.choices(ADULT_AGES, ADULT_WEIGHTS)[0]
    shared = _shared(home) if home.world.may(0.4) else []
    charts: list[NewChart] = []
    partners: list[NewCaregiver] = []
    rows: tuple[list[NewCaregiving], list[NewCaregiving]] = ([], [])
    for own_rows in rows:
        person, number = home.person(*ages), home.number()
        phones = [reach.mobile(rng, number, is_first=True), *shared]
        charts.append(home.chart(person, phones=phones, caregivings=own_rows))
        partners.append(home.caregiver(person, number, own_chart=charts[-1]))
    for own_rows, partner in zip(rows, reversed(partners), strict=True):
        row = home.caregiving(partner, Relation.PARTNER, is_emergency_contact=True)
        own_rows.append(row)  # known only now that both are
    return charts


def with_parents(home: Home) -> list[NewChart]:
    """One to three children; more than a quarter of them live in two households."""
    rng = home.world.rng
    oldest = rng.choices([4, 8, 12, 15, 17], [10, 20, 24, 27, 19])[0]
    count = rng.choices([1, 2, 3], [66, 27, 7])[0]
    children = [
        home.person(max(2, oldest - 3 * number - 2), max(2, oldest - 3 * number))
        for number in range(count)
    ]
    parents = _parents(home)
    return [child_chart(home, child, parents) for child in children]


def parent_and_children(home: Home) -> list[NewChart]:
    """A parent who is a patient too: one number stands on every chart."""
    rng = home.world.rng
    parent = home.person(29, 46, gender=rng.choice(list(PARENTS)))
    number = home.number()
    phones = [reach.mobile(rng, number, is_first=True)]
    own = home.chart(parent, phones=phones)
    caregiver = home.caregiver(parent, number, own_chart=own)
    row = home.caregiving(caregiver, Relation.PARENT, is_emergency_contact=True)
    children = [home.person(5, 16) for _child in range(rng.choice([1, 1, 2]))]
    label = PARENTS[parent.gender][0]
    return [own, *(child_chart(home, child, [(label, row)]) for child in children)]


def grown_old(home: Home) -> list[NewChart]:
    """Somebody old, or two; a daughter or son answers for them."""
    rng = home.world.rng
    shared = _shared(home)
    caregiver, label = _adult_child(home)
    chart_of_each = []
    for _person in range(rng.choice([1, 1, 1, 2])):
        person = home.person(73, 94)
        helper = reach.mobile(rng, caregiver.contacts[0]["value"], label=label)
        phones = [*shared, helper] if home.world.may(0.6) else [*shared]
        row = home.caregiving(
            caregiver, Relation.CHILD, is_emergency_contact=True, household="next town"
        )
        phones[0] = phones[0] | {"is_first": True}
        chart_of_each.append(home.chart(person, phones=phones, caregivings=[row]))
    return chart_of_each


KINDS = (alone, couple, with_parents, parent_and_children, grown_old)
WEIGHTS = (740, 40, 150, 28, 62)


def family(world: World, place: Place, since: datetime) -> Sequence[NewChart]:
    """The charts of one home, of a kind as often as it comes."""
    kind = world.rng.choices(KINDS, WEIGHTS)[0]
    return kind(Home(world, place, since))


def own_phones(home: Home, person: Person) -> list[Details]:
    """The numbers a grown-up gives: nearly all one, some two, a few none."""
    rng = home.world.rng
    if home.world.may(0.012):
        return []
    phones = [reach.mobile(rng, home.number(), is_first=True)]
    if home.world.may(0.13):
        label = rng.choice(["work", "home", "work"])
        phones.append(reach.landline(rng, home.number(), label=label))
    return phones


def child_chart(
    home: Home,
    child: Person,
    parents: Sequence[tuple[str, NewCaregiving]],
    *,
    alerts: Sequence[Details] = (),
) -> NewChart:
    """A child is reached through the parents; most teenagers have a number too."""
    rng = home.world.rng
    phones = [
        reach.mobile(rng, row.caregiver.contacts[0]["value"], label=label)
        for label, row in parents
        if row.caregiver.contacts
    ]
    if child.age(home.world.today) >= 13 and home.world.may(0.75):
        phones.append(reach.mobile(rng, home.number(), may_name_practice=False))
    phones[0] = phones[0] | {"is_first": True}
    if home.world.may(0.45):
        child = replace(child, language=Language.ENGLISH)
    rows = [row for _label, row in parents]
    return home.chart(child, phones=phones, caregivings=rows, alerts=alerts)


def _parents(home: Home) -> list[tuple[str, NewCaregiving]]:
    """One parent or two, at one address or at two."""
    is_apart = home.world.may(0.28)
    genders = [Gender.WOMAN, Gender.MAN]
    if not is_apart and home.world.may(0.38):
        genders = home.world.rng.choices(genders, [78, 22])
    found = []
    for number, gender in enumerate(genders):
        label, household = PARENTS[gender]
        is_elsewhere = is_apart and home.world.may(0.5)
        person = home.person(34, 52, gender=gender, family="" if is_elsewhere else None)
        row = home.caregiving(
            home.caregiver(person, home.number()),
            Relation.PARENT,
            household=household if is_apart else "",
            is_emergency_contact=number == 0,
        )
        found.append((label, row))
    return found


def _near(home: Home, person: Person) -> NewCaregiving:
    """Who to call: a partner, a brother or sister, a friend."""
    rng = home.world.rng
    relation = rng.choices(NEAR, NEAR_WEIGHTS)[0]
    age = person.age(home.world.today)
    has_name = relation is Relation.SIBLING or home.world.may(0.5)
    other = home.person(
        max(18, age - 4), max(20, age + 5), family=None if has_name else ""
    )
    caregiver = home.caregiver(other, home.number())
    trusted = relation is not Relation.PARTNER and home.world.may(0.3)
    rights = {"may_be_told": True, "proof": "spoken"} if trusted else {}
    return home.caregiving(caregiver, relation, is_emergency_contact=True, **rights)


def _shared(home: Home) -> list[Details]:
    """The telephone that everybody at home answers."""
    rng = home.world.rng
    return [reach.landline(rng, home.number(), label="shared family phone")]


def _adult_child(home: Home) -> tuple[NewCaregiver, str]:
    gender = home.world.rng.choice(list(PARENTS))
    person = home.person(42, 60, gender=gender)
    label = "daughter's mobile" if gender is Gender.WOMAN else "son's mobile"
    return home.caregiver(person, home.number()), label
