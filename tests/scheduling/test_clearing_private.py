"""“Clinician ill”, for a reader to whom the chart of whoever comes is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import patients, watching
from scheduling import booking, catalogue, clearing
from scheduling.clearing import Wish
from scheduling.minutes import minute_of
from scheduling.models import ClearedVisit
from tests import cast
from tests.ground import layer
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at

BY = cast.FOUNDER
DAY = {"on": "2026-03-03"}
pytestmark = pytest.mark.usefixtures("now")


@layer
def visit(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=BY, now=cast.MONDAY)


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


def close(patient):
    patients.restrict(patient=patient, is_restricted=True, by=BY)


def test_why_somebody_private_is_called_first_is_not_said(
    desk, visit, patient, clinician
):
    watching.watch(
        patient=patient,
        reason="Quiet for days",
        caller=clinician,
        ends_on=date(2026, 4, 1),
        quiet_days=7,
        by=BY,
        now=cast.MONDAY,
    )
    asked = {"who": clinician.pk, **DAY}
    open_page = text_of(desk.get(url("clinician_away"), asked))
    close(patient)

    page = text_of(desk.get(url("clinician_away"), asked))

    assert "Somebody checks on them" in open_page
    assert "Somebody checks on them" not in page
    assert "Private" in page
    assert "Call first" in page


@pytest.fixture
def refused(visit, plan, kind, clinician, location, patient, manager):
    """A clearing that could not move a visit: the patient is elsewhere then."""
    other = cast.make_clinician(at=location, name="Cora Clinician")
    catalogue.change_type(
        kind=kind, by=BY, clinicians=[clinician, other], locations=[], instructions={}
    )
    booking.book(
        plan=replace(plan, clinician=other, starts_at=at(14)),
        patients=[patient],
        by=BY,
        now=cast.MONDAY,
        despite=booking.Despite(hours="They asked for it"),
    )
    return clearing.clear(
        clinician=clinician,
        starts_at=at(9),
        ends_at=at(12),
        wishes={visit.pk: Wish.read(f"move-{minute_of(at(14))}")},
        by=manager,
        now=cast.MONDAY,
    )


def test_why_the_visit_of_somebody_private_was_not_changed_is_not_said(
    desk, refused, patient
):
    fault = ClearedVisit.objects.get().fault
    assert patient.family_name in fault
    close(patient)

    page = text_of(desk.get(url("clearing", refused.pk)))

    assert patient.family_name not in page
    assert "This visit could not be changed." in page


def test_nor_why_it_could_not_be_put_back(as_, visit, plan, patient, manager, now):
    made = clearing.clear(
        clinician=plan.clinician,
        starts_at=at(9),
        ends_at=at(12),
        wishes={visit.pk: Wish.read("cancel")},
        by=manager,
        now=now,
    )
    booking.book(
        plan=plan,
        patients=[patient],
        by=BY,
        now=now + timedelta(seconds=1),
        despite=booking.Despite(hours="They asked for it"),
    )
    close(patient)

    answer = as_(manager).post(url("clearing_undo", made.pk), follow=True)

    (toast,) = answer.context["messages"]
    assert str(toast).startswith("Undone, but for 1:")
    assert patient.family_name not in str(toast)
