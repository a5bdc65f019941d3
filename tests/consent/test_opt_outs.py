"""Stop: at once, for everybody at the address, until the right person lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from consent import addresses, opt_outs
from consent.models import OptOut
from consent.opt_outs import NotAnAddress, NothingStopped, NotTheirsToLift
from consent.states import STOPS, Channel
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.consent.stopping import MAIL, NUMBER, stop

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def lift(channel, words="They asked for it on the phone", **details):
    usual = {"address": NUMBER, "channel": channel, "words": words, "now": LATER}
    return opt_outs.lift(**usual | details)


def events():
    return [(row.number, row.event) for row in OptOut.objects.order_by("pk")]


def test_a_stop_stands_as_it_was_said(patient, front_desk):
    row = stop(source="spoken", words="No more!", patient=patient, by=front_desk)

    assert opt_outs.standing([NUMBER]) == {(NUMBER, "text"): row}
    assert (row.words, row.happened_at, row.recorder) == (
        "No more!",
        MONDAY,
        front_desk,
    )


def test_to_say_stop_twice_leaves_one_stop():
    first, second = stop(), stop(source="vendor", now=LATER)

    assert first == second
    assert events() == [(1, "stopped")]


def test_each_channel_stops_by_itself():
    stop(channel="call", source="keypad", words="9")

    assert opt_outs.standing([NUMBER]).keys() == {(NUMBER, "call")}


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("(212) 555-0187", "text"),
        ("+1 212 555 0187", "call"),
        (" PAT@Example.test", "mail"),
    ],
)
def test_an_address_is_stopped_however_it_is_written(typed, channel):
    row = stop(typed, channel=channel, source="spoken", words="")

    assert row.address in {NUMBER, MAIL}


@pytest.mark.parametrize(
    ("typed", "channel"),
    [("pat@example.test", "text"), (NUMBER, "mail"), ("no", "text")],
)
def test_what_is_no_address_of_the_channel_is_refused(typed, channel):
    with pytest.raises(NotAnAddress):
        stop(typed, channel=channel)


def test_start_brings_texts_back():
    stop()

    row = opt_outs.start_again(address=NUMBER, by=FOUNDER, now=LATER)

    assert (row.event, row.source, row.words) == ("lifted", "start", "START")
    assert opt_outs.standing([NUMBER]) == {}


def test_start_where_nothing_is_stopped_does_nothing():
    assert opt_outs.start_again(address=NUMBER, by=FOUNDER, now=LATER) is None
    assert events() == []


def test_stop_start_and_stop_again_are_three_rows():
    stop()
    opt_outs.start_again(address=NUMBER, by=FOUNDER, now=LATER)
    stop(now=LATER)

    assert events() == [(1, "stopped"), (2, "lifted"), (3, "stopped")]
    assert (NUMBER, "text") in opt_outs.standing([NUMBER])


@pytest.mark.parametrize("source", sorted(STOPS))
def test_staff_never_bring_texts_back(source, front_desk):
    stop(source=source)

    with pytest.raises(NotTheirsToLift, match="START"):
        lift("text", by=front_desk)


def test_staff_lift_what_was_told_to_staff(front_desk, patient):
    stop(channel="call", source="spoken", by=front_desk)

    row = lift("call", by=front_desk, patient=patient)

    assert (row.source, row.words) == ("staff", "They asked for it on the phone")
    assert opt_outs.standing([NUMBER]) == {}


def test_staff_do_not_lift_what_the_patient_pressed(front_desk):
    stop(channel="call", source="keypad", words="9")

    with pytest.raises(NotTheirsToLift, match="themselves"):
        lift("call", by=front_desk)


def test_where_nothing_is_stopped_nothing_is_lifted(front_desk):
    with pytest.raises(NothingStopped):
        lift("call", by=front_desk)


def test_staff_say_why(front_desk):
    stop(channel="call", source="spoken")

    with pytest.raises(ValidationError, match="what the patient told"):
        lift("call", words="", by=front_desk)


def test_a_stop_leaves_a_line_on_the_chart(patient):
    row = stop(patient=patient)

    line = row.history.get()
    assert line.history_type == "+"
    assert line.patient_id == patient.pk


# The database itself -----------------------------------------------------------------
def add_by_hand(**columns):
    usual = {"address": NUMBER, "channel": "text", "number": 1, "event": "stopped"}
    usual |= {"source": "keyword", "happened_at": MONDAY}
    with cast.by_hand(), transaction.atomic():
        OptOut(**usual | columns).save()


@pytest.mark.parametrize(
    "columns",
    [
        {"number": 2},
        {"event": "lifted", "source": "start"},
        {"number": 2, "event": "lifted", "source": "staff", "words": "They said so"},
        {"number": 2, "event": "lifted", "source": "keyword"},
        {"source": "start"},
        {"channel": "mail"},
        {"address": MAIL},
        {"channel": "fax"},
    ],
)
def test_the_database_refuses_what_cannot_be(columns):
    with pytest.raises(IntegrityError):
        add_by_hand(**columns)


def test_the_database_refuses_a_second_stop_beside_the_first():
    add_by_hand()

    with pytest.raises(IntegrityError):
        add_by_hand()


@pytest.mark.parametrize("many", [1, 20])
def test_what_stands_takes_one_query(many, django_assert_num_queries):
    numbers = [cast.make_phone() for _number in range(many)]
    for number in numbers:
        stop(number)

    with django_assert_num_queries(1):
        found = opt_outs.standing(numbers)

    assert len(found) == many


@given(st.lists(st.sampled_from(["stop", "start"]), max_size=12))
def test_the_last_word_counts(said):
    number = cast.make_phone()
    for one in said:
        if one == "stop":
            stop(number)
        else:
            opt_outs.start_again(address=number, by=FOUNDER, now=MONDAY)

    is_stopped = (number, Channel.TEXT) in opt_outs.standing([number])
    assert is_stopped is (said[-1:] == ["stop"])
    assert addresses.normal(number) == number
