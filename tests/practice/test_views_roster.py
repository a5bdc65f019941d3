"""Duty hours, absences and the on-call rota, as pages."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from practice import duty, staffing
from practice.models import Absence, DutyHours, Task
from tests.cast import FOUNDER
from tests.practice.filling import version_at
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


@pytest.fixture
def away(clinician):
    def leave(**details):
        usual = {"kind": "leave", "starts_at": at(2, 5), "ends_at": at(4, 5)}
        return duty.record_absence(
            staff=clinician, cover=None, by=FOUNDER, **usual | details
        )

    return leave


@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_only_managers_change_the_roster(
    who, request, as_, location, manager, put_on_call
):
    shift = put_on_call(at(7, 0), at(8, 0))
    client = as_(request.getfixturevalue(who))

    answers = [
        client.get(url("duty_edit", manager.pk, location.pk)),
        client.get(url("absence_new", manager.pk)),
        client.get(url("rota_new")),
        client.post(url("rota_withdraw", shift.pk)),
        client.post(url("rota_restore", shift.pk)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5


# Duty hours -----------------------------------------------------------------
def test_a_week_takes_several_spans_a_day(as_, manager, clinician, location):
    answers = {
        "day0_span1_from": "09:00",
        "day0_span1_until": "12:00",
        "day0_span3_from": "13:00",
        "day0_span3_until": "17:30",
        "day6_span1_from": "10:00",
        "day6_span1_until": "11:00",
    }
    client, path = as_(manager), url("duty_edit", clinician.pk, location.pk)

    client.post(path, answers | version_at(client, path))

    rows = DutyHours.objects.filter(staff=clinician, is_current=True)
    assert {(row.weekday, row.starts, row.ends) for row in rows} == {
        (0, time(9), time(12)),
        (0, time(13), time(17, 30)),
        (6, time(10), time(11)),
    }


def test_a_wrong_week_keeps_what_was_typed_and_says_where(
    as_, manager, clinician, location
):
    answers = {
        "day0_span1_from": "09:00",
        "day0_span1_until": "08:00",
        "day1_span1_from": "09:00",
        "day2_span1_from": "noon",
        "day3_span1_from": "09:00",
        "day3_span1_until": "12:00",
        "day3_span2_from": "11:00",
        "day3_span2_until": "13:00",
    }

    response = as_(manager).post(url("duty_edit", clinician.pk, location.pk), answers)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "day0_span1_until",
        "day1_span1_until",
        "day2_span1_from",
        "day3_span2_from",
    }
    assert 'value="noon"' in response.content.decode()
    assert not DutyHours.objects.exists()


def test_monday_is_copied_without_saving(as_, manager, clinician, location):
    answers = {"day0_span1_from": "09:00", "day0_span1_until": "17:00"}
    answers |= {"day4_span1_from": "06:00", "day5_span1_from": "10:00"}

    response = as_(manager).post(
        url("duty_edit", clinician.pk, location.pk), answers | {"copy": "monday"}
    )

    form = response.context["form"]
    copied = [form[f"day{day}_span1_from"].value() for day in range(7)]
    assert copied == ["09:00"] * 5 + ["10:00", None]
    assert "Nothing is saved yet." in text_of(response)
    assert not DutyHours.objects.exists()


def test_hours_that_are_known_are_shown_with_a_line_to_spare(
    as_, manager, clinician, location
):
    spans = [(0, time(hour), time(hour + 1)) for hour in (8, 10, 12)]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)

    response = as_(manager).get(url("duty_edit", clinician.pk, location.pk))

    monday, tuesday = response.context["form"].days[:2]
    assert (len(monday.lines), len(tuesday.lines)) == (4, 2)
    assert monday.lines[2].starts.value() == time(12)


def test_nobody_is_at_two_locations_at_once(
    as_, manager, clinician, location, far_location
):
    """09:00 in Phoenix is 11:00 in New York in winter and 12:00 in summer."""
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    duty.set_duty_hours(
        staff=clinician, location=location, spans=[(0, time(9), time(12))], by=FOUNDER
    )
    answers = {"day0_span1_from": "09:00", "day0_span1_until": "10:00"}
    client, path = as_(manager), url("duty_edit", clinician.pk, far_location.pk)

    response = client.post(path, answers | version_at(client, path))

    assert response.status_code == 422
    assert "overlaps with 9:00 AM to 12:00 PM at Harlem" in text_of(response)


def test_hours_are_only_where_somebody_works(as_, manager, clinician, far_location):
    path = url("duty_edit", clinician.pk, far_location.pk)

    assert as_(manager).get(path).status_code == 404


# Absences -------------------------------------------------------------------
def test_a_manager_notes_an_absence_by_the_persons_clock(
    as_, manager, stranger, clinician, now
):
    """The stranger's only location is Phoenix, seven hours behind UTC."""
    answers = {
        "kind": "training",
        "starts_on": "2026-03-10",
        "starts_time": "13:00",
        "ends_on": "2026-03-11",
        "ends_time": "",
        "cover": clinician.pk,
    }

    as_(manager).post(url("absence_new", stranger.pk), answers)

    absence = Absence.objects.get()
    assert (absence.kind, absence.cover) == ("training", clinician)
    assert (absence.starts_at, absence.ends_at) == (at(10, 20), at(12, 7))


