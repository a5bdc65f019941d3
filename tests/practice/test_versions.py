"""Two people with the same form: the second never takes back what the first did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import models

from practice import contacts, locations, patients, signing_in, staffing
from practice.forms.settings import PracticeForm
from practice.models import (
    Clinician,
    DutyHours,
    Practice,
    Recorded,
    Role,
    StaffMember,
)
from practice.versions import ChangedMeanwhile, Shown
from tests import cast
from tests.ground import layer
from tests.practice.filling import send, standing
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
LATER = cast.MONDAY + timedelta(minutes=7)
WHEN = "Mon 2 Mar 2026, 10:07 AM"
BY = cast.FOUNDER
WHO = "Maya Meanwhile"


@layer
def colleague(location, far_location):
    """Somebody who does what they do while another person types."""
    places = [location, far_location]
    return cast.make_staff(Role.MANAGER, at=places, name=WHO)


@pytest.fixture
def subjects(patient, clinician, location, manager, colleague):
    for person in (manager, colleague):
        patients.join_care_team(
            patient=patient, staff=person, is_lead=False, by=BY, now=cast.MONDAY
        )
    caregiver = cast.make_caregiver(patient)
    return {
        "chart": patient,
        "phone": cast.make_contact(patient),
        "their phone": cast.make_contact(caregiver),
        "family": caregiver.caregivings.get(),
        "person": clinician,
        "place": location,
        "colleague": colleague,
    }


class Page:
    """A form, what a colleague does meanwhile, and what the reader is told of it."""

    def __init__(self, name: str, about: list[str], theirs: dict[str, Any], told: str):
        self.name, self.about, self.theirs, self.told = name, about, theirs, told

    def __repr__(self) -> str:
        return self.name

    def path(self, subjects: dict[str, Any]) -> str:
        return url(self.name, *(subjects[one].pk for one in self.about))


MONDAYS = {"day0_span1_from": "07:00", "day0_span1_until": "08:00"}
PAGES = [
    Page("contact_edit", ["phone"], {"may_text": None}, "May text: yes, now no"),
    Page("patient_needs", ["chart"], {"needs_no_calls": "on"}, "No calls: no, now yes"),
    Page("patient_edit", ["chart"], {"pronouns": "they"}, "Pronouns: they"),
    Page("caregiving_edit", ["family"], {"may_be_told": "on"}, "about visits: no, now"),
    Page("caregiver_edit", ["family"], {"name": "Casey King"}, "now Casey King"),
    Page(
        "caregiver_contact_edit",
        ["family", "their phone"],
        {"may_call": None},
        "May call: yes, now no",
    ),
    Page("staff_edit", ["person"], {"name": "Cleo Curie"}, "now Cleo Curie"),
    Page(
        "staff_roles", ["person"], {"roles": ["front_desk"]}, "Front desk: no, now yes"
    ),
    Page(
        "staff_address", ["person"], {"email": "c@example.test"}, "now c@example.test"
    ),
    Page(
        "clinician_edit", ["person"], {"speciality": "Sleep"}, "Counselling, now Sleep"
    ),
    Page("practice_edit", [], {"name": "Elm Street"}, "now Elm Street"),
    Page("location_edit", ["place"], {"directions": "Ring twice"}, "Ring twice"),
    Page("location_hours", ["place"], MONDAYS, "Opening hours added: Monday, 7:00 AM"),
    Page(
        "duty_edit", ["person", "place"], MONDAYS, "Duty hours added: Monday, 7:00 AM"
    ),
    Page("patient_restrict", ["chart"], {"reason": "A colleague"}, "Is restricted: no"),
]


@pytest.fixture(params=PAGES, ids=repr)
def race(request, as_, manager, subjects):
    """The reader's browser, their form, and a colleague's change of the same."""
    page, path = request.param, request.param.path(subjects)
    reader, theirs = as_(manager), {"reason": "Why", **page.theirs}
    mine = standing(reader.get(path))
    with time_machine.travel(LATER, tick=False):
        other = as_(subjects["colleague"])
        first = send(other, path, standing(other.get(path)), **theirs)
    assert first.status_code == 302, text_of(first)
    return page, reader, path, mine


def kept() -> dict[str, list[Any]]:
    """Every row of every record."""
    tables: list[type[models.Model]] = [*Recorded.__subclasses__()]
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in tables
    }


@pytest.mark.walk
def test_what_somebody_did_meanwhile_is_not_taken_back(race):
    _page, reader, path, mine = race
    before = kept()

    answer = send(reader, path, mine, reason="Mine")

    assert answer.status_code == 422
    assert kept() == before


@pytest.mark.walk
def test_the_reader_is_told_who_changed_what_and_when(race):
    page, reader, path, mine = race

    words = text_of(send(reader, path, mine, reason="Mine"))

    assert "Somebody changed this while you were typing." in words
    assert f"{WHO}, {WHEN}: " in words
    assert page.told in words


@pytest.mark.walk
def test_a_second_press_saves_knowingly_what_was_typed(race):
    _page, reader, path, mine = race
    refused = send(reader, path, mine, reason="Mine")
    again = standing(refused)

    answer = send(reader, path, again)

    old, new = mine.pop("version"), again.pop("version")
    assert new != old
    assert again == mine | ({"reason": ["Mine"]} if "reason" in again else {})
    assert answer.status_code == 302, text_of(answer)


# The way of the reader ------------------------------------------------------
def test_a_permission_that_was_withdrawn_does_not_come_back(as_, front_desk, phone):
    """The label is corrected on a form from before the patient said no to texts."""
    desk, path = as_(front_desk), url("contact_edit", phone.pk)
    mine = standing(desk.get(path))
    contacts.change(
        point=phone, value=str(phone.phone), may_text=False, by=BY, now=cast.MONDAY
    )

    answer = send(desk, path, mine, label="mobile")

    phone.refresh_from_db()
    words = "Press the button once more to save what differs here: Label, May text."
    assert words in text_of(answer)
    assert (phone.may_text, phone.label) == (False, "")
    assert standing(answer)["label"] == ["mobile"]


def test_a_form_without_a_version_saves_nothing(as_, front_desk, phone):
    typed = {"value": str(phone.phone), "label": "mobile"}

    for version in ("", "x", "-1", "1.1", "9" * 5000):
        answer = as_(front_desk).post(
            url("contact_edit", phone.pk), typed | {"version": version}
        )
        assert "This page was too old to be saved." in text_of(answer)

    phone.refresh_from_db()
    assert phone.label == ""


def test_homes_that_changed_meanwhile_are_told(as_, manager, patient, far_location):
    reader, path = as_(manager), url("patient_edit", patient.pk)
    mine, home = standing(reader.get(path)), patient.home_locations.get()
    patients.set_homes(patient=patient, homes=[home, far_location], by=manager)

    words = text_of(send(reader, path, mine, pronouns="she"))

    assert "Now seen at: Phoenix." in words
    assert patient.homes.filter(is_current=True).count() == 2


def test_places_that_changed_meanwhile_are_told(
    as_, manager, clinician, location, far_location
):
    reader, path = as_(manager), url("staff_edit", clinician.pk)
    mine = standing(reader.get(path))
    staffing.place(staff=clinician, locations=[far_location], by=manager)

    words = text_of(send(reader, path, mine, name="Cleo"))

    assert "Left a location: Harlem." in words
    assert list(locations.of_staff(clinician)) == [far_location]


def test_what_was_copied_in_a_week_keeps_the_version_it_was_read_at(
    as_, manager, clinician, location
):
    reader, path = as_(manager), url("duty_edit", clinician.pk, location.pk)
    mine = standing(reader.get(path))
    reader.post(path, standing(reader.get(path)) | MONDAYS)

    copied = send(reader, path, mine, copy="monday")

    assert DutyHours.objects.filter(is_current=True).count() == 1
    assert standing(copied)["version"] == mine["version"]


def test_what_the_machine_did_meanwhile_is_told_too(as_, manager, practice):
    reader, path = as_(manager), url("practice_edit")
    mine = standing(reader.get(path))
    locations.change_practice(practice=practice, name="Elm Street", by=BY)

    words = text_of(send(reader, path, mine))

    assert "test set-up, Mon 2 Mar 2026, 10:00 AM: Name: Linden" in words


# The actions ----------------------------------------------------------------
@pytest.fixture
def phone(patient):
    return cast.make_contact(patient)


def test_what_is_as_it_was_shown_passes(patient):
    Shown.record(type(patient), patient.pk).check()


def test_an_action_refuses_what_was_shown_too_long_ago(patient, front_desk):
    seen = Shown.record(type(patient), patient.pk)
    patients.change_details(patient=patient, pronouns="they", by=BY, now=cast.MONDAY)

    with pytest.raises(ChangedMeanwhile, match="Pronouns: they"):
        patients.restrict(patient=patient, is_restricted=True, by=front_desk, seen=seen)


def test_an_address_that_was_changed_meanwhile_is_not_changed_again(clinician, manager):
    seen = Shown.record(StaffMember, clinician.pk)
    staffing.change_staff(staff=clinician, name="Cleo Curie", phone="", by=manager)

    with pytest.raises(ChangedMeanwhile, match="Mary Manager"):
        signing_in.change_address(
            staff=clinician, email="c@example.test", by=manager, seen=seen
        )


def test_facts_that_somebody_described_first_are_not_described_over(
    front_desk, manager
):
    seen = Shown.now(Clinician.history.filter(staff=front_desk))
    facts = {"credentials": "LCSW", "speciality": "Sleep"}
    staffing.describe_clinician(staff=front_desk, by=manager, **facts)

    with pytest.raises(ChangedMeanwhile):
        staffing.describe_clinician(staff=front_desk, by=manager, seen=seen, **facts)


def test_a_form_of_a_record_does_not_leave_out_its_version(practice):
    with pytest.raises(TypeError, match="what it has shown"):
        PracticeForm(instance=Practice.objects.get())
