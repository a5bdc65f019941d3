"""The same form, pressed many times at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from practice import submissions
from practice.models import Patient, Submission
from tests import cast
from tests.practice.reading import url
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = cast.MONDAY


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_form_pressed_sixteen_times_opens_one_chart(location, front_desk, _round):
    key = uuid4()

    def act():
        return f"/patients/{cast.make_patient(at=location).pk}/"

    outcome = run_together(
        16, lambda _number: submissions.once(key, by=front_desk, now=NOW, act=act)
    )

    assert outcome.errors == []
    assert set(outcome.results) == {f"/patients/{Patient.objects.get().pk}/"}


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_people_at_one_desk_press_the_same_form(
    location, front_desk, clinician, _round
):
    key, people = uuid4(), [front_desk, clinician] * 4

    def act():
        return f"/patients/{cast.make_patient(at=location).pk}/"

    outcome = run_together(
        8,
        lambda number: submissions.once(key, by=people[number], now=NOW, act=act),
    )

    assert outcome.errors == []
    assert Patient.objects.count() == Submission.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_page_itself_pressed_eight_times_opens_one_chart(
    location, front_desk, as_, _round
):
    browsers = [as_(front_desk) for _press in range(8)]
    typed = {"given_name": "Ana", "born_on": "1990-02-03", "spoken_language": "en"}
    typed |= {"homes": location.pk, "submission": str(uuid4())}

    outcome = run_together(
        8, lambda number: browsers[number].post(url("patient_new"), typed)
    )

    chart = url("patient", Patient.objects.get().pk)
    assert outcome.errors == []
    assert {answer["Location"] for answer in outcome.results} == {chart}
