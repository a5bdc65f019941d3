"""A video visit that went on by phone stays a visit that can be seen to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling import booking, check_in, covering, late_arrivals
from scheduling.models import Modality
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
BY = cast.FOUNDER


@layer
def by_phone(plan, patient):
    """Of a type that is held by video only."""
    kind = make_type(
        plan.clinician, name="Video", is_telehealth=True, is_in_person=False
    )
    plan = replace(plan, type=kind, modality=Modality.TELEHEALTH)
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=at(8))
    return check_in.switch(visit=visit, to=Modality.PHONE, by=BY, now=at(9))


def test_it_can_be_fitted_in_later(by_phone):
    first, *_later = late_arrivals.later_today(by_phone, now=at(10, 20))

    visit = late_arrivals.fit_later(
        visit=by_phone, starts_at=first, by=BY, now=at(10, 20)
    )

    assert (visit.starts_at, visit.modality) == (first, Modality.PHONE)


def test_it_moves_where_its_clinician_is_ill(by_phone, clinician):
    (one,) = covering.affected(clinician, [by_phone], ends_at=at(23), now=at(9))

    assert one.moves_to == at(9, day=4)


def test_nothing_else_is_held_in_a_way_that_its_type_is_not(by_phone, location):
    plan = booking.Plan(
        by_phone.type, by_phone.clinician, location, at(14), modality=Modality.PHONE
    )

    with pytest.raises(booking.NotOffered):
        booking.book(
            plan=plan, patients=[cast.make_patient(at=location)], by=BY, now=at(9)
        )
