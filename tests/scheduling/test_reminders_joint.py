"""One text for a family: only where each agreed, each once, times and no names."""

from __future__ import annotations

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.models import Delivery, DeliveryPart
from messaging.states import Status as Sending
from practice import contacts, patients
from practice.rules import NotPossible
from scheduling import calling_off, planned, reminders_due, reminders_joint, visits
from scheduling.models import Reminder
from tests import cast
from tests.practice.erased import erase
from tests.scheduling.conftest import at
from tests.scheduling.families import (
    MONDAY,
    PHONE,
    TWO_DAYS,
    coming,
    hand_over,
    member,
    occasions,
    texts,
)
from tests.scheduling.reminding import CLOCK, follow, of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def ana(location, practice):
    return member(location)[0]


@pytest.fixture
def ben(location, practice):
    return member(location)[0]


@pytest.fixture
def both(plan, ana, ben):
    """Wednesday in two weeks, at two and at four."""
    visits = coming(plan, ana, 14), coming(plan, ben, 16)
    follow(MONDAY)
    return visits


def test_two_who_agreed_get_one_text_with_both_times(both):
    hand_over()

    [joint] = texts()
    assert joint.occasion == "two_days_joint"
    assert "Wed 18 March: 2:00 PM and 4:00 PM" in joint.body
    assert (joint.address, joint.segments, joint.patient) == (PHONE, 1, None)
    assert {state for visit in both for what, state in of(visit) if what == "two_days"}


def test_it_names_nobody_and_greets_nobody(both, ana, ben):
    point = ana.contact_points.get()
    details = {"value": PHONE, "name_used": "Paula", "by": CLOCK, "now": MONDAY}
    contacts.change(point=point, **details)
    hand_over()

    [joint] = texts()
    for name in ("Paula", ana.given_name, ben.given_name, ana.family_name):
        assert name not in joint.body


def test_the_part_of_each_has_no_other_time(both, ana, ben):
    hand_over()

    said = {one.patient_id: one.body for one in DeliveryPart.objects.all()}
    assert "2:00 PM" in said[ana.pk]
    assert "4:00 PM" not in said[ana.pk]
    assert "2:00 PM" not in said[ben.pk]


def test_nothing_is_handed_over_twice(both):
    hand_over()

    assert hand_over() == 0
    assert len(texts()) == 1


def test_by_default_each_gets_a_text_of_their_own(plan, location, practice):
    for hour in (14, 16):
        coming(plan, member(location, may_join_texts=False)[0], hour)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_one_who_did_not_agree_gets_their_own(both, plan, location):
    coming(plan, member(location, may_join_texts=False)[0], 11)
    hand_over()

    assert sorted(occasions()) == ["two_days", "two_days_joint"]
    assert DeliveryPart.objects.count() == 2


@pytest.mark.parametrize(
    "differs",
    [
        {"value": "+12125550188"},
        {"may_name_practice": True},
        {"safe_from": at(8).time(), "safe_until": at(20).time()},
    ],
)
def test_what_differs_keeps_them_apart(plan, location, practice, ana, differs):
    coming(plan, ana, 14)
    coming(plan, member(location, **differs)[0], 16)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_visits_on_two_days_are_two_texts(plan, ana, ben):
    coming(plan, ana, 14)
    coming(plan, ben, 16, day=19)
    hand_over()
    hand_over(at(10, day=17))

    assert occasions() == ["two_days", "two_days"]


def test_two_visits_of_one_patient_are_no_family(plan, ana):
    coming(plan, ana, 14)
    coming(plan, ana, 16)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_a_restricted_chart_is_never_joined(both, ana):
    patients.restrict(patient=ana, is_restricted=True, by=CLOCK)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_who_reads_another_language_is_not_joined(plan, location, practice, ana):
    other = cast.make_patient(at=location, written_language="es")
    cast.make_contact(other, value=PHONE, may_join_texts=True)
    coming(plan, ana, 14)
    coming(plan, other, 16)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_more_than_five_are_not_joined(plan, location, practice):
    for hour in range(10, 16):
        coming(plan, member(location)[0], hour)
    hand_over()

    assert set(occasions()) == {"two_days"}
    assert len(texts()) == 6


def test_what_a_person_sends_goes_by_itself(both, front_desk):
    hand_over(at(9, day=16))
    row = Reminder.objects.filter(step__occasion="two_days").order_by("pk").first()
    reminders_due.send(reminder=row, by=front_desk, now=at(9, 30, day=16))
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_on_the_day_one_goes_a_little_earlier_with_the_other(plan, ana, ben):
    coming(plan, ana, 14)
    coming(plan, ben, 15)
    hand_over()
    Delivery.objects.update(status=Sending.SENT, left_at=TWO_DAYS)
    hand_over(at(11, day=18))

    assert occasions() == ["two_days_joint", "same_day_joint"]
    assert hand_over(at(12, day=18)) == 0


