"""Campaigns go into the outbox: each line once, and a fault stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import opt_outs
from consent.states import Channel, Source
from messaging import campaign_sending, campaign_words, campaigns
from messaging.models import CampaignRecipient
from practice import patients
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import (
    CLOCK,
    WORDS,
    arrived,
    bodies,
    frozen,
    lines,
    people,
    started,
    statuses,
    tick,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_goes_in_the_hours_of_campaigns(manager, location):
    row = started(manager, *people(1, at=location))
    night = MONDAY + timedelta(hours=12)  # 22:00 in New York

    tick(night)

    [sent] = campaigns.deliveries(row)
    assert (sent.purpose, sent.due_at) == ("campaign", MONDAY + DAY)


def test_everybody_reads_their_own_language(manager, location):
    some = people(1, at=location)
    some += people(1, at=location, written_language="es")

    row = started(manager, *some, **WORDS)
    tick()

    assert ["second floor" in one for one in bodies(row)] == [True, False]
    assert "segundo piso" in bodies(row)[1]


def test_nothing_goes_in_the_first_minute(manager, location):
    row = frozen(manager, *people(1, at=location))
    campaigns.start(campaign=row, by=manager, now=MONDAY)

    tick(MONDAY + timedelta(seconds=59))
    assert bodies(row) == []

    tick(MONDAY + timedelta(seconds=60))
    assert len(bodies(row)) == 1


def test_a_number_that_several_share_gets_one_text(manager, location):
    one, two = people(1, at=location)[0], cast.make_patient(at=location)
    cast.make_contact(two, value=str(one.contact_points.get().phone))

    row = started(manager, one, two)
    tick()

    assert len(bodies(row)) == 1
    assert "same number" in dict(lines(row))[two.pk]


def test_why_nothing_goes_is_said_when_the_list_is_fixed(manager, location, patient):
    [one] = people(1, at=location)

    row = frozen(manager, one, patient)

    assert dict(lines(row))[patient.pk] == "No number is known that could be texted."
    assert (row.reached, row.skipped) == (1, 1)


def test_who_stops_after_the_list_was_fixed_gets_nothing(manager, location):
    one, two = people(2, at=location)
    row = started(manager, one, two)
    number = str(one.contact_points.get().phone)

    opt_outs.stop(
        address=number,
        channel=Channel.TEXT,
        source=Source.KEYWORD,
        by=CLOCK,
        now=MONDAY,
    )
    tick()

    assert [number] != list(campaigns.deliveries(row).values_list("address", flat=True))
    assert "Stopped" in dict(lines(row))[one.pk]


@pytest.mark.parametrize("kind", ["pause", "die"])
def test_who_is_paused_or_died_gets_nothing(manager, location, kind):
    one, two = people(2, at=location)
    row = started(manager, one, two)
    if kind == "pause":
        patients.pause(
            patient=one, until=None, reason="in hospital", by=FOUNDER, now=MONDAY
        )
    else:
        patients.record_death(patient=one, died_on=None, by=FOUNDER, now=MONDAY)

    tick()

    assert dict(lines(row))[one.pk]
    assert len(bodies(row)) == 1


def test_a_fault_in_one_line_stops_no_other(manager, location, monkeypatch):
    some = people(3, at=location)
    row = started(manager, *some)
    worded = campaign_words.worded

    def breaks(campaign, recipient, *args, **kwargs):
        if recipient.patient == some[1]:
            raise RuntimeError("the words broke")
        return worded(campaign, recipient, *args, **kwargs)

    monkeypatch.setattr(campaign_words, "worded", breaks)
    tick()

    assert len(bodies(row)) == 2
    assert "Something went wrong" in dict(lines(row))[some[1].pk]


def test_what_was_stopped_does_not_leave_at_the_last_moment(manager, location):
    row = started(manager, *people(1, at=location))
    tick_one(row)
    [sent] = campaigns.deliveries(row)
    assert campaign_sending.still_sent([sent], now=MONDAY) == {}

    campaigns.stop(campaign=row, by=manager, now=MONDAY)

    assert campaign_sending.still_sent([sent], now=MONDAY) == {
        sent.pk: "The group message was stopped."
    }


def tick_one(row):
    campaign_sending.hand_over(now=MONDAY, by=CLOCK, most=1)
    row.refresh_from_db()


def test_a_merged_chart_is_written_to_once(manager, location):
    from practice import merging

    one, two = people(2, at=location)
    row = started(manager, one, two)
    merging.merge(duplicate=two, into=one, by=FOUNDER, now=MONDAY)

    tick()

    assert len(set(campaigns.deliveries(row).values_list("patient", flat=True))) == 1
    assert {one.pk for one in campaigns.deliveries(row)}


def test_handing_over_asks_the_same_number_of_questions(
    manager, location, django_assert_max_num_queries
):
    counts = []
    for count in (2, 9):
        row = started(manager, *people(count, at=location))
        with django_assert_max_num_queries(80) as found:
            campaign_sending.hand_over(now=MONDAY, by=CLOCK)
        counts.append(len(found))
        arrived(row)
        tick()

    assert counts[0] == counts[1]


def test_paused_lines_are_worded_anew_when_they_are_resumed(manager, location):
    row = started(manager, *people(2, at=location))
    tick_one(row)
    campaigns.pause(campaign=row, by=manager, now=MONDAY)

    campaigns.resume(campaign=row, by=manager)
    tick()

    assert CampaignRecipient.objects.filter(handed_at=None).count() == 0
    assert statuses(row) == ["due", "due"]
