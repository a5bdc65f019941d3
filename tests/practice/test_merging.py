"""Merging duplicate charts by pointer, the stricter answer winning."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from practice import contacts, details_link, links, merging, patients
from practice.models import ContactPoint, Patient
from practice.states import PatientState
from tests import cast
from tests.ground import layer
from tests.races.together import run_together

BY = cast.FOUNDER
NOW = cast.MONDAY


@layer
def other(location):
    return cast.make_patient(at=location, given_name="Paulina")


def merge(duplicate, into, **details):
    return merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW, **details)


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def test_a_merged_chart_points_to_the_one_that_stands_for_it(patient, other):
    merge(patient, other, reason="same insurance number")

    assert fresh(patient).merged_into == other
    assert sorted(merging.ids_of(other)) == sorted([patient.pk, other.pk])
    assert sorted(merging.ids_of(fresh(patient))) == sorted([patient.pk, other.pk])


def test_nothing_is_moved_by_a_merge(patient, other):
    point = cast.make_contact(patient)

    merge(patient, other)

    assert ContactPoint.objects.get(pk=point.pk).patient == patient


def test_undoing_a_merge_makes_two_charts_again(patient, other):
    merge(patient, other)

    merging.undo(duplicate=patient, by=BY)

    assert fresh(patient).merged_into is None
    assert merging.ids_of(other) == [other.pk]


def test_what_was_not_merged_cannot_be_undone(patient):
    with pytest.raises(merging.CannotMerge, match="not merged"):
        merging.undo(duplicate=patient, by=BY)


def test_a_chart_is_not_merged_into_itself(patient):
    with pytest.raises(merging.CannotMerge, match="itself"):
        merge(patient, patient)


def test_merges_never_form_a_ring(patient, other):
    merge(patient, other)

    with pytest.raises(merging.CannotMerge):
        merge(other, patient)


def test_merges_never_form_a_chain(patient, other, location):
    third = cast.make_patient(at=location)
    merge(patient, other)

    with pytest.raises(merging.CannotMerge, match="other way round"):
        merge(other, third)
    with pytest.raises(merging.CannotMerge, match="already merged"):
        merge(third, patient)
    with pytest.raises(merging.CannotMerge, match="already merged"):
        merge(patient, third)


def test_who_stands_for_others_joins_nobody_and_says_what_to_do(
    patient, other, location
):
    third, fourth = (cast.make_patient(at=location) for _each in range(2))
    merge(patient, other)

    with pytest.raises(merging.CannotMerge, match=rf"no\. {patient.pk}\. Merge the"):
        merge(other, third)
    merge(fourth, third)
    with pytest.raises(merging.CannotMerge, match=rf"Undo first .*no\. {patient.pk}"):
        merge(other, third)

    merging.undo(duplicate=patient, by=BY)
    for chart in (patient, other):
        merge(fresh(chart), third)
    ids = [patient.pk, other.pk, third.pk, fourth.pk]
    assert sorted(merging.ids_of(third)) == sorted(ids)


def test_a_chart_can_stand_for_several(patient, other, location):
    third = cast.make_patient(at=location)
    merge(patient, other)
    merge(third, other)

    merging.undo(duplicate=patient, by=BY)

    assert sorted(merging.ids_of(other)) == sorted([other.pk, third.pk])


def test_charts_that_disagree_about_a_death_are_not_merged(patient, other):
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    for duplicate, into in [(patient, other), (other, patient)]:
        with pytest.raises(merging.CannotMerge, match="has died"):
            merge(duplicate, into)


def test_charts_that_agree_about_a_death_are_merged(patient, other):
    for chart in (patient, other):
        patients.record_death(patient=chart, died_on=None, by=BY, now=NOW)

    merge(patient, other)

    assert fresh(patient).merged_into == other


def test_a_restriction_of_either_chart_wins_and_goes_with_the_merge(patient, other):
    patients.restrict(patient=patient, is_restricted=True, by=BY)

    merge(fresh(patient), other)
    assert fresh(other).is_restricted

    merging.undo(duplicate=patient, by=BY)
    assert not fresh(other).is_restricted
    assert fresh(patient).is_restricted


def test_a_chart_that_was_restricted_itself_stays_so(patient, other):
    for chart in (patient, other):
        patients.restrict(patient=chart, is_restricted=True, by=BY)

    merge(fresh(patient), fresh(other))
    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).is_restricted


def test_a_restriction_made_between_two_merges_is_not_taken_back(patient, other):
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    merge(fresh(patient), other)
    merging.undo(duplicate=patient, by=BY)
    patients.restrict(patient=fresh(other), is_restricted=True, by=BY)

    merge(fresh(patient), fresh(other))
    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).is_restricted


def test_another_restricted_duplicate_keeps_the_chart_restricted(
    patient, other, location
):
    third = cast.make_patient(at=location)
    for chart in (patient, third):
        patients.restrict(patient=chart, is_restricted=True, by=BY)
        merge(fresh(chart), fresh(other))

    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).is_restricted


def pause(chart, until):
    return patients.pause(patient=chart, until=until, reason="ward", by=BY, now=NOW)


def test_a_pause_of_the_duplicate_pauses_the_chart_that_stands_for_it(patient, other):
    until = NOW.date() + timedelta(days=9)
    pause(patient, until)

    merge(patient, other)

    chart = fresh(other)
    assert (chart.state, chart.paused_until) == (PatientState.PAUSED, until)
    assert chart.pause_reason == "ward"


@pytest.mark.parametrize("first", [None, date(2026, 4, 1), date(2026, 5, 1)])
@pytest.mark.parametrize("second", [None, date(2026, 4, 1), date(2026, 5, 1)])
def test_the_longer_of_two_pauses_wins(patient, other, first, second):
    pause(patient, first)
    pause(other, second)

    merge(patient, other)

    longer = max(first, second) if first and second else None
    assert fresh(other).paused_until == longer


def test_a_pause_that_came_with_the_merge_goes_with_it(patient, other):
    pause(patient, None)
    merge(patient, other)

    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).state == PatientState.ACTIVE
    assert fresh(patient).state == PatientState.PAUSED


def test_a_pause_that_somebody_changed_since_stays(patient, other):
    pause(patient, None)
    merge(patient, other)
    patients.resume(patient=fresh(other), by=BY, now=NOW)
    pause(fresh(other), date(2026, 6, 1))

    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).paused_until == date(2026, 6, 1)


def test_ended_care_does_not_come_back_as_a_pause(patient, other):
    pause(patient, None)
    patients.end_care(patient=other, reason="moved", by=BY, now=NOW)

    merge(patient, other)

    assert fresh(other).state == PatientState.ENDED


def test_what_one_of_two_merged_charts_forbids_at_a_number_is_forbidden(patient, other):
    phone = cast.make_phone()
    cast.make_contact(patient, value=phone, may_leave_voicemail=True)
    cast.make_contact(
        other, value=phone, may_text=False, safe_from=time(9), safe_until=time(12)
    )

    merge(patient, other)

    points = ContactPoint.objects.filter(patient__in=merging.ids_of(other))
    [address] = contacts.addresses_of(points)
    assert (address.may_text, address.may_leave_voicemail) == (False, False)
    assert address.may_call
    assert not address.is_safe_at(time(15))


def test_open_links_of_both_charts_die(patient, other):
    for chart in (patient, other):
        details_link.ask(patient=chart, by=BY, now=NOW)

    merge(patient, other)

    for chart in (patient, other):
        assert chart.links.get().withdrawn_at == NOW


def test_links_stay_dead_when_a_merge_is_undone(patient, other):
    token = details_link.ask(patient=patient, by=BY, now=NOW)
    merge(patient, other)

    merging.undo(duplicate=patient, by=BY)

    with pytest.raises(links.DeadLink):
        links.find(token, now=NOW)


def test_charts_are_locked_in_the_order_of_their_ids(patient, other):
    # By name, the usual order, the later chart would come first.
    assert patient.family_name > other.family_name

    assert list(merging._locked(other.pk, patient.pk)) == [patient.pk, other.pk]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_charts_merged_into_each_other_at_once_end_as_one(patient, other):
    def act(number):
        pair = (patient, other) if number % 2 else (other, patient)
        return merge(*pair)

    outcome = run_together(8, act)

    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {merging.CannotMerge}
    assert Patient.objects.unmerged().count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_merges_and_undos_at_once_leave_no_chain(patient, other, location):
    charts = [patient, other, cast.make_patient(at=location)]

    def act(number):
        duplicate, into = charts[number % 3], charts[(number + 1) % 3]
        if number % 4 == 3:
            return merging.undo(duplicate=duplicate, by=BY)
        return merge(duplicate, into)

    outcome = run_together(12, act)

    assert {type(error) for error in outcome.errors} <= {merging.CannotMerge}
    assert not Patient.objects.filter(merged_into__merged_into__isnull=False).exists()
