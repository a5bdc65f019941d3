"""The wishes of the page of booking: how to meet, and with somebody of a gender."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from practice import duty, staffing
from practice.models.staff import Gender
from scheduling import booking, catalogue, suggestions
from scheduling.models import Appointment
from tests import cast
from tests.cast import sign_in
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import WEEK, at, make_type

BY, NOW = cast.FOUNDER, cast.MONDAY


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


@pytest.fixture
def open_kind(clinician, hours):
    """Held in any way, by Cleo Clinician alone; in person where a room is free."""
    return make_type(
        clinician, name="Talk", is_telehealth=True, is_by_phone=True, needs_room=True
    )


def ask(client, patient, kind, **wishes):
    """The page with some wishes."""
    wishes |= {"patient": patient.pk, "asked": 1, "type": kind.pk}
    return client.get(reverse("book"), wishes)


def times_of(page):
    return [one for day in page.context["page"].offer.days for one in day.times]


# How --------------------------------------------------------------------------------
def test_any_of_several_ways_can_be_asked_for(open_kind, patient, desk):
    page = ask(desk, patient, open_kind, modality=["telehealth", "phone"])

    assert page.context["page"].search.question().modalities == ["telehealth", "phone"]
    assert {one.way for one in times_of(page)} == {"telehealth"}
    assert '<span class="booking-with">Telehealth</span>' in page.content.decode()


def test_where_one_way_is_asked_for_each_time_need_not_say_it(open_kind, patient, desk):
    page = ask(desk, patient, open_kind, modality="phone")

    assert {(one.way, one.how) for one in times_of(page)} == {(None, "")}
    assert page.context["page"].said == "Phone"


def test_without_a_room_another_way_is_offered_and_booked_by_one_press(
    open_kind, patient, desk
):
    first = times_of(ask(desk, patient, open_kind))[0]

    desk.post(
        reverse("book"),
        {
            "patient": patient.pk,
            "type": open_kind.pk,
            "modality": "in_person",
            "slot": first.value,
        },
    )

    assert first.value.endswith(".telehealth")
    assert Appointment.objects.get().modality == "telehealth"


def test_with_a_room_the_first_way_is_in_person(open_kind, patient, location, desk):
    catalogue.add_room(location=location, name="1", by=BY)

    first = times_of(ask(desk, patient, open_kind))[0]

    assert (first.way, first.how) == ("in_person", "In person")


def test_a_way_that_was_pressed_goes_on_to_the_form_of_the_time(open_kind, desk):
    wishes = {"type": open_kind.pk, "asked": 1}
    first = times_of(desk.get(reverse("book"), wishes))[0]

    page = desk.get(reverse("book"), wishes | {"slot": first.value})

    assert page.context["form"]["modality"].value() == "telehealth"


def test_a_suggestion_says_how_and_is_booked_so(open_kind, patient, desk):
    path = f"{url('suggest')}?type={open_kind.pk}&patient={patient.pk}&asked=1"

    page = desk.post(path, {"patient": patient.pk})

    first = page.context["suggested"][0]
    assert first.value.endswith(".telehealth")
    assert first.words.endswith("Telehealth")


def test_a_way_that_the_type_has_not_says_so_and_how_to_go_on(plan, patient, desk):
    page = ask(desk, patient, plan.type, modality="phone")

    assert "“Follow-up” is not held this way." in text_of(page)
    assert "Any way to meet" in text_of(page)


def test_the_usual_way_is_not_asked_of_a_type_without_it(
    plan, clinician, patient, desk
):
    phone = make_type(clinician, name="Call", is_in_person=False, is_by_phone=True)
    call = booking.Plan(phone, clinician, plan.location, at(10), modality="phone")
    booking.book(plan=call, patients=[patient], by=BY, now=NOW)

    pages = [
        desk.get(reverse("book"), {"patient": patient.pk, "type": kind.pk})
        for kind in (phone, plan.type)
    ]

    asked = [page.context["page"].wishes.getlist("modality") for page in pages]
    assert asked == [["phone"], []]


# With whom --------------------------------------------------------------------------
@pytest.fixture
def team(clinician, location, hours):
    """A woman, a man, and somebody of whom nothing is recorded: Cleo Clinician."""
    people = {"nobody knows": clinician}
    for gender in (Gender.WOMAN, Gender.MAN):
        one = cast.make_clinician(at=location)
        duty.set_duty_hours(staff=one, location=location, spans=WEEK, by=BY)
        staffing.describe_clinician(
            staff=one, credentials="MD", speciality="Care", gender=gender, by=BY
        )
        people[gender] = one
    return people


@pytest.fixture
def kind(team):
    return make_type(team[Gender.MAN], clinicians=list(team.values()))


def clinicians_of(page):
    return {one.slot.clinician for one in times_of(page)}


def test_a_wish_for_a_gender_offers_those_of_it(kind, team, patient, desk):
    page = ask(desk, patient, kind, gender="woman")

    assert clinicians_of(page) == {team[Gender.WOMAN].pk}


def test_who_is_left_out_for_want_of_a_record_is_counted(
    kind, team, location, patient, desk
):
    """Of those who offer it: not somebody who offers something else."""
    make_type(cast.make_clinician(at=location), name="Another")

    asked, plain = (
        text_of(ask(desk, patient, kind, **wish)) for wish in ({"gender": "man"}, {})
    )

    assert "1 clinician is left out: no gender is recorded of them." in asked
    assert "left out" not in plain


def test_where_nobody_is_of_a_gender_nobody_is_offered(kind, team, patient, desk):
    page = ask(desk, patient, kind, gender="non_binary")

    assert page.context["page"].offer.why
    assert "1 clinician is left out" in text_of(page)
    assert "Any gender" in text_of(page)


def test_a_clinician_and_a_gender_are_asked_for_both(kind, team, patient, desk):
    man, woman = team[Gender.MAN], team[Gender.WOMAN]

    page = ask(desk, patient, kind, gender=["man", "woman"], clinician=[man.pk])

    assert clinicians_of(page) == {man.pk}
    assert woman.pk not in clinicians_of(page)


def test_suggestions_keep_the_wish(kind, team, patient, desk):
    page = ask(desk, patient, kind, gender="woman").context["page"]

    found = suggestions.suggest(page.search.question(), [patient], now=NOW)

    assert {one.slot.clinician for one in found} == {team[Gender.WOMAN].pk}


def test_what_is_not_said_is_no_choice(kind, desk):
    page = desk.get(reverse("book"))

    shown = page.content.decode()
    assert 'name="gender" value="woman"' in shown
    assert 'name="gender" value=""' not in shown


# What for ---------------------------------------------------------------------------
def test_where_nothing_is_usual_a_visit_for_one_is_looked_for(clinician, hours, desk):
    make_type(clinician, name="Couple", seats=2)
    single = make_type(clinician, name="Session")

    page = desk.get(reverse("book"))

    assert page.context["page"].question.type == single
