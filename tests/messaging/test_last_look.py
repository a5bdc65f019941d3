"""The last look: every reason why a message does not go now, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from consent.purposes import TABLE, Obeys, Purpose
from messaging import claiming, last_look
from messaging.models import Delivery
from messaging.states import Status
from practice import contributions, patients
from practice.models import Task
from tests.cast import MONDAY
from tests.consent.stopping import stop
from tests.messaging.posting import DAY, HOUR, MINUTE, kinds, now_is, post, reachable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW = MONDAY  # 10 AM in New York
NIGHT = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)  # 11 PM there
TO_PATIENTS = [one for one in Purpose if not TABLE[one].is_to_staff]
OBEYING = {one: [p for p in TO_PATIENTS if one in TABLE[p].obeys] for one in Obeys}


def written(patient, number, *, now=NOW, **details):
    """A message that is claimed and waits for the last look."""
    post(patient, now=now, address=number, **details)
    with time_machine.travel(now, tick=False):
        [row] = claiming.claim("text", most=1, now=now)
    return row


def looked(row, now=NOW):
    [found] = last_look.look([row], now=now)
    last_look.put_aside([found], now=now)
    return found


def check(monkeypatch, check):
    contributions.load.cache_clear()
    monkeypatch.setattr(last_look, "load", lambda _name: (check,))


@pytest.mark.parametrize("purpose", TO_PATIENTS)
def test_where_nothing_is_in_the_way_it_goes(patient, number, purpose):
    row = written(patient, number, purpose=purpose)

    found = looked(row)

    assert found.goes
    assert now_is(row)[0] == Status.SENDING


def test_a_page_to_staff_asks_nobody(front_desk):
    row = written(None, "+12125550187", purpose=Purpose.ON_CALL_PAGE, staff=front_desk)

    assert looked(row).goes


# What people said --------------------------------------------------------------------
@pytest.mark.parametrize("purpose", OBEYING[Obeys.OPT_OUT])
def test_after_a_stop_it_is_not_sent(patient, number, purpose):
    row = written(patient, number, purpose=purpose)
    stop(number)

    looked(row)

    status, reason = now_is(row)
    assert status == Status.SUPPRESSED
    assert reason.startswith("Stopped for everybody")
    assert kinds(row)[-1] == "left_out"


def test_a_pause_that_ends_in_time_puts_it_off(patient, number, manager):
    row = written(patient, number, until_at=NOW + 10 * DAY)
    _pause(patient, manager)

    looked(row)

    status, reason = now_is(row)
    assert status == Status.DUE
    assert "paused" in reason
    assert row.due_at == datetime(2026, 3, 5, 14, 0, tzinfo=UTC)  # 9 AM, not midnight


def test_a_pause_that_outlives_it_drops_it_with_the_reason(patient, number, manager):
    row = written(patient, number)
    _pause(patient, manager)

    looked(row)

    status, reason = now_is(row)
    assert status == Status.SUPPRESSED
    assert "paused" in reason
    assert reason.endswith("Later it would be of no use.")


def _pause(patient, manager):
    patients.pause(
        patient=patient, until=(NOW + 3 * DAY).date(), by=manager, now=NOW, reason="x"
    )


# Still true, not too late ------------------------------------------------------------
@pytest.mark.parametrize("purpose", OBEYING[Obeys.STILL_TRUE])
def test_what_is_no_longer_true_is_withdrawn(patient, number, purpose, monkeypatch):
    row = written(patient, number, purpose=purpose)
    check(monkeypatch, lambda rows, now: {one.pk: "The visit moved." for one in rows})

    looked(row)

    assert now_is(row) == (Status.WITHDRAWN, "The visit moved.")
    assert post(patient, meaning=row.meaning).status == Status.DUE


def test_the_floors_above_are_asked_about_what_obeys_alone(
    patient, number, monkeypatch
):
    row = written(patient, number, purpose=Purpose.HUMAN_REPLY)
    check(monkeypatch, lambda rows, now: {one.pk: "No." for one in rows})

    assert looked(row).goes


@pytest.mark.parametrize("purpose", OBEYING[Obeys.NOT_TOO_LATE])
def test_what_is_too_late_expires(patient, number, purpose):
    row = written(patient, number, purpose=purpose, until_at=NOW + MINUTE)

    looked(row, now=NOW + MINUTE)

    assert now_is(row) == (Status.EXPIRED, "It came too late to be of use.")


def test_a_reply_that_came_too_late_is_told_by_a_call(patient, number, front_desk):
    row = written(patient, number, purpose=Purpose.HUMAN_REPLY, until_at=NOW + MINUTE)

    looked(row, now=NOW + MINUTE)

    assert now_is(row)[0] == Status.EXPIRED
    assert Task.objects.filter(kind="messaging.call").count() == 1


def test_a_reply_that_no_safe_hour_can_bring_is_told_by_a_call(patient, front_desk):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    details = {"purpose": Purpose.HUMAN_REPLY, "until_at": NOW + HOUR}
    row = written(patient, number, **details)

    looked(row)

    assert now_is(row)[0] == Status.SUPPRESSED
    assert Task.objects.filter(kind="messaging.call").count() == 1


@pytest.mark.parametrize("purpose", [Purpose.CRISIS])
def test_what_is_never_too_late_goes_after_its_time(patient, number, purpose):
    row = written(patient, number, purpose=purpose, until_at=NOW + MINUTE)

    assert looked(row, now=NOW + HOUR).goes


# Hours -------------------------------------------------------------------------------
@pytest.mark.parametrize("purpose", OBEYING[Obeys.QUIET_HOURS])
def test_in_the_night_it_waits_for_the_morning(patient, number, purpose):
    row = written(patient, number, purpose=purpose, until_at=NOW + 3 * DAY)

    looked(row, now=NIGHT)

    status, reason = now_is(row)
    assert (status, reason) == (
        Status.DUE,
        "It waits for the end of the quiet hours.",
    )
    morning = 15 if purpose == Purpose.CAMPAIGN else 14
    assert row.due_at == datetime(2026, 3, 3, morning, 0, tzinfo=UTC)
    assert kinds(row)[-1] == "put_off"


@pytest.mark.parametrize(
    "purpose", [p for p in TO_PATIENTS if p not in OBEYING[Obeys.QUIET_HOURS]]
)
def test_what_no_quiet_hours_bind_goes_in_the_night(patient, number, purpose):
    row = written(patient, number, purpose=purpose, until_at=NOW + 3 * DAY)

    assert looked(row, now=NIGHT).goes


def test_what_is_of_no_use_in_the_morning_says_so(patient, number):
    row = written(patient, number, until_at=NIGHT + HOUR)

    looked(row, now=NIGHT)

    assert now_is(row) == (
        Status.SUPPRESSED,
        "It waits for the end of the quiet hours. Later it would be of no use.",
    )


def test_safe_hours_and_quiet_hours_have_to_be_open_both(patient):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    row = written(patient, number, until_at=NOW + 3 * DAY)

    looked(row)

    assert row.due_at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 6 PM
    assert now_is(row) == (Status.DUE, "Not a safe hour there now.")


def test_hours_that_never_meet_leave_it_out(patient):
    number = reachable(patient, safe_from=time(22), safe_until=time(23))
    row = written(patient, number, until_at=NOW + 5 * DAY)

    looked(row)

    assert now_is(row)[0] == Status.SUPPRESSED


def test_the_vendor_stops_trying_when_the_safe_hours_end(patient):
    number = reachable(patient, safe_from=time(9), safe_until=time(11))
    row = written(patient, number)

    assert looked(row).validity == HOUR


def test_the_vendor_stops_trying_when_it_is_of_no_more_use(patient, number):
    urgent = written(
        patient, number, purpose=Purpose.URGENT, until_at=NOW + 20 * MINUTE
    )

    assert looked(urgent).validity == 20 * MINUTE


def test_what_has_no_end_is_tried_for_four_hours(patient, number):
    row = written(patient, number, purpose=Purpose.HUMAN_REPLY, until_at=None)

    assert looked(row).validity == timedelta(hours=4)


# News of a visit that is less than a day off -----------------------------------------
def about(at):
    """What the ids of a delivery say of a visit's start."""
    return {"minute": int(at.timestamp() // 60)}


def test_a_change_that_is_urgent_by_now_goes_in_the_night(patient, number):
    details = {"until_at": NOW + DAY + HOUR, "ids": about(NOW + DAY + HOUR)}
    row = written(patient, number, purpose=Purpose.CHANGE, **details)

    assert looked(row, now=NIGHT).goes


def test_a_change_that_would_wait_until_it_is_urgent_does_not_wait(patient, number):
    for _one in range(2):
        sent = post(patient, address=number)
        Delivery.objects.filter(pk=sent.pk).update(status=Status.SENT, left_at=NOW)
    details = {"until_at": NOW + DAY + 2 * HOUR, "ids": about(NOW + DAY + 2 * HOUR)}
    row = written(patient, number, purpose=Purpose.CHANGE, **details)

    assert looked(row).goes


def test_a_change_in_some_days_has_time_to_wait(patient, number):
    details = {"until_at": NOW + 3 * DAY, "ids": about(NOW + 3 * DAY)}
    row = written(patient, number, purpose=Purpose.CHANGE, **details)

    assert not looked(row, now=NIGHT).goes
    assert now_is(row)[0] == Status.DUE


def test_a_change_that_became_urgent_and_is_blocked_asks_somebody_to_call(
    patient, number, front_desk
):
    details = {"until_at": NOW + DAY + HOUR, "ids": about(NOW + DAY + HOUR)}
    row = written(patient, number, purpose=Purpose.CHANGE, **details)
    stop(number)

    looked(row, now=NIGHT)

    assert now_is(row)[0] == Status.SUPPRESSED
    assert row.purpose == Purpose.URGENT
    assert Task.objects.filter(kind="messaging.call").exists()


# Somebody calls ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "purpose", [Purpose.URGENT, Purpose.ON_THE_DAY, Purpose.CRISIS, Purpose.HUMAN_REPLY]
)
def test_where_a_wish_blocks_what_cannot_wait_somebody_calls(
    patient, number, front_desk, purpose
):
    row = written(patient, number, purpose=purpose)
    stop(number)

    looked(row)

    task = Task.objects.get(kind="messaging.call")
    assert (task.for_role, task.patient) == ("front_desk", patient)
    assert task.words.startswith("Stopped for everybody")
    assert number not in task.title


@pytest.mark.parametrize("purpose", [Purpose.URGENT, Purpose.CHANGE])
def test_that_a_place_is_closed_and_comes_too_late_is_told_by_a_call(
    patient, number, purpose
):
    row = written(patient, number, purpose=purpose, occasion="closed")
    row.until_at = NOW - MINUTE

    looked(row)

    assert now_is(row)[0] == Status.EXPIRED
    assert "closed" in Task.objects.get(kind="messaging.call").title


def test_that_a_place_is_closed_in_some_days_is_told_later(patient, front_desk):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    row = written(
        patient,
        number,
        purpose=Purpose.CHANGE,
        occasion="closed",
        until_at=NOW + 3 * DAY,
    )

    looked(row)

    assert now_is(row)[0] == Status.DUE
    assert not Task.objects.filter(kind="messaging.call").exists()


def test_a_reminder_that_is_blocked_asks_nobody(patient, number):
    row = written(patient, number)
    stop(number)

    looked(row)

    assert not Task.objects.filter(kind="messaging.call").exists()


def test_a_crisis_text_waits_for_no_safe_hour(patient, front_desk):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    row = written(patient, number, purpose=Purpose.CRISIS)

    looked(row)

    assert now_is(row) == (Status.SUPPRESSED, "Not a safe hour there now.")
    assert Task.objects.filter(kind="messaging.call").exists()


def test_an_urgent_notice_that_has_to_wait_is_told_by_a_call_too(patient, front_desk):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    row = written(patient, number, purpose=Purpose.URGENT)

    looked(row)

    assert now_is(row)[0] == Status.DUE
    assert Task.objects.filter(kind="messaging.call").count() == 1


def test_what_a_person_wrote_waits_for_a_safe_hour_without_a_task(patient):
    number = reachable(patient, safe_from=time(18), safe_until=time(22))
    row = written(patient, number, purpose=Purpose.HUMAN_REPLY)

    looked(row)

    assert now_is(row)[0] == Status.DUE
    assert not Task.objects.filter(kind="messaging.call").exists()


def test_nobody_is_called_about_a_patient_who_died(patient, number, manager):
    row = written(patient, number, purpose=Purpose.URGENT)
    patients.record_death(patient=patient, died_on=NOW.date(), by=manager, now=NOW)

    looked(row)

    assert not Task.objects.filter(kind="messaging.call").exists()
