"""Free times that suit a patient: by habits and by who has room, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import duty, merging, patients, staffing
from practice.models import DutyHours
from scheduling import ai_uses, booking, suggestions, visits
from scheduling.finding import Question
from scheduling.minutes import minute_of
from scheduling.models import Attendee
from scheduling.slots import Slot
from scheduling.suggestions import Habits, Loads, Visit, habits_of, rank
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import WEEK, at, make_type

BY = cast.FOUNDER
NOW = cast.MONDAY
WEEKS = (date(2026, 3, 2), date(2026, 3, 29))
ANNA, BEN, HERE, THERE = 1, 2, 10, 20
ZONES = {HERE: "America/New_York", THERE: "America/Phoenix"}
SLOTS = st.lists(
    st.builds(
        Slot,
        st.integers(0, 28 * 48).map(lambda half: minute_of(NOW) + 30 * half),
        st.sampled_from([ANNA, BEN, 3]),
        st.sampled_from([HERE, THERE]),
    ),
    max_size=60,
    unique_by=lambda one: one[:3],
)
VISITS = st.lists(
    st.builds(
        Visit,
        st.sampled_from([ANNA, BEN, 3]),
        st.sampled_from([HERE, THERE]),
        st.integers(0, 6),
        st.integers(7, 19),
    ),
    max_size=12,
)
LOADS = st.dictionaries(st.sampled_from([ANNA, BEN, 3]), st.floats(0, 1)).map(Loads)
NOBODYS = Loads()
TUESDAYS = Habits([Visit(ANNA, HERE, 1, 10)] * 5)


def slot(hour, *, day=3, who=ANNA, place=HERE):
    return Slot(minute_of(at(hour, day=day)), who, place)


def best(slots, habits=TUESDAYS, loads=NOBODYS):
    return rank(slots, habits, loads, zones=ZONES)


# Habits -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("usual", "other", "reason"),
    [
        (slot(10), slot(10, who=BEN), "the clinician they usually see"),
        (slot(10), slot(10, day=4), "usually comes on Tuesday"),
        (slot(10), slot(15), "around their usual time"),
        (slot(10), slot(10, place=THERE), "where they usually come"),
    ],
)
def test_what_somebody_usually_does_comes_first_with_the_reason(usual, other, reason):
    first, second = best([other, usual])

    assert (first.slot, second.slot) == (usual, other)
    assert reason in first.reasons
    assert reason not in second.reasons


def test_their_own_clinician_comes_before_one_they_saw_more_often():
    habits = replace(TUESDAYS, own=BEN)

    first, _second = best([slot(10), slot(10, who=BEN)], habits)

    assert first.slot.clinician == BEN
    assert first.reasons[0] == "their own clinician"


def test_habits_are_read_by_the_clock_of_the_place():
    evening = Slot(minute_of(datetime(2026, 3, 4, 1, 0, tzinfo=UTC)), ANNA, HERE)

    (found,) = best([evening])

    assert "usually comes on Tuesday" in found.reasons  # Tuesday, 8 PM there


def test_one_visit_is_no_habit():
    (found,) = best([slot(10)], Habits([Visit(ANNA, HERE, 1, 10)]))

    assert found.reasons == ["one of the next free times"]


def test_a_few_are_shown_and_not_all_of_one_day():
    same_day = [slot(hour) for hour in (9, 10, 11, 12)]

    found = best([*same_day, slot(10, day=4), slot(10, day=5), slot(10, day=6)])

    days = [one.slot.starts // (24 * 60) for one in found]
    assert len(found) == suggestions.SHOWN
    assert days.count(days[0]) == suggestions.EACH_DAY


@given(SLOTS, VISITS, LOADS)
def test_every_suggestion_is_a_free_time_with_a_reason_and_none_comes_twice(
    slots, visits, loads
):
    found = best(slots, Habits(visits), loads)

    chosen = [one.slot for one in found]
    assert set(chosen) <= set(slots)
    assert len(set(chosen)) == len(chosen) <= suggestions.SHOWN
    assert all(one.reasons for one in found)
    assert bool(found) == bool(slots)


@given(SLOTS, VISITS, LOADS)
def test_the_order_in_which_times_are_found_does_not_matter(slots, visits, loads):
    habits = Habits(visits)

    assert best(slots, habits, loads) == best(list(reversed(slots)), habits, loads)


# Load -------------------------------------------------------------------------------
@given(*2 * [st.integers(0, 100).map(lambda share: share / 100)])
def test_of_two_alike_whoever_has_more_room_comes_first(anna, ben):
    loads = Loads({ANNA: anna, BEN: ben})

    first, _second = best([slot(10), slot(10, who=BEN)], Habits(), loads)

    assert loads.of[first.slot.clinician] == min(anna, ben)


@given(st.lists(st.integers(0, 12), min_size=3, max_size=3))
def test_people_who_are_new_are_shared_out_evenly(booked):
    """As each takes the first time suggested, nobody ends up with far more."""
    given_away, room = dict(enumerate(booked)), 40
    free = [
        slot(hour, day=day, who=who)
        for who in range(3)
        for day in (3, 4, 5)
        for hour in range(8, 18)
    ]

    for _newcomer in range(45):
        loads = Loads({who: count / room for who, count in given_away.items()})
        first = best(free, Habits(), loads)[0].slot
        free.remove(first)
        given_away[first.clinician] += 1

    assert max(given_away.values()) - min(given_away.values()) <= 6


def test_who_takes_no_new_patients_is_offered_to_their_own_alone():
    closed, open_to_all = slot(9), slot(15, who=BEN)
    loads = Loads({BEN: 0.9})

    assert [one.slot for one in best([closed, open_to_all], Habits(), loads)] == [
        open_to_all
    ]
    assert best([closed, open_to_all], TUESDAYS, Loads())[0].slot == closed
    assert [one.slot for one in best([closed], Habits(), loads)] == [closed]


def test_the_reason_says_how_much_room_there_is():
    loads = Loads({ANNA: 0.25, BEN: 0.5})

    first, second = best([slot(10), slot(10, who=BEN)], Habits(), loads)

    assert first.reasons == ["takes new patients and has most room: 75 % is free"]
    assert second.reasons == ["takes new patients, 50 % of these weeks is free"]


# From the calendar ------------------------------------------------------------------
def question(kind):
    return Question(kind, NOW.date(), NOW.date() + timedelta(days=13))


@pytest.fixture
def used(plan, patient):
    """Three visits, each a week before the next, on Tuesday at ten."""
    for week in range(3):
        one = replace(plan, starts_at=plan.starts_at + week * timedelta(days=7))
        booking.book(plan=one, patients=[patient], by=BY, now=NOW)


def test_habits_come_of_visits_not_cancelled_by_any_chart(
    used, plan, patient, location
):
    friday = replace(plan, starts_at=at(15, day=6))
    gone = booking.book(plan=friday, patients=[patient], by=BY, now=NOW)
    visits.cancel(
        attendees=gone.attendees.all(), status="cancelled", reason="Ill", by=BY, now=NOW
    )
    into = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=into, by=BY, now=NOW)

    found = habits_of([into], now=NOW)

    assert [(one.weekday, one.hour) for one in found.visits] == [(1, 10)] * 3


def test_the_lead_of_the_care_team_is_their_own(patient, clinician):
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=BY, now=NOW
    )

    assert habits_of([patient], now=NOW).own == clinician.pk


def describe(clinician):
    """Somebody who takes new patients."""
    staffing.describe_clinician(
        staff=clinician, credentials="MD", speciality="Care", by=BY
    )


def test_a_load_is_what_is_booked_of_the_hours(used, clinician):
    describe(clinician)

    loads = suggestions.loads_of(WEEKS)

    assert loads.of == {clinician.pk: pytest.approx(150 / (4 * 40 * 60))}


@pytest.mark.parametrize(
    ("valid", "share"),
    [
        ({"starts_on": date(2026, 2, 1)}, 150 / (4 * 40 * 60)),
        ({"starts_on": date(2026, 3, 16)}, 150 / (2 * 40 * 60)),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 3, 20)}, 150 / 7200),
        ({"starts_on": date(2026, 5, 1)}, None),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 28)}, None),
    ],
)
def test_a_load_counts_the_hours_that_hold_on_the_days_in_question(
    used, clinician, valid, share
):
    describe(clinician)
    with cast.by_hand():
        DutyHours._base_manager.filter(staff=clinician).update(**valid)

    loads = suggestions.loads_of(WEEKS)

    assert loads.of == ({clinician.pk: pytest.approx(share)} if share else {})


def test_who_begins_later_is_suggested_for_the_days_on_which_they_work(
    plan, location, front_desk, now
):
    """New in May: no hours in the next weeks, and all of them in those asked for."""
    usual, newcomer = plan.clinician, cast.make_clinician(at=location)
    describe(usual)
    duty.set_duty_hours(staff=newcomer, location=location, spans=WEEK, by=BY)
    with cast.by_hand():
        rows = DutyHours._base_manager.filter(staff=newcomer)
        rows.update(starts_on=date(2026, 5, 4))
    kind = make_type(newcomer, name="Talk", clinicians=[usual, newcomer])
    in_may = Question(kind, date(2026, 5, 4), date(2026, 5, 8))
    full = replace(plan, starts_at=datetime(2026, 5, 11, 15, tzinfo=UTC))
    booking.book(plan=full, patients=[cast.make_patient(at=location)], by=BY, now=NOW)

    someone = cast.make_patient(at=location)
    found = suggestions.suggest(in_may, [someone], now=NOW)

    assert found[0].slot.clinician == newcomer.pk
    assert "takes new patients and has most room" in found[0].reasons[0]


def test_a_suggestion_takes_few_queries(used, kind, patient, django_assert_num_queries):
    with django_assert_num_queries(7):
        found = suggestions.suggest(question(kind), [patient], now=NOW)

    assert "usually comes on Tuesday" in found[0].reasons


def test_whoever_the_gate_leaves_out_gets_no_suggestion(
    used, kind, patient, location, monkeypatch
):
    other = cast.make_patient(at=location)
    monkeypatch.setattr(
        suggestions, "permitted", lambda use, ids: frozenset(ids) - {other.pk}
    )

    assert suggestions.suggest(question(kind), [patient], now=NOW)
    assert suggestions.suggest(question(kind), [patient, other], now=NOW) == []
    assert ai_uses.permitted(ai_uses.AiUse.SLOT_SUGGESTION, {1, 2}) == {1, 2}


# The page ---------------------------------------------------------------------------
@pytest.fixture
def asked(used, kind, patient, as_, front_desk, now):
    """A press on “suggest”, with what the address asks for."""

    def press(who=front_desk, **headers):
        path = f"{url('suggest')}?type={kind.pk}&patient={patient.pk}&asked=1"
        return as_(who).post(path, {"patient": patient.pk}, headers=headers)

    return press


def test_a_press_brings_times_with_their_reasons(asked):
    page = text_of(asked(**{"HX-Request": "true"}))

    assert "usually comes on Tuesday" in page
    assert "Cleo Clinician" in page
    assert "<html" not in asked(**{"HX-Request": "true"}).content.decode()


def test_without_script_it_is_a_page_of_its_own(asked):
    page = asked()

    assert "Suggested times" in text_of(page)
    assert "<html" in page.content.decode()


def test_a_suggested_time_is_booked_by_a_press(asked, kind, patient, as_, front_desk):
    page = asked()
    time = page.context["suggested"][0]

    as_(front_desk).post(
        url("book"),
        {
            "patient": patient.pk,
            "type": kind.pk,
            "modality": "in_person",
            "slot": time.value,
        },
    )

    assert Attendee.objects.filter(patient=patient).count() == 4


def test_nothing_is_suggested_by_a_link(as_, front_desk):
    assert as_(front_desk).get(url("suggest")).status_code == 405


def test_nothing_is_suggested_for_nobody(kind, as_, front_desk, now):
    page = as_(front_desk).post(f"{url('suggest')}?type={kind.pk}&asked=1")

    assert "Nothing to suggest" in text_of(page)


def test_nobody_learns_of_a_chart_that_is_closed_to_them(asked, stranger):
    assert asked(stranger).status_code == 404


def test_the_page_of_booking_has_the_button(kind, patient, hours, as_, front_desk, now):
    page = as_(front_desk).get(f"{url('book')}?patient={patient.pk}")

    assert "Suggest times that suit" in text_of(page)
    assert url("suggest") in page.content.decode()


def test_two_clinicians_are_balanced_for_somebody_new(
    plan, location, as_, front_desk, now
):
    busy, free = plan.clinician, cast.make_clinician(at=location)
    staffing.describe_clinician(staff=busy, credentials="MD", speciality="x", by=BY)
    duty.set_duty_hours(staff=free, location=location, spans=WEEK, by=BY)
    kind = make_type(free, name="Talk", clinicians=[busy, free])
    booking.book(plan=plan, patients=[cast.make_patient(at=location)], by=BY, now=NOW)
    someone = cast.make_patient(at=location)

    found = suggestions.suggest(question(kind), [someone], now=NOW)

    assert found[0].slot.clinician == free.pk
