"""Whatever the case: stricter is never looser, and many answers are the single ones."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import records
from consent.contacting import Ask, may_contact, may_contact_many
from consent.purposes import TABLE, Obeys, Purpose
from consent.states import Channel
from practice import contacts, merging, patients
from practice.models import Taken
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import stop

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, MONDAY
RULES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PURPOSES = st.sampled_from(list(Purpose))
CHANNELS = st.sampled_from([Channel.TEXT, Channel.CALL])


def forbid_texts(chart, point):
    contacts.change(point=point, value=str(point.phone), may_text=False, by=BY, now=NOW)


def decline(chart, point):
    records.decline(point=point, channel="text", taken=Taken.DESK, by=BY, now=NOW)


def narrow_hours(chart, point):
    hours = {"safe_from": time(18), "safe_until": time(19)}
    contacts.change(point=point, value=str(point.phone), by=BY, now=NOW, **hours)


def stop_texts(chart, point):
    stop(str(point.phone))


def stop_calls(chart, point):
    stop(str(point.phone), channel="call", source="keypad", words="9")


def pause(chart, point):
    patients.pause(patient=chart, until=date(2026, 4, 1), reason="x", by=BY, now=NOW)


def ask_for_no_calls(chart, point):
    patients.change_details(patient=chart, needs_no_calls=True, by=BY, now=NOW)


def bar_a_sharer(chart, point):
    barred = cast.make_caregiver(chart, must_not_be_told=True)
    cast.make_contact(barred, value=str(point.phone))


def merge_a_stricter_chart(chart, point):
    twin = cast.make_patient(at=chart.home_locations.get())
    forbid_texts(twin, cast.make_contact(twin, value=str(point.phone)))
    merging.merge(duplicate=twin, into=chart, by=BY, now=NOW)


STRICTER = [
    forbid_texts,
    decline,
    narrow_hours,
    stop_texts,
    stop_calls,
    pause,
    ask_for_no_calls,
    bar_a_sharer,
    merge_a_stricter_chart,
]
WISHES = st.lists(st.sampled_from(STRICTER), unique=True, max_size=4)


@RULES
@given(WISHES, st.sampled_from(STRICTER), PURPOSES, CHANNELS)
def test_one_more_wish_never_allows_what_was_refused(
    location, before, one_more, purpose, channel
):
    chart, point = somebody(location, [one for one in before if one is not one_more])
    was = may_contact(chart, str(point.phone), channel, purpose, now=NOW)

    one_more(chart, now_of(point))

    then = may_contact(chart, str(point.phone), channel, purpose, now=NOW)
    assert was.is_allowed or not then.is_allowed


@RULES
@given(st.lists(st.tuples(WISHES, PURPOSES, CHANNELS), min_size=1, max_size=5))
def test_the_answers_to_many_are_those_to_each(location, cases):
    asks = []
    for wishes, purpose, channel in cases:
        chart, point = somebody(location, wishes)
        asks.append(Ask(chart, str(point.phone), channel, purpose))
        asks.append(Ask(None, str(point.phone), channel, purpose))

    answers = may_contact_many(asks, now=NOW)

    assert list(answers) == [
        may_contact(one.person, one.address, one.channel, one.purpose, now=NOW)
        for one in asks
    ]


@RULES
@given(PURPOSES, CHANNELS, st.integers(1, 4))
def test_a_stop_stops_each_of_those_who_share(location, purpose, channel, many):
    number = cast.make_phone()
    sharers = [cast.make_patient(at=location) for _number in range(many)]
    for one in sharers:
        cast.make_contact(one, value=number)

    stop(number, channel=channel)

    asks = [Ask(one, number, channel, purpose) for one in [*sharers, None]]
    answers = may_contact_many(asks, now=NOW)
    if Obeys.OPT_OUT in TABLE[purpose].obeys:
        assert not any(answer.is_allowed for answer in answers)


def somebody(location, wishes):
    chart = cast.make_patient(at=location)
    point = cast.make_contact(chart)
    for wish in wishes:
        wish(chart, now_of(point))
    return chart, now_of(point)


def now_of(point):
    return type(point).objects.get(pk=point.pk)
