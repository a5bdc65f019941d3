"""Group messages: written, fixed, approved, sent in steps, stopped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from messaging import (
    audiences,
    campaign_sending,
    campaign_words,
    campaigns,
    wordings,
)
from messaging.campaigns import (
    AskedThemselves,
    BatchOpen,
    ListTooOld,
    NotADraft,
    TooSoonAlone,
    WordsMissing,
    WordsRefused,
)
from messaging.models import Campaign, CampaignRecipient
from messaging.states import Status
from practice import staffing
from practice.models import Role
from practice.states import IllegalMove
from tests import cast
from tests.cast import MONDAY, by_hand
from tests.messaging.campaigning import (
    CLOCK,
    ENGLISH,
    WORDS,
    arrived,
    bodies,
    draft,
    frozen,
    lines,
    people,
    started,
    statuses,
    tick,
)
from tests.messaging.households import parent
from tests.messaging.worded import in_use

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def other(location):
    return cast.make_staff(Role.MANAGER, at=location, name="Olga Other")


@pytest.fixture
def small(settings):
    """Three are many, and two go first."""
    settings.CAMPAIGN_APPROVAL_ABOVE, settings.CAMPAIGN_FIRST_BATCH = 2, 2


# Writing ---------------------------------------------------------------------
def test_own_words_are_needed_in_both_languages(manager):
    with pytest.raises(WordsMissing):
        draft(manager, text_en=ENGLISH)


@pytest.mark.parametrize("wrong", ["{practice}: reply CANCEL.", "{practice}: hello."])
def test_words_that_break_a_rule_are_refused_beside_their_field(manager, wrong):
    with pytest.raises(WordsRefused) as refusal:
        draft(manager, **WORDS | {"text_en": wrong})

    assert refusal.value.field == "text_en"


def test_a_list_is_drawn_when_it_is_fixed(manager, location):
    one, two = people(2, at=location)

    row = frozen(manager, one, two)

    assert lines(row) == [(one.pk, ""), (two.pk, "")]
    assert (row.state, row.reached, row.skipped, row.segments) == ("ready", 2, 0, 2)


def test_what_explains_texts_is_counted_apart_and_once_for_each_number(
    manager, location
):
    one, two = people(2, at=location)
    known = started(manager, one)
    tick()
    arrived(known)

    row = frozen(manager, one, two)

    assert (row.texts, row.segments) == (2, 2)
    assert row.first_segments == frozen(manager, two).first_segments > 0
    assert frozen(manager, one).first_segments == 0


def test_two_guardians_are_two_texts_of_one_line(manager, location, settings):
    settings.CAMPAIGN_APPROVAL_ABOVE = 1
    child = cast.make_patient(at=location, born_on=date(2018, 5, 17))
    for _turn in range(2):
        parent(child, cast.make_phone())

    row = frozen(manager, child)

    assert (row.reached, row.texts, row.state) == (1, 2, "waiting")


def test_nobody_is_chosen_by_no_answer(manager):
    row = campaigns.draft(title="All", by=manager, now=MONDAY)

    with pytest.raises(audiences.NobodyChosen):
        campaigns.freeze(campaign=row, by=manager, now=MONDAY)


def test_what_is_fixed_is_not_changed(manager, location):
    row = frozen(manager, *people(1, at=location))

    with pytest.raises(NotADraft):
        campaigns.change(campaign=row, title="Other", by=manager, now=MONDAY)


def test_back_to_a_draft_forgets_the_list(manager, location):
    row = frozen(manager, *people(1, at=location))

    row = campaigns.thaw(campaign=row, by=manager)

    assert (row.state, lines(row), row.frozen_at) == ("draft", [], None)


def test_the_usual_words_go_as_they_were_looked_at(manager, other, location):
    row = frozen(manager, *people(1, at=location))
    looked_at = campaign_words.shown(row, wordings.load(now=MONDAY))
    later = "{practice}: other words. STOP to end texts."
    in_use(other, manager, occasion="recall", text=later)

    campaigns.start(campaign=row, by=manager, now=MONDAY)
    row.refresh_from_db()
    shown = campaign_words.shown(row, wordings.load(now=MONDAY + DAY))
    tick(MONDAY + DAY)

    assert [one.bubbles for one in shown] == [one.bubbles for one in looked_at]
    assert "time for your next visit" in bodies(row)[0]


def test_back_in_a_draft_the_words_are_those_in_use(manager, other, location):
    row = frozen(manager, *people(1, at=location))
    later = "{practice}: other words. STOP to end texts."
    in_use(other, manager, occasion="recall", text=later)

    row = campaigns.thaw(campaign=row, by=manager)
    row = campaigns.freeze(campaign=row, by=manager, now=MONDAY + DAY)

    assert (row.kept_en, row.kept_es != "") == (later, True)


# Approving -------------------------------------------------------------------
def test_a_large_one_waits_for_somebody_else(manager, other, location, small):
    row = frozen(manager, *people(3, at=location))

    with pytest.raises(IllegalMove):
        campaigns.start(campaign=row, by=manager, now=MONDAY)
    with pytest.raises(AskedThemselves):
        campaigns.approve(campaign=row, by=manager, now=MONDAY + 3 * DAY)
    row = campaigns.approve(campaign=row, by=other, now=MONDAY)

    assert (row.state, row.approved_by, row.is_approved_alone) == (
        *("ready", other),
        False,
    )


def test_who_is_left_alone_approves_a_day_later_and_says_who_they_are(
    manager, location, small
):
    row = frozen(manager, *people(3, at=location))

    with pytest.raises(TooSoonAlone):
        campaigns.approve(campaign=row, by=manager, now=MONDAY, is_alone=True)
    with pytest.raises(AskedThemselves):
        campaigns.approve(campaign=row, by=manager, now=MONDAY + DAY)
    row = campaigns.approve(campaign=row, by=manager, now=MONDAY + DAY, is_alone=True)

    assert row.is_approved_alone


def test_who_wrote_it_approves_it_as_little_as_who_asked_for_it(
    manager, other, location, small
):
    row = draft(manager, *people(3, at=location))
    row = campaigns.freeze(campaign=row, by=other, now=MONDAY)

    for own in (manager, other):
        assert campaigns.why_not_approved_by(row, own, now=MONDAY)
        with pytest.raises(AskedThemselves):
            campaigns.approve(campaign=row, by=own, now=MONDAY + 3 * DAY)
    third = cast.make_staff(Role.MANAGER, at=location)
    row = campaigns.approve(campaign=row, by=third, now=MONDAY)

    assert (row.approved_by, row.is_approved_alone) == (third, False)


def test_the_database_knows_no_approval_by_who_wrote_it(
    manager, other, location, small
):
    row = draft(manager, *people(3, at=location))
    row = campaigns.freeze(campaign=row, by=other, now=MONDAY)

    rows = Campaign._base_manager.filter(pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic(), by_hand():
        rows.update(approved_by=manager, approved_at=MONDAY)


def test_an_approval_ends_with_the_list(manager, other, location, small):
    row = frozen(manager, *people(3, at=location))
    row = campaigns.approve(campaign=row, by=other, now=MONDAY)

    row = campaigns.thaw(campaign=row, by=manager)

    assert (row.approved_by, row.needs_approval) == (None, False)


def test_a_colleague_who_left_does_not_count(manager, other, location):
    assert not campaigns.is_left_alone(manager)

    staffing.deactivate(staff=other, by=cast.FOUNDER)

    assert campaigns.is_left_alone(manager)


# Sending ---------------------------------------------------------------------
def test_it_goes_once_to_everybody_and_is_done(manager, location):
    row = started(manager, *people(2, at=location), **WORDS)

    tick()
    row.refresh_from_db()
    assert row.state == "running"  # it still can be stopped
    arrived(row)
    tick(MONDAY + DAY)

    row.refresh_from_db()
    assert row.state == "done"
    assert len(bodies(row)) == 2
    assert "second floor" in bodies(row)[0]


def test_the_first_batch_goes_alone(manager, other, location, small):
    row = frozen(manager, *people(3, at=location))
    campaigns.approve(campaign=row, by=other, now=MONDAY)
    campaigns.start(campaign=row, by=manager, now=MONDAY)
    with pytest.raises(BatchOpen):
        campaigns.go_on(campaign=row, by=manager, now=MONDAY)

    tick()
    assert len(bodies(row)) == 2

    arrived(row)
    campaigns.go_on(campaign=row, by=manager, now=MONDAY)
    tick()
    assert len(bodies(row)) == 3


def test_the_rest_waits_until_the_first_batch_left(manager, location, settings):
    settings.CAMPAIGN_FIRST_BATCH = 2
    row = started(manager, *people(3, at=location))
    tick()
    with pytest.raises(BatchOpen):
        campaigns.go_on(campaign=row, by=manager, now=MONDAY)

    arrived(row)

    assert campaigns.go_on(campaign=row, by=manager, now=MONDAY).state == "running"


def test_a_list_that_was_drawn_long_ago_does_not_go(manager, location):
    row = frozen(manager, *people(1, at=location))

    with pytest.raises(ListTooOld):
        campaigns.start(campaign=row, by=manager, now=MONDAY + 7 * DAY + MINUTE)

    campaigns.start(campaign=row, by=manager, now=MONDAY + 7 * DAY)


def test_paused_and_resumed_it_goes_once(manager, location):
    row = started(manager, *people(2, at=location))
    tick_one_line(row)

    campaigns.pause(campaign=row, by=manager, now=MONDAY)
    assert statuses(row) == [Status.WITHDRAWN]
    campaigns.resume(campaign=row, by=manager)
    tick()

    assert statuses(row) == [Status.DUE, Status.DUE]


def tick_one_line(row):
    campaign_sending.hand_over(now=MONDAY, by=CLOCK, most=1)


def test_stopped_nothing_more_goes(manager, location):
    row = started(manager, *people(2, at=location))
    tick_one_line(row)

    row = campaigns.stop(campaign=row, by=manager, now=MONDAY)
    tick()

    assert statuses(row) == [Status.WITHDRAWN]
    with pytest.raises(IllegalMove):
        campaigns.resume(campaign=row, by=manager)


def test_who_goes_on_twice_is_told(manager, location):
    row = started(manager, *people(1, at=location))

    with pytest.raises(IllegalMove):
        campaigns.start(campaign=row, by=manager, now=MONDAY)
    with pytest.raises(IllegalMove):
        campaigns.go_on(campaign=row, by=manager, now=MONDAY)
    with pytest.raises(IllegalMove):
        campaigns.resume(campaign=row, by=manager)


# What the database keeps ------------------------------------------------------
def test_the_database_keeps_the_list_and_the_words(manager, location):
    row = started(manager, *people(2, at=location))
    rows = CampaignRecipient.objects.filter(campaign=row)
    wrong = [
        rows.delete,
        lambda: rows.update(turn=9),
        lambda: CampaignRecipient.objects.create(
            campaign=row, patient=people(1, at=location)[0], turn=3
        ),
        lambda: Campaign._base_manager.filter(pk=row.pk).update(title="Other"),
        lambda: Campaign._base_manager.filter(pk=row.pk).update(reached=9),
        lambda: Campaign._base_manager.filter(pk=row.pk).update(state="draft"),
    ]

    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), by_hand():
            act()
