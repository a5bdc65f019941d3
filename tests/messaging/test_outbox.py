"""What is to be sent: planned once, moved out of quiet hours, withdrawn where moot."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from consent.purposes import Purpose
from messaging import outbox
from messaging.models import Delivery, DeliveryEvent
from messaging.states import Status
from practice import locations
from tests.cast import FOUNDER, MONDAY
from tests.messaging.posting import DAY, HOUR, MINUTE, envelope, kinds, now_is, post

pytestmark = pytest.mark.django_db
BY, NOW = FOUNDER, MONDAY
NIGHT = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)  # Monday, 11 PM in New York


def plan(*envelopes, now=NOW):
    return outbox.plan_many(envelopes, by=BY, now=now)


def withdraw(row, reason="The visit was cancelled.", now=NOW):
    rows = Delivery.objects.filter(pk=row.pk)
    return outbox.withdraw(rows, reason=reason, by=BY, now=now)


def test_a_plan_is_a_row_with_its_event(patient):
    row = post(patient, address="(212) 555-0187", ids={"appointment": 12})

    assert (row.status, row.address, row.segments) == (Status.DUE, "+12125550187", 1)
    assert row.ids == {"appointment": 12}
    [event] = row.events.all()
    assert (event.kind, event.before, event.after) == ("planned", "", Status.DUE)
    assert (event.actor, event.actor_staff) == (BY.name, None)


def test_who_planned_it_is_told(patient, front_desk):
    row = outbox.plan(envelope(patient), by=front_desk, now=NOW)

    assert row.events.get().actor_staff == front_desk


def test_the_same_meaning_twice_is_one_message(patient):
    first = post(patient, meaning="visit:12", body="One")

    again = post(patient, meaning="visit:12", body="Two")

    assert (again.pk, again.body) == (first.pk, "One")
    assert kinds(first) == ["planned"]


def test_of_one_list_the_first_of_a_meaning_counts(patient):
    rows = plan(
        envelope(patient, meaning="b", body="B"),
        envelope(patient, meaning="a", body="A"),
        envelope(patient, meaning="b", body="C"),
    )

    assert [row.body for row in rows] == ["B", "A", "B"]
    assert DeliveryEvent.objects.count() == 2


@pytest.mark.parametrize("count", [1, 20])
def test_many_are_planned_by_a_few_queries(
    patient, count, django_assert_max_num_queries
):
    envelopes = [envelope(patient) for _one in range(count)]

    with django_assert_max_num_queries(8):
        plan(*envelopes)

    assert Delivery.objects.count() == count


def test_typographic_characters_never_make_a_text_dearer(patient):
    row = post(patient, body="It’s on Tuesday – see you")

    assert row.body == "It's on Tuesday - see you"


def test_a_text_knows_what_it_costs(patient):
    assert post(patient, body="x" * 161).segments == 2
    assert post(patient, body="á" * 71).segments == 2
    assert post(patient, channel="mail", address="a@b.test").segments == 0


# When it leaves ----------------------------------------------------------------------
def test_a_reminder_for_the_night_leaves_before_the_quiet_hours(patient):
    row = post(patient, planned_at=NIGHT, until_at=NIGHT + 12 * HOUR)

    assert row.due_at == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)  # 7:30 PM
    assert row.reason == "Sent earlier than planned, before the quiet hours."


def test_a_question_how_it_was_never_comes_before_it_was(patient):
    row = post(
        patient, purpose=Purpose.SURVEY, planned_at=NIGHT, until_at=NIGHT + 2 * DAY
    )

    assert row.due_at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 9 AM
    assert "after the quiet hours" in row.reason


def test_an_urgent_message_leaves_in_the_night(patient):
    row = post(patient, purpose=Purpose.URGENT, planned_at=NIGHT, until_at=None)

    assert (row.due_at, row.reason, row.is_urgent) == (NIGHT, "", True)


def test_what_has_no_hour_left_is_planned_as_not_sent(patient):
    row = post(patient, now=NIGHT, until_at=NIGHT + HOUR)

    assert row.status == Status.SUPPRESSED
    assert "leave no moment" in row.reason
    assert row.ended_at == NIGHT


def test_what_comes_too_late_is_planned_as_too_late(patient):
    row = post(patient, until_at=NOW - MINUTE)

    assert row.status == Status.EXPIRED
    assert "too late" in row.reason


def test_the_reason_is_in_the_words_of_the_staff_whoever_caused_it(patient):
    from django.utils import translation

    with translation.override("es"):
        row = post(patient, until_at=NOW - MINUTE)

    assert "too late" in row.reason


def test_the_practice_may_have_other_quiet_hours(patient, settings):
    settings.QUIET_HOURS = (time(23, 30), time(7))

    assert post(patient, planned_at=NIGHT, until_at=NIGHT + DAY).due_at == NIGHT


def test_the_practices_own_quiet_hours_are_kept(patient, practice):
    hours = {"quiet_from": time(21), "quiet_until": time(7)}
    locations.change_practice(practice=practice, by=BY, seen=None, **hours)

    row = post(patient, planned_at=NIGHT, until_at=NIGHT + 12 * HOUR)

    assert row.due_at == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)  # 8:30 PM


# Withdrawn, and planned again --------------------------------------------------------
def test_what_waits_is_withdrawn_with_its_reason(patient):
    row = post(patient)

    assert withdraw(row) == 1

    assert now_is(row) == (Status.WITHDRAWN, "The visit was cancelled.")
    assert kinds(row) == ["planned", "withdrawn"]
    assert withdraw(row) == 0


@pytest.mark.parametrize("status", ["sending", "accepted", "delivered", "uncertain"])
def test_what_may_have_left_is_not_withdrawn(patient, status):
    row = post(patient)
    columns = {"claimed_at": NOW, "lease_until_at": NOW}
    Delivery.objects.filter(pk=row.pk).update(status="sending", **columns)
    Delivery.objects.filter(pk=row.pk).update(status=status)

    assert withdraw(row) == 0


def test_what_was_withdrawn_comes_back_with_the_new_words(patient):
    row = post(patient, meaning="visit:12", body="One")
    withdraw(row)

    again = post(
        patient, meaning="visit:12", body="Two", planned_at=NOW + HOUR, ids={"v": 3}
    )

    assert (again.pk, again.status, again.body) == (row.pk, Status.DUE, "Two")
    assert (again.due_at, again.ids, again.ended_at) == (NOW + HOUR, {"v": 3}, None)
    assert kinds(row) == ["planned", "withdrawn", "planned_again"]


def test_what_was_withdrawn_after_it_left_never_comes_back(patient):
    row = post(patient, meaning="visit:12")
    withdraw(row)
    Delivery.objects.filter(pk=row.pk).update(left_at=NOW)

    assert post(patient, meaning="visit:12").status == Status.WITHDRAWN


def test_what_was_withdrawn_stays_so_where_it_would_come_too_late(patient):
    row = post(patient, meaning="visit:12")
    withdraw(row)

    again = post(patient, meaning="visit:12", until_at=NOW)

    assert again.status == Status.WITHDRAWN


# News of a visit ---------------------------------------------------------------------
def change(patient, starts_at, *, now=NIGHT, **details):
    usual = {"purpose": Purpose.CHANGE, "until_at": starts_at}
    usual["ids"] = {"minute": int(starts_at.timestamp() // 60)}
    return post(patient, now=now, **usual | details)


def test_news_that_would_wait_until_the_day_before_goes_at_once(patient):
    row = change(patient, NIGHT + DAY + HOUR)

    assert (row.purpose, row.is_urgent) == (Purpose.URGENT, True)
    assert row.due_at == NIGHT


def test_news_of_a_visit_in_some_days_waits_for_the_morning(patient):
    row = change(patient, NIGHT + 3 * DAY)

    assert (row.purpose, row.is_urgent) == (Purpose.CHANGE, False)
    assert row.due_at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def test_what_comes_back_is_as_urgent_as_it_is_now(patient):
    row = change(patient, NIGHT + 3 * DAY, meaning="news:1")
    rows = Delivery.objects.filter(pk=row.pk)
    outbox.withdraw(rows, reason="It moved.", by=FOUNDER, now=NIGHT)

    change(patient, NIGHT + HOUR, meaning="news:1")

    row.refresh_from_db()
    assert (row.status, row.purpose) == (Status.DUE, Purpose.URGENT)
    assert row.is_urgent
