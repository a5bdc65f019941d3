"""Guardians who may be told, and their phones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import caregivers, guardians, merging
from tests import cast
from tests.ground import layer

pytestmark = pytest.mark.django_db
DAY = cast.MONDAY.date()
TOLD = {"relation": "parent", "may_be_told": True}


@layer
def child(location):
    return cast.make_patient(at=location, born_on=DAY.replace(year=2016))


def around(chart, day=DAY):
    return [one.name for one in guardians.around([chart.pk], day=day)[chart.pk]]


def parent(child, **details):
    found = cast.make_caregiver(child, **TOLD | details)
    cast.make_contact(found)
    return found


def test_a_parent_who_may_be_told_is_called(child):
    parent(child, name="Pat Parent")

    assert around(child) == ["Pat Parent"]


@pytest.mark.parametrize(
    "details",
    [
        {"may_be_told": False},
        {"may_be_told": False, "must_not_be_told": True},
        {"relation": "helper"},
        {"starts_on": DAY + timedelta(days=1)},
        {"ends_on": DAY},
    ],
)
def test_others_are_not_called(child, details):
    parent(child, **details)

    assert not around(child, day=DAY + timedelta(days="ends_on" in details))


def test_who_has_no_phone_is_not_called(child):
    cast.make_caregiver(child, **TOLD)

    assert not around(child)


def test_nobody_is_called_about_who_came_of_age(child):
    parent(child)

    assert not around(child, day=DAY.replace(year=2034))


def test_whom_a_merged_chart_bars_is_not_called(child, location):
    father = parent(child)
    other = cast.make_patient(at=location)
    caregivers.authorise(
        caregiver=father,
        patient=other,
        relation="parent",
        must_not_be_told=True,
        starts_on=DAY,
        by=cast.FOUNDER,
    )
    assert around(child)

    merging.merge(duplicate=other, into=child, by=cast.FOUNDER, now=cast.MONDAY)

    assert not around(child)
