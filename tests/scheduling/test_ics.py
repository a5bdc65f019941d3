"""Calendar files that leave the house."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from scheduling import booking, ics, undoing, visits
from scheduling.models import Appointment, Modality
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.calendar_files import events_of, instant_in, lines_of
from tests.scheduling.conftest import NEW_YORK, at
from tests.scheduling.visit_links import book

NOW = at(9, day=2)


@layer
def visit(plan, patient):
    return book(plan, patient, now=NOW)


def written(visit, *, is_coming=True):
    (event,) = events_of(ics.of_visit(visit, is_coming=is_coming, now=NOW))
    return event


def test_a_visits_file_says_when_in_utc(visit):
    event = written(visit)

    assert instant_in(event["DTSTART"]) == visit.starts_at
    assert instant_in(event["DTEND"]) == visit.ends_at
    assert instant_in(event["DTSTAMP"]) == NOW


@pytest.mark.parametrize("day", [6, 9])  # before and after the clocks go forward
def test_ten_oclock_stays_ten_oclock_across_the_change_of_clocks(plan, patient, day):
    visit = book(replace(plan, starts_at=at(10, day=day)), patient, now=NOW)

    starts_at = instant_in(written(visit)["DTSTART"])

    assert starts_at.astimezone(NEW_YORK).hour == 10


def test_a_file_has_neither_a_clinician_nor_a_type_nor_a_name(visit, patient):
    visit.type.name = "Psychiatric evaluation"
    visit.telehealth_url = "https://video.example/room"
    text = "\n".join(lines_of(ics.of_visit(visit, is_coming=True, now=NOW)))

    secrets = [visit.clinician.name, visit.type.name, patient.family_name]
    secrets += [patient.given_name, visit.location.name, "video.example"]
    assert not [one for one in secrets if one in text]
    assert written(visit)["SUMMARY"] == "Appointment"
    assert written(visit)["CLASS"] == "PRIVATE"


def test_the_place_is_an_address_on_one_line(visit):
    visit.location.address = "12 Linden Street;\nNew York, NY"

    assert written(visit)["LOCATION"] == "12 Linden Street;, New York, NY"


def test_a_visit_by_phone_has_no_place(visit):
    visit.modality = Modality.PHONE

    assert "LOCATION" not in written(visit)


def test_a_moved_visit_keeps_its_uid_and_counts_on(visit, plan):
    before = written(visit)
    later = replace(plan, starts_at=at(14))
    moved = booking.move(appointment=visit, plan=later, by=cast.FOUNDER, now=NOW)

    after = written(moved)

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_a_cancelled_visit_says_so(visit):
    assert written(visit)["STATUS"] == "CONFIRMED"
    assert written(visit, is_coming=False)["STATUS"] == "CANCELLED"
    assert written(visit, is_coming=False)["TRANSP"] == "TRANSPARENT"


def test_two_practices_never_share_a_uid(visit):
    with override_settings(SITE_URL="https://other.example"):
        other = ics.uid_of(visit.pk)

    assert other != ics.uid_of(visit.pk)
    assert str(visit.pk) + "@" not in other


def test_a_spanish_page_gives_a_spanish_file(visit):
    with translation.override("es"):
        title = written(visit)["SUMMARY"]
        expected = translation.gettext("Appointment")

    assert title == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_whatever_an_address_holds_it_breaks_no_line(address):
    entry = ics.Entry(_visit(), "x", address, is_coming=True, changed_at=NOW)

    (event,) = events_of(ics.of_feed([entry], name=address))

    assert event["SUMMARY"] == "x"
    assert event["STATUS"] == "CONFIRMED"


def _visit():
    return Appointment(pk=1, starts_at=at(10), ends_at=at(11), booked_at=NOW)


def cancelled(visit):
    return visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Ill",
        by=cast.FOUNDER,
        now=NOW,
    )


def test_a_cancelled_visits_file_takes_it_out_of_the_calendar(visit):
    booked = written(visit)["SEQUENCE"]

    file = ics.of_visit(visit, is_coming=False, now=NOW)

    assert "METHOD:CANCEL" in lines_of(file)
    (event,) = events_of(file)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", str(int(booked) + 1))


@pytest.mark.parametrize("way", ["undone", "set right"])
def test_a_visit_that_takes_place_after_all_comes_back_into_the_calendar(visit, way):
    before = Mark.of(visit)
    [attendee] = cancelled(visit)
    dropped = written(visit, is_coming=False)["SEQUENCE"]

    more = {"by": cast.FOUNDER, "now": NOW}
    if way == "undone":
        after = Mark.of(visit)
        undoing.undo(appointment=visit, before=before, after=after, **more)
    else:
        visits.correct(
            attendee=attendee, status=Status.SCHEDULED, reason="Well again", **more
        )

    visit.refresh_from_db()
    assert int(written(visit)["SEQUENCE"]) > int(dropped)
