"""The one answer to “may they be reached there, that way, now?”"""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import contacts, merging, patients, watching
from practice.contacts import Address
from practice.models import Patient
from practice.reaching import How, may_contact, zone_of
from tests import cast

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, cast.MONDAY  # 10:00 in New York, 8:00 in Phoenix


@pytest.fixture
def reach(patient):
    def ask(how=How.TEXT, *, by_machine=False, now=NOW, **details):
        allowed = {"may_text": True, "may_call": True, "may_leave_voicemail": True}
        point = cast.make_contact(patient, **allowed | details)
        [address] = contacts.addresses_of([point])
        patient.refresh_from_db()
        return may_contact(patient, address, how, now=now, by_machine=by_machine)

    return ask


def test_where_nothing_is_in_the_way_there_is_no_reason(reach):
    assert reach() == ""


@pytest.mark.parametrize(
    ("how", "permission"),
    [(How.TEXT, "may_text"), (How.VOICEMAIL, "may_leave_voicemail")],
)
def test_what_they_do_not_want_is_not_done_by_anybody(reach, how, permission):
    assert "do not want" in reach(how, **{permission: False})


def test_who_wants_no_calls_is_not_called_anywhere(reach, patient):
    patients.change_details(patient=patient, needs_no_calls=True, by=BY, now=NOW)

    assert reach(How.CALL) == "They asked not to be called."


def test_safe_hours_are_by_the_patients_own_clock(reach, patient):
    patients.change_details(
        patient=patient, time_zone="America/Phoenix", by=BY, now=NOW
    )

    hours = {"safe_from": time(9), "safe_until": time(17)}
    assert reach(**hours) == "Not a safe hour there now."


def test_safe_hours_are_by_the_clock_of_the_home_location_otherwise(reach, patient):
    assert zone_of(patient) == "America/New_York"
    assert reach(safe_from=time(9), safe_until=time(17)) == ""


def test_a_pause_binds_machines_and_no_person(reach, patient):
    patients.pause(patient=patient, reason="In hospital", until=None, by=BY, now=NOW)

    assert reach(value="+12125550143") == ""
    assert "Nothing automatic" in reach(value="+12125550144", by_machine=True)


def test_a_watched_patient_hears_from_no_machine(reach, patient, clinician):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Silent",
        quiet_days=7,
        ends_on=(NOW + timedelta(days=7)).date(),
        by=BY,
        now=NOW,
    )

    assert "checking on them" in reach(by_machine=True)


@pytest.fixture
def merged(location):
    """Two charts of one person, `merged[0]` merged into `merged[1]`."""
    charts = [cast.make_patient(at=location) for _ in range(2)]
    merging.merge(duplicate=charts[0], into=charts[1], by=BY, now=NOW)
    return [Patient.objects.get(pk=chart.pk) for chart in charts]


def reach_any(chart):
    [address] = contacts.addresses_of([cast.make_contact(chart)])
    return may_contact(chart, address, How.TEXT, now=NOW, by_machine=True)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("asked", [0, 1])
def test_a_watch_on_either_of_two_merged_charts_stops_machines(
    merged, clinician, which, asked
):
    assert reach_any(merged[asked]) == ""

    watching.watch(
        patient=merged[which],
        caller=clinician,
        reason="Silent",
        quiet_days=7,
        ends_on=NOW.date(),
        by=BY,
        now=NOW,
    )

    assert "checking on them" in reach_any(merged[asked])


def test_a_merged_chart_answers_as_the_one_that_stands_for_it(merged):
    patients.pause(patient=merged[1], reason="Ward", until=None, by=BY, now=NOW)
    patients.change_details(
        patient=merged[1], time_zone="America/Phoenix", by=BY, now=NOW
    )

    duplicate = Patient.objects.get(pk=merged[0].pk)
    assert "Nothing automatic: paused" in reach_any(duplicate)
    assert zone_of(duplicate) == "America/Phoenix"


def test_the_clock_is_that_of_a_merged_charts_home_where_no_other_is(far_location):
    into, duplicate = (cast.make_patient(at=far_location) for _ in range(2))
    patients.set_homes(patient=into, homes=[], by=BY)

    merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW)

    assert zone_of(Patient.objects.get(pk=into.pk)) == "America/Phoenix"


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.sampled_from(list(How)))
def test_no_address_allows_what_it_does_not_say(patient_plain, allowed, how):
    names = [one.value for one in How]
    address = Address(
        kind="phone",
        value="+12125550142",
        label="",
        is_first=True,
        may_name_practice=True,
        may_join_texts=False,
        name_used="",
        safe_hours=(),
        **dict(zip(names, allowed, strict=True)),
    )

    answer = may_contact(patient_plain, address, how, now=NOW, by_machine=False)

    assert bool(answer) != getattr(address, how.value)


@pytest.fixture(scope="module")
def patient_plain():
    return Patient()
