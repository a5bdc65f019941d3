"""“We are closed”: everybody who was to come hears it once, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from messaging import campaign_closing, campaign_pages, campaign_words, campaigns
from messaging.campaign_closing import NobodyComes
from messaging.models import Delivery
from practice.models import Announcement, Closure, Task
from scheduling import booking, calling_off, telling
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.consent.stopping import stop
from tests.messaging.campaigning import CLOCK, arrived, bodies, lines, people, tick
from tests.scheduling.conftest import hours, kind, plan  # noqa: F401

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 3)
HOUR = timedelta(hours=1)


@pytest.fixture
def visit(plan, location):  # noqa: F811
    return booking.book(
        plan=plan, patients=people(1, at=location), by=FOUNDER, now=MONDAY
    )


def tell(location, by, now=MONDAY):
    return campaign_closing.tell(location=location, day=TUESDAY, by=by, now=now)


def test_it_needs_no_approval_and_closes_the_place(visit, location, front_desk):
    row = tell(location, front_desk)
    tick()

    [body] = bodies(row)
    assert "we are closed" in body
    assert "Tue 3 March, 10:00 AM" in body
    assert Closure.objects.get().starts_on == TUESDAY
    assert Delivery.objects.get(body=body).purpose == "urgent"


def test_a_place_that_is_known_to_be_closed_is_not_closed_again(
    visit, location, front_desk
):
    tell(location, front_desk)
    tell(location, front_desk, now=MONDAY + HOUR)

    assert Closure.objects.count() == 1


def test_told_twice_is_one_text(visit, location, front_desk):
    first = tell(location, front_desk)
    tick()
    second = tell(location, front_desk, now=MONDAY + HOUR)
    tick(MONDAY + 2 * HOUR)

    assert (len(bodies(first)), len(bodies(second))) == (1, 0)
    assert [why for _who, why in lines(second)] == ["They were told already."]


def test_stopped_and_told_anew_it_goes(visit, location, front_desk):
    first = tell(location, front_desk)
    tick()
    campaigns.stop(campaign=first, by=front_desk, now=MONDAY)
    second = tell(location, front_desk, now=MONDAY + HOUR)
    tick(MONDAY + 2 * HOUR)

    assert [one.status for one in campaigns.deliveries(second)] == ["due"]


def test_who_no_text_reaches_is_called(plan, patient, location, front_desk):  # noqa: F811
    booking.book(plan=plan, patients=[patient], by=FOUNDER, now=MONDAY)

    tell(location, front_desk)

    assert Task.objects.get(kind="campaign.call").patient == patient


def test_who_cannot_be_told_any_more_after_the_press_is_called(
    visit, location, front_desk
):
    row = tell(location, front_desk)
    [who] = (one.patient for one in row.recipients.all())
    stop(str(who.contact_points.get().phone))

    tick()

    task = Task.objects.get(kind="campaign.call")
    assert (task.patient, task.words.startswith("Stopped")) == (who, True)


def test_whose_visit_changed_after_the_press_is_not_called(visit, location, front_desk):
    tell(location, front_desk)
    calling_off.call_off(
        appointment=visit, reason="No power", by=front_desk, now=MONDAY
    )

    tick()

    assert not Task.objects.filter(kind="campaign.call").exists()


def test_a_line_at_fault_is_called(visit, location, front_desk, monkeypatch):
    tell(location, front_desk)
    monkeypatch.setattr(campaign_words, "worded", None)

    tick()

    assert Task.objects.get(kind="campaign.call").words.startswith("Something went")


def test_undone_before_anything_left_the_place_is_open_and_nobody_is_called(
    plan,  # noqa: F811
    visit,
    patient,
    location,
    front_desk,
):
    later = replace(plan, starts_at=plan.starts_at + HOUR)
    booking.book(plan=later, patients=[patient], by=FOUNDER, now=MONDAY)
    row = tell(location, front_desk)
    tick()

    campaigns.stop(campaign=row, by=front_desk, now=MONDAY)
    assert (Closure.objects.get().is_withdrawn, open_calls()) == (True, 0)

    tell(location, front_desk, now=MONDAY + HOUR)
    assert (Closure.objects.filter(is_withdrawn=False).count(), open_calls()) == (1, 1)


def open_calls():
    return Task.objects.filter(kind="campaign.call", is_withdrawn=False).count()


def test_stopped_after_something_left_the_place_stays_closed(
    visit, location, front_desk
):
    row = tell(location, front_desk)
    tick()
    arrived(row)

    row = campaigns.stop(campaign=row, by=front_desk, now=MONDAY)

    assert not Closure.objects.get().is_withdrawn
    assert campaign_pages.is_still_closed(row)


def test_undone_where_another_notice_tells_the_same_it_stays_closed(
    visit, location, front_desk
):
    first = tell(location, front_desk)
    tell(location, front_desk, now=MONDAY + HOUR)

    campaigns.stop(campaign=first, by=front_desk, now=MONDAY)

    assert not Closure.objects.get().is_withdrawn


def test_where_nobody_comes_nobody_is_told(location, front_desk):
    with pytest.raises(NobodyComes):
        tell(location, front_desk)


def test_a_visit_that_was_cancelled_meanwhile_is_not_told_of(
    visit, location, front_desk
):
    row = tell(location, front_desk)
    calling_off.call_off(
        appointment=visit, reason="No power", by=front_desk, now=MONDAY
    )

    tick()

    assert [why for _who, why in lines(row)] == [
        "The visit changed, or does not take place."
    ]


def test_called_off_afterwards_they_hear_nothing_more(visit, location, front_desk):
    tell(location, front_desk)
    tick()
    calling_off.call_off(
        appointment=visit, reason="Closed", by=front_desk, now=MONDAY + HOUR
    )

    while telling.tell_waiting(now=MONDAY + 2 * HOUR, by=CLOCK):
        pass

    assert not Delivery.objects.filter(occasion="called_off").exists()
    row = Announcement.objects.get(kind="attendee.called_off")
    assert row.taken_at is not None


def test_a_reminder_of_that_visit_is_held_back(visit, location, front_desk):
    from scheduling import campaign_told

    row = tell(location, front_desk)
    tick()
    [told] = campaigns.deliveries(row)
    reminder = Delivery(
        pk=9, purpose="reminder", patient=told.patient, ids=dict(told.ids)
    )

    assert campaign_told.check([reminder], now=MONDAY) == {
        9: "They were told that the place is closed then."
    }
    reminder.ids["minute"] = 0
    assert campaign_told.check([reminder], now=MONDAY) == {}


def test_siblings_on_one_phone_are_both_told(plan, location, front_desk, kind):  # noqa: F811
    one = people(1, at=location)[0]
    two = cast.make_patient(at=location)
    cast.make_contact(two, value=str(one.contact_points.get().phone))
    for turn, who in enumerate((one, two)):
        later = replace(plan, starts_at=plan.starts_at + turn * HOUR)
        booking.book(plan=later, patients=[who], by=FOUNDER, now=MONDAY)

    row = tell(location, front_desk)
    tick()

    assert len(bodies(row)) == 2
