"""The pages on which a series changes, day by day, and on which somebody leaves it."""

# ruff: noqa: F811 - the fixtures of another module, as arguments

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from scheduling import booking, visits
from scheduling.models import Appointment, Attendee, Series
from scheduling.states import Status
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import at, make_type
from tests.scheduling.test_views_series import (  # noqa: F401 - fixtures
    PATH,
    answers,
    begun,
    monday,
    shown,
    toast_of,
    wall_clocks,
)


# Changes, day by day ------------------------------------------------------------------
@pytest.fixture
def change_path(begun):
    return reverse("series_change", args=[begun.pk])


def test_one_day_that_is_taken_holds_up_no_change(
    begun, change_path, answers, plan, location, front_desk
):
    taken = replace(plan, starts_at=at(14, day=10))
    other = cast.make_patient(at=location)
    booking.book(plan=taken, patients=[other], by=front_desk, now=cast.MONDAY)
    client, answers = sign_in(front_desk), answers | {"starts_at": "2026-03-03T14:00"}

    preview, sent = shown(client, answers, change_path)
    client.post(change_path, sent | {"on-2026-03-10": "keep"})

    assert preview.conflicts == 1
    assert wall_clocks(Series.objects.latest("pk").appointments) == [
        "Tue 3 Mar 2026, 2:00 PM",
        "Tue 10 Mar 2026, 10:00 AM",
        "Tue 17 Mar 2026, 2:00 PM",
    ]


def test_a_day_that_was_left_out_is_suggested_to_be_left_out(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)
    client.post(PATH, sent | {"on-2026-03-10": "skip"})
    path = reverse("series_change", args=[Series.objects.get().pk])

    preview, sent = shown(client, answers | {"starts_at": "2026-03-03T14:00"}, path)
    client.post(path, sent)

    assert [choice.chosen for choice in preview.choices] == ["", "skip", ""]
    assert Appointment.objects.live().count() == 2


@pytest.mark.parametrize(("said", "left"), [("", 2), ("keep", 3)])
def test_visits_without_a_day_are_shown_and_chosen(
    begun, change_path, answers, front_desk, said, left
):
    client, last = sign_in(front_desk), begun.appointments.last()

    preview, sent = shown(client, answers | {"count": 2}, change_path)
    page = client.post(change_path, sent | {f"visit-{last.pk}": said}, follow=True)

    assert [name for name, _when, _stays in preview.surplus] == [f"visit-{last.pk}"]
    assert Appointment.objects.live().count() == left
    assert ("1 cancelled" in str(toast_of(page))) is (left == 2)


def test_a_visit_moved_meanwhile_is_shown_before_the_change(
    begun, change_path, answers, plan, front_desk
):
    client, last = sign_in(front_desk), begun.appointments.last()
    _preview, sent = shown(client, answers | {"count": 2}, change_path)
    away = replace(plan, starts_at=at(15, day=18))
    booking.move(appointment=last, plan=away, by=front_desk, now=cast.MONDAY)

    page = client.post(change_path, sent)

    assert page.status_code == 200
    assert not Series.objects.filter(is_ended=True).exists()


def test_the_number_of_a_changed_series_is_that_of_its_days(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers | {"count": 5})
    client.post(PATH, sent | {"on-2026-03-17": "skip"})
    path = reverse("series_change", args=[Series.objects.get().pk])

    page = client.get(f"{path}?from=2026-03-10")

    assert page.context["form"]["count"].value() == 4


@pytest.mark.parametrize(
    ("asked", "is_said"),
    [
        ({"count": 100, "rhythm": "2"}, True),
        ({"ends": "open"}, True),
        ({"count": 5}, False),
    ],
)
def test_visits_that_follow_later_are_said(answers, front_desk, asked, is_said):
    page = sign_in(front_desk).post(PATH, answers | asked)

    assert ("the later visits follow by themselves" in page.text) is is_said


# One of several -----------------------------------------------------------------------
@pytest.fixture
def couple(answers, location, front_desk):
    """A series to which a partner comes too."""
    client, partner = sign_in(front_desk), cast.make_patient(at=location)
    both = answers | {"patient": [answers["patient"], partner.pk]}
    _preview, sent = shown(client, both)
    client.post(PATH, sent)
    return Series.objects.get(), partner


def test_one_of_a_couple_leaves_from_the_page_of_the_series(couple, front_desk):
    (row, partner), client = couple, sign_in(front_desk)
    path = reverse("series_leave", args=[row.pk, partner.pk])
    assert path in client.get(reverse("series", args=[row.pk])).text
    ticked = client.get(path).context["form"]["visits"].value()

    client.post(path, {"visits": ticked, "status": "cancelled", "reason": "Alone"})

    assert len(ticked) == 3
    coming = Attendee.objects.filter(status=Status.SCHEDULED, patient=partner)
    assert not coming.exists()
    assert row.appointments.live().count() == 3


def test_a_couples_change_asks_nothing_of_a_day_on_which_one_does_not_come(
    couple, answers, location, front_desk
):
    (row, partner), client = couple, sign_in(front_desk)
    second = row.appointments.get(series_on="2026-03-10")
    theirs = second.attendees.filter(patient=partner)
    said = {"by": front_desk, "now": cast.MONDAY}
    visits.cancel(attendees=theirs, status="cancelled", reason="Away", **said)
    other = cast.make_clinician(at=location)
    away = booking.Plan(make_type(other, name="Else"), other, location, at(14, day=10))
    despite = booking.Despite(hours="Asked for")
    booking.book(plan=away, patients=[partner], despite=despite, **said)
    path = reverse("series_change", args=[row.pk])

    preview, sent = shown(client, answers | {"starts_at": "2026-03-03T14:00"}, path)
    client.post(path, sent)

    assert [choice.chosen for choice in preview.choices] == ["", "", ""]
    assert wall_clocks(Series.objects.latest("pk").appointments) == [
        "Tue 3 Mar 2026, 2:00 PM",
        "Tue 10 Mar 2026, 2:00 PM",
        "Tue 17 Mar 2026, 2:00 PM",
    ]


def test_who_comes_alone_is_not_offered_to_leave(begun, patient, front_desk):
    path = reverse("series_leave", args=[begun.pk, patient.pk])

    assert path not in sign_in(front_desk).get(reverse("series", args=[begun.pk])).text


def test_nobody_leaves_a_series_to_which_they_do_not_come(begun, location, front_desk):
    other = cast.make_patient(at=location)

    page = sign_in(front_desk).get(reverse("series_leave", args=[begun.pk, other.pk]))

    assert page.status_code == 404
