"""One chart opened, and one opening reviewed, by several at once."""

from __future__ import annotations

import pytest

from practice import break_glass
from practice.models import BreakGlass, Role, Task
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = cast.MONDAY


def open_chart(staff, patient):
    return break_glass.open_chart(
        staff=staff, patient=patient, reason="crisis", explanation="", by=staff, now=NOW
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_chart_is_opened_to_one_person_once(patient, stranger, _round):
    outcome = run_together(8, lambda _number: open_chart(stranger, patient))

    assert outcome.errors == []
    assert {glass.pk for glass in outcome.results} == {BreakGlass.objects.get().pk}
    assert Task.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_chart_is_opened_to_each_person(patient, location, far_location, _round):
    people = [cast.make_staff(Role.FRONT_DESK, at=far_location) for _one in range(4)]

    outcome = run_together(4, lambda number: open_chart(people[number], patient))

    assert outcome.errors == []
    assert BreakGlass.objects.count() == Task.objects.count() == 4


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_many_reviewers_one_decides_and_the_others_read_who(
    patient, stranger, far_location, _round
):
    glass = open_chart(stranger, patient)
    people = [cast.make_staff(Role.MANAGER, at=far_location) for _one in range(6)]

    outcome = run_together(
        6,
        lambda number: break_glass.review(
            glass=glass,
            was_justified=number % 2 == 0,
            note=people[number].name,
            by=people[number],
            now=NOW,
        ),
    )

    reviewed = BreakGlass.objects.get()
    assert len(outcome.results) == 1
    assert reviewed.review_note == reviewed.reviewed_by.name
    assert [str(error) for error in outcome.errors] == [
        f"{reviewed.reviewed_by.name} already reviewed this."
    ] * 5
