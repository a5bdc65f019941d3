"""Two who approve, or begin a draft, at one moment: one of them does."""

from __future__ import annotations

import pytest

from messaging import templates, wordings
from messaging.models import Template, TemplateState
from practice.patience import patiently
from practice.rules import NotPossible
from tests import cast
from tests.cast import MONDAY
from tests.messaging.worded import FIRST, SECOND, draft, in_use
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writer(location):
    return cast.make_staff("manager", at=location)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_draft_is_approved_once(writer, manager, _round):
    in_use(writer, manager)
    row = draft(writer, SECOND)

    outcome = run_together(
        8,
        lambda _number: patiently(
            lambda: templates.approve(template=row, by=manager, now=MONDAY)
        ),
    )

    assert len(outcome.results) == 1
    assert all(isinstance(error, NotPossible) for error in outcome.errors)
    assert Template.objects.in_use().get().text == SECOND


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_draft_is_begun(writer, manager, _round):
    outcome = run_together(8, lambda _number: patiently(lambda: draft(writer)))

    assert len(outcome.results) == 1
    assert Template.objects.drafts().count() == 1
    # By the look before, or by the index: both are sentences for the person.
    assert all(str(error) for error in outcome.errors)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_is_in_use_when_some_are_approved_and_some_are_used_again(
    writer, manager, _round
):
    former = in_use(writer, manager)
    newer = draft(writer, SECOND)
    acts = [
        lambda: templates.approve(template=newer, by=manager, now=MONDAY),
        lambda: templates.use_again(template=former, by=manager, now=MONDAY),
        lambda: templates.retire(template=former, by=manager, now=MONDAY),
    ]

    run_together(9, lambda number: patiently(acts[number % 3]))

    assert Template.objects.in_use().count() <= 1
    assert wordings.load(now=MONDAY).own.get(("booked", "en"), ("",))[0] in (
        *("", FIRST, SECOND),
    )
    assert not Template.objects.filter(state=TemplateState.DRAFT).exists()