def test_one_whose_time_is_far_off_waits(plan, ana, ben):
    coming(plan, ana, 12)
    coming(plan, ben, 16)
    hand_over()
    hand_over(at(9, day=18))

    assert occasions() == ["two_days_joint", "same_day"]


def test_a_parent_and_the_child_of_whom_they_answer_are_one_text(
    plan, location, practice, ana
):
    child = cast.make_patient(at=location, born_on=MONDAY.date().replace(year=2018))
    mother = cast.make_caregiver(
        child, relation="parent", may_be_told=True, proof="spoken"
    )
    cast.make_contact(mother, value=PHONE, may_join_texts=True)
    coming(plan, ana, 14)
    coming(plan, child, 16)
    hand_over()

    assert occasions() == ["two_days_joint"]
    parts = DeliveryPart.objects.order_by("pk")
    assert [one.caregiver for one in parts] == [None, mother]


def test_a_guardian_who_did_not_agree_keeps_the_child_apart(
    plan, location, practice, ana
):
    child = cast.make_patient(at=location, born_on=MONDAY.date().replace(year=2018))
    cast.make_contact(child, value=PHONE, may_join_texts=True)
    mother = cast.make_caregiver(
        child, relation="parent", may_be_told=True, proof="spoken"
    )
    cast.make_contact(mother, value=PHONE)
    coming(plan, ana, 14)
    coming(plan, child, 16)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def test_the_first_text_to_the_number_goes_before_it(both):
    hand_over()

    [first] = Delivery.objects.filter(occasion="first_text")
    assert first.pk < texts()[0].pk
    assert first.patient is not None
    assert not first.parts.exists()


def test_each_chart_says_that_it_went_in_one_text(both, ana, ben):
    hand_over()

    for patient in (ana, ben):
        lines = planned.of_visits([patient.pk], now=TWO_DAYS)
        [line] = [one for one in lines if one.title.startswith("Two days")]
        assert "one text for the family" in line.detail
        assert line.state == "Waits"


def test_whoever_confirmed_is_left_out_and_the_other_gets_their_own(both):
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=MONDAY)
    hand_over()

    assert occasions() == ["two_days"]


def test_a_family_is_together_where_a_batch_ends_between_them(both):
    follow(TWO_DAYS)
    while reminders_due.hand_over(now=TWO_DAYS, by=CLOCK, most=1):
        pass

    assert occasions() == ["two_days_joint"]


def test_words_that_cannot_be_said_of_several_are_said_to_each(both, monkeypatch):
    def refuse(*_args, **_details):
        raise NotPossible("No words for it.")

    monkeypatch.setattr(reminders_joint, "envelope", refuse)
    hand_over()

    assert occasions() == ["two_days", "two_days"]


def erased(patient, visit, by):
    calling_off.call_off(appointment=visit, reason="Moved", by=CLOCK, now=TWO_DAYS)
    erase(
        patients.end_care(patient=patient, reason="Moved", by=CLOCK, now=TWO_DAYS), by
    )


@pytest.mark.django_db(transaction=True)
def test_after_an_erasure_the_other_still_has_what_they_were_told(
    owner, both, ana, ben, manager
):
    hand_over()
    Delivery.objects.update(status=Sending.SENT, left_at=TWO_DAYS)

    erased(ana, both[0], manager)

    joint = Delivery.objects.get(occasion="two_days_joint")
    assert "4:00 PM" in joint.body
    assert "2:00 PM" not in joint.body
    lines = planned.of_visits([ben.pk], now=TWO_DAYS)
    assert any("one text for the family" in one.detail for one in lines)


# Any family -------------------------------------------------------------------------
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "agreed": st.booleans(),
            "phone": st.sampled_from([PHONE, "+12125550188"]),
            "hour": st.integers(9, 16),
        }
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one["hour"],
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=25,
)
@given(PEOPLE)
def test_each_is_reminded_once_and_joined_only_with_who_agreed_too(
    plan, location, practice, people
):
    with transaction.atomic():
        agreed, known = {}, set()
        for one in people:
            patient, _point = member(
                location, value=one["phone"], may_join_texts=one["agreed"]
            )
            coming(plan, patient, one["hour"])
            agreed[patient.pk] = (one["agreed"], one["phone"])
            known.add(patient.pk)
        hand_over()
        joint = [set(row.parts.values_list("patient", flat=True)) for row in texts()]
        reached = [pk for some in joint for pk in some]
        reached += [row.patient_id for row in texts() if row.patient_id]
        assert sorted(reached) == sorted(known)
        for some in joint:
            assert len(some) in (0, *range(2, reminders_joint.MOST + 1))
            assert all(agreed[pk][0] for pk in some)
            assert len({agreed[pk][1] for pk in some}) <= 1
        transaction.set_rollback(True)