def test_the_absence_page_names_the_zone(as_, manager, stranger):
    words = text_of(as_(manager).get(url("absence_new", stranger.pk)))

    assert "Arizona time." in words


def test_an_absence_that_ends_before_it_starts_is_refused(as_, manager, clinician):
    answers = {"kind": "leave", "starts_on": "2026-03-10", "ends_on": "2026-03-09"}

    response = as_(manager).post(url("absence_new", clinician.pk), answers)

    words = response.content.decode()
    assert response.status_code == 422
    assert "The end must come after the start." in words
    assert 'value="2026-03-10"' in words


def test_nobody_is_away_twice(as_, manager, clinician, away):
    away()
    answers = {"kind": "leave", "starts_on": "2026-03-03", "ends_on": "2026-03-03"}

    response = as_(manager).post(url("absence_new", clinician.pk), answers)

    errors = response.context["form"].errors
    assert errors == {"starts_on": ["Cleo Clinician is already away then."]}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "10000-01-01", "soon"])
def test_a_day_out_of_this_world_is_refused(day, as_, manager, clinician):
    answers = {"kind": "leave", "starts_on": day, "ends_on": day}

    response = as_(manager).post(url("absence_new", clinician.pk), answers)

    assert response.status_code == 422


def test_an_absence_says_which_turns_fall_into_it(
    as_, manager, clinician, put_on_call, now
):
    put_on_call(at(7, 18), at(8, 8))
    answers = {"kind": "leave", "starts_on": "2026-03-07", "ends_on": "2026-03-07"}

    page = as_(manager).post(url("absence_new", clinician.pk), answers, follow=True)

    assert "1 on-call turn falls into it: see the rota." in text_of(page)


@pytest.mark.parametrize(("who", "first"), [("manager", "kind"), ("clinician", None)])
def test_days_come_before_the_cover(who, first, request, as_, clinician):
    person = request.getfixturevalue(who)

    form = as_(person).get(url("absence_new", clinician.pk)).context["form"]

    assert [field.name for field in form.before] == ([first] if first else [])
    assert [field.name for field in form.after] == ["cover"]


def test_everybody_may_say_that_they_are_ill(as_, clinician, now):
    answers = {"starts_on": "2026-03-02", "ends_on": "2026-03-03", "kind": "leave"}

    as_(clinician).post(url("absence_new", clinician.pk), answers)

    absence = Absence.objects.get()
    assert absence.kind == "illness"
    assert (absence.starts_at, absence.ends_at) == (at(2, 5), at(4, 5))


def test_an_own_illness_can_be_taken_back_with_its_task(as_, clinician, now):
    client = as_(clinician)
    answers = {"starts_on": "2026-03-02", "ends_on": "2026-03-02"}
    client.post(url("absence_new", clinician.pk), answers)
    absence = Absence.objects.get()

    client.post(url("absence_withdraw", absence.pk))

    absence.refresh_from_db()
    assert absence.is_withdrawn
    assert not Task.objects.open().exists()


def test_taking_an_absence_back_can_be_undone(as_, manager, clinician, now):
    answers = {"starts_on": "2026-03-02", "ends_on": "2026-03-02"}
    as_(clinician).post(url("absence_new", clinician.pk), answers)
    absence, client = Absence.objects.get(), as_(manager)

    client.post(url("absence_withdraw", absence.pk))
    client.post(url("absence_restore", absence.pk))

    absence.refresh_from_db()
    assert not absence.is_withdrawn
    assert Task.objects.open().count() == 1


@pytest.mark.parametrize("name", ["absence_withdraw", "absence_restore"])
def test_leave_is_the_managers_to_take_back(name, as_, clinician, front_desk, away):
    absence = away()

    answers = [
        as_(person).post(url(name, absence.pk)) for person in (clinician, front_desk)
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_whose_account_is_closed_cannot_be_away(as_, manager, clinician):
    staffing.deactivate(staff=clinician, by=manager)

    assert as_(manager).get(url("absence_new", clinician.pk)).status_code == 404
