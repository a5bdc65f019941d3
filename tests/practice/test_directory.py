"""The team as its pages show it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from practice import directory, duty, invitations, staffing
from practice.directory import Standing, Wish
from practice.models import Role, StaffMember
from tests.cast import FOUNDER, MONDAY, make_clinician, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(manager, location):
    staff, _token = invitations.invite(
        name="Ines",
        email="ines@example.test",
        roles=[Role.CLINICIAN],
        locations=[location],
        by=manager,
        now=MONDAY,
    )
    return staff


def standing(staff, now=MONDAY):
    return directory.standing(StaffMember.objects.get(pk=staff.pk), now=now)


def names(place):
    return [card.staff.name for card in place.cards]


def test_an_invitation_runs_out_is_withdrawn_and_is_sent_again(invited, manager):
    later = MONDAY + invitations.LASTS
    before = standing(invited)
    lapsed = standing(invited, later)
    invitations.withdraw(staff=invited, by=manager)
    withdrawn = standing(invited)
    invitations.resend(staff=invited, by=manager, now=later)

    assert (before, lapsed) == (Standing.INVITED, Standing.LAPSED)
    assert withdrawn == Standing.WITHDRAWN
    assert standing(invited, later) == Standing.INVITED


def test_an_account_is_open_or_closed(front_desk, manager):
    was = standing(front_desk)

    staffing.deactivate(staff=front_desk, by=manager)

    assert (was, standing(front_desk)) == (Standing.ACTIVE, Standing.CLOSED)


def test_accounts_that_are_not_open_stand_apart(invited, location):
    found = directory.directory(now=MONDAY)

    assert [card.staff for card in found.shut] == [invited]
    assert "Ines" not in names(found.places[0])


def test_somebody_at_two_places_is_here_at_one(clinician, location, far_location):
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    spans = [(0, time(9), time(17))]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)

    harlem, phoenix = directory.directory(now=MONDAY).places

    assert names(harlem) == names(phoenix) == ["Cleo Clinician"]
    assert (harlem.here, phoenix.here) == (1, 0)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (Wish(), ["Cleo Clinician", "Fran Desk", "Tess Telehealth"]),
        (Wish(language="es"), ["Tess Telehealth"]),
        (Wish(telehealth=True), ["Tess Telehealth"]),
        (Wish(language="fr", telehealth=True), []),
        (Wish(here=True), ["Cleo Clinician"]),
    ],
)
def test_a_wish_narrows_the_list(wish, found, clinician, front_desk, location):
    other = make_clinician(at=location, name="Tess Telehealth")
    facts = {"languages": ["en", "es"], "offers_telehealth": True}
    staffing.describe_clinician(staff=other, by=FOUNDER, **facts)
    spans = [(0, time(9), time(17))]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)

    (place,) = directory.directory(now=MONDAY, wish=wish).places

    assert names(place) == found


def test_languages_are_those_that_clinicians_speak(clinician, location, manager):
    other = make_clinician(at=location)
    staffing.describe_clinician(staff=other, languages=["en", "ase"], by=FOUNDER)
    staffing.describe_clinician(staff=clinician, languages=["fr"], by=FOUNDER)
    staffing.deactivate(staff=clinician, by=manager)

    assert directory.directory(now=MONDAY).languages == ["ase", "en"]


def test_who_no_longer_works_as_a_clinician_is_not_shown_as_one(clinician, manager):
    staffing.change_roles(staff=clinician, roles=[Role.FRONT_DESK], by=manager)

    (card,) = directory.directory(now=MONDAY).places[0].cards[:1]

    assert card.clinician is None


def test_a_page_shows_absences_to_come_and_the_last_ones_gone(clinician):
    for day in range(-7, 2):
        starts_at = MONDAY + timedelta(days=day)
        duty.record_absence(
            staff=clinician,
            kind="leave",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            cover=None,
            by=FOUNDER,
        )

    page = directory.person_page(clinician, now=MONDAY)

    assert [row.starts_at for row in page.absences] == [
        MONDAY,
        MONDAY + timedelta(days=1),
    ]
    assert len(page.past_absences) == directory.PAST_SHOWN


def test_a_page_tells_the_week_at_each_place(clinician, location, far_location):
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    spans = [(day, time(9), time(17)) for day in (0, 1)]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)

    posts = directory.person_page(clinician, now=MONDAY).posts

    assert [post.week for post in posts] == [
        [("Monday and Tuesday", "9:00 AM to 5:00 PM")],
        [],
    ]


def test_the_directory_without_anybody_is_empty(location):
    found = directory.directory(now=MONDAY)

    assert [names(place) for place in found.places] == [[]]
    assert (found.shut, found.away, found.on_call) == ([], [], [])


def test_who_holds_no_place_is_listed_apart(location):
    make_staff(Role.AUDITOR, at=[], name="Noah")

    places = directory.directory(now=MONDAY).places

    assert [(place.location, names(place)) for place in places] == [
        (location, []),
        (None, ["Noah"]),
    ]
