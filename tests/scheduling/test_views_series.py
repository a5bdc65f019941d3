"""The pages of series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import zones
from practice.announcements import UNDO_TIME
from scheduling import booking, taking_back
from scheduling.models import Appointment, Series
from scheduling.states import Status
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import at

PATH = reverse("series_new")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@pytest.fixture
def answers(plan, patient):
    return {
        "patient": patient.pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": plan.location.pk,
        "modality": plan.modality,
        "starts_at": "2026-03-03T10:00",
        "rhythm": "1",
        "ends": "count",
        "count": 3,
    }


def shown(client, answers, path=PATH):
    """The page with the visits, and the answers with which they can be booked."""
    page = client.post(path, answers)
    preview = page.context["preview"]
    chosen = {choice.name: choice.chosen for choice in preview.choices}
    return preview, answers | chosen | {"shown": preview.signature, "begin": "1"}


def wall_clocks(rows=None):
    visits = (rows or Appointment.objects).order_by("starts_at")
    return [zones.moment(one.starts_at, "America/New_York") for one in visits]


def test_every_visit_is_shown_before_anything_is_booked(answers, front_desk):
    preview, _sent = shown(sign_in(front_desk), answers)

    assert [choice.one.on for choice in preview.choices] == [
        date(2026, 3, 3),
        date(2026, 3, 10),
        date(2026, 3, 17),
    ]
    assert not Appointment.objects.exists()


def test_the_time_on_the_wall_stays_when_the_clocks_change(answers, front_desk):
    client = sign_in(front_desk)
    preview, sent = shown(client, answers)

    client.post(PATH, sent)

    assert [choice.is_clock_changed for choice in preview.choices] == [
        False,
        True,
        False,
    ]
    assert wall_clocks() == [
        "Tue 3 Mar 2026, 10:00 AM",
        "Tue 10 Mar 2026, 10:00 AM",
        "Tue 17 Mar 2026, 10:00 AM",
    ]


def test_a_conflict_comes_with_another_time(answers, plan, location, front_desk):
    other, client = cast.make_patient(at=location), sign_in(front_desk)
    taken = replace(plan, starts_at=at(10, day=10))
    booking.book(plan=taken, patients=[other], by=front_desk, now=cast.MONDAY)

    preview, sent = shown(client, answers)
    client.post(PATH, sent)

    assert "has another visit" in preview.choices[1].one.conflict
    found = Series.objects.get().appointments
    assert wall_clocks(found)[1] == "Tue 10 Mar 2026, 9:00 AM"


def test_a_single_visit_is_left_out(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)

    client.post(PATH, sent | {"on-2026-03-10": "skip"})

    assert Appointment.objects.count() == 2


def test_what_was_changed_below_the_list_is_shown_again_first(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)

    page = client.post(PATH, sent | {"rhythm": "2"})

    assert page.status_code == 200
    assert not Appointment.objects.exists()


def test_a_time_lost_meanwhile_books_nothing_and_says_which(
    answers, plan, location, front_desk
):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)
    other = cast.make_patient(at=location)
    taken = replace(plan, starts_at=at(10, day=10))
    booking.book(plan=taken, patients=[other], by=front_desk, now=cast.MONDAY)

    page = client.post(PATH, sent)

    assert page.status_code == 422
    assert "10 Mar 2026" in str(page.context["form"].non_field_errors())
    assert not Series.objects.exists()


def test_the_third_tuesday_of_each_month(answers, front_desk):
    answers |= {"starts_at": "2026-03-17T10:00", "rhythm": "months"}

    preview, _sent = shown(sign_in(front_desk), answers)

    assert [choice.one.on.day for choice in preview.choices] == [17, 21, 19]
    assert "third Tuesday" in preview.rule_words


def test_an_end_that_is_not_said_is_asked_for(answers, front_desk):
    page = sign_in(front_desk).post(PATH, answers | {"count": ""})

    assert page.context["form"].errors["count"]


@pytest.fixture
def begun(answers, front_desk) -> Series:
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)
    client.post(PATH, sent)
    return Series.objects.get()


def test_this_and_the_following_visits_change(begun, answers, front_desk):
    client = sign_in(front_desk)
    path = f"{reverse('series_change', args=[begun.pk])}?from=2026-03-10"
    answers |= {"starts_at": "2026-03-11T14:00", "count": 2}

    preview, sent = shown(client, answers, path)
    client.post(path, sent)

    assert preview.conflicts == 0
    assert wall_clocks() == [
        "Tue 3 Mar 2026, 10:00 AM",
        "Wed 11 Mar 2026, 2:00 PM",
        "Wed 18 Mar 2026, 2:00 PM",
    ]


def test_a_change_from_a_day_too_far_off_is_one_from_the_last(begun, front_desk):
    path = f"{reverse('series_change', args=[begun.pk])}?from=9999-12-31"

    assert sign_in(front_desk).get(path).status_code == 200


def test_a_length_of_its_own_is_shown_when_a_series_changes(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers | {"minutes": 80})
    client.post(PATH, sent)
    begun = Series.objects.get()

    page = client.get(reverse("series_change", args=[begun.pk]))

    assert (
        page.context["form"].get_initial_for_field(
            page.context["form"].fields["minutes"], "minutes"
        )
        == 80
    )


def test_its_own_visits_stand_in_nobodys_way(begun, answers, front_desk):
    path = f"{reverse('series_change', args=[begun.pk])}?from=2026-03-10"
    answers |= {"starts_at": "2026-03-10T10:30", "count": 2}

    preview, _sent = shown(sign_in(front_desk), answers, path)

    assert preview.conflicts == 0


def test_a_series_ends_and_cancels_what_is_ticked(begun, front_desk):
    last = begun.appointments.latest("starts_at")

    sign_in(front_desk).post(
        reverse("series_end", args=[begun.pk]),
        {"visits": [last.pk], "status": Status.CANCELLED, "reason": "Moves away"},
    )

    begun.refresh_from_db()
    assert begun.is_ended
    assert begun.appointments.filter(is_live=True).count() == 2


def toast_of(page):
    (toast,) = page.context["messages"]
    return toast


def test_a_series_begun_by_mistake_is_undone_from_its_page(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)
    undo = toast_of(client.post(PATH, sent, follow=True)).extra_tags

    page = client.post(undo, follow=True)

    assert str(toast_of(page)) == "Undone. Nobody was told."
    assert not Appointment.objects.live().exists()
    assert page.context["visits"] == []


def test_a_changed_series_is_undone_from_the_page_of_the_new_one(
    begun, answers, front_desk
):
    client, before = sign_in(front_desk), wall_clocks()
    path = f"{reverse('series_change', args=[begun.pk])}?from=2026-03-10"
    _preview, sent = shown(client, answers | {"starts_at": "2026-03-11T14:00"}, path)
    undo = toast_of(client.post(path, sent, follow=True)).extra_tags

    page = client.post(undo, follow=True)

    assert page.context["series"] == begun
    live = Appointment.objects.filter(is_live=True)
    assert wall_clocks(live) == before


def test_an_ended_series_goes_on_by_undo(begun, front_desk):
    client, last = sign_in(front_desk), begun.appointments.latest("starts_at")
    answers = {"visits": [last.pk], "status": Status.CANCELLED, "reason": "Moves away"}
    path = reverse("series_end", args=[begun.pk])
    undo = toast_of(client.post(path, answers, follow=True)).extra_tags

    client.post(undo)

    begun.refresh_from_db()
    assert not begun.is_ended
    assert begun.appointments.live().count() == 3


def test_undo_after_the_minute_is_told_and_changes_nothing(answers, front_desk):
    client = sign_in(front_desk)
    _preview, sent = shown(client, answers)
    undo = toast_of(client.post(PATH, sent, follow=True)).extra_tags

    with time_machine.travel(cast.MONDAY + UNDO_TIME, tick=False):
        page = client.post(undo, follow=True)

    assert "The minute is over" in str(toast_of(page))
    assert Appointment.objects.live().count() == 3


def test_a_stranger_undoes_nobodys_series(begun, stranger):
    line = taking_back.line_of(begun)

    page = sign_in(stranger).post(reverse("series_undo", args=[begun.pk, line.pk]))

    assert page.status_code == 404
    assert Appointment.objects.live().count() == 3


def test_visits_are_not_cancelled_without_a_reason(begun, front_desk):
    last = begun.appointments.latest("starts_at")
    answers = {"visits": [last.pk], "status": Status.CANCELLED, "reason": ""}

    page = sign_in(front_desk).post(reverse("series_end", args=[begun.pk]), answers)

    begun.refresh_from_db()
    assert page.context["form"].errors["reason"]
    assert not begun.is_ended


def queries_of(client, path):
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def test_a_series_of_12_is_shown_by_the_queries_of_a_series_of_3(
    begun, answers, front_desk
):
    client = sign_in(front_desk)
    answers |= {"starts_at": "2026-03-05T10:00", "count": 12}
    _preview, sent = shown(client, answers)
    client.post(PATH, sent)
    few, many = (
        reverse("series", args=[one.pk]) for one in Series.objects.order_by("pk")
    )
    for path in (few, many):
        client.get(path)

    assert queries_of(client, many) == queries_of(client, few)


def test_a_preview_of_12_takes_the_queries_of_a_preview_of_3(answers, front_desk):
    client = sign_in(front_desk)
    client.post(PATH, answers)
    with CaptureQueriesContext(connection) as few:
        client.post(PATH, answers)
    with CaptureQueriesContext(connection) as many:
        client.post(PATH, answers | {"count": 12})

    assert len(many) == len(few)


def test_a_stranger_finds_no_series(begun, stranger):
    page = sign_in(stranger).get(reverse("series", args=[begun.pk]))

    assert page.status_code == 404
