"""May this be sent there now? Every reason, one at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from consent import records
from consent.contacting import Ask, may_contact, may_contact_many
from consent.purposes import TABLE, Obeys, Purpose
from practice import caregivers, contacts, merging, patients, watching
from practice.models import Proof, Taken
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import MAIL, NUMBER, stop

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, MONDAY
OBEYING = {one: [p for p in Purpose if one in TABLE[p].obeys] for one in Obeys}
TO_PATIENTS = [one for one in Purpose if not TABLE[one].is_to_staff]


@pytest.fixture
def phone(patient):
    return cast.make_contact(patient, value=NUMBER)


def ask(person, purpose=Purpose.REMINDER, channel="text", now=NOW, **details):
    address = details.pop("address", NUMBER)
    return may_contact(person, address, channel, purpose, now=now, **details)


def refused(answer):
    assert not answer.is_allowed
    assert answer.reason.endswith(".")
    return answer.reason


@pytest.mark.parametrize("purpose", TO_PATIENTS)
@pytest.mark.parametrize("channel", ["text", "call"])
def test_who_agreed_may_be_contacted(patient, phone, purpose, channel):
    assert ask(patient, purpose, channel).is_allowed


def test_an_e_mail_goes_where_writing_is_agreed_to(patient):
    cast.make_contact(patient, kind="email", value=MAIL, may_write=True)

    assert ask(patient, channel="mail", address=MAIL.upper()).is_allowed


def test_a_page_to_staff_asks_nobody():
    stop()

    assert ask(None, Purpose.ON_CALL_PAGE).is_allowed


# Stops -------------------------------------------------------------------------------
@pytest.mark.parametrize("purpose", OBEYING[Obeys.OPT_OUT])
def test_a_stop_stops_everybody_who_shares_the_number(
    patient, phone, location, purpose
):
    sharer = cast.make_patient(at=location)
    cast.make_contact(sharer, value=NUMBER)
    relative = cast.make_caregiver(patient, may_be_told=True, proof=Proof.SPOKEN)
    cast.make_contact(relative, value=NUMBER)

    stop()

    for person, about in ((patient, None), (sharer, None), (relative, patient)):
        assert "Stopped" in refused(ask(person, purpose, about=about))


def test_a_stop_of_texts_keeps_machines_from_calling_and_people_not(patient, phone):
    stop()

    assert "Stopped" in refused(ask(patient, Purpose.REMINDER, "call"))
    assert ask(patient, Purpose.HUMAN_CALL, "call").is_allowed


def test_a_stop_of_calls_stops_no_texts(patient, phone):
    stop(channel="call", source="spoken")

    assert ask(patient).is_allowed
    assert "Stopped" in refused(ask(patient, Purpose.HUMAN_CALL, "call"))


def test_the_one_answer_to_stop_may_go(patient, phone):
    stop()

    assert ask(patient, Purpose.OPT_OUT_CONFIRMATION).is_allowed


# Consent and what is safe ------------------------------------------------------------
def test_a_number_that_nobody_has_is_not_written_to(patient):
    assert "not on the chart" in refused(ask(patient))


def test_a_number_that_was_taken_off_is_not_written_to(patient, phone):
    contacts.end(point=phone, by=BY, now=NOW)

    assert "not on the chart" in refused(ask(patient))


def test_whoever_withdrew_gets_no_texts(patient, phone):
    contacts.change(point=phone, value=NUMBER, may_text=False, by=BY, now=NOW)

    assert refused(ask(patient)) == "They do not want texts here."


def test_consent_is_asked_for_beside_what_is_safe(patient, phone):
    records.decline(point=phone, channel="text", taken=Taken.DESK, by=BY, now=NOW)

    assert "said no" in refused(ask(patient))
    assert ask(patient, Purpose.HUMAN_REPLY).is_allowed


def test_a_changed_number_of_which_nobody_asked_is_not_texted(patient, phone):
    with cast.by_hand():
        phone.phone = "+12125550188"
        phone.save()

    assert "Nobody has asked" in refused(ask(patient, address="+12125550188"))


def test_no_calls_means_no_calls(patient, phone):
    patients.change_details(patient=patient, needs_no_calls=True, by=BY, now=NOW)

    assert "not to be called" in refused(ask(patient, Purpose.HUMAN_CALL, "call"))
    assert ask(patient).is_allowed


def safe(patient, start, end, **details):
    hours = {"safe_from": start, "safe_until": end}
    return cast.make_contact(patient, value=NUMBER, **hours | details)


def test_outside_safe_hours_it_waits_until_they_begin(patient):
    safe(patient, time(18), time(20))

    answer = ask(patient)  # at ten in the morning there

    assert refused(answer) == "Not a safe hour there now."
    assert answer.until == datetime(2026, 3, 2, 23, tzinfo=UTC)


def test_safe_hours_begin_by_the_clock_of_the_day(patient):
    safe(patient, time(9), time(10))
    evening = datetime(2026, 3, 7, 23, tzinfo=UTC)  # clocks go forward that night

    answer = ask(patient, now=evening)

    assert answer.until == datetime(2026, 3, 8, 13, tzinfo=UTC)


def test_safe_hours_that_never_agree_have_no_end(patient, location):
    safe(patient, time(8), time(9))
    twin = cast.make_patient(at=location)
    safe(twin, time(18), time(19))
    merging.merge(duplicate=twin, into=patient, by=BY, now=NOW)

    answer = ask(patient)

    assert (answer.is_allowed, answer.until) == (False, None)


def test_the_hour_is_the_patients_own(patient, phone):
    safe_there = {"safe_from": time(6), "safe_until": time(8)}
    contacts.change(point=phone, value=NUMBER, by=BY, now=NOW, **safe_there)
    patients.change_details(
        patient=patient, time_zone="America/Los_Angeles", by=BY, now=NOW
    )

    assert ask(patient).is_allowed  # seven in the morning there


# The state of the chart --------------------------------------------------------------
@pytest.mark.parametrize("purpose", TO_PATIENTS)
def test_a_pause_holds_back_what_is_automatic(patient, phone, purpose):
    patients.pause(
        patient=patient, until=date(2026, 3, 9), reason="Hospital", by=BY, now=NOW
    )

    answer = ask(patient, purpose)

    assert answer.is_allowed is (Obeys.STATE not in TABLE[purpose].obeys)
    if not answer.is_allowed:
        assert answer.until == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_nothing_automatic_goes_to_whoever_died(patient, phone):
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    assert "deceased" in refused(ask(patient))


def test_nothing_automatic_goes_after_the_end_of_care(patient, phone):
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)

    assert "care ended" in refused(ask(patient, Purpose.CAMPAIGN))


def test_nothing_automatic_goes_to_whoever_is_checked_on(patient, phone, clinician):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Quiet",
        quiet_days=7,
        ends_on=date(2026, 3, 5),
        by=BY,
        now=NOW,
    )

    assert "checking on them" in refused(ask(patient))
    assert ask(patient, Purpose.CRISIS).is_allowed
    assert ask(patient, now=NOW + timedelta(days=5)).is_allowed


def test_what_lasts_longest_is_the_reason(patient):
    safe(patient, time(18), time(20), may_text=False)

    assert ask(patient).until is None


# Family ------------------------------------------------------------------------------
@pytest.fixture
def kin(patient):
    relative = cast.make_caregiver(
        patient, may_be_told=True, proof=Proof.SPOKEN, ends_on=date(2026, 3, 10)
    )
    cast.make_contact(relative, value=NUMBER)
    return relative


def test_family_who_may_be_told_are_told(patient, kin):
    assert ask(kin, about=patient).is_allowed


def test_family_are_told_until_their_last_day(patient, kin):
    assert ask(kin, about=patient, now=NOW + timedelta(days=8)).is_allowed
    assert "no right" in refused(ask(kin, about=patient, now=NOW + timedelta(days=9)))


def test_family_without_the_right_are_not_told(patient):
    relative = cast.make_caregiver(patient)
    cast.make_contact(relative, value=NUMBER)

    assert "no right" in refused(ask(relative, about=patient))


def test_family_are_told_of_their_own_patient_only(kin, location):
    other = cast.make_patient(at=location)

    assert "no right" in refused(ask(kin, about=other))


def test_whoever_is_barred_is_told_nothing(patient, kin, location):
    twin = cast.make_patient(at=location)
    caregivers.authorise(
        caregiver=kin,
        patient=twin,
        relation="partner",
        must_not_be_told=True,
        starts_on=NOW.date(),
        by=BY,
    )
    merging.merge(duplicate=twin, into=patient, by=BY, now=NOW)

    assert "must not be told" in refused(ask(kin, about=patient))


def test_family_need_a_patient_whom_it_is_about(kin):
    assert "not there any more" in refused(ask(kin))


@pytest.mark.parametrize("purpose", TO_PATIENTS)
def test_a_phone_that_somebody_barred_has_too_gets_nothing(patient, phone, purpose):
    barred = cast.make_caregiver(patient, must_not_be_told=True)
    cast.make_contact(barred, value=NUMBER)

    reason = refused(ask(patient, purpose))

    assert reason.startswith("Somebody who must not be told anything")


def test_nor_one_that_they_have_on_a_chart_of_their_own(patient, phone, location):
    own = cast.make_patient(at=location)
    cast.make_contact(own, value=NUMBER)
    barred = cast.make_caregiver(patient, must_not_be_told=True)
    assert ask(patient).is_allowed

    details = {"name": barred.name, "language": "en", "own_chart": own}
    caregivers.describe(caregiver=barred, by=BY, **details)

    assert refused(ask(patient)).startswith("Somebody who must not be told anything")
    assert ask(own).is_allowed


# Merged charts, and numbers of nobody ------------------------------------------------
def test_of_merged_charts_the_stricter_answer_wins(patient, phone, location):
    twin = cast.make_patient(at=location)
    strict = cast.make_contact(twin, value=NUMBER)
    records.decline(point=strict, channel="text", taken=Taken.DESK, by=BY, now=NOW)
    assert ask(patient).is_allowed

    merging.merge(duplicate=twin, into=patient, by=BY, now=NOW)

    assert "said no" in refused(ask(patient))
    assert "said no" in refused(ask(twin))


@pytest.mark.parametrize("purpose", TO_PATIENTS)
def test_a_number_of_nobody_gets_what_needs_no_consent(practice, purpose):
    needs_consent = Obeys.CONSENT in TABLE[purpose].obeys

    assert ask(None, purpose).is_allowed is not needs_consent


def test_where_nobody_knows_who_writes_everybody_there_has_to_allow_it(
    patient, phone, location
):
    assert ask(None, Purpose.CRISIS).is_allowed
    cast.make_contact(cast.make_patient(at=location), value=NUMBER, may_text=False)

    assert "do not want texts" in refused(ask(None, Purpose.CRISIS))


def test_a_chart_that_is_not_there_gets_nothing(patient, phone):
    patient.pk = 10**6

    assert "not there any more" in refused(ask(patient))


# Many at once ------------------------------------------------------------------------
@pytest.mark.parametrize("many", [1, 50])
def test_many_are_answered_by_as_many_queries_as_one(
    many, location, django_assert_max_num_queries
):
    asks = []
    for _number in range(many):
        chart = cast.make_patient(at=location)
        relative = cast.make_caregiver(chart, may_be_told=True, proof=Proof.SPOKEN)
        phone = cast.make_contact(chart)
        theirs = cast.make_contact(relative)
        asks.append(Ask(chart, str(phone.phone), "text", Purpose.REMINDER))
        asks.append(Ask(relative, str(theirs.phone), "call", "offer", chart))
        asks.append(Ask(None, str(phone.phone), "text", Purpose.CRISIS))

    with django_assert_max_num_queries(11):
        answers = may_contact_many(asks[:50], now=NOW)

    assert all(answer.is_allowed for answer in answers)


def test_nobody_is_asked_about_nothing(practice):
    assert may_contact_many([], now=NOW) == []
