"""Clinicians' hours, as pages; what a change hits is seen before it is saved."""

from __future__ import annotations

from datetime import date, time

import pytest

from practice import duty
from practice.hours_in_force import plans, weekly_rows
from practice.models import Absence, Closure, DutyHours, Task, TrailEntry, TrailPatient
from scheduling import booking, catalogue
from scheduling.models import Appointment, ProtectedTime
from tests.cast import FOUNDER
from tests.ground import layer
from tests.practice.filling import standing, version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db
MONDAY_ONLY = {"day0_span1_from": "09:00", "day0_span1_until": "17:00"}
TUESDAY = {"starts_on": "2026-03-03", "ends_on": "2026-03-03"}
SPAN = {"starts": "09:00", "ends": "12:00"}


@layer
def visit(plan, patient, front_desk, now) -> Appointment:
    """Tuesday at ten."""
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def duty_page(clinician, location):
    return url("duty_edit", clinician.pk, location.pk)


def spans(clinician):
    return plans(weekly_rows(clinician), today=date(2026, 3, 2))[0].spans


def test_hours_that_hit_a_visit_show_it_and_save_nothing(
    as_, manager, clinician, duty_page, visit, patient
):
    client = as_(manager)
    version = version_at(client, duty_page)

    response = client.post(duty_page, MONDAY_ONLY | version)

    assert response.status_code == 422
    assert "1 visit could not take place as booked" in text_of(response)
    assert patient.display_name in text_of(response)
    assert url("visit", visit.pk) in response.content.decode()
    assert len(spans(clinician)) == 5
    assert not Task.objects.exists()


def test_whom_the_preview_names_is_kept_as_a_look(
    as_, manager, duty_page, visit, patient
):
    client = as_(manager)

    client.post(duty_page, MONDAY_ONLY | version_at(client, duty_page))

    look = TrailEntry.objects.get(kind="seen.duty_edit")
    named = TrailPatient.objects.filter(entry_id=look.pk)
    assert patient.pk in [look.patient_id, *named.values_list("patient_id", flat=True)]


def test_the_same_press_once_more_saves_them_and_tells_the_desk(
    as_, manager, clinician, duty_page, visit
):
    client = as_(manager)
    asked = client.post(duty_page, MONDAY_ONLY | version_at(client, duty_page))

    page = client.post(duty_page, standing(asked), follow=True)

    visit.refresh_from_db()
    assert "1 visit is on the front desk's list of loose ends." in text_of(page)
    assert len(spans(clinician)) == 1
    assert Task.objects.get().path == url("loose_ends")
    assert visit.is_live


def test_who_saw_other_visits_is_asked_again(
    as_, manager, clinician, duty_page, visit, plan, location, front_desk, now
):
    client = as_(manager)
    asked = standing(
        client.post(duty_page, MONDAY_ONLY | version_at(client, duty_page))
    )
    visit.refresh_from_db()
    later = booking.Plan(
        plan.type, plan.clinician, location, plan.starts_at.replace(hour=14)
    )
    other = visit.attendees.get().patient
    booking.book(plan=later, patients=[other], by=front_desk, now=now)

    response = client.post(duty_page, asked)

    assert "2 visits could not take place as booked" in text_of(response)
    assert len(spans(clinician)) == 5


def test_hours_from_a_day_on_hit_only_what_comes_after(
    as_, manager, clinician, duty_page, visit
):
    client = as_(manager)
    answers = MONDAY_ONLY | {"from_on": "2026-03-09"} | version_at(client, duty_page)

    response = client.post(duty_page, answers)

    assert response.status_code == 302
    later = plans(weekly_rows(clinician), today=date(2026, 3, 2))
    assert [one.first for one in later] == [date(2026, 3, 2), date(2026, 3, 9)]


@pytest.mark.parametrize("until", ["2026-03-08", "2026-03-09"])
def test_hours_for_a_time_last_longer_than_a_day(
    until, as_, manager, duty_page, hours, now
):
    answers = MONDAY_ONLY | {"from_on": "2026-03-09", "until_on": until}

    response = as_(manager).post(duty_page, answers)

    assert list(response.context["form"].errors) == ["until_on"]


def test_hours_to_come_are_shown_and_can_be_changed(
    as_, manager, clinician, duty_page, hours, now
):
    client = as_(manager)
    answers = MONDAY_ONLY | {"from_on": "2026-03-09"} | version_at(client, duty_page)
    client.post(duty_page, answers)

    page = client.get(duty_page, {"on": "2026-03-09"})

    form = page.context["form"]
    assert form["from_on"].value() == date(2026, 3, 9)
    assert form["day1_span1_from"].value() is None
    assert "From Mon 9 Mar 2026" in text_of(page)
    person = text_of(client.get(url("staff_member", clinician.pk)))
    assert "From Mon 9 Mar 2026: Monday, 9:00 AM to 5:00 PM" in person


