"""Merges taken back, in whatever order: what is left is what the others left."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import merging, patients
from practice.models import Patient
from practice.states import PatientState
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
APRIL, JUNE = date(2026, 4, 1), date(2026, 6, 1)
RULES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
CHARTS = st.fixed_dictionaries(
    {
        "is_restricted": st.booleans(),
        "needs_no_calls": st.booleans(),
        "interpreter": st.sampled_from(["", "spoken", "sign"]),
        "pause": st.sampled_from([None, (None, "ward"), (APRIL, "a"), (JUNE, "b")]),
        "takes": st.sets(st.sampled_from(["given_name", "born_on"])),
    }
)
ORDERS = st.permutations(range(3))


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def make_chart(location, number, columns):
    """No two of them have the same name or birth date."""
    details = {key: columns[key] for key in ("needs_no_calls", "interpreter")}
    born_on, name = date(1990, 1, 1 + number), f"Paula{number}"
    chart = cast.make_patient(
        at=location, given_name=name, family_name="P", born_on=born_on, **details
    )
    if columns["is_restricted"]:
        patients.restrict(patient=chart, is_restricted=True, by=BY)
    if columns["pause"]:
        pause(chart, *columns["pause"])
    return chart


def pause(chart, until, reason="ward"):
    patients.pause(patient=chart, until=until, reason=reason, by=BY, now=NOW)


def merge(duplicate, into, takes=()):
    merging.merge(duplicate=duplicate, into=into, takes=takes, by=BY, now=NOW)


def undo(duplicate):
    merging.undo(duplicate=duplicate, by=BY)


def says(chart):
    return merging._changed(fresh(chart))


@RULES
@given(st.lists(CHARTS, min_size=4, max_size=4), ORDERS, ORDERS, st.integers(1, 3))
def test_what_is_left_is_what_the_merges_that_stand_make_alone(
    location, all_of, order, undone, count
):
    into, *others = [make_chart(location, *one) for one in enumerate(all_of)]
    again, *copies = [make_chart(location, *one) for one in enumerate(all_of)]
    for number in order:
        merge(others[number], into, all_of[number + 1]["takes"])
    for number in undone[:count]:
        undo(others[number])

    for number in (one for one in order if one not in undone[:count]):
        merge(copies[number], again, all_of[number + 1]["takes"])

    assert says(into) == says(again)
    assert f" {fresh(into).given_name.lower()} " in fresh(into).search_text


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_nothing_of_a_stranger_stays_whichever_merge_is_undone_first(location, order):
    into = cast.make_patient(at=location, given_name="Anna")
    first = cast.make_patient(at=location, given_name="Ann", interpreter="sign")
    second = cast.make_patient(at=location, given_name="Annie")
    patients.restrict(patient=first, is_restricted=True, by=BY)
    pause(first, APRIL)
    pause(second, JUNE)
    before = says(into)
    for one in (first, second):
        merge(one, into, ["given_name"])

    for number in order:
        undo((first, second)[number])

    assert says(into) == before


def test_a_need_that_two_had_goes_with_the_second_of_them(location):
    into, *others = [cast.make_patient(at=location) for _ in range(3)]
    for one in others:
        patients.change_details(patient=one, needs_no_calls=True, by=BY, now=NOW)
        merge(one, into)

    undo(others[0])
    assert fresh(into).needs_no_calls

    undo(others[1])
    assert not fresh(into).needs_no_calls


def test_what_somebody_changed_between_two_merges_stays_when_both_are_undone(location):
    into, *others = [cast.make_patient(at=location) for _ in range(3)]
    for one, until in zip(others, (APRIL, JUNE), strict=True):
        pause(one, until)
    merge(others[0], into)
    patients.resume(patient=fresh(into), by=BY, now=NOW)
    patients.change_details(patient=fresh(into), pronouns="they/them", by=BY, now=NOW)
    merge(others[1], into)

    undo(others[1])

    assert fresh(into).state == PatientState.ACTIVE
    assert fresh(into).pronouns == "they/them"
    undo(others[0])
    assert fresh(into).state == PatientState.ACTIVE


def test_a_chart_merged_anew_gives_only_what_was_taken_anew(location):
    into = cast.make_patient(at=location, given_name="Anna")
    other = cast.make_patient(at=location, given_name="Ann")
    third = cast.make_patient(at=location, given_name="Annie")
    merge(other, into, ["given_name"])
    undo(other)
    merge(other, into)
    merge(third, into, ["given_name"])

    undo(third)

    assert fresh(into).given_name == "Anna"
