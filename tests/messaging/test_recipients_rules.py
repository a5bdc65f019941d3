"""Whatever the household: nobody hears who must not, and nobody hears twice."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.contacting import may_contact
from consent.purposes import Purpose
from consent.states import Channel
from messaging import recipients
from practice import ages
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import stop
from tests.messaging.households import TODAY, aged, mail, parent

pytestmark = pytest.mark.django_db
RULES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FEW = range(4)  # numbers, so that some are shared
CHANNELS = st.sampled_from([None, *Channel])
PURPOSES = st.sampled_from([Purpose.REMINDER, Purpose.CRISIS, Purpose.OFFER])
RIGHTS = st.sampled_from(
    [
        {},
        {"may_be_told": False},
        {"may_be_told": False, "must_not_be_told": True},
        {"relation": "helper"},
    ]
)


@dataclass(frozen=True)
class Home:
    """Somebody, their numbers with whether each may be texted, and their family."""

    years: int
    own: dict[int, bool]
    has_mail: bool
    family: list[tuple[int, dict[str, object]]]
    stopped: set[int]


NUMBER = st.sampled_from(FEW)
FAMILY = st.lists(st.tuples(NUMBER, RIGHTS), max_size=3)
OWN = st.dictionaries(NUMBER, st.booleans(), max_size=2)
HOMES = st.builds(
    Home, st.integers(1, 30), OWN, st.booleans(), FAMILY, st.sets(NUMBER, max_size=1)
)


def settle(home, location, numbers=()):
    """The chart of a home; numbers are new each time, since a stop stays."""
    numbers = numbers or [cast.make_phone() for _number in FEW]
    chart = aged(home.years, location)
    for which, may_text in home.own.items():
        cast.make_contact(chart, value=numbers[which], may_text=may_text)
    if home.has_mail:
        mail(chart)
    for which, details in home.family:
        parent(chart, numbers[which], **details)
    for which in home.stopped:
        stop(numbers[which])
    return chart


def of(charts, channel, purpose):
    return recipients.of(charts, channel=channel, purpose=purpose, now=MONDAY)


@given(home=HOMES, channel=CHANNELS, purpose=PURPOSES)
@RULES
def test_everybody_who_is_reached_may_be(location, home, channel, purpose):
    chart = settle(home, location)

    for one in of([chart], channel, purpose)[chart.pk].recipients:
        person, about = (one.caregiver, chart) if one.caregiver else (chart, None)
        answer = may_contact(
            person, one.address, one.channel, purpose, now=MONDAY, about=about
        )
        assert answer.is_allowed


@given(home=HOMES, channel=CHANNELS)
@RULES
def test_somebody_is_reached_or_a_sentence_says_why_not(location, home, channel):
    chart = settle(home, location)

    found = of([chart], channel, Purpose.REMINDER)[chart.pk]

    assert bool(found.recipients) != bool(found.why_not)
    assert found.why_not.endswith(".") or found.recipients


@given(home=HOMES)
@RULES
def test_no_address_gets_a_message_twice(location, home):
    chart = settle(home, location)

    found = of([chart], None, Purpose.REMINDER)[chart.pk].recipients

    assert len({one.address for one in found}) == len(found)


@given(home=HOMES)
@RULES
def test_the_patient_and_the_family_never_hear_both(location, home):
    chart = settle(home, location)

    found = of([chart], None, Purpose.REMINDER)[chart.pk].recipients

    assert len({one.caregiver is None for one in found}) <= 1


@given(home=HOMES)
@RULES
def test_no_family_hears_of_whoever_has_an_address_and_decides_alone(location, home):
    chart = settle(home, location)
    theirs = {which for which, _rights in home.family}
    own = home.has_mail or set(home.own) - theirs  # each may be called
    decides = chart.age_on(TODAY) >= ages.minor_consent_age()

    found = of([chart], None, Purpose.REMINDER)[chart.pk].recipients

    if decides and own:
        assert all(one.caregiver is None for one in found)


@given(homes=st.lists(HOMES, min_size=1, max_size=3), channel=CHANNELS)
@RULES
def test_many_are_answered_as_one_by_one(location, homes, channel):
    numbers = [cast.make_phone() for _number in FEW]
    charts = [settle(home, location, numbers) for home in homes]

    together = of(charts, channel, Purpose.REMINDER)

    for chart in charts:
        assert together[chart.pk] == of([chart], channel, Purpose.REMINDER)[chart.pk]
