"""The evening's day sheets: written once, whole, opened by their passphrase only."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, time, timedelta

import pytest
from cryptography.fernet import Fernet

from practice import day_sheets, encryption, locations, merging, sheet_files
from practice.day_sheets import NoPassphrase, NothingAhead, SheetGone
from practice.models import DaySheet, Patient, Role, SheetKey, TrailEntry, TrailPatient
from practice.sheet_plans import path_of
from tests import cast
from tests.cast import FOUNDER, make_location, make_patient, make_task

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 3, 1, tzinfo=UTC)  # Monday, 20:00 in New York
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
def named(place, now):
    """Somebody about whom something is to do."""
    patient = make_patient(at=place, given_name="Zoë", family_name="Ñandú-李")
    make_task(to=Role.FRONT_DESK, patient=patient, now=now)
    return patient


def write(now=EVENING):
    return day_sheets.write_due(by=FOUNDER, now=now)


# Writing ----------------------------------------------------------------------
def test_every_evening_one_is_written(passphrase):
    assert [write(), write()] == [1, 0]

    sheet = DaySheet.objects.get()
    assert (str(sheet.day_on), str(sheet.evening_on)) == ("2026-03-03", "2026-03-02")


def test_it_opens_with_the_passphrase_and_without_the_site(passphrase, named):
    write()

    content = sheet_files.unseal(
        path_of(DaySheet.objects.get()).read_bytes(), passphrase
    )

    assert content["title"] == f"Harlem: day sheet {DaySheet.objects.get().pk}"
    assert content["head"][0] == "Tuesday 3 March 2026 · Wednesday 4 March 2026"
    assert "Zoë Ñandú-李" in str(content)


def test_it_is_written_in_the_practices_words(passphrase, practice):
    cast.choose_words(practice, patient="client", visit="session")
    write()

    sealed = path_of(DaySheet.objects.get()).read_bytes()
    content = sheet_files.unseal(sealed, passphrase)

    first = content["parts"][0]
    assert (first["title"], first["columns"][0]) == ("Sessions", "Client")


def test_the_file_is_ours_alone_and_nothing_else_is_left(passphrase, settings):
    write()

    [path] = [one for one in settings.SHEETS.rglob("*") if one.is_file()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path == path_of(DaySheet.objects.get())


def test_the_trail_names_everybody_on_it(passphrase, named):
    write()

    line = TrailEntry.objects.get(kind="sheet.made")
    assert [
        row.patient_id for row in TrailPatient.objects.filter(entry_id=line.pk)
    ] == [named.pk]
    assert DaySheet.objects.get().patient_ids == [named.pk]


def test_without_a_passphrase_none_is_written(place):
    assert write() == 0
    assert not DaySheet.objects.exists()


def test_the_next_evening_has_its_own(passphrase):
    write()

    assert write(EVENING + timedelta(days=1)) == 1


def test_a_lost_file_is_written_again_under_its_number(passphrase):
    write()
    path_of(DaySheet.objects.get()).unlink()

    assert write(EVENING + timedelta(minutes=10)) == 1
    assert path_of(DaySheet.objects.get()).exists()


def test_whoever_has_it_in_hand_is_left_to_it(passphrase, place):
    DaySheet.objects.create(
        location=place,
        evening_on="2026-03-02",
        day_on="2026-03-03",
        claimed_at=datetime(2026, 3, 2, 14, 59, tzinfo=UTC),  # a minute of real time
    )

    assert write() == 0


def test_whoever_died_with_it_in_hand_is_followed(passphrase, place):
    DaySheet.objects.create(
        location=place,
        evening_on="2026-03-02",
        day_on="2026-03-03",
        claimed_at=datetime(2026, 3, 2, 14, 57, tzinfo=UTC),
    )

    assert write() == 1


def test_one_locations_fault_stops_no_other(passphrase, settings, now):
    other = make_location(name="Aspen")
    locations.set_hours(location=other, spans=WEEK, by=FOUNDER)
    day_sheets.change_passphrase(location=other, by=FOUNDER, now=now)
    (settings.SHEETS / f"location-{other.pk}").write_text("in the way")

    with pytest.raises(OSError, match="exists"):
        write()

    assert DaySheet.objects.exclude(file="").count() == 1


def test_one_can_be_written_at_once(passphrase, place, now):
    sheet = day_sheets.write_now(location=place, by=FOUNDER, now=now)

    assert sheet.evening_on is None
    assert path_of(sheet).exists()


def test_at_once_needs_a_passphrase_and_a_day_ahead(place, now):
    with pytest.raises(NoPassphrase):
        day_sheets.write_now(location=place, by=FOUNDER, now=now)
    day_sheets.change_passphrase(location=place, by=FOUNDER, now=now)
    locations.set_hours(location=place, spans=[], by=FOUNDER)
    with pytest.raises(NothingAhead):
        day_sheets.write_now(location=place, by=FOUNDER, now=now)


# The passphrase ---------------------------------------------------------------
def test_a_new_passphrase_makes_a_new_sheet_and_opens_no_old_one(passphrase, place):
    write()
    old = path_of(DaySheet.objects.get()).read_bytes()
    second = day_sheets.change_passphrase(location=place, by=FOUNDER, now=EVENING)

    assert write(EVENING + timedelta(minutes=10)) == 1

    new = path_of(DaySheet.objects.get()).read_bytes()
    assert sheet_files.unseal(new, second)
    with pytest.raises(sheet_files.NoSheet):
        sheet_files.unseal(old, second)


def test_the_passphrase_is_kept_encrypted_and_in_no_trail(passphrase):
    row = SheetKey.objects.get()

    assert encryption.decrypt(row.secret) == passphrase
    assert passphrase not in row.secret
    assert TrailEntry.objects.filter(kind="sheet.passphrase_changed").count() == 1
    assert not TrailEntry.objects.filter(reason__contains=passphrase[:4]).exists()


def test_a_new_data_key_takes_the_passphrases_along(passphrase, settings):
    old = encryption._derived(settings.SECRET_KEY)
    new = Fernet.generate_key().decode()
    settings.DATA_KEYS = [new, old]

    assert day_sheets.rotate_secrets() == 1

    settings.DATA_KEYS = [new]
    assert encryption.decrypt(SheetKey.objects.get().secret) == passphrase


# Reading and forgetting ---------------------------------------------------------
def test_a_sheet_with_an_older_passphrase_is_not_read_here(passphrase, place):
    write()
    day_sheets.change_passphrase(location=place, by=FOUNDER, now=EVENING)

    with pytest.raises(SheetGone, match="older passphrase"):
        day_sheets.read(DaySheet.objects.get())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda path: path.unlink(), "no longer there"),
        (lambda path: path.write_bytes(path.read_bytes()[:900]), "damaged"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_a_sentence(passphrase, harm, words):
    write()
    harm(path_of(DaySheet.objects.get()))

    with pytest.raises(SheetGone, match=words):
        day_sheets.read(DaySheet.objects.get())


def test_after_a_week_the_file_goes_and_the_row_stays(passphrase):
    write()
    path = path_of(DaySheet.objects.get())

    assert day_sheets.forget_old(now=EVENING + timedelta(days=7)) == 0
    assert day_sheets.forget_old(now=EVENING + timedelta(days=7, seconds=1)) == 1

    assert not path.exists()
    assert DaySheet.objects.get().file == ""


def test_an_erasure_takes_the_files_that_name_the_chart(passphrase, named):
    write()
    path = path_of(DaySheet.objects.get())

    assert day_sheets.forget_naming([named.pk + 1]) == 0
    assert day_sheets.forget_naming([named.pk]) == 1
    assert not path.exists()


def test_a_sheet_knows_whom_it_names_by_charts_that_were_one(passphrase, named, place):
    twin = make_patient(at=place, given_name="Dupe")
    merging.merge(duplicate=twin, into=named, by=FOUNDER, now=EVENING)
    write()
    merging.undo(duplicate=Patient.objects.get(pk=twin.pk), by=FOUNDER)

    assert day_sheets.forget_naming([twin.pk]) == 1
