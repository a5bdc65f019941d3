"""What a history row changed, with an old and a new value."""

from __future__ import annotations

from datetime import time

import pytest

from practice import (
    contacts,
    details_link,
    differences,
    locations,
    patients,
)
from practice.models import TrailEntry
from tests import cast

pytestmark = pytest.mark.django_db


def of_newest(**details):
    line = TrailEntry.objects.filter(**details).latest("pk")
    return list(differences.of_lines([line], zone="UTC").get(line.pk, ()))


def test_a_phone_that_changed_has_an_old_and_a_new_number(patient, front_desk):
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=front_desk, now=cast.MONDAY)

    (phone,) = of_newest(kind="contact.changed")

    assert (phone.name, phone.is_private) == ("Phone", True)
    assert (phone.old, phone.new) == ("(212) 555-0187", "(212) 555-0188")


def test_a_choice_and_a_yes_are_words_that_name_nobody(patient, manager):
    patients.restrict(patient=patient, is_restricted=True, reason="Staff", by=manager)

    (restricted,) = of_newest(kind="patient.restricted")

    assert (restricted.old, restricted.new) == ("no", "yes")
    assert not restricted.is_private


def test_what_was_added_is_told_by_what_it_says(patient):
    cast.make_contact(patient, value="+12125550187")

    told = {one.name: (one.old, one.new) for one in of_newest(kind="contact.added")}

    assert told["Phone"] == ("", "(212) 555-0187")
    assert "May write" not in told  # no is what it would be anyway


def test_what_was_taken_down_is_told_by_what_it_said(patient, manager):
    alert = patients.add_alert(
        patient=patient, text="Latex allergy", ends_on=None, by=manager
    )
    patients.withdraw_alert(alert=alert, by=manager)

    (text,) = of_newest(kind="patient.alert_withdrawn")

    assert (text.old, text.new) == ("Latex allergy", "")


def test_colleagues_and_relatives_are_told_by_name(patient, clinician, now):
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=cast.FOUNDER, now=now
    )
    cast.make_caregiver(patient)

    joined = {one.name: one for one in of_newest(kind="care_team.joined")}
    kin = {one.name: one for one in of_newest(kind="caregiver.authorised")}

    assert joined["Staff"].new == "Cleo Clinician"
    assert not joined["Staff"].is_private
    assert kin["Caregiver"].new == "Casey Kin"
    assert kin["Caregiver"].is_private


def test_hours_come_and_go_whole(location, manager):
    locations.set_hours(location=location, spans=[(0, time(9), time(17))], by=manager)
    locations.set_hours(location=location, spans=[], by=manager)

    (gone,) = of_newest(kind="location.hours_ended")

    assert (gone.old, gone.new) == ("Monday, 9:00 AM to 5:00 PM", "")


def test_secrets_leave_no_trace_in_words(patient):
    token = details_link.ask(patient=patient, by=cast.FOUNDER, now=cast.MONDAY)

    words = " ".join(f"{one.name} {one.new}" for one in of_newest(kind="link.made"))
    assert "igest" not in words
    assert token not in words


@pytest.mark.parametrize("how_many", [2, 12])
def test_so_many_questions_however_many_lines(
    patient, how_many, django_assert_num_queries
):
    for _turn in range(how_many):
        point = cast.make_contact(patient)
        contacts.change(
            point=point, value=point.value, by=cast.FOUNDER, now=cast.MONDAY
        )
    lines = TrailEntry.objects.filter(kind="contact.changed")

    with django_assert_num_queries(3):  # the lines, two of history
        differences.of_lines(list(lines), zone="UTC")
