"""Calendars elsewhere: read by the worker, and no free time while they are busy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import encryption
from practice.models import TrailEntry
from scheduling import (
    booking,
    busy,
    busy_calendars,
    deliberate,
    fetching,
    finding,
    foreseeing,
)
from scheduling.booking import Despite, OutsideHours
from scheduling.busy_calendars import EVERY, TooManyCalendars
from scheduling.models import BusyCalendar, BusySource, ExternalBusy, Trouble
from scheduling.tasks_feeds import CHORES
from tests import cast
from tests.practice.link_pages import text
from tests.scheduling.calendar_files import calendar
from tests.scheduling.conftest import at
from tests.scheduling.visit_links import book
from tests.scheduling.web_server import HOST, answer, serving

NOW = at(8, day=2)
DENTIST = "UID:1\nDTSTART:20260303T150000Z\nDTEND:20260303T160000Z\nSUMMARY:Dentist"


@pytest.fixture
def server():
    with serving() as one:
        yield one


@pytest.fixture
def elsewhere(clinician, server, monkeypatch):
    """A calendar of the clinician's that says: at the dentist's, Tuesday at ten."""
    monkeypatch.setattr(busy_calendars, "the_world", server.reach)
    server.say = lambda request: answer(request, calendar(DENTIST), ETag='"1"')
    return busy_calendars.add(
        staff=clinician, address=server.address(), by=clinician, now=NOW
    )


def source():
    return BusySource.objects.get()


def read(now=NOW):
    return busy_calendars.read_due(now=now)


def free_times(plan):
    day = at(0).date()
    question = finding.Question(plan.type, first=day, last=day)
    return [slot.starts for slot in finding.find(question, now=NOW).slots]


# What is kept -----------------------------------------------------------------------
def test_only_times_are_kept(elsewhere, clinician):
    read()

    row = ExternalBusy.objects.get()
    assert (row.clinician, row.starts_at, row.ends_at) == (clinician, at(10), at(11))
    assert "Dentist" not in repr(list(ExternalBusy.objects.values()))


def test_the_address_is_kept_encrypted_and_never_in_the_trail(elsewhere, server):
    assert encryption.decrypt(source().secret) == server.address()
    assert server.address() not in repr(list(BusySource.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM scheduling_historicalbusycalendar")
        assert "/a.ics" not in repr(cursor.fetchall())
    assert elsewhere.host == HOST


def test_a_removed_calendar_leaves_neither_its_secret_nor_its_times(elsewhere):
    read()

    busy_calendars.end(calendar=elsewhere, by=cast.FOUNDER, now=NOW)

    assert not BusySource.objects.exists()
    assert not ExternalBusy.objects.exists()
    assert TrailEntry.objects.filter(kind="busy_calendar.ended").exists()


def test_each_reading_replaces_what_was_known(elsewhere, server):
    read()
    later = calendar(DENTIST.replace("T15", "T18").replace("T16", "T19"))
    server.say = lambda request: answer(request, later)

    read(NOW + EVERY)

    assert ExternalBusy.objects.get().starts_at == at(13)


def test_webcal_addresses_are_read_by_https(clinician):
    made = busy_calendars.add(
        staff=clinician, address=" webcal://x.example/a.ics ", by=clinician, now=NOW
    )

    assert encryption.decrypt(made.source.secret) == "https://x.example/a.ics"


def test_a_clinician_has_a_few_calendars_at_most(clinician):
    details = {"staff": clinician, "address": "https://x.example", "by": clinician}
    for _turn in range(busy_calendars.MOST_CALENDARS):
        busy_calendars.add(**details, now=NOW)

    with pytest.raises(TooManyCalendars):
        busy_calendars.add(**details, now=NOW)


# When it is read ------------------------------------------------------------------
def test_a_calendar_is_read_every_quarter_of_an_hour(elsewhere, server):
    assert [read(NOW + timedelta(minutes=n)) for n in range(16)] == [1] + [0] * 14 + [1]
    assert CHORES[0].every == timedelta(minutes=1)


def test_what_did_not_change_is_not_sent_again_and_still_counts(elsewhere, server):
    read()
    server.say = lambda request: answer(request, b"", 304)

    read(NOW + EVERY)

    assert server.heard[1]["If-None-Match"] == '"1"'
    assert ExternalBusy.objects.count() == 1
    assert source().read_at == NOW + EVERY


def test_once_a_day_everything_is_read_so_that_rules_go_on(elsewhere, server):
    read()

    read(NOW + timedelta(days=1, minutes=1))

    assert "If-None-Match" not in server.heard[1]


def test_two_workers_read_a_calendar_once(elsewhere, server, monkeypatch):
    fetch = fetching.fetch

    def meanwhile(*args, **kwargs):
        assert read() == 0
        return fetch(*args, **kwargs)

    monkeypatch.setattr(fetching, "fetch", meanwhile)

    assert read() == 1


def test_nothing_is_fetched_inside_a_transaction(elsewhere, monkeypatch):
    depths = []

    def fetch(*args, **kwargs):
        depths.append(len(connection.savepoint_ids))
        raise fetching.Unreachable

    monkeypatch.setattr(fetching, "fetch", fetch)
    before = len(connection.savepoint_ids)

    read()

    assert depths == [before]


def test_a_calendar_removed_while_it_is_read_comes_not_back(elsewhere, monkeypatch):
    fetch = fetching.fetch

    def meanwhile(*args, **kwargs):
        busy_calendars.end(calendar=elsewhere, by=cast.FOUNDER, now=NOW)
        return fetch(*args, **kwargs)

    monkeypatch.setattr(fetching, "fetch", meanwhile)

    read()

    assert not ExternalBusy.objects.exists()


# What goes wrong --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "content", "trouble"),
    [
        (404, b"", Trouble.REFUSED),
        (200, b"<html>sign in</html>", Trouble.NO_CALENDAR),
        (200, calendar(f"{DENTIST}\nRRULE:FREQ=SECONDLY"), Trouble.TOO_BIG),
    ],
)
def test_what_cannot_be_read_keeps_its_times_and_says_why(
    elsewhere, server, status, content, trouble
):
    read()
    server.say = lambda request: answer(request, content, status)

    read(NOW + EVERY)
    read(NOW + 2 * EVERY)

    assert source().trouble == trouble
    assert source().failing_since == NOW + EVERY
    assert ExternalBusy.objects.count() == 1


def test_in_production_an_address_on_the_own_machine_is_never_read(clinician, server):
    busy_calendars.add(
        staff=clinician, address="https://localhost/a.ics", by=clinician, now=NOW
    )

    busy_calendars.read_due(now=NOW)

    assert source().trouble == Trouble.FORBIDDEN
    assert not server.heard


def test_once_it_is_read_again_all_is_well(elsewhere, server):
    server.say = lambda request: answer(request, b"", 500)
    read()
    server.say = lambda request: answer(request, calendar(DENTIST))

    read(NOW + EVERY)

    assert (source().trouble, source().failing_since) == ("", None)


def test_what_takes_too_long_to_count_out_is_given_up(elsewhere, monkeypatch):
    monkeypatch.setattr(busy_calendars, "READING", timedelta(seconds=0.2))

    def forever(*args, **kwargs):
        while True:
            pass

    monkeypatch.setattr(busy_calendars, "_stretches", forever)

    read()

    assert source().trouble == Trouble.TOO_BIG


def test_health_speaks_up_after_a_day(elsewhere, server):
    server.say = lambda request: answer(request, b"", 500)
    read()

    assert busy_calendars.health(NOW + timedelta(hours=23)).is_well
    line = busy_calendars.health(NOW + timedelta(hours=25))

    assert not line.is_well
    assert "1 calendar" in line.words


def test_addresses_are_encrypted_again_with_a_new_key(elsewhere, server):
    before = source().secret

    assert busy_calendars.rotate_secrets() == 1

    assert source().secret != before
    assert encryption.decrypt(source().secret) == server.address()


# What it blocks ---------------------------------------------------------------------
def test_busy_time_is_no_free_time(elsewhere, plan):
    assert at(10) in map(_instant, free_times(plan))

    read()

    found = [_instant(one) for one in free_times(plan)]
    assert found
    assert not [one for one in found if at(10) - plan.type.length < one < at(11)]


def _instant(minute):
    return at(0) + timedelta(seconds=minute * 60 - at(0).timestamp())


def test_a_search_asks_no_more_than_before(elsewhere, plan):
    with CaptureQueriesContext(connection) as before:
        free_times(plan)
    read()

    with CaptureQueriesContext(connection) as after:
        free_times(plan)

    assert len(after) == len(before)


def test_booking_over_busy_time_needs_a_reason(elsewhere, plan, patient):
    read()

    with pytest.raises(OutsideHours, match="busy elsewhere"):
        book(plan, patient, now=NOW)
    visit = booking.book(
        plan=plan,
        patients=[patient],
        despite=Despite(hours="She said it is fine."),
        by=cast.FOUNDER,
        now=NOW,
    )

    assert visit.outside_reason


def test_a_series_and_a_deliberate_booking_know_of_busy_time(elsewhere, plan, patient):
    read()

    assert "busy elsewhere" in foreseeing.conflicts_of([plan], [patient], now=NOW)[0]
    assert deliberate.despite_of(plan, [patient], "She said so.").hours


def test_buffers_do_not_reach_into_busy_time(elsewhere, plan, patient):
    read()
    kind = plan.type
    kind.buffer_after = timedelta(minutes=15)

    with pytest.raises(OutsideHours):
        book(replace(plan, type=kind, starts_at=at(9)), patient, now=NOW)


def test_the_calendar_reads_busy_times_in_one_query(
    elsewhere, clinician, django_assert_num_queries
):
    read()

    with django_assert_num_queries(1):
        found = busy.elsewhere([clinician.pk], begins=at(0), ends=at(23))

    assert found == {clinician.pk: [(at(10), at(11))]}


# The page ---------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_clinician_adds_a_calendar_and_never_sees_its_address_again(as_, clinician):
    browser, address = as_(clinician), "https://x.example/private-42/basic.ics"

    page = browser.post(reverse("busy_calendar_new"), {"address": address}, follow=True)

    assert "x.example" in text(page)
    assert "private-42" not in text(page)


@pytest.mark.parametrize("address", ["http://x.example/", "https://10.0.0.1/", "x"])
def test_an_address_that_is_not_read_is_said_beside_the_field(as_, clinician, address):
    page = as_(clinician).post(reverse("busy_calendar_new"), {"address": address})

    assert page.status_code == 422
    assert address in text(page)
    assert not BusyCalendar.objects.exists()


def test_whoever_is_no_clinician_adds_none(as_, front_desk):
    page = as_(front_desk).post(
        reverse("busy_calendar_new"), {"address": "https://x.example/"}
    )

    assert page.status_code == 403


def test_a_manager_sees_and_removes_everybodys_and_others_only_theirs(
    as_, elsewhere, manager, location
):
    other = cast.make_clinician(at=location)
    path = reverse("busy_calendar_end", args=[elsewhere.pk])

    assert as_(other).post(path).status_code == 404
    assert HOST in text(as_(manager).get(reverse("feeds")))
    as_(manager).post(path)

    assert not BusySource.objects.exists()


def test_reading_it_now_is_the_workers_act(as_, clinician, elsewhere, server):
    read()

    as_(clinician).post(reverse("busy_calendar_again", args=[elsewhere.pk]))

    assert len(server.heard) == 1
    assert read() == 1
