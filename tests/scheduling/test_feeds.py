"""Calendar feeds: a secret address, initials at most, and a line of who was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import patients
from practice.models import TrailEntry, TrailPatient
from scheduling import booking, feeds, visits
from scheduling.feeds import NoFeed, TooManyFeeds
from scheduling.models import CalendarFeed, FeedNames, FeedUse
from scheduling.states import Status
from scheduling.views.feeds import READS_PER_HOUR
from tests import cast
from tests.ground import layer
from tests.practice.link_pages import text
from tests.scheduling.calendar_files import events_of, instant_in
from tests.scheduling.conftest import at
from tests.scheduling.visit_links import book

NOW = at(8, day=2)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@layer
def visit(plan, patient):
    return book(plan, patient, now=NOW)


@pytest.fixture
def address(clinician):
    return address_of(clinician)


def address_of(clinician, names=FeedNames.INITIALS):
    token = feeds.make(staff=clinician, names=names, by=clinician, now=NOW)
    return reverse("feed_calendar", args=[token])


def looks():
    return TrailEntry.objects.filter(kind="seen.feed_calendar")


# What it says -----------------------------------------------------------------------
def test_a_feed_shows_visits_by_initials_and_nothing_else(
    client, address, visit, patient
):
    (event,) = events_of(client.get(address).content)

    assert event["SUMMARY"] == "P.P."
    assert instant_in(event["DTSTART"]) == visit.starts_at
    whole = client.get(address).content.decode()
    secrets = [patient.given_name, patient.family_name, visit.type.name]
    secrets += [visit.clinician.name, visit.location.address.splitlines()[0]]
    assert not [one for one in secrets if one in whole]


def test_a_feed_without_names_says_visit(client, clinician, visit):
    (event,) = events_of(client.get(address_of(clinician, FeedNames.NONE)).content)

    assert event["SUMMARY"] == "Visit"
    assert not looks().exists()


def test_a_feed_says_what_the_practice_calls_a_visit(
    client, clinician, visit, practice
):
    cast.choose_words(practice, visit="session")

    (event,) = events_of(client.get(address_of(clinician, FeedNames.NONE)).content)

    assert event["SUMMARY"] == "Session"


def test_no_feed_can_be_made_that_shows_full_names(as_, clinician):
    page = as_(clinician).post(reverse("feed_new"), {"names": "full"})

    assert page.status_code == 422
    assert FeedNames.values == ["initials", "none"]


def test_a_chart_that_its_clinician_may_not_open_is_a_visit(
    client, address, visit, patient
):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    (event,) = events_of(client.get(address).content)

    assert event["SUMMARY"] == "Visit"


def test_a_cancelled_visit_stays_in_the_feed_as_cancelled_without_initials(
    client, address, visit
):
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="ill",
        by=cast.FOUNDER,
        now=NOW,
    )

    (event,) = events_of(client.get(address).content)

    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "Visit")


def test_a_moved_visit_keeps_its_uid_and_counts_on(client, address, visit, plan):
    (before,) = events_of(client.get(address).content)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=cast.FOUNDER, now=NOW)

    (after,) = events_of(client.get(address).content)

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1


def test_others_visits_are_in_nobody_elses_feed(client, visit, location):
    other = cast.make_clinician(at=location)

    assert not events_of(client.get(address_of(other)).content)


def test_a_feed_asks_the_same_number_of_queries_however_many_visits(
    client, address, visit, plan, location
):
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for hour in (11, 12, 13, 14):
        other = cast.make_patient(at=location, given_name="Otto")
        book(replace(plan, starts_at=at(hour)), other, now=NOW)
    client.get(address)

    with CaptureQueriesContext(connection) as many:
        assert len(events_of(client.get(address).content)) == 5

    assert len(many) == len(few)


# How it is read ---------------------------------------------------------------------
def test_a_feed_needs_no_session_and_sets_no_cookie(address, visit):
    response = Client().get(address)

    assert response.status_code == 200
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Content-Type"].startswith("text/calendar")


def test_what_did_not_change_is_not_sent_again(client, address, visit, plan):
    etag = client.get(address)["ETag"]

    again = client.get(address, headers={"If-None-Match": etag})
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=cast.FOUNDER, now=NOW)
    changed = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_only_a_digest_of_the_address_is_kept(clinician):
    token = feeds.make(staff=clinician, names="initials", by=clinician, now=NOW)

    assert token not in repr(list(CalendarFeed.objects.values()))
    assert feeds.find(token).staff == clinician


@pytest.mark.parametrize("token", ["x", "A" * 32, "%00", "é"])
def test_an_address_that_nobody_made_is_not_found(client, practice, token):
    response = client.get(reverse("feed_calendar", args=[token]))

    assert (response.status_code, response.content) == (404, b"")


def test_an_ended_feed_answers_nobody(client, address, visit):
    feeds.end(feed=CalendarFeed.objects.get(), by=cast.FOUNDER, now=NOW)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("column", ["is_active", "is_clinician"])
def test_the_feed_of_who_left_answers_nobody(client, address, clinician, column):
    setattr(clinician, column, False)
    with cast.by_hand():
        clinician.save()

    assert client.get(address).status_code == 404


def test_a_feed_that_is_read_all_the_time_has_to_wait(client, address, visit):
    cache.clear()
    answers = {client.get(address).status_code for _turn in range(READS_PER_HOUR)}

    assert answers == {200}
    assert client.get(address).status_code == 429


# What is noted ------------------------------------------------------------------------
def test_whose_initials_left_the_house_is_noted_once_a_day(
    client, address, visit, patient, clinician
):
    for _turn in range(3):
        client.get(address)

    line = looks().get()
    assert (line.actor_id, line.patient_id) == (clinician.pk, patient.pk)


def test_the_next_day_it_is_noted_again(client, address, visit):
    client.get(address)

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.get(address)

    assert looks().count() == 2


def test_who_comes_new_is_noted_the_same_day(client, address, visit, plan, location):
    client.get(address)
    others = [cast.make_patient(at=location, given_name=name) for name in "AB"]
    for number, other in enumerate(others):
        book(replace(plan, starts_at=at(13 + number)), other, now=NOW)

    client.get(address)

    line = looks().latest("pk")
    named = TrailPatient.objects.filter(entry_id=line.pk)
    assert set(named.values_list("patient_id", flat=True)) == {one.pk for one in others}


def test_a_look_at_the_head_alone_notes_nothing(client, address, visit):
    client.head(address)

    assert not looks().exists()
    assert not FeedUse.objects.exists()


# The page --------------------------------------------------------------------------
def test_a_feed_is_made_and_its_address_shown_once(as_, clinician, client, visit):
    browser = as_(clinician)

    made = browser.post(reverse("feed_new"), {"names": "initials"})

    address = made.context["address"]
    assert client.get(address).status_code == 200
    page = text(browser.get(reverse("feeds")))
    assert address.split("/")[-2] not in page
    assert "last read" in page


def test_a_form_pressed_twice_makes_one_feed_at_the_address_shown_last(
    as_, clinician, client, visit
):
    browser, answers = as_(clinician), {"names": "initials", "submission": str(uuid4())}

    pages = [browser.post(reverse("feed_new"), answers) for _press in range(2)]

    assert CalendarFeed.objects.count() == 1
    first, last = (page.context["address"] for page in pages)
    assert client.get(first).status_code == 404
    assert client.get(last).status_code == 200


def test_a_feed_that_was_ended_meanwhile_is_not_made_again(as_, clinician):
    browser, answers = as_(clinician), {"names": "initials", "submission": str(uuid4())}
    browser.post(reverse("feed_new"), answers)
    feeds.end(feed=CalendarFeed.objects.get(), by=clinician, now=NOW)

    page = browser.post(reverse("feed_new"), answers)

    assert page.status_code == 422
    assert "That feed was ended" in text(page)
    assert not feeds.alive().exists()


def test_a_colleague_who_presses_the_form_again_gets_no_address(
    as_, clinician, location
):
    answers = {"names": "initials", "submission": str(uuid4())}
    as_(clinician).post(reverse("feed_new"), answers)

    page = as_(cast.make_clinician(at=location)).post(reverse("feed_new"), answers)

    assert page.status_code == 404
    assert CalendarFeed.objects.get().staff == clinician


def test_only_clinicians_have_feeds(manager):
    with pytest.raises(NoFeed):
        feeds.make(staff=manager, names="initials", by=manager, now=NOW)


def test_a_clinician_has_a_few_feeds_at_most(clinician):
    for _turn in range(feeds.MOST_FEEDS):
        address_of(clinician)

    with pytest.raises(TooManyFeeds):
        address_of(clinician)


def test_a_manager_ends_any_feed_and_a_clinician_their_own(
    as_, address, clinician, manager, location
):
    path = reverse("feed_end", args=[CalendarFeed.objects.get().pk])

    assert as_(cast.make_clinician(at=location)).post(path).status_code == 404
    as_(manager).post(path)

    assert CalendarFeed.objects.get().ended_at == NOW
    assert TrailEntry.objects.filter(kind="calendar_feed.ended").exists()


def test_the_page_asks_the_same_number_of_queries_however_many_feeds(
    as_, manager, location
):
    browser = as_(manager)
    browser.get(reverse("feeds"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("feeds"))
    for _turn in range(4):
        address_of(cast.make_clinician(at=location))

    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("feeds"))

    assert len(many) == len(few)
