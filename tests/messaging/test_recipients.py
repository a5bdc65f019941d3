"""Who gets a message: one case at a time."""

from __future__ import annotations

from datetime import date, time

import pytest

from consent.states import Channel
from messaging import recipients
from messaging.recipients import Recipient
from practice import contacts, merging, patients, watching
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.consent.stopping import stop
from tests.messaging.households import MAIL, MINE, mail, parent, reached, where, whom

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_channels(settings):
    settings.SMS_BACKEND = "simulated"


def prefer(patient, channel):
    patients.change_details(
        patient=patient, preferred_channel=channel, by=FOUNDER, now=MONDAY
    )


def test_a_patient_gets_a_text_at_their_number(patient):
    cast.make_contact(patient, value=MINE, may_name_practice=True)

    assert whom(patient) == [
        Recipient(
            patient=patient,
            caregiver=None,
            address=MINE,
            channel=Channel.TEXT,
            language="en",
            zone="America/New_York",
            greeting="",
            may_name_practice=True,
        )
    ]


# Channels --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("preferred", "channel"),
    [("text", "text"), ("email", "mail"), ("call", "call"), ("post", "text")],
)
def test_the_channel_they_prefer_comes_first(patient, preferred, channel):
    cast.make_contact(patient, value=MINE)
    mail(patient)
    prefer(patient, preferred)

    assert [one.channel for one in whom(patient)] == [channel]


def test_a_channel_that_is_not_set_up_is_none(patient, settings):
    settings.SMS_BACKEND = "console"
    cast.make_contact(patient, value=MINE)
    prefer(patient, "call")

    assert [one.channel for one in whom(patient)] == [Channel.TEXT]
    assert reached(patient, Channel.CALL).why_not == "Calls are not set up."


def test_where_texts_are_stopped_the_next_channel_is_used(patient):
    cast.make_contact(patient, value=MINE)
    mail(patient)
    stop(MINE)

    assert where(patient) == [MAIL]


def test_a_machine_rings_last(patient):
    cast.make_contact(patient, value=MINE, may_text=False)
    assert [one.channel for one in whom(patient)] == [Channel.CALL]

    mail(patient)

    assert [one.channel for one in whom(patient)] == [Channel.MAIL]


def test_a_channel_that_was_asked_for_is_the_only_one(patient):
    mail(patient)

    assert reached(patient, Channel.TEXT).why_not == (
        "No number is known that could be texted."
    )
    assert where(patient, Channel.MAIL) == [MAIL]


def test_the_number_that_is_used_first_comes_first(patient):
    cast.make_contact(patient)
    cast.make_contact(patient, value=MINE, is_first=True)

    assert where(patient) == [MINE]


def test_the_next_number_is_used_where_the_first_may_not_be(patient):
    cast.make_contact(patient, is_first=True, may_text=False)
    cast.make_contact(patient, value=MINE)

    assert where(patient, Channel.TEXT) == [MINE]


def test_a_number_that_was_taken_off_is_not_used(patient):
    point = cast.make_contact(patient)
    contacts.end(point=point, by=FOUNDER, now=MONDAY)

    assert reached(patient).why_not == "No number or e-mail address is known."


def test_a_postal_address_is_for_people(patient):
    cast.make_contact(patient, kind="post", value="1 Linden Street", may_write=True)

    assert not whom(patient)


def test_an_address_is_as_the_outbox_has_it(patient):
    mail(patient, value="Pat@Example.test")

    assert where(patient) == [MAIL]


# Why not ---------------------------------------------------------------------
def test_the_reason_is_that_of_the_channel_they_prefer(patient):
    cast.make_contact(patient, may_text=False, may_call=False)
    mail(patient, may_write=False)
    prefer(patient, "email")

    assert reached(patient).why_not == "They do not want to be written to here."


def test_an_hour_that_is_not_safe_is_left_to_the_outbox(patient):
    evening = {"safe_from": time(18), "safe_until": time(20)}
    cast.make_contact(patient, value=MINE, **evening)

    assert where(patient) == [MINE]


def test_a_pause_is_a_reason(patient):
    cast.make_contact(patient)
    patients.pause(
        patient=patient, until=date(2026, 4, 1), reason="x", by=FOUNDER, now=MONDAY
    )

    assert reached(patient).why_not == "Nothing automatic: paused."
    assert whom(patient, None, "crisis")


