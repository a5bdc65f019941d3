"""The stricter answer always wins, whichever chart stands and whatever was chosen."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import (
    announcements,
    barring,
    caregivers,
    contacts,
    merging,
    patients,
    watching,
)
from practice.models import Caregiving, ContactPoint, Patient, PatientAlert
from practice.states import PatientState
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
NUMBER = "+12125550187"
RULES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
POINTS = st.fixed_dictionaries(
    {
        "may_text": st.booleans(),
        "may_call": st.booleans(),
        "may_leave_voicemail": st.booleans(),
        "may_name_practice": st.booleans(),
        "may_join_texts": st.booleans(),
        "name_used": st.sampled_from(["", "Paula", "P."]),
        "hours": st.sampled_from([None, (time(9), time(12)), (time(20), time(6))]),
    }
)
CHARTS = st.fixed_dictionaries(
    {
        "is_restricted": st.booleans(),
        **{name: st.booleans() for name in merging.NEEDS},
        "interpreter": st.sampled_from(["", "spoken", "sign"]),
        "pronouns": st.sampled_from(["", "she/her", "they/them"]),
        "born_on": st.sampled_from([date(1984, 5, 17), date(1948, 5, 17)]),
        "preferred_name": st.sampled_from(["", "Polly"]),
    }
)
TAKES = st.lists(st.sampled_from(merging.CHOSEN), unique=True)


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def chart_with(location, columns):
    details = {key: value for key, value in columns.items() if key != "is_restricted"}
    chart = cast.make_patient(at=location, given_name="Paula", **details)
    if columns["is_restricted"]:
        patients.restrict(patient=chart, is_restricted=True, by=BY)
    return fresh(chart)


def add_point(chart, answers):
    details = dict(answers)
    start, end = details.pop("hours") or (None, None)
    details["may_leave_voicemail"] &= details["may_call"]
    details["may_join_texts"] &= details["may_text"]
    return cast.make_contact(
        chart, value=NUMBER, safe_from=start, safe_until=end, **details
    )


@RULES
@given(POINTS, POINTS, st.booleans())
def test_a_number_allows_what_both_charts_allow(location, one, two, is_turned):
    charts = [cast.make_patient(at=location) for _ in range(2)]
    points = [add_point(*pair) for pair in zip(charts, (one, two), strict=True)]
    duplicate, into = reversed(charts) if is_turned else charts

    merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW)

    rows = ContactPoint.objects.filter(patient__in=merging.ids_of(into))
    [address] = contacts.addresses_of(rows)
    for name in contacts.PERMISSIONS:
        assert getattr(address, name) == all(getattr(row, name) for row in points)
    assert address.name_used in ("", one["name_used"], two["name_used"])
    assert not address.name_used or one["name_used"] == two["name_used"]
    for hour in range(24):
        both = [
            contacts.addresses_of([row])[0].is_safe_at(time(hour)) for row in points
        ]
        assert address.is_safe_at(time(hour)) == all(both)


@RULES
@given(CHARTS, CHARTS, TAKES)
def test_restriction_and_needs_of_either_chart_hold(location, one, two, takes):
    duplicate, into = chart_with(location, one), chart_with(location, two)

    merging.merge(duplicate=duplicate, into=into, takes=takes, by=BY, now=NOW)

    head = fresh(into)
    for name in ("is_restricted", *merging.NEEDS):
        assert getattr(head, name) == (one[name] or two[name])
    assert bool(head.interpreter) == bool(one["interpreter"] or two["interpreter"])


@RULES
@given(CHARTS, CHARTS, TAKES)
def test_what_was_chosen_counts_and_undo_gives_everything_back(
    location, one, two, takes
):
    duplicate, into = chart_with(location, one), chart_with(location, two)
    before = Patient.objects.filter(pk__in=(into.pk, duplicate.pk)).order_by("pk")
    columns = list(before.values())

    merging.merge(duplicate=duplicate, into=into, takes=takes, by=BY, now=NOW)
    head = fresh(into)
    for name in {*takes} - {"interpreter"}:
        assert getattr(head, name) == getattr(duplicate, name)

    merging.undo(duplicate=duplicate, by=BY)
    assert list(before.values()) == columns


@RULES
@given(st.booleans(), st.booleans(), st.booleans())
def test_who_one_chart_bars_is_told_nothing(location, bars, tells, is_turned):
    charts = [cast.make_patient(at=location) for _ in range(2)]
    person = cast.make_caregiver(
        charts[0], relation="parent", must_not_be_told=bars, may_be_told=not bars
    )
    caregivers.authorise(
        caregiver=person,
        patient=charts[1],
        relation="sibling",
        starts_on=NOW.date(),
        may_be_told=tells,
        by=BY,
    )
    duplicate, into = reversed(charts) if is_turned else charts

    merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW)

    around = announcements._around([into.pk], practice=None, now=NOW)
    rows = list(Caregiving.objects.filter(patient__in=merging.ids_of(into)))
    assert (person.pk in barring.barred_people(rows)) == bars
    assert bool(around.barred[into.pk]) == bars
    assert bool(around.family[into.pk]) == (not bars)


@RULES
@given(st.booleans())
def test_alerts_and_watch_flags_of_both_charts_stand(location, clinician, is_turned):
    charts = [cast.make_patient(at=location) for _ in range(2)]
    for chart in charts:
        patients.add_alert(patient=chart, text="Latex", ends_on=None, by=BY)
        watching.watch(
            patient=chart,
            caller=clinician,
            reason="Quiet",
            quiet_days=7,
            ends_on=date(2026, 4, 1),
            by=BY,
            now=NOW,
        )
    duplicate, into = reversed(charts) if is_turned else charts

    merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW)

    ids = merging.ids_of(into)
    assert PatientAlert.objects.filter(patient__in=ids, is_withdrawn=False).count() == 2
    assert watching.of_chart(into).count() == 2


@pytest.mark.parametrize("value", ["Paula@quill.example", "paula@quill.example"])
def test_an_address_in_other_letters_is_the_same_address(patient, location, value):
    other = cast.make_patient(at=location)
    for chart, address in ((patient, "paula@quill.example"), (other, value)):
        contacts.add(
            owner=chart,
            kind="email",
            value=address,
            may_write=chart is other,
            by=BY,
            now=NOW,
        )

    merging.merge(duplicate=patient, into=other, by=BY, now=NOW)

    rows = ContactPoint.objects.filter(patient__in=merging.ids_of(other))
    [found] = contacts.addresses_of(rows)
    assert not found.may_write


def test_a_chosen_name_is_found_and_what_changed_since_stays(patient, location):
    other = cast.make_patient(at=location, given_name="Polly", family_name="Stone")
    merging.merge(duplicate=patient, into=other, takes=["given_name"], by=BY, now=NOW)
    assert " paula " in fresh(other).search_text
    patients.change_details(patient=fresh(other), given_name="Paulina", by=BY, now=NOW)

    merging.undo(duplicate=patient, by=BY)

    assert fresh(other).given_name == "Paulina"
    assert fresh(patient).state == PatientState.ACTIVE


def test_only_what_may_be_chosen_is_taken(patient, location):
    other = cast.make_patient(at=location)
    merging.merge(
        duplicate=patient, into=other, takes=["merged_into", "pk"], by=BY, now=NOW
    )

    assert fresh(other).merged_into is None
