"""Opening a chart outside the usual rules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import break_glass, merging, patients, today, work
from practice.models import BreakGlass, BreakGlassReason, Patient, Role, Task
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
HOUR = timedelta(hours=1)
WHY = "Covering for Cleo, who is ill today."


@pytest.fixture
def open_chart(patient, stranger):
    def act(reason="cover", explanation=WHY, now=NOW, staff=stranger):
        return break_glass.open_chart(
            staff=staff,
            patient=patient,
            reason=reason,
            explanation=explanation,
            by=staff,
            now=now,
        )

    return act


def review(glass, by, *, was_justified=True, note="Checked the rota."):
    return break_glass.review(
        glass=glass, was_justified=was_justified, note=note, by=by, now=NOW + HOUR
    )


def can_open(staff, now=NOW):
    return Patient.objects.visible_to(staff, now=now).exists()


# Opening --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "is_open"), [(-1, True), (0, True), (59, True), (60, False)]
)
def test_a_chart_is_open_for_an_hour(open_chart, stranger, minutes, is_open):
    open_chart()

    moment = NOW + timedelta(minutes=minutes)

    assert can_open(stranger, now=moment) is is_open


def test_it_opens_one_chart_to_one_person(open_chart, stranger, auditor, location):
    other = cast.make_patient(at=location)

    glass = open_chart()

    visible = Patient.objects.visible_to(stranger, now=NOW)
    assert list(visible) == [glass.patient]
    assert other not in visible
    assert not can_open(auditor)


@pytest.mark.parametrize("explanation", ["", "because", " because  \n  yes ", "x" * 14])
def test_a_reason_needs_a_sentence(open_chart, explanation):
    with pytest.raises(break_glass.ExplanationTooShort) as refusal:
        open_chart(explanation=explanation)

    assert refusal.value.field == "explanation"
    assert not BreakGlass.objects.exists()


def test_a_crisis_needs_none(open_chart, stranger):
    open_chart(reason=BreakGlassReason.CRISIS, explanation="")

    assert can_open(stranger)


def test_the_managers_are_told_at_once(open_chart):
    glass = open_chart()

    task = Task.objects.get()
    assert (task.for_role, task.kind) == (Role.MANAGER, "break_glass.review")
    assert task.due_at == NOW + timedelta(hours=72)
    assert task.path == f"/break-glass/{glass.pk}/"


def test_what_is_open_is_not_opened_twice(open_chart):
    first, second = open_chart(), open_chart(now=NOW + HOUR / 2)

    assert first == second
    assert Task.objects.count() == 1


def test_after_the_hour_a_new_reason_is_asked(open_chart, stranger):
    first, second = open_chart(), open_chart(now=NOW + HOUR)

    assert first != second
    assert can_open(stranger, now=NOW + HOUR)


def test_a_chart_can_be_given_back_early(open_chart, stranger):
    glass = open_chart()

    break_glass.close_chart(glass=glass, by=stranger, now=NOW + HOUR / 4)
    again = break_glass.close_chart(glass=glass, by=stranger, now=NOW + HOUR / 2)

    assert not can_open(stranger, now=NOW + HOUR / 2)
    assert again.ended_at == NOW + HOUR / 4


def test_a_restricted_chart_opens_too(open_chart, patient, stranger):
    patients.restrict(patient=patient, is_restricted=True, by=BY)

    open_chart()

    assert can_open(stranger)


def test_the_glass_is_known_on_the_chart_that_stands_for_it(
    open_chart, patient, stranger, location
):
    glass = open_chart()
    head = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=head, by=BY, now=NOW)

    found = break_glass.open_glass(staff=stranger, patient=head, now=NOW)

    assert found == glass
    assert can_open(stranger)


# Reviewing ------------------------------------------------------------------
def test_a_second_person_says_what_they_think(open_chart, manager):
    glass = review(open_chart(), by=manager, was_justified=False)

    assert (glass.was_justified, glass.reviewed_by) == (False, manager)
    assert glass.reviewed_at == NOW + HOUR
    assert not break_glass.unreviewed().exists()


def test_a_review_settles_its_task(open_chart, manager):
    review(open_chart(), by=manager)

    task = Task.objects.get()
    assert (task.done_by, task.done_at) == (manager, NOW + HOUR)


def test_only_the_review_finishes_its_task(open_chart, manager):
    glass = open_chart()

    with pytest.raises(work.NotTickedOff, match="Write the review"):
        work.finish(task=Task.objects.get(), by=manager, now=NOW)

    review(glass, by=manager)
    with pytest.raises(work.NotTickedOff, match="Correct the review"):
        work.reopen(task=Task.objects.get(), by=manager)
    assert Task.objects.get().done_by == manager


def test_who_opened_a_chart_is_not_asked_to_review_it(open_chart, manager, patient):
    other = cast.make_staff(Role.MANAGER, at=[], name="Moe Manager")
    open_chart(staff=manager)
    mine = cast.make_task(to=Role.MANAGER, patient=patient)
    review_task = Task.objects.get(kind=Task.REVIEW)

    assert list(today.for_roles(manager, now=NOW)) == [mine]
    assert review_task in today.for_roles(other, now=NOW)
    assert review_task not in today.within_reach(manager, now=NOW)


def test_nobody_reviews_their_own(open_chart, manager):
    glass = open_chart(staff=manager)

    with pytest.raises(break_glass.OwnReview):
        review(glass, by=manager)

    assert list(break_glass.unreviewed()) == [glass]


def test_a_review_is_not_overwritten_by_another_person(open_chart, manager, auditor):
    glass = review(open_chart(), by=manager)

    with pytest.raises(break_glass.AlreadyReviewed, match="Mary Manager already"):
        review(glass, by=auditor, was_justified=False)

    assert BreakGlass.objects.get().was_justified


def test_who_reviewed_may_correct_it(open_chart, manager):
    glass = review(open_chart(), by=manager)

    review(glass, by=manager, was_justified=False, note="Not on the rota.")

    corrected = BreakGlass.objects.get()
    assert (corrected.was_justified, corrected.review_note) == (
        False,
        "Not on the rota.",
    )


def test_the_oldest_waits_first(open_chart, patient, manager, auditor):
    later = open_chart(staff=auditor, now=NOW + HOUR)
    first = open_chart()
    review(open_chart(staff=manager), by=auditor)

    assert list(break_glass.unreviewed()) == [first, later]
