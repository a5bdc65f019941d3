"""The outbox as a page: what stands there, for whom, and what its buttons do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from consent.purposes import Purpose
from messaging import outbox_lists, senders
from messaging.models import Delivery
from messaging.outbox_lists import PAGE, Place, Wish, listed
from messaging.states import Status
from practice.models import TrailEntry
from tests import cast
from tests.cast import MONDAY
from tests.messaging.posting import DAY, MINUTE, doubtful, now_is, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
NOW, URL = MONDAY, "/messages/outbox/"


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


def test_it_shows_what_nobody_is_sure_of_with_the_reason(desk, patient):
    doubtful(patient)
    post(patient)

    page = desk.get(URL).content.decode()

    assert page.count("Paula Patience") == 1
    assert "Nobody knows." in page
    assert "Reminder of a visit" in page
    assert "+1212" not in page


@pytest.mark.parametrize(
    ("show", "status"),
    [("waits", "due"), ("not_sent", "expired"), ("failed", ""), ("left", "")],
)
def test_each_list_has_its_own(desk, patient, show, status):
    post(patient)
    post(patient, until_at=NOW - MINUTE)

    found = desk.get(URL, {"show": show}).context["found"]

    assert [row.status for row in found.rows] == ([status] if status else [])
    assert found.count == len(found.rows)


def test_it_is_narrowed_by_purpose_and_day(desk, patient):
    post(patient, purpose=Purpose.OFFER)
    reminder = post(patient)
    post(patient, planned_at=NOW + DAY, until_at=NOW + 2 * DAY)

    asked = {"show": "waits", "purpose": "reminder", "day": "2026-03-02"}
    found = desk.get(URL, asked).context["found"]

    assert list(found.rows) == [reminder]


@pytest.mark.parametrize("asked", [{"day": "yesterday"}, {"purpose": "x"}, {"show": 1}])
def test_what_cannot_be_asked_is_said(desk, asked):
    assert desk.get(URL, asked).status_code == 422


def test_a_look_at_it_is_a_look_at_the_charts(desk, patient):
    doubtful(patient)

    desk.get(URL)

    assert TrailEntry.objects.filter(kind="seen.outbox").count() == 1


def test_charts_of_others_are_not_in_it(as_, stranger, patient, location):
    doubtful(patient)

    page = as_(stranger).get(URL)

    assert page.context["found"].count == 0
    assert "Paula" not in page.content.decode()


def test_pages_to_staff_and_numbers_on_no_chart_have_words(desk, front_desk):
    doubtful(None, purpose=Purpose.ON_CALL_PAGE, staff=front_desk)
    doubtful(None, purpose=Purpose.ANSWER, address="+12125550111")

    page = desk.get(URL).content.decode()

    assert "Fran Desk" in page
    assert "A number on no chart" in page


# Pages -------------------------------------------------------------------------------
def test_a_page_goes_on_where_the_last_one_ended(patient, front_desk, monkeypatch):
    monkeypatch.setattr(outbox_lists, "PAGE", 2)
    for n in range(5):
        post(patient, planned_at=NOW + n * MINUTE, address=f"+1212555010{n}")
    wish, found, before = Wish(show="waits"), [], None

    for _page in range(3):
        page = listed(wish, staff=front_desk, now=NOW, before=before)
        found += [row.due_at for row in page.rows]
        before = page.after

    assert before is None
    assert found == [NOW + n * MINUTE for n in (4, 3, 2, 1, 0)]


def test_a_place_reads_what_it_writes_and_nothing_else(patient):
    place = Place.of(post(patient))

    assert Place.read(str(place)) == place
    for wrong in ("", "x", "2026-03-02_1", f"{place}x", "2026-99-99T00:00:00+00:00_1"):
        assert Place.read(wrong) is None


def test_numbers_stop_at_a_bound(patient, front_desk, monkeypatch):
    monkeypatch.setattr(outbox_lists, "MOST", 2)
    for n in range(3):
        post(patient, address=f"+1212555010{n}")

    found = listed(Wish(show="waits"), staff=front_desk, now=NOW)

    assert (found.count, found.is_more) == (2, True)


@pytest.mark.parametrize("count", [1, PAGE + 5])
def test_it_asks_as_much_for_many(desk, location, count, django_assert_max_num_queries):
    for n in range(count):
        doubtful(cast.make_patient(at=location), address=f"+1212555{n + 1000}")

    with django_assert_max_num_queries(24):
        desk.get(URL)


# Buttons -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "more", "status"),
    [
        ("outbox_came", {}, "sent"),
        ("outbox_never_came", {}, "failed"),
        ("outbox_never_came", {"again": "1"}, "due"),
    ],
)
def test_a_person_says_how_it_was(desk, patient, name, more, status):
    row = doubtful(patient)

    answer = desk.post(reverse(name, args=[row.pk]), more)

    assert answer.status_code == 302
    assert now_is(row)[0] == status
    assert "Fran Desk" in row.reason


def test_what_became_known_meanwhile_is_not_there(desk, patient):
    row = doubtful(patient)
    Delivery.objects.filter(pk=row.pk).update(status=Status.DELIVERED)

    answer = desk.post(reverse("outbox_came", args=[row.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["outbox_came", "outbox_never_came"])
def test_nobody_says_it_of_a_chart_of_others(as_, stranger, patient, name):
    row = doubtful(patient)

    answer = as_(stranger).post(reverse(name, args=[row.pk]))

    assert answer.status_code == 404


def test_an_auditor_may_press_nothing(as_, auditor, patient):
    row = doubtful(patient)

    answer = as_(auditor).post(reverse("outbox_came", args=[row.pk]))

    assert answer.status_code == 403


def test_who_mended_the_account_starts_sending_again(as_, manager):
    senders.stop("text", why="They refuse our account.", now=NOW)
    browser = as_(manager)
    assert "They refuse our account" in browser.get(URL).content.decode()

    browser.post(reverse("outbox_open"))

    assert senders.stopped() == []


def test_where_nobody_has_to_say_anything_it_shows_what_went(as_, front_desk, patient):
    row = post(patient)
    Delivery.objects.filter(pk=row.pk).update(status=Status.SENT, left_at=MONDAY)

    page = as_(front_desk).get(URL)

    assert page.context["shown"] == "left"
    assert [one["row"].pk for one in page.context["rows"]] == [row.pk]
