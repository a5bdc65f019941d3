"""The trail as a file: harmless to spreadsheets, without names or values."""

from __future__ import annotations

import csv
import io

import pytest

from practice import clock, contacts, looks, patients, trail_files, zones
from practice.looks import Look
from practice.models import TrailEntry
from practice.trail_lines import Reader
from practice.trail_search import Wish
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def reader(staff):
    return Reader(staff, clock.now(), clock.real_now(), zones.of_practice())


def read(wish, staff, **details):
    text = "".join(trail_files.rows(wish, reader=reader(staff), **details))
    assert text.startswith(trail_files.MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(trail_files.MARK))))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+12125550100",
        "-2",
        "@SUM(A1)",
        " =1+1",
        "\t=1",
        "\r=1",
        "\n=cmd|' /C calc'!A0",
        "\0=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
    ],
)
def test_no_cell_is_a_formula(text):
    assert trail_files.safe(text).startswith("'")


@pytest.mark.parametrize("text", ["Fran Desk", "12", "a=b", "", "“=1”"])
def test_other_cells_stay_as_they_are(text):
    assert trail_files.safe(text) == text


def test_a_line_says_who_what_when_and_why(patient, manager, now):
    patients.pause(
        patient=patient,
        until=None,
        reason='=HYPERLINK("http://x")',
        by=manager,
        now=now,
    )

    (row,) = read(Wish(what="patient.paused"), manager)

    assert (row["Who"], row["What"]) == ("Mary Manager", "Paused")
    assert row["Why"] == '\'=HYPERLINK("http://x")'
    assert row["Patient numbers"] == str(patient.pk)
    assert row["Time (UTC)"] == "2026-03-02T15:00:00.000+00:00"
    assert row["Time (Eastern time)"] == "Mon 2 Mar 2026, 10:00 AM"


def test_no_name_and_no_value_is_in_the_file(patient, manager):
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=manager, now=MONDAY)

    text = "".join(trail_files.rows(Wish(), reader=reader(manager)))

    assert "Phone" in text
    assert not [word for word in ("Patience", "5550187", "5550188") if word in text]


def test_what_was_typed_about_a_chart_is_in_it_only_if_the_chart_opens(
    patient, front_desk, auditor, now
):
    ward = "Paula is in the psychiatric ward"
    patients.pause(patient=patient, until=None, reason=ward, by=front_desk, now=MONDAY)
    wish = Wish(what="patient.paused")

    (closed,) = read(wish, auditor)
    cast.break_in(auditor, patient)
    (opened,) = read(wish, auditor)

    assert (closed["Why"], opened["Why"]) == ("(reason kept)", ward)


def test_a_list_names_its_patients_by_number(patient, location, manager):
    other = cast.make_patient(at=location)
    ids = [patient.pk, other.pk]
    look = Look(MONDAY.isoformat(), manager.pk, "Mary", "patients", "care", ids)
    looks.write(look)

    (row,) = read(Wish(what="seen"), manager)

    assert row["Patient numbers"] == f"{patient.pk} {other.pk}"
    assert (row["What"], row["Why"]) == ("Looked at: List of charts", "Care")


def test_a_file_has_a_most(patient, location, manager):
    for _ in range(5):
        cast.make_patient(at=location)

    assert len(read(Wish(), manager, most=3)) == 3


def test_that_it_was_exported_is_a_line_with_the_filters(practice, manager):
    trail_files.leave_note(Wish(), asked="who 3", count=12, by=manager)

    line = TrailEntry.objects.get(kind="trail.exported")
    assert (line.record, line.patient_id) == ("practice", None)
    assert line.reason == "12 lines; asked for: who 3"


def test_an_export_about_a_patient_is_a_line_about_them(patient, manager):
    wish = Wish(patient_ids=[patient.pk])

    trail_files.leave_note(wish, asked="patient 1", count=2, by=manager)

    assert TrailEntry.objects.get(kind="trail.exported").patient_id == patient.pk
