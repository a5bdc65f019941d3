"""What is asked of each thing that is put in from paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import watching
from practice.forms import paper as forms
from practice.models import ContactPoint, DaySheet, PaperEntry, Patient, Task, WatchFlag
from tests.cast import FOUNDER, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(location, now):
    return DaySheet.objects.create(
        location=location, day_on="2026-03-02", made_at=now - timedelta(hours=15)
    )


@pytest.fixture
def fill(sheet, front_desk, now):
    """`fill(Kind, …)` is the form of a kind as the desk filled it in."""

    def filled(kind, **answers):
        usual = {
            "paper": f"s{sheet.pk}",
            "line": "3",
            "happened_on": "2026-03-02",
            "happened_time": "09:10",
            "writer": str(front_desk.pk),
        }
        return kind(usual | answers, staff=front_desk, now=now)

    return filled


@pytest.fixture
def put_in(fill, front_desk, now):
    def entered(kind, **answers):
        form = fill(kind, **answers)
        assert form.is_valid(), form.errors
        return form.enter(by=front_desk, now=now)

    return entered


def faults(form):
    assert not form.is_valid()
    return {name: errors[0] for name, errors in form.errors.items()}


def them(patient):
    return {"who": "Paula", "patient": str(patient.pk)}


# Each kind ----------------------------------------------------------------------
def test_a_talk_counts_as_contact_where_a_watch_is_kept(
    put_in, patient, clinician, now
):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="x",
        quiet_days=7,
        ends_on=now.date() + timedelta(days=30),
        by=FOUNDER,
        now=now - timedelta(days=3),
    )

    entry = put_in(forms.ContactMade, words="She is well.", **them(patient))

    assert (entry.patient, entry.words) == (patient, "She is well.")
    assert str(WatchFlag.objects.get().last_contact_on) == "2026-03-02"


def test_an_old_talk_takes_no_newer_contact_back(put_in, patient, clinician, now):
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="x",
        quiet_days=7,
        ends_on=now.date() + timedelta(days=30),
        by=FOUNDER,
        now=now,
    )

    put_in(forms.ContactMade, words="Fine.", happened_on="2026-02-27", **them(patient))

    assert str(WatchFlag.objects.get().last_contact_on) == "2026-03-02"


def test_a_phone_comes_with_what_is_safe_there(put_in, patient):
    put_in(forms.PhoneTold, value="212 555 0171", may_call="on", **them(patient))

    point = ContactPoint.objects.get()
    assert (str(point.phone), point.may_call, point.may_text) == (
        "+12125550171",
        True,
        False,
    )


def test_an_address(put_in, patient):
    put_in(forms.AddressTold, value="17 Elm\nYonkers, NY 10701", **them(patient))

    assert ContactPoint.objects.get().postal == "17 Elm\nYonkers, NY 10701"


def test_a_new_person_gets_a_chart_at_the_papers_location(put_in, location):
    entry = put_in(
        forms.NewPatient,
        given_name="Noor",
        family_name="Haddad",
        born_on="1990-02-03",
        spoken_language="ar",
        phone="(212) 555-0172",
        may_call="on",
    )

    chart = Patient.objects.get()
    assert (entry.patient, entry.made) == (chart, "patient")
    assert list(chart.home_locations.all()) == [location]
    assert chart.contact_points.get().is_first


def test_a_new_person_who_looks_like_somebody_is_asked_about(fill, patient):
    names = {"given_name": "P", "family_name": "patience", "born_on": "1984-05-17"}
    form = fill(forms.NewPatient, spoken_language="en", **names)

    assert faults(form) == {
        "is_another": "A chart with this family name and birth date is here already."
    }
    assert fill(
        forms.NewPatient, spoken_language="en", is_another="on", **names
    ).is_valid()


def test_a_task_about_nobody_and_about_somebody(put_in, patient, clinician):
    due = {"title": "Call back", "due_on": "2026-03-04"}
    put_in(forms.ToDo, to="front_desk", **due)
    put_in(forms.ToDo, to=str(clinician.pk), line="4", **due, **them(patient))

    assert [
        (task.for_role, task.for_person) for task in Task.objects.order_by("pk")
    ] == [
        ("front_desk", None),
        ("", clinician),
    ]
    assert Task.objects.get(for_person=clinician).path == f"/patients/{patient.pk}/"


def test_anything_else_is_a_note(put_in):
    put_in(forms.Note, words="The fire alarm rang; it was the toaster.")

    assert PaperEntry.objects.get().words.startswith("The fire alarm")


# Whom -----------------------------------------------------------------------------
def test_nobody_is_taken_for_granted(fill, patient):
    form = fill(forms.Note, words="x", who="Paula")

    assert faults(form) == {"patient": "Choose, and press the button once more."}
    assert "Paula Patience, born 17 May 1984" in form.as_div()


def test_who_was_pressed_must_be_among_those_found(fill, patient, location):
    other = make_patient(at=location, given_name="Quinn")

    form = fill(forms.Note, words="x", who="Quinn", patient=str(patient.pk))

    assert faults(form) == {"patient": "Choose, and press the button once more."}
    assert form.found == [other]


@pytest.mark.parametrize("who", ["Nobody", "\x00", "x" * 300, "%"])
def test_nobody_found_is_a_sentence(fill, patient, who):
    assert set(faults(fill(forms.Note, words="x", who=who))) == {"who"}


def test_a_chart_elsewhere_is_not_found(fill, far_location):
    make_patient(at=far_location, given_name="Faraway")

    words = faults(fill(forms.Note, words="x", who="Faraway"))["who"]
    assert words == "Nobody of that name among the charts that you may change."


def test_where_somebody_is_needed_they_are_asked_for(fill):
    form = fill(forms.ContactMade, words="x")

    assert faults(form) == {"who": "Say who it is about."}


# When, and on which paper ---------------------------------------------------------
def test_a_line_is_asked_for_where_there_is_a_sheet(fill, location):
    form = fill(forms.Note, words="x", line="")

    assert "beginning of the line" in faults(form)["line"]
    assert fill(forms.Note, words="x", line="", paper=f"l{location.pk}").is_valid()


def test_a_time_is_read_by_the_locations_clock(put_in):
    entry = put_in(forms.Note, words="x")

    assert entry.happened_at.isoformat() == "2026-03-02T14:10:00+00:00"


def test_an_hour_that_the_clocks_jump_over_is_refused(fill):
    form = fill(forms.Note, words="x", happened_on="2025-03-09", happened_time="02:30")

    assert "clocks go forward" in faults(form)["happened_time"]


@pytest.mark.parametrize(
    "answers",
    [
        {"paper": "s999999"},
        {"paper": "l1; DROP"},
        {"paper": ""},
        {"line": "0"},
        {"line": "100"},
        {"line": "9" * 40},
        {"happened_on": "1999-01-01"},
        {"happened_on": "2026-02-30"},
        {"happened_time": "25:00"},
        {"writer": "999"},
        {"writer": "9" * 40},
        {"words": ""},
        {"words": "x" * 1001},
        {"words": "a\x00b"},
    ],
)
def test_what_cannot_be_is_refused_beside_its_question(fill, answers):
    form = fill(forms.Note, **{"words": "x"} | answers)

    assert set(faults(form)) == set(answers)


def test_papers_of_other_places_are_not_offered(sheet, stranger, manager, now):
    assert f"s{sheet.pk}" not in forms.papers_of(stranger, now=now)
    assert f"s{sheet.pk}" in forms.papers_of(manager, now=now)
