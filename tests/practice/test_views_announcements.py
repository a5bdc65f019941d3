"""What nobody was told of yet, as a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import announcements, patients
from practice.models import Announcement
from tests.cast import make_patient
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def pause(manager, now):
    def stop(patient):
        patients.pause(
            patient=patient, until=None, reason="In hospital", by=manager, now=now
        )

    return stop


def test_what_waits_is_told_in_words_with_the_chart(as_, front_desk, patient, pause):
    pause(patient)

    page = as_(front_desk).get(url("announcements"))

    assert "Paused · nobody else on the chart" in text_of(page)
    assert url("patient", patient.pk) in page.content.decode()


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_a_chart_is_not_named_to_those_who_may_not_open_it(
    who, request, as_, patient, pause
):
    pause(patient)

    page = as_(request.getfixturevalue(who)).get(url("announcements"))

    assert "Paused once, nobody told yet" in text_of(page)
    assert "Patience" not in text_of(page)
    assert url("patient", patient.pk) not in page.content.decode()


def test_what_was_undone_waits_no_more(as_, front_desk, patient, pause, manager, now):
    pause(patient)
    announcements.withdraw(kind="patient.paused", patient=patient, by=manager, now=now)

    words = text_of(as_(front_desk).get(url("announcements")))

    assert "Nothing waits" in words


def test_clinicians_are_not_asked_to_tell(as_, clinician):
    assert as_(clinician).get(url("announcements")).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_what_waits_takes_the_same_queries_for_any_number(
    count, as_, front_desk, location, pause, django_assert_max_num_queries
):
    for _each in range(count):
        pause(make_patient(at=location))
    client = as_(front_desk)

    client.get(url("announcements"))

    with django_assert_max_num_queries(18):
        client.get(url("announcements"))


def test_the_counter_counts_what_the_list_shows(front_desk, location, pause, now):
    for _each in range(announcements.SHOWN + 1):
        pause(make_patient(at=location))

    waiting = announcements.waiting_for(front_desk, now=now + timedelta(hours=1))

    assert (len(waiting.rows), waiting.count) == (100, 101)


def test_nobody_notes_as_told_what_can_still_be_undone(as_, front_desk, patient, pause):
    pause(patient)
    row, client = Announcement.objects.get(), as_(front_desk)

    page = client.get(url("announcements")).content.decode()
    answer = client.post(url("announcement_told", row.pk), follow=True)

    assert url("announcement_told", row.pk) not in page
    assert "can still be undone" in page
    assert "once the minute is over" in answer.content.decode()
    assert announcements.waiting().exists()


@pytest.fixture
def in_a_minute(now):
    with time_machine.travel(now + announcements.UNDO_TIME, tick=False):
        yield


def test_a_press_notes_that_somebody_was_told(
    as_, front_desk, patient, pause, in_a_minute
):
    pause(patient)
    row = Announcement.objects.get()

    page = as_(front_desk).post(url("announcement_told", row.pk), follow=True)

    assert "Noted as told." in page.content.decode()
    assert url("announcement_untold", row.pk) in page.content.decode()
    assert not announcements.waiting().exists()


def test_a_told_change_waits_again_when_undone(
    as_, front_desk, patient, pause, in_a_minute
):
    pause(patient)
    row, client = Announcement.objects.get(), as_(front_desk)
    client.post(url("announcement_told", row.pk))

    client.post(url("announcement_untold", row.pk))

    assert announcements.waiting().exists()


def test_a_stranger_to_the_chart_tells_nobody(as_, stranger, patient, pause):
    pause(patient)
    row = Announcement.objects.get()

    answer = as_(stranger).post(url("announcement_told", row.pk))

    assert answer.status_code == 404
    assert announcements.waiting().exists()
