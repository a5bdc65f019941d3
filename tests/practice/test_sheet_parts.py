"""What stands on a day sheet: what a desk needs for two days, and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from practice import (
    day_sheets,
    duty,
    locations,
    merging,
    patients,
    sheet_plans,
    staffing,
    watching,
)
from practice.models import Role
from tests.cast import (
    FOUNDER,
    make_caregiver,
    make_contact,
    make_patient,
    make_staff,
    make_task,
)
from tests.consent.stopping import stop

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 3, 1, tzinfo=UTC)  # Monday, 20:00 in New York
WEEK = [(day, time(8), time(18)) for day in range(5)]


@pytest.fixture
def place(location, now):
    locations.set_hours(location=location, spans=WEEK, by=FOUNDER)
    return location


def sheet(place):
    [one] = sheet_plans.standings([place.pk], now=EVENING)
    content, _ids = day_sheets.compose(7, one, now=EVENING)
    return content


def part(place, title):
    return next(one for one in sheet(place)["parts"] if one["title"] == title)


def rows(place, title):
    return part(place, title)["rows"]


def person(place):
    """The one line of the list of people."""
    [row] = rows(place, "People on this sheet")
    return row


def to_do(patient=None, **details):
    return make_task(to=Role.FRONT_DESK, patient=patient, **details)


# Who is here --------------------------------------------------------------------
def test_it_says_who_is_on_duty_and_how_to_reach_them(place):
    fran = make_staff(Role.FRONT_DESK, at=place, name="Fran", phone="+12125550142")
    duty.set_duty_hours(staff=fran, location=place, spans=WEEK[:2], by=FOUNDER)

    found = part(place, "Who is here")
    assert found["columns"][3:5] == ["Tue 3 Mar", "Wed 4 Mar"]
    assert found["rows"] == [
        ["Fran", "Front desk", "(212) 555-0142", "8:00 AM to 6:00 PM", "", ""]
    ]


def test_who_is_away_has_their_cover_beside_them_and_no_reason(place, clinician):
    fran = make_staff(Role.FRONT_DESK, at=place, name="Fran")
    duty.set_duty_hours(staff=fran, location=place, spans=WEEK[:2], by=FOUNDER)
    duty.record_absence(
        staff=fran,
        kind="illness",
        starts_at=EVENING,
        ends_at=EVENING + timedelta(days=1),
        cover=clinician,
        by=FOUNDER,
    )

    [row] = rows(place, "Who is here")
    assert row[-1].endswith("; Cleo Clinician covers")
    assert "ill" not in row[-1].lower()


def test_the_on_call_turns_of_these_days_follow(place, clinician):
    duty.put_on_call(
        staff=clinician,
        starts_at=EVENING,
        ends_at=EVENING + timedelta(hours=12),
        rank=1,
        by=FOUNDER,
    )

    [row] = rows(place, "On call")
    assert row[1:3] == ["1", "Cleo Clinician"]


def test_nobody_who_has_left_is_called(place):
    fran = make_staff(Role.FRONT_DESK, at=place, name="Fran")
    duty.set_duty_hours(staff=fran, location=place, spans=WEEK, by=FOUNDER)
    manager = make_staff(Role.MANAGER, at=place)
    make_staff(Role.MANAGER, at=place)
    staffing.deactivate(staff=fran, by=manager)

    assert rows(place, "Who is here") == []


def test_numbers_that_work_without_the_site_are_there(place):
    found = dict(rows(place, "Numbers"))

    assert found["Linden Street Practice"] == "(212) 555-0100"
    assert "988" in found["Crisis line, English"]


# What is to do ------------------------------------------------------------------
def test_what_is_due_by_the_end_of_the_days_is_there(place):
    to_do(title="Call the lab", words="After four.", due_at=EVENING)
    to_do(title="Next week", due_at=EVENING + timedelta(days=6))

    [row] = rows(place, "To do")
    assert row == [
        "",
        "Mon 2 Mar 2026, 8:00 PM",
        "Call the lab\nAfter four.",
        "Front desk",
    ]


def test_a_task_about_somebody_says_a_number_and_initials(place, patient):
    to_do(patient)

    assert rows(place, "To do")[0][0] == "1 · PP"
    assert "Patience" not in str(rows(place, "To do"))


def test_tasks_of_another_location_stay_there(place, far_location, stranger):
    to_do(make_patient(at=far_location))
    make_task(to=stranger)

    assert rows(place, "To do") == []


def test_what_managers_see_to_among_themselves_is_for_no_desk(place, manager):
    make_task(to=Role.MANAGER, title="Somebody is ill")
    make_task(to=manager, title="Talk about pay")

    assert rows(place, "To do") == []


def test_a_colleagues_own_task_is_there(place, front_desk):
    make_task(to=front_desk, title="Order toner")

    assert rows(place, "To do")[0][2:] == ["Order toner", "Fran Desk"]


def test_a_very_long_list_says_that_there_is_more(place, monkeypatch):
    monkeypatch.setattr("practice.sheet_parts.MOST", 2)
    for _number in range(3):
        to_do()

    assert len(rows(place, "To do")) == 2
    assert part(place, "To do")["note"] == "There are more than 2: the first are here."


def test_who_is_being_checked_on_is_there(place, patient, clinician, now):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Went silent",
        quiet_days=5,
        ends_on=date(2026, 4, 1),
        by=clinician,
        now=now,
    )

    assert rows(place, "Check on them") == [
        ["1 · PP", "Cleo Clinician", "Mon 2 Mar", "5 quiet days"]
    ]
    assert "silent" not in str(sheet(place))


# People -------------------------------------------------------------------------
def test_people_nothing_is_about_are_not_named(place, patient):
    assert rows(place, "People on this sheet") == []
    assert "Patience" not in str(sheet(place))


def test_a_person_is_named_once_with_birth_date_and_phone(place, patient):
    make_contact(patient, value="+12125550143", may_leave_voicemail=True, is_first=True)
    to_do(patient)
    to_do(patient)

    assert person(place)[:3] == [
        "1",
        "Paula Patience\nborn 17 May 1984",
        "(212) 555-0143",
    ]


def test_a_number_that_is_not_safe_is_left_out(place, patient):
    make_contact(patient, value="+12125550143", may_text=False, may_call=False)
    to_do(patient)

    assert person(place)[2] == "No number that is safe to use."


def test_what_is_safe_stands_beside_the_number(place, patient):
    make_contact(
        patient,
        value="+12125550143",
        may_text=False,
        may_name_practice=True,
        safe_from=time(9),
        safe_until=time(12),
    )
    to_do(patient)

    assert person(place)[2] == (
        "(212) 555-0143 (no texts; no voicemail; may name us; only 9:00 AM to 12:00 PM)"
    )


def test_of_merged_charts_the_stricter_answer_counts(place, patient, now):
    other = make_patient(at=place)
    make_contact(patient, value="+12125550143")
    make_contact(other, value="+12125550143", may_text=False)
    merging.merge(duplicate=other, into=patient, by=FOUNDER, now=now)
    to_do(other)

    assert "no texts" in person(place)[2]


def test_what_to_know_first_stands_there(place, patient):
    patients.change_details(
        patient=patient,
        spoken_language="es",
        interpreter="spoken",
        needs_large_print=True,
        needs_no_calls=True,
        by=FOUNDER,
        now=EVENING,
    )
    patients.add_alert(patient=patient, text="Latex", ends_on=None, by=FOUNDER)
    over = date(2026, 3, 2)
    patients.add_alert(patient=patient, text="Over", ends_on=over, by=FOUNDER)
    make_caregiver(patient, must_not_be_told=True)
    to_do(patient)

    assert person(place)[2].startswith("ASKED NOT TO BE CALLED")
    assert person(place)[3].split("\n") == [
        "! Latex",
        "! Never tell Casey Kin anything.",
        "Spoken-language interpreter: Spanish",
        "large print",
        "no calls",
    ]


def test_a_language_and_an_unusual_state_are_said(place, patient):
    patients.change_details(
        patient=patient, spoken_language="vi", by=FOUNDER, now=EVENING
    )
    patients.pause(patient=patient, until=None, reason="x", by=FOUNDER, now=EVENING)
    to_do(patient)

    assert person(place)[3] == "speaks Vietnamese\nPaused"


def test_a_restricted_chart_stays_with_its_team_on_paper_too(place, patient, clinician):
    make_contact(patient)
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=FOUNDER, now=EVENING
    )
    patients.restrict(patient=patient, is_restricted=True, reason="Staff", by=FOUNDER)
    to_do(patient, title="Call about the test result", words="It is bad news")

    assert person(place) == [
        "1",
        "restricted",
        "",
        "Restricted chart: ask Cleo Clinician.",
    ]
    [task] = rows(place, "To do")
    assert (task[0], task[2]) == ("1 · restricted", "A task: ask the care team.")
    assert "Patience" not in str(sheet(place))


def test_words_about_a_chart_merged_into_a_restricted_one_stay_out(place, patient):
    head = make_patient(at=place)
    to_do(patient, words="It is bad news")
    merging.merge(duplicate=patient, into=head, by=FOUNDER, now=EVENING)
    patients.restrict(patient=head, is_restricted=True, reason="Staff", by=FOUNDER)

    assert "bad news" not in str(sheet(place))


def test_a_caregiver_who_must_not_know_is_named_as_long_as_it_counts(place, patient):
    make_caregiver(patient, must_not_be_told=True, ends_on=date(2026, 3, 2))
    to_do(patient)

    assert person(place)[3] == ""


@pytest.mark.parametrize("count", [1, 12])
def test_it_asks_the_same_for_many_people(
    place, now, django_assert_max_num_queries, count
):
    for _number in range(count):
        patient = make_patient(at=place)
        make_contact(patient)
        make_caregiver(patient, must_not_be_told=True)
        to_do(patient)
    [one] = sheet_plans.standings([place.pk], now=EVENING)

    with django_assert_max_num_queries(18):
        day_sheets.compose(7, one, now=EVENING)


def test_lines_for_what_happens_are_left_blank(place):
    lines = sheet(place)["lines"]

    assert lines["count"] == 24
    assert lines["columns"][:2] == ["Line", "Time"]


def test_a_child_is_reached_by_whoever_answers_for_them(place, patient):
    mother = make_caregiver(
        patient, name="Maya Mother", relation="guardian", may_be_told=True
    )
    number = make_contact(mother).phone.as_national
    to_do(patient)

    assert f"Legal guardian Maya Mother: {number}" in str(person(place))


def test_a_number_where_calls_are_stopped_says_so(place, patient):
    make_contact(patient, value="+12125550187")
    stop("+12125550187", channel="call", source="spoken", words="Never call me again")
    to_do(patient)

    assert "(212) 555-0187 (no calls" in str(person(place))


def test_a_number_that_somebody_barred_has_stays_off_the_paper(place, patient):
    mother = make_caregiver(patient, relation="guardian", may_be_told=True)
    father = make_caregiver(patient, name="Finn Father", must_not_be_told=True)
    for one in (mother, father):
        make_contact(one, value="+12125550187")
    to_do(patient)

    assert person(place)[2] == "No number that is safe to use."
