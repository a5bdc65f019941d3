"""The page for the day without the site, its sheets and their passphrases."""

from __future__ import annotations

import re
from datetime import time

import pytest

from practice import day_sheets, locations, looks, sheet_files
from practice.models import DaySheet, Role, SheetKey, TrailEntry
from practice.sheet_plans import path_of
from tests.cast import FOUNDER, make_location, make_task, sign_in

pytestmark = pytest.mark.django_db
WEEK = [(day, time(8), time(18)) for day in range(5)]


@pytest.fixture(autouse=True)
def _own_directory(settings, tmp_path):
    settings.SHEETS = tmp_path


@pytest.fixture
def place(location, now):
    locations.set_hours(location=location, spans=WEEK, by=FOUNDER)
    return location


@pytest.fixture
def passphrase(place, now):
    return day_sheets.change_passphrase(location=place, by=FOUNDER, now=now)


@pytest.fixture
def sheet(passphrase, place, patient, now):
    make_task(to=Role.FRONT_DESK, patient=patient)
    return day_sheets.write_now(location=place, by=FOUNDER, now=now)


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


def seen():
    return TrailEntry.objects.filter(kind__startswith=looks.PREFIX)


# How it stands --------------------------------------------------------------------
def test_it_says_what_to_do_and_how_each_location_stands(desk, sheet):
    page = desk.get("/downtime/").content.decode()

    assert "a double click, no network" in page
    assert f"Sheet {sheet.pk}" in page
    assert "Written" in page


def test_what_is_missing_is_said_at_the_top(desk, place):
    page = desk.get("/downtime/").content.decode()

    assert "Harlem has no passphrase yet." in page


def test_another_locations_sheet_is_not_there(stranger, sheet):
    client = sign_in(stranger)

    assert "Harlem" not in client.get("/downtime/").content.decode()
    assert client.get(f"/downtime/sheets/{sheet.pk}/").status_code == 404
    assert client.get(f"/downtime/sheets/{sheet.pk}/file/").status_code == 404
    assert (
        client.post(f"/downtime/locations/{sheet.location_id}/sheet/").status_code
        == 404
    )


def test_a_clinician_puts_things_in_and_reads_no_sheet(clinician, sheet):
    client = sign_in(clinician)

    assert f"Sheet {sheet.pk}" not in client.get("/downtime/").content.decode()
    assert client.get(f"/downtime/sheets/{sheet.pk}/").status_code == 403


@pytest.mark.parametrize("count", [1, 8])
def test_it_asks_the_same_for_many_locations(
    manager, now, count, django_assert_max_num_queries
):
    for _number in range(count):
        locations.set_hours(location=make_location(), spans=WEEK, by=FOUNDER)
    client = sign_in(manager)
    client.get("/downtime/")

    with django_assert_max_num_queries(16):
        client.get("/downtime/")


# The sheet ------------------------------------------------------------------------
def test_a_sheet_is_read_here_as_it_was_written(desk, sheet):
    page = desk.get(f"/downtime/sheets/{sheet.pk}/").content.decode()

    assert "Paula Patience" in page
    assert "1 · PP" in page


@pytest.mark.parametrize("what", ["", "file/"])
def test_reading_it_is_a_look_at_everybody_on_it(desk, sheet, patient, what):
    desk.get(f"/downtime/sheets/{sheet.pk}/{what}")

    look = seen().get()
    assert (look.patient_id, look.reason) == (patient.pk, "downtime")


def test_the_download_is_the_encrypted_file_and_its_name_names_nobody(
    desk, sheet, passphrase
):
    answer = desk.get(f"/downtime/sheets/{sheet.pk}/file/")

    assert b"Patience" not in answer.content
    assert sheet_files.unseal(answer.content, passphrase)["number"] == sheet.pk
    assert answer["Content-Disposition"] == (
        f'attachment; filename="day-sheet-2026-03-02-{sheet.pk}.html"'
    )
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("what", ["", "file/"])
def test_a_file_that_is_gone_is_a_sentence_and_no_look(desk, sheet, what):
    path_of(sheet).unlink()

    response = desk.get(f"/downtime/sheets/{sheet.pk}/{what}", follow=True)

    assert "no longer there" in response.content.decode()
    assert not seen().exists()


def test_one_is_written_at_once(desk, passphrase, place):
    response = desk.post(f"/downtime/locations/{place.pk}/sheet/")

    assert response.url == f"/downtime/sheets/{DaySheet.objects.get().pk}/"


def test_without_a_passphrase_that_is_a_sentence(desk, place):
    response = desk.post(f"/downtime/locations/{place.pk}/sheet/", follow=True)

    assert "Make a passphrase for this location first." in response.content.decode()


# The passphrase -------------------------------------------------------------------
def test_a_manager_makes_one_and_sees_it_once(manager, place):
    client, url = sign_in(manager), f"/downtime/locations/{place.pk}/passphrase/"
    assert "Make it" in client.get(url).content.decode()
    assert not SheetKey.objects.exists()

    page = client.post(url).content.decode()

    shown = re.search(r"<code>(.*?)</code>", page)[1]
    key = SheetKey.objects.get()
    assert day_sheets.encryption.decrypt(key.secret) == shown
    assert shown not in client.get(url).content.decode()


def test_the_desk_makes_none(desk, place):
    url = f"/downtime/locations/{place.pk}/passphrase/"

    assert desk.post(url).status_code == 403
    assert not SheetKey.objects.exists()


def test_no_log_line_holds_it(manager, place, caplog):
    page = sign_in(manager).post(f"/downtime/locations/{place.pk}/passphrase/")

    shown = re.search(r"<code>(.*?)</code>", page.content.decode())[1]
    assert shown not in caplog.text
