"""Series of who is away for long go on with somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import announcements, duty, patients
from scheduling import booking, catalogue, handing_on, series, taking_back, visits
from scheduling.models import Appointment, Attendee, Series
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import WEEK as HOURS
from tests.scheduling.conftest import at

NOW, BY, TUESDAY = cast.MONDAY, cast.FOUNDER, date(2026, 3, 3)
WEEK = timedelta(weeks=1)
PATH = reverse("series_hand_on")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cover(plan, location):
    """Somebody who holds the same visits in the same hours."""
    other = cast.make_clinician(at=location, name="Cora Cover")
    duty.set_duty_hours(staff=other, location=location, spans=HOURS, by=BY)
    catalogue.change_type(
        kind=plan.type,
        clinicians=[plan.clinician, other],
        locations=[],
        instructions={},
        by=BY,
    )
    return other


def begin(plan, hour, **details):
    rule = Rule(WEEKS, 1, weekday=1, **{"starts_on": TUESDAY, "count": 4, **details})
    who = cast.make_patient(at=plan.location)
    wish = Wish(replace(plan, starts_at=at(hour)), rule)
    return series.begin(wish=wish, patients=[who], by=BY, now=NOW)


@pytest.fixture
def both(plan):
    """Two series, at ten and at two."""
    return [begin(plan, 10), begin(plan, 14)]


def hand_on(rows, to, from_on=TUESDAY):
    return handing_on.hand_on(rows=rows, to=to, from_on=from_on, by=BY, now=NOW)


def with_whom():
    rows = Appointment.objects.live().order_by("starts_at")
    return [one.clinician_id for one in rows]


def test_all_visits_go_to_the_other_clinician_at_their_times(both, cover):
    times = [one.starts_at for one in Appointment.objects.order_by("pk")]

    outcome = hand_on(both, cover)

    assert (outcome.gone, outcome.stayed) == (8, [])
    assert set(with_whom()) == {cover.pk}
    assert [one.starts_at for one in Appointment.objects.order_by("pk")] == times


def test_visits_before_the_day_stay(both, plan, cover):
    hand_on(both, cover, TUESDAY + 2 * WEEK)

    assert with_whom() == [plan.clinician.pk] * 4 + [cover.pk] * 4


def test_a_time_that_the_other_has_not_stays_and_is_foreseen(both, plan, cover):
    taken = replace(plan, clinician=cover, starts_at=at(10, 30, day=10))
    other = cast.make_patient(at=plan.location)
    booking.book(plan=taken, patients=[other], by=BY, now=NOW)
    rows = Series.objects.filter(pk__in=[one.pk for one in both])
    seen = handing_on.foresee(rows=rows, to=cover, from_on=TUESDAY, now=NOW)

    outcome = hand_on(both, cover)

    assert [len(one.conflicts) for one in seen] == [1, 0]
    assert "10 Mar 2026" in seen[0].conflicts[0]
    (left,) = outcome.stayed
    left.refresh_from_db()
    assert (left.starts_at, left.clinician) == (at(10, day=10), plan.clinician)
    assert left.series.clinician == cover


def test_what_comes_later_is_booked_with_the_other(plan, cover):
    row = begin(plan, 10, count=None)
    hand_on([row], cover)

    new = Series.objects.latest("pk")
    made = series.top_up(series=new, by=BY, now=NOW + 4 * WEEK)

    assert {one.clinician for one in made} == {cover}
    assert len(made) == 4


def test_days_left_out_and_times_of_their_own_stay(plan, cover):
    row = begin(plan, 10)
    second, third, *_rest = row.appointments.order_by("starts_at")[1:]
    visits.cancel(
        attendees=second.attendees.all(),
        status=Status.CANCELLED,
        reason="Holiday",
        by=BY,
        now=NOW,
    )
    later = replace(plan, starts_at=at(15, day=18))
    booking.move(appointment=third, plan=later, by=BY, now=NOW)

    hand_on([row], cover)

    third.refresh_from_db()
    assert (third.starts_at, third.clinician) == (at(15, day=18), cover)
    assert with_whom() == [cover.pk] * 3
    skipped = series.skips_of(Series.objects.latest("pk"))
    assert list(skipped) == [TUESDAY + WEEK]


def test_who_does_not_hold_such_visits_takes_none(both, plan, location):
    other = cast.make_clinician(at=location)
    rows = Series.objects.all()

    seen = handing_on.foresee(rows=rows, to=other, from_on=TUESDAY, now=NOW)

    assert all("does not offer" in one.refusal for one in seen)
    with pytest.raises(booking.NotOffered):
        hand_on(both, other)
    assert Series.objects.filter(is_ended=True).count() == 0


def test_nothing_is_handed_on_by_nothing(cover):
    with pytest.raises(handing_on.NothingChosen):
        hand_on([], cover)


def test_all_of_it_is_undone_as_one(both, plan, cover):
    waiting = announcements.waiting().count()
    outcome = hand_on(both, cover)

    taking_back.undo(line=outcome.line, by=BY, now=NOW)

    assert set(with_whom()) == {plan.clinician.pk}
    assert Series.objects.filter(is_ended=False).count() == 2
    assert announcements.waiting().count() == waiting


# The page ---------------------------------------------------------------------------
@pytest.fixture
def path(plan, cover):
    return f"{PATH}?who={plan.clinician.pk}&to={cover.pk}&on=2026-03-03"


def test_both_are_handed_on_from_the_page_and_back(both, path, plan, cover, front_desk):
    client = sign_in(front_desk)
    ticked = client.get(path).context["form"].ticked

    page = client.post(path, {"series": sorted(ticked)}, follow=True)
    (toast,) = page.context["messages"]

    assert ticked == {one.pk for one in both}
    assert str(toast) == "2 series go on with Cora Cover."
    assert set(with_whom()) == {cover.pk}
    client.post(toast.extra_tags)
    assert set(with_whom()) == {plan.clinician.pk}


def test_what_would_stay_whole_is_not_suggested(both, path, cover, front_desk):
    duty.record_absence(
        kind="leave",
        cover=None,
        staff=cover,
        starts_at=at(0),
        ends_at=at(12, day=31),
        by=BY,
    )
    later = path.replace("2026-03-03", "2026-03-24")

    page = sign_in(front_desk).get(later)

    assert page.context["form"].ticked == set()
    assert page.text.count("1 visit stays as it is") == 2


def test_one_that_is_not_ticked_stays(both, path, plan, front_desk):
    sign_in(front_desk).post(path, {"series": [both[0].pk]})

    both[1].refresh_from_db()
    assert not both[1].is_ended
    assert set(with_whom()[1::2]) == {plan.clinician.pk}


def test_nothing_ticked_is_said(both, path, front_desk):
    page = sign_in(front_desk).post(path, {})

    assert page.status_code == 422
    assert page.context["form"].errors["series"]


def test_nobody_takes_over_from_themselves(both, plan, front_desk):
    who = plan.clinician.pk

    page = sign_in(front_desk).get(f"{PATH}?who={who}&to={who}&on=2026-03-03")

    assert page.context["asked"].errors["to"]


def test_whose_chart_may_not_be_changed_stays_and_is_private(both, path, front_desk):
    who = Attendee.objects.filter(appointment__series=both[0]).first().patient
    patients.restrict(patient=who, is_restricted=True, by=BY)

    page = sign_in(front_desk).get(path)

    assert page.context["form"].ticked == {both[1].pk}
    assert who.family_name not in page.text
    assert "Private" in page.text


def test_a_stranger_hands_nothing_on(both, path, stranger):
    page = sign_in(stranger).post(path, {"series": [both[0].pk]})

    assert Series.objects.filter(is_ended=True).count() == 0
    assert page.status_code == 422


def test_many_series_take_the_queries_of_two(both, path, plan, front_desk):
    client = sign_in(front_desk)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for hour in (9, 11, 12, 15):
        begin(plan, hour)
    client.get(path)
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many.captured_queries) == len(few.captured_queries)
