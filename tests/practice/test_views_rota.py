"""The on-call rota, as pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from practice import duty, locations
from practice.models import OnCallShift
from tests.cast import FOUNDER, make_clinician
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db


def at(day, hour, minute=0):
    """An instant of March 2026, UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def put_on_call(clinician):
    def put(starts_at, ends_at, staff=clinician, rank=1):
        times = {"starts_at": starts_at, "ends_at": ends_at}
        return duty.put_on_call(staff=staff, rank=rank, by=FOUNDER, **times)

    return put


def test_a_gap_is_named_in_words(as_, front_desk, put_on_call, now):
    put_on_call(now, at(7, 23))
    put_on_call(at(8, 12), at(30, 4))

    words = text_of(as_(front_desk).get(url("rota")))

    assert "1 gap: nobody is on call and no door is open" in words
    assert "Nobody on call Sat 7 Mar, 6:00 PM \N{EN DASH} Sun 8 Mar, 8:00 AM" in words


def test_a_gap_leads_managers_to_a_form_with_its_times(as_, manager, put_on_call, now):
    put_on_call(now, at(7, 23))
    put_on_call(at(8, 12), at(30, 4))
    client = as_(manager)

    page = client.get(url("rota")).content.decode()
    (path,) = re.findall(r'href="(/team/rota/new/\?[^"]+)"', page)
    path = path.replace("&amp;", "&")
    form = client.get(path).context["form"]

    assert path.endswith("?starts=2026-03-07T18:00&ends=2026-03-08T08:00")
    assert form["starts_time"].value() == time(18)


def test_opening_hours_are_no_gap(as_, front_desk, location, put_on_call, now):
    """Open 10:00 to 18:00 that Saturday: 15:00 to 23:00 UTC."""
    locations.set_hours(location=location, spans=[(5, time(10), time(18))], by=FOUNDER)
    put_on_call(now, at(7, 15))
    put_on_call(at(7, 23), at(30, 4))

    words = text_of(as_(front_desk).get(url("rota")))

    assert "No gaps: whenever no door is open, somebody is on call." in words


def test_an_empty_rota_says_what_to_do(as_, front_desk):
    words = text_of(as_(front_desk).get(url("rota")))

    assert "Nobody is on call in these four weeks" in words


@pytest.mark.parametrize(
    "text", ["", "never", "0001-01-01", "9999-12-31", "2026-03-05"]
)
def test_the_rota_begins_on_a_monday_whatever_the_address_says(
    text, as_, front_desk, now
):
    response = as_(front_desk).get(url("rota"), {"from": text})

    assert str(response.context["rota"].first) == "2026-03-02"


def test_a_turn_across_midnight_stands_on_both_days(as_, front_desk, put_on_call, now):
    put_on_call(at(7, 23), at(8, 12))

    words = text_of(as_(front_desk).get(url("rota")))

    assert "Sat 7 Mar Cleo Clinician from 6:00 PM" in words
    assert "Sun 8 Mar Cleo Clinician until 8:00 AM" in words


@pytest.mark.parametrize("count", [1, 20])
def test_the_rota_takes_the_same_queries_for_any_number_of_turns(
    count, as_, manager, location, put_on_call, now, django_assert_max_num_queries
):
    for number in range(count):
        starts_at = now + timedelta(days=number)
        ends_at = starts_at + timedelta(hours=10)
        put_on_call(starts_at, ends_at, staff=make_clinician(at=location))
    client = as_(manager)

    with django_assert_max_num_queries(20):
        client.get(url("rota"))


def test_a_manager_puts_somebody_on_call(as_, manager, clinician, now):
    answers = {
        "staff": clinician.pk,
        "starts_on": "2026-03-06",
        "starts_time": "18:00",
        "ends_on": "2026-03-07",
        "ends_time": "08:00",
        "rank": "2",
    }

    response = as_(manager).post(url("rota_new"), answers)

    shift = OnCallShift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (at(6, 23), at(7, 13))
    assert shift.rank == 2
    assert response.url == "/team/rota/"


def test_a_turn_far_ahead_leads_to_its_own_weeks(as_, manager, clinician, now):
    answers = {"staff": clinician.pk, "rank": "1"}
    answers |= {"starts_on": "2026-06-06", "starts_time": "18:00"}
    answers |= {"ends_on": "2026-06-07", "ends_time": "08:00"}

    response = as_(manager).post(url("rota_new"), answers)

    assert response.url == "/team/rota/?from=2026-06-06"


def test_a_place_in_the_order_has_one_person(
    as_, manager, front_desk, put_on_call, now
):
    put_on_call(at(6, 20), at(7, 20))
    answers = {
        "staff": front_desk.pk,
        "starts_on": "2026-03-06",
        "starts_time": "18:00",
        "ends_on": "2026-03-07",
        "ends_time": "08:00",
        "rank": "1",
    }

    response = as_(manager).post(url("rota_new"), answers)

    assert response.context["form"].errors == {
        "starts_on": ["Cleo Clinician has that place in the order then."]
    }


def test_a_turn_needs_its_times(as_, manager, clinician):
    answers = {"staff": clinician.pk, "starts_on": "2026-03-06", "rank": "1"}

    response = as_(manager).post(url("rota_new"), answers)

    wrong = {"starts_time", "ends_on", "ends_time"}
    assert set(response.context["form"].errors) == wrong
    assert 'value="2026-03-06"' in response.content.decode()


def test_an_hour_that_the_clocks_jump_over_is_refused(as_, manager, clinician):
    answers = {
        "staff": clinician.pk,
        "starts_on": "2026-03-08",
        "starts_time": "02:30",
        "ends_on": "2026-03-08",
        "ends_time": "08:00",
        "rank": "1",
    }

    response = as_(manager).post(url("rota_new"), answers)

    words = text_of(response)
    assert response.status_code == 422
    assert "there is no 2:30 AM on Sunday 8 March in Eastern time" in words


def test_an_hour_that_comes_twice_is_counted_whole_and_said(as_, manager, clinician):
    answers = {
        "staff": clinician.pk,
        "starts_on": "2026-11-01",
        "starts_time": "01:30",
        "ends_on": "2026-11-01",
        "ends_time": "08:00",
        "rank": "1",
    }

    page = as_(manager).post(url("rota_new"), answers, follow=True)

    shift = OnCallShift.objects.get()
    assert shift.starts_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert "1:30 AM comes twice; the first one counts." in text_of(page)


def test_a_turn_is_withdrawn_and_brought_back(as_, manager, put_on_call):
    shift, client = put_on_call(at(7, 0), at(8, 0)), as_(manager)

    client.post(url("rota_withdraw", shift.pk))
    shift.refresh_from_db()
    was_withdrawn = shift.is_withdrawn
    client.post(url("rota_restore", shift.pk))

    shift.refresh_from_db()
    assert (was_withdrawn, shift.is_withdrawn) == (True, False)


def test_a_turn_is_not_brought_back_over_another(as_, manager, front_desk, put_on_call):
    shift, client = put_on_call(at(7, 0), at(8, 0)), as_(manager)
    client.post(url("rota_withdraw", shift.pk))
    put_on_call(at(7, 0), at(8, 0), staff=front_desk)

    page = client.post(url("rota_restore", shift.pk), follow=True)

    shift.refresh_from_db()
    assert shift.is_withdrawn
    assert "Fran Desk has that place in the order then." in text_of(page)
