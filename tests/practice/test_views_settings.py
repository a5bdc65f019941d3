"""The settings, as pages."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from practice import locations
from practice.models import Closure, Location, Practice, Role
from tests.cast import FOUNDER, MONDAY, make_location, make_staff
from tests.practice.filling import version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "Linden Street Practice",
    "time_zone": "America/New_York",
    "phone": "212 555 0100",
    "urgent_phone": "",
    "quiet_from": "20:00",
    "quiet_until": "09:00",
    "crisis_line": "Call 988.",
    "crisis_line_es": "Llame al 988.",
    "jurisdiction": "us",
    "languages": ["en", "es"],
    "patient_word": "patient",
    "visit_word": "visit",
    "clinician_word": "clinician",
    "idle_minutes": "15",
}
PLACE = {
    "name": "Albany",
    "short_name": "Albany",
    "address": "1 Main Street\nAlbany",
    "time_zone": "America/New_York",
    "phone": "212 555 0111",
    "directions": "",
}


@pytest.fixture
def closure(location):
    return locations.close_for(
        location=location,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 10),
        reason="Painters",
        by=FOUNDER,
    )


@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_only_managers_change_the_settings(who, request, as_, location, closure):
    client = as_(request.getfixturevalue(who))

    answers = [
        client.get(url("practice_edit")),
        client.get(url("location_new")),
        client.get(url("location_edit", location.pk)),
        client.get(url("location_hours", location.pk)),
        client.get(url("closure_new")),
        client.post(url("closure_withdraw", closure.pk)),
        client.post(url("closure_restore", closure.pk)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 7


@pytest.mark.parametrize("name", ["settings_home", "scorecard"])
@pytest.mark.parametrize("who", ["front_desk", "clinician"])
def test_the_desk_reads_neither_settings_nor_scorecard(name, who, request, as_):
    client = as_(request.getfixturevalue(who))

    assert client.get(url(name)).status_code == 403


def test_an_auditor_reads_everything_and_finds_no_button(
    as_, auditor, location, closure, now
):
    client = as_(auditor)

    home, place = (
        client.get(url("settings_home")),
        client.get(url("location", location.pk)),
    )

    assert "Of age at 18; some care may be agreed to alone from 14." in text_of(home)
    assert "Painters" in text_of(place)
    for page in (home, place):
        assert not re.search(r'action="/settings[^"]*"', page.content.decode())
        assert "/edit/" not in page.content.decode()


# Settings -------------------------------------------------------------------
def test_the_settings_say_what_is_still_to_set_up(as_, manager):
    words = text_of(as_(manager).get(url("settings_home")))

    assert "Still to set up" in words
    assert "Have two managers to do Nobody changes their own roles" in words


def test_the_settings_open_before_there_is_a_practice(as_, db):
    manager = make_staff(Role.MANAGER, at=[])

    words = text_of(as_(manager).get(url("settings_home")))

    assert "Nothing is set up yet: start with the practice's name" in words.replace(
        "&#x27;", "'"
    )


def test_a_practice_is_set_up(as_, db):
    manager = make_staff(Role.MANAGER, at=[])

    response = as_(manager).post(url("practice_edit"), FACTS)

    practice = Practice.objects.get()
    assert response.url == url("settings_home")
    assert (practice.name, practice.languages) == (FACTS["name"], ["en", "es"])


def test_a_change_says_what_is_now_in_force(as_, manager):
    answers = FACTS | {
        "idle_minutes": "10",
        "crisis_line": Practice.objects.get().crisis_line,
    }
    answers["crisis_line_es"] = Practice.objects.get().crisis_line_es

    client, path = as_(manager), url("practice_edit")

    page = client.post(path, answers | version_at(client, path), follow=True)

    assert Practice.objects.get().idle_minutes == 10
    assert "Saved and in force: Sign off after idle minutes." in text_of(page)


def test_saving_what_was_there_says_that_nothing_was_different(as_, manager, location):
    client, path = as_(manager), url("location_edit", location.pk)
    form = client.get(path).context["form"]
    shown = {field.name: field.value() for field in form if field.value()}

    page = client.post(path, shown, follow=True)

    assert "Saved; nothing was different." in text_of(page)


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("idle_minutes", "31", "less than or equal to 30"),
        ("idle_minutes", "9" * 40, "less than or equal to 30"),
        ("quiet_until", "20:00", "Quiet hours must begin and end at different times."),
        ("time_zone", "Mars/Olympus", "not one of the available choices"),
        ("phone", "123", "Enter a valid phone number"),
        ("languages", [], "This field is required."),
        ("name", "n" * 10_000, "at most 120 characters"),
        ("crisis_line", "a\x00b", "Null characters are not allowed."),
    ],
)
def test_a_wrong_fact_is_told_beside_its_field(field, wrong, words, as_, manager):
    answers = FACTS | {"name": "Elm Street", field: wrong}

    response = as_(manager).post(url("practice_edit"), answers)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form["name"].value() == answers["name"]
    assert Practice.objects.get().name == FACTS["name"]


@pytest.mark.parametrize("count", [1, 20])
def test_the_settings_take_the_same_queries_for_any_number_of_locations(
    count, as_, manager, django_assert_max_num_queries
):
    for _each in range(count):
        place = make_location()
        spans = [(day, time(8), time(18)) for day in range(5)]
        locations.set_hours(location=place, spans=spans, by=FOUNDER)
        locations.change_practice(
            practice=Practice.objects.get(), name=place.name, by=FOUNDER
        )
    client = as_(manager)

    # How the site is, is asked once in a while, and the first page begins a session.
    with django_assert_max_num_queries(60):
        client.get(url("settings_home"))
    with django_assert_max_num_queries(25):
        client.get(url("settings_home"))


# Locations ------------------------------------------------------------------
def test_a_location_is_added_and_asked_for_its_hours(as_, manager):
    response = as_(manager).post(url("location_new"), PLACE)

    place = Location.objects.get(name="Albany")
    assert place.is_active
    assert response.url == url("location_hours", place.pk)


def test_a_second_location_of_that_name_is_refused(as_, manager, location):
    answers = PLACE | {"name": "Harlem", "directions": "Ring twice"}

    response = as_(manager).post(url("location_new"), answers)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert "Ring twice" in response.content.decode()


def test_a_location_is_changed(as_, manager, location):
    answers = PLACE | {"name": "Harlem", "is_step_free": "on"}
    client, path = as_(manager), url("location_edit", location.pk)

    page = client.post(path, answers | version_at(client, path), follow=True)

    location.refresh_from_db()
    assert location.is_step_free
    assert not location.is_active
    assert "Not in use" in text_of(page)


def test_a_wrong_change_leaves_the_location_alone(as_, manager, location):
    answers = PLACE | {"phone": "none"}

    response = as_(manager).post(url("location_edit", location.pk), answers)

    location.refresh_from_db()
    assert response.status_code == 422
    assert 'value="none"' in response.content.decode()
    assert location.name == "Harlem"


def test_opening_hours_are_told_like_a_door_sign(as_, manager, location):
    answers = {
        f"day{day}_span1_{side}": value
        for day in range(5)
        for side, value in (("from", "08:00"), ("until", "18:00"))
    }
    client, path = as_(manager), url("location_hours", location.pk)

    page = client.post(path, answers | version_at(client, path), follow=True)

    assert "Monday to Friday 8:00 AM to 6:00 PM" in text_of(page)


def test_wrong_opening_hours_keep_what_was_typed(as_, manager, location):
    answers = {"day0_span1_from": "08:00", "day0_span1_until": "00:00"}

    response = as_(manager).post(url("location_hours", location.pk), answers)

    assert response.status_code == 422
    assert 'value="08:00"' in response.content.decode()
    assert not location.hours.exists()


@pytest.mark.parametrize("count", [1, 20])
def test_a_location_takes_the_same_queries_for_any_history(
    count, as_, manager, location, django_assert_max_num_queries
):
    for number in range(count):
        make_staff(Role.FRONT_DESK, at=location)
        locations.change(
            location=location, directions=f"Bus {number}", by=manager, now=MONDAY
        )
        spans = [(0, time(8), time(9 + number % 9))]
        locations.set_hours(location=location, spans=spans, by=manager)
    client = as_(manager)

    with django_assert_max_num_queries(27):
        client.get(url("location", location.pk))


# Closures -------------------------------------------------------------------
def test_a_closure_is_added_and_can_be_undone(as_, manager, now):
    client = as_(manager)
    answers = {"location": "", "reason": "Labor Day"}
    days = {"starts_on": "2026-09-07", "ends_on": "2026-09-07"}

    page = client.post(url("closure_new"), answers | days, follow=True)

    closure = Closure.objects.get()
    undo = url("closure_withdraw", closure.pk)
    assert closure.location is None
    assert "Every location is closed then: Labor Day" in text_of(page)
    assert page.content.decode().count(f'action="{undo}"') == 2


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        ("2026-03-10", "2026-03-09", "ends_on", "comes before the first"),
        ("2026-02-02", "2026-02-03", "ends_on", "over already"),
        ("", "2026-03-09", "starts_on", "required"),
        ("1850-01-01", "2026-03-09", "starts_on", "between the years"),
    ],
)
def test_a_wrong_closure_is_refused(first, last, field, words, as_, manager, now):
    answers = {"starts_on": first, "ends_on": last, "reason": "Snow"}

    response = as_(manager).post(url("closure_new"), answers)

    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert 'value="Snow"' in response.content.decode()


@pytest.mark.parametrize("place", ["9" * 30, "x", "-1"])
def test_a_place_that_cannot_be_is_refused(place, as_, manager, now):
    answers = {"location": place, "reason": "Snow"}
    days = {"starts_on": "2026-09-07", "ends_on": "2026-09-07"}

    response = as_(manager).post(url("closure_new"), answers | days)

    assert list(response.context["form"].errors) == ["location"]


def test_a_closure_is_withdrawn_and_brought_back(as_, manager, closure):
    client = as_(manager)

    client.post(url("closure_withdraw", closure.pk))
    closure.refresh_from_db()
    was_withdrawn = closure.is_withdrawn
    client.post(url("closure_restore", closure.pk))

    closure.refresh_from_db()
    assert (was_withdrawn, closure.is_withdrawn) == (True, False)