def test_copying_monday_keeps_the_days(as_, manager, duty_page, hours, now):
    answers = MONDAY_ONLY | {"from_on": "2026-03-09", "copy": "monday"}

    form = as_(manager).post(duty_page, answers).context["form"]

    assert form["from_on"].value() == "2026-03-09"


def test_a_closure_is_looked_at_first(as_, manager, location, visit):
    client = as_(manager)
    answers = TUESDAY | {"location": "", "reason": "Snow"}

    asked = client.post(url("closure_new"), answers)
    none_yet = not Closure.objects.exists()
    client.post(url("closure_new"), standing(asked))

    assert f"{location} is closed" in text_of(asked)
    assert none_yet
    assert Closure.objects.count() == 1


def test_an_absence_is_looked_at_first(as_, manager, clinician, visit):
    client, path = as_(manager), url("absence_new", clinician.pk)

    asked = client.post(path, TUESDAY | {"kind": "leave"})
    none_yet = not Absence.objects.exists()
    client.post(path, standing(asked))

    assert f"{clinician} is away" in text_of(asked)
    assert none_yet
    assert Absence.objects.count() == 1


def test_whoever_is_ill_is_not_asked_twice(as_, clinician, visit):
    as_(clinician).post(url("absence_new", clinician.pk), TUESDAY)

    assert Absence.objects.count() == 1


def test_extra_hours_are_added_and_taken_back_after_a_look(
    as_, manager, clinician, location, kind, patient, front_desk, now
):
    client = as_(manager)
    answers = SPAN | {"on": "2026-03-08", "location": location.pk}
    client.post(url("extra_hours_new", clinician.pk), answers)
    row = DutyHours.objects.get()
    sunday = now.replace(day=8, hour=14)  # ten there
    booking.book(
        plan=booking.Plan(kind, clinician, location, sunday),
        patients=[patient],
        by=front_desk,
        now=now,
    )
    path = url("extra_hours_drop", row.pk)

    asked = client.post(path)
    client.post(path, standing(asked))
    row.refresh_from_db()
    gone = not row.is_current
    client.post(url("extra_hours_restore", row.pk))

    row.refresh_from_db()
    assert asked.status_code == 422
    assert (gone, row.is_current) == (True, True)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("on", "2026-03-01"),
        ("on", "2026-02-31"),
        ("on", ""),
        ("ends", "09:00"),
        ("starts", "noon"),
        ("location", "9" * 30),
    ],
)
def test_wrong_extra_hours_are_told_beside_the_field(
    field, wrong, as_, manager, clinician, location, now
):
    answers = SPAN | {"on": "2026-03-08", "location": location.pk, field: wrong}

    response = as_(manager).post(url("extra_hours_new", clinician.pk), answers)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "when", [{"weekday": "2"}, {"weekday": "", "on": "2026-03-04"}]
)
def test_time_is_protected_and_released(
    when, as_, manager, clinician, location, hours, now
):
    client = as_(manager)
    answers = SPAN | when | {"location": location.pk, "words": "Lunch"}

    page = client.post(url("protected_time_new", clinician.pk), answers, follow=True)
    row = ProtectedTime.objects.get()
    client.post(url("protected_time_release", row.pk))
    row.refresh_from_db()
    was_released = row.is_withdrawn
    client.post(url("protected_time_again", row.pk))

    row.refresh_from_db()
    assert "Lunch" in text_of(page)
    assert (was_released, row.is_withdrawn) == (True, False)


@pytest.mark.parametrize("when", [{}, {"weekday": "2", "on": "2026-03-04"}])
def test_protected_time_is_weekly_or_once(when, as_, manager, clinician, location, now):
    answers = SPAN | when | {"location": location.pk}

    response = as_(manager).post(url("protected_time_new", clinician.pk), answers)

    assert list(response.context["form"].errors) == ["on"]


def test_protected_time_is_looked_at_first(as_, manager, clinician, location, visit):
    answers = SPAN | {"weekday": "1", "location": location.pk}

    response = as_(manager).post(url("protected_time_new", clinician.pk), answers)

    assert "In protected time" in text_of(response)
    assert not ProtectedTime.objects.exists()


def test_a_clinicians_page_says_all_their_hours(
    as_, manager, clinician, location, hours, now
):
    catalogue.add_extra_hours(
        staff=clinician,
        location=location,
        on=date(2026, 3, 8),
        starts=time(9),
        ends=time(12),
        by=FOUNDER,
    )
    duty.record_absence(
        staff=clinician,
        kind="leave",
        starts_at=now,
        ends_at=now.replace(day=4),
        cover=None,
        by=FOUNDER,
    )

    words = text_of(as_(manager).get(url("clinician_hours", clinician.pk)))

    assert "Monday to Friday 9:00 AM to 5:00 PM" in words
    assert "Sun 8 Mar 2026, 9:00 AM to 12:00 PM, Harlem" in words
    assert "Leave" in words
