"""The pages of group messages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from messaging.models import Campaign
from practice.models import Closure, Role, Task
from scheduling import booking
from tests import cast
from tests.cast import MONDAY
from tests.messaging.campaigning import (
    ENGLISH,
    WORDS,
    arrived,
    draft,
    frozen,
    people,
    started,
    tick,
)
from tests.scheduling.conftest import hours, kind, plan  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
OVERVIEW, NEW = reverse("campaigns"), reverse("campaign_new")
STANDING, CLOSED = reverse("campaign_new_standing"), reverse("campaign_closed")


@pytest.fixture
def other(location):
    return cast.make_staff(Role.MANAGER, at=location, name="Olga Other")


@pytest.fixture
def desk(as_, manager):
    return as_(manager)


def page(row, name="campaign"):
    return reverse(name, args=[row.pk])


# Writing ---------------------------------------------------------------------
def test_a_group_message_is_written_looked_at_and_sent(desk, location):
    one, two = people(2, at=location)
    file = SimpleUploadedFile("list.csv", f"chart number\n{one.pk}\n{two.pk}".encode())

    desk.post(NEW, {"title": "Second floor", "file": file, **WORDS})
    row = Campaign.objects.get()
    desk.post(page(row, "campaign_freeze"))
    shown = desk.get(page(row)).text
    desk.post(page(row, "campaign_start"))
    tick()

    assert one.display_name in shown
    assert "$0.02" in shown
    assert Campaign.objects.get().state == "running"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(desk):
    response = desk.post(
        NEW, {"title": "Second floor", "text_en": "Reply CANCEL", "text_es": "x"}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["text_en"]
    assert "Reply CANCEL" in response.text


def test_lines_of_a_file_that_are_no_charts_are_named(desk, location):
    [one] = people(1, at=location)
    rows = f"chart number\n{one.pk}\n=1+1\n99999999".encode()

    said = (
        desk.post(NEW, {"title": "List", "file": SimpleUploadedFile("l.csv", rows)})
        .context["form"]
        .errors["file"]
    )
    desk.post(
        NEW,
        {"title": "L", "file": SimpleUploadedFile("l.csv", rows), "skip_lines": "on"},
    )

    assert [words[:7] for words in said] == ["Line 3:", "Line 4:"]
    assert Campaign.objects.get().charts == [one.pk]


def test_questions_of_every_floor_are_asked(desk):
    text = desk.get(NEW).text

    for words in ("Nothing is booked", "Last seen before", "Reads", "Agreed to"):
        assert words in text


def test_a_draft_is_changed_and_keeps_its_file(desk, manager, location):
    [one] = people(1, at=location)
    row = draft(manager, one, filters={"nothing_booked": True})
    form = desk.get(page(row, "campaign_edit")).context["form"]

    desk.post(
        page(row, "campaign_edit"),
        {"title": "Other", "version": form["version"].value(), **WORDS},
    )

    row.refresh_from_db()
    assert (row.title, row.filters, row.charts) == ("Other", {}, [one.pk])
    assert row.text_en == ENGLISH


# Who may ---------------------------------------------------------------------
def test_the_desk_writes_and_stops_and_does_not_send(as_, front_desk, location):
    row = frozen(front_desk, *people(1, at=location))
    browser = as_(front_desk)

    assert reverse("campaign_start", args=[row.pk]) not in browser.get(page(row)).text
    assert browser.post(page(row, "campaign_start")).status_code == 403
    browser.post(page(row, "campaign_stop"))
    row.refresh_from_db()
    assert row.state == "stopped"


@pytest.mark.parametrize("address", [OVERVIEW, NEW, STANDING, CLOSED])
def test_clinicians_and_auditors_do_not_read_them(as_, clinician, auditor, address):
    assert as_(clinician).get(address).status_code == 403
    assert as_(auditor).get(address).status_code == 403


def test_whoever_asked_sees_no_button_and_the_other_approves(
    as_, desk, manager, other, location, settings
):
    settings.CAMPAIGN_APPROVAL_ABOVE = 0
    row = frozen(manager, *people(1, at=location))
    assert "somebody else has to approve" in desk.get(page(row)).text

    browser = as_(other)
    form = browser.get(page(row, "campaign_approve")).context["form"]
    browser.post(page(row, "campaign_approve"), {"version": form["version"].value()})

    row.refresh_from_db()
    assert row.approved_by == other


def test_names_of_charts_that_are_closed_stay_closed(
    desk, manager, front_desk, location, as_, far_location
):
    far = cast.make_patient(at=far_location, family_name="Faraway")
    cast.make_contact(far)
    row = frozen(manager_everywhere(location, far_location), far)

    text = as_(front_desk).get(page(row)).text

    assert "Faraway" not in text
    assert "A chart that is closed to you" in text


def manager_everywhere(*places):
    return cast.make_staff(Role.MANAGER, at=list(places))


def test_the_pages_ask_the_same_number_of_questions(
    desk, manager, location, django_assert_max_num_queries
):
    first = started(manager, *people(2, at=location))
    few = started(manager, *people(2, at=location))
    many = started(manager, *people(9, at=location))
    tick()
    desk.get(page(first))  # the first page of a browser asks more
    counts = []
    for row in (few, many):
        with django_assert_max_num_queries(80) as found:
            desk.get(page(row))
        counts.append(len(found))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("chosen", [True, False])
def test_after_a_visit_types_are_chosen(desk, kind, chosen):  # noqa: F811
    types = [str(kind.pk)] if chosen else []
    asked = {"title": "After", "event": "visit.completed", "of_type": types}

    answer = desk.post(STANDING, asked)

    assert Campaign.objects.count() == chosen
    assert ("Choose the types" in answer.content.decode()) is not chosen


def test_when_a_visit_is_booked_any_type_will_do(desk, kind):  # noqa: F811
    desk.post(STANDING, {"title": "Before", "event": "visit.booked"})

    assert Campaign.objects.get().filters == {}


# “We are closed” ---------------------------------------------------------------
def test_closed_is_told_in_two_presses(desk, location, plan):  # noqa: F811
    patient = people(1, at=location)[0]
    booking.book(plan=plan, patients=[patient], by=cast.FOUNDER, now=MONDAY)
    asked = {"location": location.pk, "day": "2026-03-03"}

    shown = desk.get(CLOSED, asked)
    desk.post(CLOSED, asked)
    tick()

    row = Campaign.objects.get()
    assert patient.display_name in shown.text
    assert (row.kind, row.state) == ("closure", "running")
    assert Closure.objects.get().starts_on.isoformat() == "2026-03-03"


def test_stopped_too_late_the_page_says_that_the_place_is_closed(desk, location, plan):  # noqa: F811
    booking.book(
        plan=plan, patients=people(1, at=location), by=cast.FOUNDER, now=MONDAY
    )
    day = {"location": location.pk, "day": plan.starts_at.date()}
    desk.post(CLOSED, day)
    row = Campaign.objects.get()
    tick()
    words, place = "still closed", reverse("location", args=[location.pk])
    arrived(row)
    assert words not in desk.get(page(row)).content.decode()

    desk.post(page(row, "campaign_stop"))

    shown = desk.get(page(row)).content.decode()
    assert words in shown
    assert place in shown


def test_whoever_no_text_reaches_is_called(desk, patient, location, plan):  # noqa: F811
    booking.book(plan=plan, patients=[patient], by=cast.FOUNDER, now=MONDAY)

    desk.post(CLOSED, {"location": location.pk, "day": "2026-03-03"})

    assert Task.objects.filter(kind="campaign.call", patient=patient).exists()


@pytest.mark.parametrize("day", ["2026-03-01", "yesterday", ""])
def test_a_day_that_is_none_is_said(desk, location, day):
    response = desk.get(CLOSED, {"location": location.pk, "day": day})

    assert response.context["form"].errors["day"]


def test_the_desk_closes_its_own_places_only(as_, front_desk, far_location):
    response = as_(front_desk).post(
        CLOSED, {"location": far_location.pk, "day": "2026-03-03"}
    )

    assert response.status_code == 422
    assert not Campaign.objects.exists()


def test_a_nobody_day_has_nothing_to_press(desk, location):
    text = desk.get(CLOSED, {"location": location.pk, "day": "2026-03-04"}).text

    assert "Nobody is expected" in text
