"""Family and helpers: rights, bars, and the day a patient comes of age."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from practice import ages, caregivers, locations, merging, one_by_one, patients
from practice.models import Caregiving, Proof, Relation, Role, Task
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()
DAY = timedelta(days=1)
EIGHTEEN = date(2008, 3, 2)
PARENT = {"relation": "parent", "may_consent": True, "proof": Proof.IDENTITY}
PARENT |= {"starts_on": date(2020, 1, 1)}


@pytest.fixture
def minor(location):
    return cast.make_patient(at=location, born_on=EIGHTEEN + DAY)


@pytest.fixture
def grown(location):
    """Eighteen today."""
    return cast.make_patient(at=location, born_on=EIGHTEEN)


def come_of_age(now=NOW):
    return caregivers.end_at_majority(by=BY, now=now)


def fresh(row):
    return Caregiving.objects.get(pk=row.pk)


# Rights ---------------------------------------------------------------------
@pytest.mark.parametrize("right", ["may_consent", "may_book", "may_be_told"])
def test_a_bar_excludes_every_right(patient, right):
    barred = {"must_not_be_told": True, "proof": Proof.ORDER}

    with pytest.raises(ValidationError, match="cannot be given a right"):
        cast.make_caregiver(patient, **barred, **{right: True})


def test_nobody_consents_without_proof(patient):
    with pytest.raises(ValidationError, match="which proof was seen"):
        cast.make_caregiver(patient, may_consent=True)

    assert not Caregiving.objects.exists()


def test_the_last_day_does_not_come_before_the_first(patient):
    with pytest.raises(ValidationError, match="last day comes before"):
        cast.make_caregiver(patient, starts_on=TODAY, ends_on=TODAY - DAY)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (TODAY - DAY, False),
        (TODAY, True),
        (TODAY + DAY, True),
        (TODAY + 2 * DAY, False),
    ],
)
def test_rights_count_from_the_first_to_the_last_day(patient, day, counts):
    row = cast.make_caregiver(patient, starts_on=TODAY, ends_on=TODAY + DAY)

    caregiving = row.caregivings.get()
    assert caregiving.is_current(day, of_age=18) is counts


def test_withdrawn_rights_never_count(patient):
    row = cast.make_caregiver(patient).caregivings.get()

    withdrawn = caregivers.withdraw(caregiving=row, by=BY)
    assert not withdrawn.is_current(TODAY, of_age=18)
    restored = caregivers.restore(caregiving=row, by=BY)
    assert restored.is_current(TODAY, of_age=18)


def test_somebody_is_on_a_chart_once(patient):
    row = cast.make_caregiver(patient).caregivings.get()

    with pytest.raises(ValidationError, match="already are on this chart"):
        caregivers.authorise(
            caregiver=row.caregiver,
            patient=patient,
            relation="helper",
            starts_on=TODAY,
            by=BY,
        )


def test_a_change_of_rights_keeps_what_somebody_else_changed(patient):
    stale = cast.make_caregiver(patient).caregivings.get()
    household = {"household": "with the father"}
    caregivers.change(caregiving=stale, by=BY, now=NOW, **household)

    caregivers.change(caregiving=stale, may_book=True, by=BY, now=NOW)

    assert (fresh(stale).household, fresh(stale).may_book) == ("with the father", True)


def test_the_barred_are_known_whatever_the_dates(patient):
    gone = {"starts_on": TODAY - 9 * DAY, "ends_on": TODAY - DAY}
    barred = cast.make_caregiver(patient, must_not_be_told=True, **gone)
    cast.make_caregiver(patient)

    rows = caregivers.barred(list(Caregiving.objects.all()))

    assert [row.caregiver for row in rows] == [barred]


def test_the_same_name_again_leaves_no_line(patient):
    person = cast.make_caregiver(patient)

    same = {"name": "Casey Kin", "language": "en", "own_chart": None}
    caregivers.describe(caregiver=person, by=BY, **same)

    assert person.history.count() == 1


# Coming of age --------------------------------------------------------------
def test_a_parents_say_ends_on_the_day(grown, minor):
    parent = cast.make_caregiver(grown, **PARENT).caregivings.get()
    other = cast.make_caregiver(minor, **PARENT).caregivings.get()

    assert come_of_age() == 1

    assert not fresh(parent).may_consent
    assert fresh(parent).ends_on == TODAY - DAY
    assert fresh(other).may_consent


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march(location):
    patient = cast.make_patient(at=location, born_on=date(2008, 2, 29))
    cast.make_caregiver(patient, **PARENT)

    assert come_of_age(now=NOW - 2 * DAY) == 0
    assert come_of_age(now=NOW - DAY) == 1


def test_a_last_day_after_majority_does_not_keep_a_parents_say(grown):
    row = cast.make_caregiver(grown, **PARENT, ends_on=TODAY + 900 * DAY)

    assert come_of_age() == 1
    assert not row.caregivings.get().is_current(TODAY, of_age=18)


def test_what_a_grown_patient_gives_a_parent_stays(location):
    patient = cast.make_patient(at=location, born_on=date(1990, 1, 1))
    row = cast.make_caregiver(patient, **PARENT)

    assert come_of_age() == 0
    assert row.caregivings.get().may_consent


@pytest.mark.parametrize("relation", Relation.values)
def test_whatever_was_given_over_a_minor_ends_at_the_birthday_itself(
    location, relation
):
    """Before the chore ran, and whoever it was given to."""
    patient = cast.make_patient(at=location, born_on=EIGHTEEN)
    rights = PARENT | {"relation": relation, "may_book": True, "may_be_told": True}
    row = cast.make_caregiver(patient, **rights).caregivings.get()

    assert row.is_current(TODAY - DAY, of_age=18)
    assert not row.is_current(TODAY, of_age=18)
    assert come_of_age() == 1
    ended = fresh(row)
    rights = [ended.may_consent, ended.may_book, ended.may_be_told]
    assert rights == [False] * 3


def test_what_a_court_ordered_until_a_day_of_its_own_stays(grown):
    rights = PARENT | {"relation": "court", "proof": Proof.ORDER}
    row = cast.make_caregiver(grown, **rights, ends_on=TODAY + 90 * DAY)

    assert come_of_age() == 0
    assert row.caregivings.get().is_current(TODAY + 90 * DAY, of_age=18)
    assert not row.caregivings.get().is_current(TODAY + 91 * DAY, of_age=18)


@pytest.mark.parametrize(
    "order",
    [
        {"relation": "court", "proof": Proof.ORDER},
        {"relation": "court", "proof": Proof.SIGNED, "ends_on": TODAY + 90 * DAY},
        {"relation": "guardian", "proof": Proof.ORDER, "ends_on": TODAY + 90 * DAY},
    ],
)
def test_an_order_without_a_day_or_a_proof_of_its_own_ends(grown, order):
    row = cast.make_caregiver(grown, **PARENT | order).caregivings.get()

    assert not row.is_current(TODAY, of_age=18)
    assert come_of_age() == 1


def test_a_bar_does_not_end_with_majority(grown):
    facts = {"relation": "parent", "starts_on": date(2020, 1, 1)}
    row = cast.make_caregiver(grown, **facts, must_not_be_told=True).caregivings.get()

    assert come_of_age() == 0
    assert fresh(row).is_current(TODAY, of_age=18)


def test_a_right_given_over_a_minor_does_not_go_on_by_a_tick(grown):
    row = cast.make_caregiver(grown, **PARENT).caregivings.get()
    come_of_age()
    again = {"ends_on": None, "may_be_told": True, "by": BY, "now": NOW}

    with pytest.raises(caregivers.GivenOverAMinor, match="of age now"):
        caregivers.change(caregiving=row, **again)

    caregivers.change(caregiving=row, starts_on=TODAY, **again)
    assert fresh(row).is_current(TODAY, of_age=18)


def test_what_ended_can_still_be_put_right(grown):
    row = cast.make_caregiver(grown, **PARENT).caregivings.get()
    come_of_age()

    caregivers.change(caregiving=row, household="with the mother", by=BY, now=NOW)

    assert fresh(row).household == "with the mother"


def test_it_happens_once(grown):
    cast.make_caregiver(grown, **PARENT)

    assert [come_of_age(), come_of_age(now=NOW + DAY)] == [1, 0]


def test_the_desk_is_asked_once_for_both_parents(grown):
    for _parent in range(2):
        cast.make_caregiver(grown, **PARENT)

    assert come_of_age() == 2

    task = Task.objects.get(kind="patient.came_of_age")
    assert (task.for_role, task.patient) == (Role.FRONT_DESK, grown)


def test_nobody_is_asked_about_the_dead(grown):
    cast.make_caregiver(grown, **PARENT)
    patients.record_death(patient=grown, died_on=None, by=BY, now=NOW)

    assert come_of_age() == 1
    assert not Task.objects.filter(kind="patient.came_of_age").exists()


def test_one_task_for_two_charts_of_the_same_person(grown, location):
    duplicate = cast.make_patient(at=location, born_on=EIGHTEEN)
    for chart in (grown, duplicate):
        cast.make_caregiver(chart, **PARENT)
    merging.merge(duplicate=duplicate, into=grown, by=BY, now=NOW)

    assert come_of_age() == 2
    assert Task.objects.get(kind="patient.came_of_age").patient == grown


def test_a_family_that_cannot_be_ended_does_not_stop_the_others(
    grown, location, monkeypatch
):
    first = cast.make_caregiver(grown, **PARENT).caregivings.get()
    other = cast.make_patient(at=location, born_on=EIGHTEEN)
    second = cast.make_caregiver(other, **PARENT).caregivings.get()
    ask_again = caregivers._ask_again

    def stumble(patient, **rest):
        if patient == grown:
            raise RuntimeError
        ask_again(patient, **rest)

    monkeypatch.setattr(caregivers, "_ask_again", stumble)
    with pytest.raises(one_by_one.SomeFailed):
        come_of_age()

    assert fresh(first).may_consent
    assert not fresh(second).may_consent


# Jurisdictions and years ----------------------------------------------------
def test_ages_are_those_of_the_practices_jurisdiction(practice):
    usual = ages.majority_age(), ages.minor_consent_age()

    locations.change_practice(practice=practice, jurisdiction="us-il", by=BY)

    strict = ages.majority_age(), ages.minor_consent_age()
    assert (usual, strict) == ((18, 14), (18, 12))


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2026, 3, 2), 18, date(2008, 3, 2)),
        (date(2028, 2, 29), 18, date(2010, 2, 28)),
        (date(2028, 2, 29), 8, date(2020, 2, 29)),
    ],
)
def test_the_same_day_some_years_earlier(day, years, before):
    assert ages.years_before(day, years) == before
