"""A clinician falls out: one act for all visits, and one undo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import duty, patients, watching
from practice.models import Absence
from practice.zones import end_of
from scheduling import booking, clearing, covering, visits
from scheduling.clearing import Wish
from scheduling.models import Choice
from scheduling.states import Status
from scheduling.undoing import TooLate
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = pytest.mark.django_db
NOW = at(8)
EVENING = end_of(at(10).date(), "America/New_York")


@layer
def reachable(patient):
    cast.make_contact(patient)
    return patient


@layer
def visit(plan, reachable, front_desk):
    return booking.book(plan=plan, patients=[reachable], by=front_desk, now=NOW)


@layer
def colleague(location, kind, clinician):
    other = cast.make_clinician(at=location, name="Cora Cover")
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=cast.FOUNDER)
    from scheduling import catalogue

    catalogue.change_type(
        kind=kind,
        by=cast.FOUNDER,
        clinicians=[clinician, other],
        locations=[],
        instructions={},
    )
    return other


def preview(clinician, now=NOW):
    found = covering.visits_in(clinician, now, EVENING)
    return covering.affected(clinician, found, ends_at=EVENING, now=now)


def clear(clinician, front_desk, now=NOW, **wishes):
    return clearing.clear(
        clinician=clinician,
        starts_at=now,
        ends_at=EVENING,
        wishes={int(key[1:]): Wish.read(text) for key, text in wishes.items()},
        by=front_desk,
        now=now,
    )


def test_a_colleague_who_is_free_may_cover(visit, clinician, colleague):
    (one,) = preview(clinician)

    assert list(one.covers) == [colleague]
    assert one.moves_to == at(9, day=4)
    assert one.suggested.startswith("move-")


def test_a_colleague_who_has_a_visit_does_not_cover(
    visit, clinician, colleague, location, kind, front_desk
):
    booking.book(
        plan=booking.Plan(kind, colleague, location, at(10, 30)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=NOW,
    )

    (one,) = preview(clinician)

    assert not one.covers


def test_each_visit_moves_to_a_time_of_its_own(
    visit, clinician, location, kind, front_desk
):
    booking.book(
        plan=booking.Plan(kind, clinician, location, at(11)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=NOW,
    )

    found = preview(clinician)

    times = [one.moves_to for one in found]
    assert times[1] - times[0] >= timedelta(minutes=50)


def test_who_cannot_be_texted_is_called_first(plan, patient, clinician, front_desk):
    booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)

    (one,) = preview(clinician)

    assert one.call_first == "No number that may be texted"
    assert one.suggested == Choice.LEAVE


def test_a_child_is_texted_by_the_parents_number(plan, patient, clinician, front_desk):
    mother = cast.make_caregiver(patient, relation="guardian", may_be_told=True)
    cast.make_contact(mother)
    booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)

    (one,) = preview(clinician)

    assert not one.call_first


def test_nobody_is_asked_to_call_the_dead_first(plan, patient, clinician, front_desk):
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)
    patients.record_death(patient=patient, died_on=None, by=front_desk, now=NOW)

    (one,) = preview(clinician)
    made = clear(clinician, front_desk, **{f"v{visit.pk}": str(Choice.LEAVE)})

    assert (one.call_first, one.suggested) == ("", Choice.CANCEL)
    assert not clearing.calls_of(made)


def test_a_death_takes_back_the_call_that_a_clearing_asked_for(
    plan, patient, clinician, front_desk
):
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)
    made = clear(clinician, front_desk, **{f"v{visit.pk}": str(Choice.LEAVE)})
    assert clearing.calls_of(made)

    patients.record_death(patient=patient, died_on=None, by=front_desk, now=NOW)

    assert not clearing.calls_of(made)


def test_who_is_watched_is_called_first(visit, reachable, clinician, front_desk):
    watching.watch(
        patient=reachable,
        caller=clinician,
        reason="Low",
        quiet_days=3,
        ends_on=at(8, day=20).date(),
        by=clinician,
        now=NOW,
    )

    made = clear(clinician, front_desk, **{f"v{visit.pk}": "leave"})

    (task,) = clearing.calls_of(made)
    assert (task.patient, task.words) == (reachable, "Somebody checks on them")


def test_one_act_covers_and_records_the_absence(
    visit, clinician, colleague, front_desk
):
    clear(clinician, front_desk, **{f"v{visit.pk}": f"cover-{colleague.pk}"})

    visit.refresh_from_db()
    assert visit.clinician == colleague
    assert Absence.objects.get(staff=clinician).ends_at == EVENING


def test_a_visit_moves_or_is_cancelled_by_the_practice(
    visit, clinician, location, kind, front_desk
):
    other = booking.book(
        plan=booking.Plan(kind, clinician, location, at(11)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=NOW,
    )
    (one, _other) = preview(clinician)

    wishes = {f"v{visit.pk}": one.ways[0], f"v{other.pk}": "cancel"}
    clear(clinician, front_desk, **wishes)

    visit.refresh_from_db()
    assert visit.starts_at == one.moves_to
    assert other.attendees.get().status == Status.CALLED_OFF


def test_by_video_the_visit_keeps_its_time(plan, reachable, clinician, front_desk):
    from scheduling import catalogue

    catalogue.change_type(
        kind=plan.type,
        by=cast.FOUNDER,
        clinicians=[clinician],
        locations=[],
        instructions={},
        is_telehealth=True,
    )
    visit = booking.book(plan=plan, patients=[reachable], by=front_desk, now=NOW)

    clear(clinician, front_desk, **{f"v{visit.pk}": "telehealth"})

    visit.refresh_from_db()
    assert (visit.modality, visit.starts_at) == ("telehealth", at(10))


def test_what_cannot_be_done_is_told_and_the_rest_is_done(
    visit, clinician, colleague, location, kind, front_desk
):
    other = booking.book(
        plan=booking.Plan(kind, clinician, location, at(11)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=NOW,
    )
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9))
    wishes = {f"v{visit.pk}": f"cover-{colleague.pk}", f"v{other.pk}": "cancel"}

    made = clear(clinician, front_desk, **wishes)

    first, second = made.visits.all()
    assert first.fault == "Only a visit that is still ahead can be moved."
    assert not second.fault
    assert other.attendees.get().status == Status.CALLED_OFF


def test_who_has_come_is_sent_home_only_by_who_knew_that(visit, clinician, front_desk):
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9))

    unaware = clear(clinician, front_desk, **{f"v{visit.pk}": "cancel"})

    assert "here already" in unaware.visits.get().fault
    assert visit.attendees.get().status == Status.ARRIVED

    clearing.clear(
        clinician=clinician,
        starts_at=NOW,
        ends_at=EVENING,
        wishes={visit.pk: Wish.read("cancel", is_here=True)},
        by=front_desk,
        now=NOW,
    )
    assert visit.attendees.get().status == Status.CALLED_OFF


def test_nobody_rings_who_waits_at_the_desk(plan, patient, clinician, front_desk):
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=NOW)

    made = clear(clinician, front_desk, **{f"v{visit.pk}": "leave"})

    assert not list(clearing.calls_of(made))


def test_all_of_it_is_undone_within_the_minute(visit, clinician, colleague, front_desk):
    made = clear(clinician, front_desk, **{f"v{visit.pk}": f"cover-{colleague.pk}"})

    faults = clearing.undo(
        clearing=made, by=front_desk, now=NOW + timedelta(seconds=50)
    )

    visit.refresh_from_db()
    assert (visit.clinician, list(faults)) == (clinician, [])
    assert Absence.objects.get().is_withdrawn


def test_after_the_minute_nothing_is_undone(visit, clinician, front_desk):
    made = clear(clinician, front_desk, **{f"v{visit.pk}": "cancel"})

    with pytest.raises(TooLate):
        clearing.undo(clearing=made, by=front_desk, now=NOW + timedelta(seconds=60))


def test_an_undo_leaves_what_somebody_changed_since(
    visit, clinician, colleague, front_desk
):
    made = clear(clinician, front_desk, **{f"v{visit.pk}": f"cover-{colleague.pk}"})
    later = NOW + timedelta(seconds=20)
    visits.confirm(attendees=visit.attendees.all(), by=front_desk, now=later)

    faults = clearing.undo(clearing=made, by=front_desk, now=later)

    visit.refresh_from_db()
    assert visit.clinician == colleague
    assert len(faults) == 1


def test_an_absence_that_is_known_is_not_recorded_twice(visit, clinician, front_desk):
    duty.record_absence(
        staff=clinician,
        kind="illness",
        starts_at=at(9),
        ends_at=at(12),
        cover=None,
        by=clinician,
    )

    clear(clinician, front_desk, **{f"v{visit.pk}": "leave"})

    spans = Absence.objects.order_by("starts_at").values_list("starts_at", "ends_at")
    assert list(spans) == [(NOW, at(9)), (at(9), at(12)), (at(12), EVENING)]


def test_the_preview_asks_as_much_for_one_visit_as_for_many(
    visit, clinician, colleague, location, kind, front_desk, django_assert_num_queries
):
    with django_assert_num_queries(16):
        assert len(preview(clinician)) == 1
    for hour in (11, 12, 13, 14):
        booking.book(
            plan=booking.Plan(kind, clinician, location, at(hour)),
            patients=[cast.make_patient(at=location)],
            by=front_desk,
            now=NOW,
        )

    with django_assert_num_queries(16):
        found = preview(clinician)

    assert len(found) == 5


def test_other_types_are_covered_by_those_who_offer_them(
    clinician, colleague, location, hours, reachable, front_desk
):
    own = make_type(clinician, name="Testing")
    booking.book(
        plan=booking.Plan(own, clinician, location, at(10)),
        patients=[reachable],
        by=front_desk,
        now=NOW,
    )

    (one,) = preview(clinician)

    assert not one.covers