def test_nothing_goes_to_whoever_is_checked_on(patient, clinician):
    cast.make_contact(patient)
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Quiet",
        quiet_days=7,
        ends_on=date(2026, 3, 5),
        by=FOUNDER,
        now=MONDAY,
    )

    assert "checking on them" in reached(patient).why_not


def test_a_number_that_somebody_barred_has_gets_nothing(patient):
    cast.make_contact(patient, value=MINE)
    parent(patient, MINE, relation="partner", may_be_told=False, must_not_be_told=True)

    assert "must not be told" in reached(patient).why_not


def test_a_chart_that_is_not_there_gets_nothing(patient):
    patient.pk = 10**6

    assert "not there any more" in reached(patient).why_not


# What it is written in -------------------------------------------------------
@pytest.mark.parametrize(
    ("known", "written"), [("es", "es"), ("en", "en"), ("vi", "en"), ("und", "en")]
)
def test_the_language_is_the_one_they_read(patient, known, written):
    cast.make_contact(patient)
    patients.change_details(
        patient=patient, written_language=known, by=FOUNDER, now=MONDAY
    )

    assert [one.language for one in whom(patient)] == [written]


def test_a_call_is_in_the_language_they_speak(patient):
    cast.make_contact(patient)
    patients.change_details(
        patient=patient, spoken_language="es", by=FOUNDER, now=MONDAY
    )

    assert [one.language for one in whom(patient, Channel.CALL)] == ["es"]
    assert [one.language for one in whom(patient, Channel.TEXT)] == ["en"]


def test_the_zone_is_their_own_before_that_of_their_location(patient, far_location):
    cast.make_contact(patient)
    assert [one.zone for one in whom(patient)] == ["America/New_York"]

    patients.change_details(
        patient=patient, time_zone="America/Los_Angeles", by=FOUNDER, now=MONDAY
    )

    assert [one.zone for one in whom(patient)] == ["America/Los_Angeles"]


def test_a_greeting_is_for_the_address_where_it_was_asked_for(patient):
    cast.make_contact(patient, name_used="Polly")
    mail(patient)

    assert [one.greeting for one in whom(patient)] == ["Hello Polly, "]
    assert [one.greeting for one in whom(patient, Channel.MAIL)] == [""]


# Merged charts ---------------------------------------------------------------
def test_a_merged_chart_is_reached_as_the_one_that_stands(patient, location):
    twin = cast.make_patient(at=location)
    cast.make_contact(twin, value=MINE)
    merging.merge(duplicate=twin, into=patient, by=FOUNDER, now=MONDAY)

    assert [one.patient for one in whom(twin)] == [patient]
    assert whom(twin) == whom(patient)


def test_of_a_number_on_both_charts_the_stricter_answer_counts(patient, location):
    twin = cast.make_patient(at=location)
    for chart, name in ((patient, "Polly"), (twin, "Paula")):
        cast.make_contact(chart, value=MINE, may_name_practice=chart == twin)
        point = chart.contact_points.get()
        contacts.change(point=point, value=MINE, name_used=name, by=FOUNDER, now=MONDAY)
    merging.merge(duplicate=twin, into=patient, by=FOUNDER, now=MONDAY)

    [only] = whom(patient)

    assert (only.greeting, only.may_name_practice) == ("", False)


def test_both_charts_of_a_merge_may_be_asked_about_at_once(patient, location):
    twin = cast.make_patient(at=location)
    cast.make_contact(patient, value=MINE)
    merging.merge(duplicate=twin, into=patient, by=FOUNDER, now=MONDAY)

    found = recipients.of([twin, patient], channel=None, purpose="reminder", now=MONDAY)

    assert found[twin.pk] == found[patient.pk]


# Many at once ----------------------------------------------------------------
@pytest.mark.parametrize("many", [1, 30])
def test_many_are_found_by_as_many_queries_as_one(
    many, location, django_assert_max_num_queries
):
    charts = []
    for number in range(many):
        chart = cast.make_patient(at=location, born_on=date(2016 - number % 15, 1, 1))
        cast.make_contact(chart)
        parent(chart, cast.make_phone())
        parent(chart, cast.make_phone(), may_be_told=False, must_not_be_told=True)
        charts.append(chart)

    with django_assert_max_num_queries(21):
        found = recipients.of(charts, channel=None, purpose="reminder", now=MONDAY)

    assert all(found[one.pk].recipients for one in charts)


def test_nobody_is_asked_for(practice):
    assert recipients.of([], channel=None, purpose="reminder", now=MONDAY) == {}
