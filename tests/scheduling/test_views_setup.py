"""The calendar's settings, as pages: types, rooms, rules, holidays, loose ends."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from practice import duty, patients
from practice.models import Closure
from scheduling import booking, calendar_rules, catalogue, hits
from scheduling.models import AppointmentType, Room
from tests import cast
from tests.cast import FOUNDER
from tests.ground import layer
from tests.practice.filling import version_at
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.django_db
TYPE = {
    "name": "Family session",
    "colour": "#047f6f",
    "seats": "1",
    "length": "80",
    "buffer_before": "0",
    "buffer_after": "10",
    "step": "15",
    "minimum_notice": "24",
    "is_in_person": "on",
    "needs_room": "on",
    "words_en": "Come early.",
    "words_es": "Venga temprano.",
}
RULES = {
    "late_cancel": "48",
    "no_show_after": "20",
    "series_ahead": "120",
    "default_step": "30",
}


@layer
def visit(plan, patient, front_desk, now):
    """Tuesday at ten."""
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def loose(visit, clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=[], by=FOUNDER)
    return visit


# Types ----------------------------------------------------------------------------
def test_a_type_is_added_with_all_that_belongs_to_it(as_, manager, clinician, location):
    chosen = {"clinicians": [clinician.pk], "locations": [location.pk]}

    page = as_(manager).post(url("appointment_type_new"), TYPE | chosen, follow=True)

    kind = AppointmentType.objects.get()
    assert "“Family session” can be booked." in text_of(page)
    assert (kind.length, kind.minimum_notice) == (
        timedelta(minutes=80),
        timedelta(hours=24),
    )
    assert [row.clinician for row in kind.offers.all()] == [clinician]
    assert {row.words for row in kind.instructions.all()} == {
        "Come early.",
        "Venga temprano.",
    }


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("name", "", "required"),
        ("length", "0", "greater than or equal to 5"),
        ("length", "soon", "whole number"),
        ("step", "9" * 30, "less than or equal to 720"),
        ("seats", "101", "less than or equal to 100"),
        ("colour", "#ffffff", "not one of the available choices"),
        ("is_in_person", None, "at least one way to meet"),
        ("clinicians", ["9" * 30], "not one of the available choices"),
        ("locations", ["x"], "not a valid value"),
        ("words_en", "x" * 1001, "at most 1000 characters"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field(field, wrong, words, as_, manager):
    answers = {k: v for k, v in (TYPE | {field: wrong}).items() if v is not None}

    response = as_(manager).post(url("appointment_type_new"), answers)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert not AppointmentType.objects.exists()


def test_a_name_that_is_taken_is_told_beside_it(as_, manager, kind):
    answers = TYPE | {"name": kind.name}

    response = as_(manager).post(url("appointment_type_new"), answers)

    assert list(response.context["form"].errors) == ["name"]


def test_a_type_shows_what_it_is_and_is_changed(as_, manager, clinician, location):
    other = cast.make_staff(cast.Role.CLINICIAN, at=location)
    kind = make_type(clinician, instructions={"en": "Come early."})
    client, path = as_(manager), url("appointment_type", kind.pk)
    form = client.get(path).context["form"]
    shown = form["length"].value(), form["clinicians"].value(), form["words_en"].value()

    answers = TYPE | {"clinicians": [other.pk]} | version_at(client, path)
    client.post(path, answers)

    kind.refresh_from_db()
    assert shown == (50, [clinician.pk], "Come early.")
    assert kind.name == "Family session"
    assert kind.offers.get(is_current=True).clinician == other


def test_a_manager_who_was_overtaken_reads_what_changed(as_, manager, kind):
    client, path = as_(manager), url("appointment_type", kind.pk)
    version = version_at(client, path)
    catalogue.retire_type(kind=kind, by=FOUNDER)

    response = client.post(path, TYPE | version)

    assert response.status_code == 422
    assert "Somebody changed this while you were typing." in text_of(response)


def test_a_type_is_retired_and_comes_back(as_, manager, kind):
    client = as_(manager)

    page = client.post(url("appointment_type_retire", kind.pk), follow=True)
    told = text_of(page)
    page = client.post(url("appointment_type_restore", kind.pk), follow=True)

    assert "Booked visits stay." in told
    assert "1 retired type" in told
    assert "can be booked again" in text_of(page)


def test_an_auditor_reads_types_and_finds_no_button(as_, auditor, kind):
    page = as_(auditor).get(url("appointment_types"))

    assert kind.name in text_of(page)
    assert "Retire" not in text_of(page)
    assert url("appointment_type", kind.pk) not in page.content.decode()


# Rooms ----------------------------------------------------------------------------
def test_a_room_is_added_and_changed(as_, manager, location):
    client = as_(manager)
    client.post(url("room_new"), {"location": location.pk, "name": "One"})
    room = Room.objects.get()
    path = url("room", room.pk)

    client.post(path, {"name": "Blue", "is_step_free": "on"} | version_at(client, path))

    room.refresh_from_db()
    assert (room.name, room.is_step_free, room.location) == ("Blue", True, location)


def test_a_second_room_of_a_name_is_refused(as_, manager, location):
    catalogue.add_room(location=location, name="One", by=FOUNDER)

    response = as_(manager).post(
        url("room_new"), {"location": location.pk, "name": "One"}
    )

    assert response.status_code == 422
    assert "There is a room of that name." in text_of(response)


def test_a_room_shows_its_visits_before_it_closes(
    as_, manager, plan, patient, location, front_desk, now
):
    room = catalogue.add_room(location=location, name="Blue", by=FOUNDER)
    plan = booking.Plan(plan.type, plan.clinician, location, plan.starts_at, room=room)
    booking.book(plan=plan, patients=[patient], by=front_desk, now=now)
    client, path = as_(manager), url("room_close", room.pk)

    asked = client.post(path)
    room.refresh_from_db()
    was_open = room.is_active
    client.post(path, {"looked_at": asked.context["preview"].mark})

    room.refresh_from_db()
    assert asked.status_code == 422
    assert "Blue is closed" in text_of(asked)
    assert (was_open, room.is_active) == (True, False)


# Rules ----------------------------------------------------------------------------
def test_the_rules_are_changed(as_, manager):
    client, path = as_(manager), url("calendar_rules")

    page = client.post(path, RULES | version_at(client, path), follow=True)

    held = calendar_rules.rules()
    assert held.late_cancel == timedelta(hours=48)
    assert held.series_ahead == timedelta(days=120)
    assert "cancelled less than 48 hours before the visit" in text_of(page)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("late_cancel", "169"),
        ("no_show_after", "-1"),
        ("series_ahead", "27"),
        ("default_step", "4"),
        ("default_step", ""),
    ],
)
def test_a_wrong_rule_is_told_beside_its_field(field, wrong, as_, manager):
    response = as_(manager).post(url("calendar_rules"), RULES | {field: wrong})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_an_auditor_reads_the_rules(as_, auditor):
    page = as_(auditor).get(url("calendar_rules"))

    assert "Late: cancelled less than 24 hours before the visit." in text_of(page)
    assert "<input" not in page.content.decode().split("<main")[1].split("</main")[0]


# Holidays -------------------------------------------------------------------------
def test_a_holiday_of_next_year_is_closed_with_one_press(as_, manager, location, now):
    client = as_(manager)
    page = client.get(url("public_holidays") + "?year=2027").content.decode()
    row = page.split("Thanksgiving Day")[1]
    assert 'value="2027-11-25"' in row
    answers = {"location": "", "reason": "Thanksgiving Day"}
    days = {"starts_on": "2027-11-25", "ends_on": "2027-11-25"}
    back = {"next": url("public_holidays") + "?year=2027"}

    response = client.post(url("closure_new"), answers | days | back)

    assert response.url == back["next"]
    assert Closure.objects.get().covers(date(2027, 11, 25))
    assert "Closed" in text_of(client.get(response.url))


def test_places_without_a_state_are_asked_for_it(as_, manager, location, now):
    page = as_(manager).get(url("public_holidays"))

    assert "Say which state they are in: Harlem" in text_of(page)


@pytest.mark.parametrize("year", ["1999", "x", "9" * 40, "٢٠٢٧"])
def test_a_year_that_is_not_offered_is_this_one(year, as_, manager, location, now):
    page = as_(manager).get(url("public_holidays"), {"year": year})

    assert page.context["year"] == 2026


# Loose ends -----------------------------------------------------------------------
def test_the_desk_reads_the_loose_ends_of_its_places(
    as_, front_desk, stranger, loose, patient, now
):
    own = text_of(as_(front_desk).get(url("loose_ends")))
    others = text_of(as_(stranger).get(url("loose_ends")))

    assert patient.display_name in own
    assert "Outside the hours" in own
    assert patient.display_name not in others
    assert "Nothing to do here." in others


def test_who_may_not_read_a_name_reads_private(
    as_, manager, front_desk, loose, patient, now
):
    patients.restrict(patient=patient, is_restricted=True, by=manager)

    words = text_of(as_(front_desk).get(url("loose_ends")))

    assert "Private" in words
    assert patient.display_name not in words


def test_a_visit_is_left_where_it_is_for_a_reason(as_, manager, loose, now):
    client = as_(manager)
    wrong = client.post(url("loose_end_leave", loose.pk), {"reason": " "})

    page = client.post(
        url("loose_end_leave", loose.pk), {"reason": "She comes in."}, follow=True
    )
    told = text_of(page)
    client.post(url("loose_end_take_up", loose.pk))

    assert wrong.status_code == 422
    assert "Nothing to do here." in told
    assert hits.loose_ends(hits.ahead(now=now))


# What a floor adds ----------------------------------------------------------------
@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_only_managers_set_the_calendar_up(who, request, as_, clinician, kind, now):
    client = as_(request.getfixturevalue(who))

    answers = [
        client.get(url("appointment_type_new")),
        client.get(url("appointment_type", kind.pk)),
        client.post(url("appointment_type_retire", kind.pk)),
        client.get(url("room_new")),
        client.get(url("public_holidays")),
        client.get(url("clinicians_hours")),
        client.get(url("extra_hours_new", clinician.pk)),
        client.get(url("protected_time_new", clinician.pk)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 8


def test_the_settings_lead_to_the_calendar_and_ask_for_a_type(as_, manager, clinician):
    before = as_(manager).get(url("settings_home"))
    make_type(clinician)
    after = as_(manager).get(url("settings_home"))

    assert url("calendar_rules") in before.content.decode()
    assert "Say what can be booked to do" in text_of(before)
    assert "Say what can be booked done" in text_of(after)


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("appointment_types", 15),
        ("rooms", 13),
        ("clinicians_hours", 17),
        ("public_holidays", 14),
    ],
)
def test_a_page_takes_the_same_queries_for_any_number(
    name, most, count, as_, manager, location, now, django_assert_max_num_queries
):
    for number in range(count):
        person = cast.make_staff(cast.Role.CLINICIAN, at=location)
        make_type(person, name=f"Type {number}", locations=[location])
        catalogue.add_room(location=location, name=f"Room {number}", by=FOUNDER)
        duty.set_duty_hours(
            staff=person, location=location, spans=[(0, time(9), time(17))], by=FOUNDER
        )
    client = as_(manager)
    client.get(url(name))

    with django_assert_max_num_queries(most):
        client.get(url(name))
