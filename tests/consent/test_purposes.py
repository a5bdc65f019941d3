"""The table of purposes says what the law of messages says."""

from __future__ import annotations

import pytest

from consent.purposes import SAID_BY_PEOPLE, TABLE, WORDS, Obeys, Purpose, rule_of

MACHINES = [one for one in Purpose if not TABLE[one].is_by_person]
# What caps and quiet hours never hold back.
URGENT = [
    Purpose.URGENT,
    Purpose.CRISIS,
    Purpose.HUMAN_REPLY,
    Purpose.HUMAN_CALL,
    Purpose.ON_CALL_PAGE,
]
WISHED_FOR = [
    Purpose.REMINDER,
    Purpose.OFFER,
    Purpose.CAMPAIGN,
    Purpose.FOLLOW_UP,
    Purpose.EDUCATION,
    Purpose.SURVEY,
]


def test_every_purpose_has_one_line():
    assert TABLE.keys() == set(Purpose)


def test_everything_that_can_be_obeyed_has_words():
    assert WORDS.keys() == set(Obeys)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_line_says_why(purpose):
    rule = rule_of(purpose)

    assert str(rule.words)
    assert str(rule.why).endswith((".", "”"))


@pytest.mark.parametrize("purpose", URGENT)
def test_caps_and_quiet_hours_never_hold_back_what_is_urgent(purpose):
    assert not {Obeys.CAPS, Obeys.QUIET_HOURS} & rule_of(purpose).obeys


@pytest.mark.parametrize("purpose", WISHED_FOR)
def test_what_can_wait_obeys_everything(purpose):
    assert rule_of(purpose).obeys == set(Obeys)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_stop_binds_all_but_its_confirmation_and_pages_to_staff(purpose):
    free = {Purpose.OPT_OUT_CONFIRMATION, Purpose.ON_CALL_PAGE}

    assert (Obeys.OPT_OUT in rule_of(purpose).obeys) is (purpose not in free)


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_safe_binds_all_that_goes_to_patients(purpose):
    rule = rule_of(purpose)

    assert (Obeys.SAFE_CONTACT in rule.obeys) is not rule.is_to_staff


@pytest.mark.parametrize("purpose", MACHINES)
def test_whatever_needs_consent_heeds_a_pause(purpose):
    obeys = rule_of(purpose).obeys

    assert Obeys.CONSENT not in obeys or Obeys.STATE in obeys


def test_what_people_said_is_kept_by_this_floor():
    assert set(Obeys) > SAID_BY_PEOPLE


def test_an_unknown_purpose_is_refused():
    with pytest.raises(ValueError, match="gossip"):
        rule_of("gossip")
