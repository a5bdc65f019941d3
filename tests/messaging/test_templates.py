"""Own words: written by one, approved by another, used until others are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from messaging import templates, wordings
from messaging.models import Template, TemplateState
from messaging.templates import (
    DraftThere,
    NeverApproved,
    NoDraft,
    SubjectMissing,
    WordsRefused,
    WrittenByThemselves,
)
from practice import staffing
from practice.models import Role, TrailEntry
from practice.versions import ChangedMeanwhile, Shown
from tests import cast
from tests.cast import MONDAY
from tests.messaging.worded import FIRST, REFUSED, SECOND, draft, in_use

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def writer(location):
    return cast.make_staff(Role.MANAGER, at=location, name="Will Writer")


def used(occasion="booked", language="en", now=LATER):
    words = wordings.load(now=now).own.get((occasion, language))
    return words.text if words else ""


def approve(template, by, **details):
    return templates.approve(template=template, by=by, **{"now": LATER} | details)


# Writing ---------------------------------------------------------------------
def test_a_draft_is_not_used(writer):
    row = draft(writer)

    assert (row.state, row.writer, row.written_at) == ("draft", writer, MONDAY)
    assert used() == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (REFUSED, "tells what kind of care"),
        (REFUSED, "end all texts to who answers"),
        ("{practice}: hello. STOP to end texts.", "{day} is missing"),
        ("{practice}: {day}, {time}.", "how to end them"),
        (f"{FIRST} {{link}}", "not known when this is sent"),
        (f"{FIRST} {{nonsense}}", "not something a message can name"),
        (FIRST + "x" * 320, "Too long"),
        ("", "nothing in it"),
    ],
)
def test_words_that_break_a_rule_are_refused_at_once(writer, text, why):
    with pytest.raises(WordsRefused, match=why.replace("{", r"\{")):
        draft(writer, text)

    assert not Template.objects.exists()


def test_words_that_only_cost_more_are_kept(writer):
    assert draft(writer, f"{FIRST} á").state == TemplateState.DRAFT


def test_an_e_mail_needs_a_subject(writer):
    text = "{practice}: {day}, {time}"

    with pytest.raises(SubjectMissing):
        draft(writer, text, occasion="week_before", subject=" ")

    assert draft(writer, text, occasion="week_before", subject="On {day}")


def test_a_subject_is_read_on_locked_screens_and_tells_nothing(writer):
    text = "{practice}: {day}, {time}"

    with pytest.raises(WordsRefused, match="Subject"):
        draft(writer, text, occasion="week_before", subject="Your therapy on {day}")


def test_there_is_one_draft_of_each(writer, manager):
    draft(writer)

    with pytest.raises(DraftThere):
        draft(manager)

    assert draft(manager, "{practice}: {day}, {time}. STOP: no más", language="es")


def test_whoever_changes_a_draft_is_its_writer(writer, manager):
    row = draft(writer)

    row = templates.change(template=row, text=SECOND, by=manager, now=LATER)

    assert (row.text, row.writer, row.written_at) == (SECOND, manager, LATER)


def test_whoever_saves_the_same_words_is_not(writer, manager):
    row = templates.change(template=draft(writer), text=FIRST, by=manager, now=LATER)

    assert row.writer == writer


def test_a_change_that_somebody_overtook_is_not_saved(writer, manager):
    row = draft(writer)
    shown = Shown.record(Template, row.pk)
    templates.change(template=row, text=SECOND, by=manager, now=LATER)

    with pytest.raises(ChangedMeanwhile):
        templates.change(
            template=row, text=FIRST + " x", by=writer, now=LATER, seen=shown
        )


# Approving -------------------------------------------------------------------
def test_words_are_used_once_somebody_else_approved_them(writer, manager):
    row = approve(draft(writer), manager)

    assert (row.state, row.approved_by, row.approved_at) == ("approved", manager, LATER)
    assert not row.is_approved_alone
    assert used() == FIRST


@pytest.mark.parametrize("is_alone", [True, False])
def test_nobody_approves_their_own_words_while_another_could(writer, manager, is_alone):
    row = draft(writer)

    with pytest.raises(WrittenByThemselves, match="somebody else has to approve"):
        approve(row, writer, is_alone=is_alone)

    assert templates.why_not_approved_by(row, writer)
    assert not templates.why_not_approved_by(row, manager)


def test_whoever_is_alone_approves_after_showing_who_they_are(writer):
    row = draft(writer)

    with pytest.raises(WrittenByThemselves, match="show once more"):
        approve(row, writer)

    assert approve(row, writer, is_alone=True).is_approved_alone


def test_a_colleague_who_left_is_nobody_to_wait_for(writer, manager):
    staffing.deactivate(staff=manager, by=writer)

    assert templates.is_left_alone(writer)


def test_new_words_take_the_place_of_the_former(writer, manager):
    former = in_use(writer, manager)
    row = approve(draft(writer, SECOND), manager)

    former.refresh_from_db()
    assert (former.state, former.retired_at) == (TemplateState.RETIRED, LATER)
    assert used() == row.text == SECOND


def test_what_is_approved_is_what_was_read(writer, manager):
    row = draft(writer)
    shown = Shown.record(Template, row.pk)
    templates.change(template=row, text=SECOND, by=writer, now=LATER)

    with pytest.raises(ChangedMeanwhile):
        approve(row, manager, seen=shown)


def test_a_rule_that_came_later_refuses_a_draft(writer, manager):
    row = draft(writer)
    with cast.by_hand():
        row.text = REFUSED
        row.save()

    with pytest.raises(WordsRefused):
        approve(row, manager)


def test_only_a_draft_is_approved(writer, manager):
    row = in_use(writer, manager)

    with pytest.raises(NoDraft):
        approve(row, manager)


# Back, and back again --------------------------------------------------------
def test_back_to_the_usual_words(writer, manager):
    row = in_use(writer, manager)

    templates.retire(template=row, by=manager, now=LATER)
    templates.retire(template=row, by=manager, now=LATER)

    assert used() == ""


def test_words_that_were_in_use_are_used_again(writer, manager):
    former = in_use(writer, manager)
    newer = approve(draft(writer, SECOND), manager)

    templates.use_again(template=former, by=manager, now=LATER)

    newer.refresh_from_db()
    assert newer.state == TemplateState.RETIRED
    assert used() == FIRST


def test_words_that_nobody_approved_are_never_used(writer, manager):
    row = draft(writer)
    for act in (templates.retire, templates.use_again):
        with pytest.raises(NeverApproved):
            act(template=row, by=manager, now=LATER)

    templates.throw_away(template=row, by=manager, now=LATER)

    with pytest.raises(NeverApproved):
        templates.use_again(template=row, by=manager, now=LATER)


def test_a_draft_that_was_thrown_away_is_taken_up_again(writer, manager):
    row = templates.throw_away(template=draft(writer), by=writer, now=LATER)
    assert row.state == TemplateState.RETIRED

    row = templates.take_up_again(template=row, by=writer)

    assert (row.state, row.retired_at) == (TemplateState.DRAFT, None)


def test_a_draft_is_not_taken_up_beside_another(writer, manager):
    row = templates.throw_away(template=draft(writer), by=writer, now=LATER)
    draft(writer)

    with pytest.raises(DraftThere):
        templates.take_up_again(template=row, by=writer)


def test_words_that_were_in_use_become_no_draft(writer, manager):
    row = templates.retire(template=in_use(writer, manager), by=manager, now=LATER)

    with pytest.raises(NoDraft):
        templates.take_up_again(template=row, by=writer)


def test_every_step_leaves_a_line(writer, manager):
    row = in_use(writer, manager)
    approve(draft(writer, SECOND), manager)
    templates.use_again(template=row, by=manager, now=LATER)
    templates.retire(template=row, by=manager, now=LATER)

    lines = TrailEntry.objects.filter(record="template", record_id=row.pk)
    assert list(lines.order_by("pk").values_list("kind", flat=True)) == [
        *("template.drafted", "template.approved", "template.replaced"),
        *("template.used_again", "template.retired"),
    ]


# In the database itself ------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [{"text": "other"}, {"subject": "x"}, {"occasion": "moved"}, {"language": "es"}],
)
def test_approved_words_stay_whatever_writes(writer, manager, change):
    row = in_use(writer, manager)
    for name, value in change.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError, match="template_words_stay"), cast.by_hand():
        row.save()


def test_a_drafts_words_may_change(writer):
    row = draft(writer)
    row.text = SECOND

    with cast.by_hand():
        row.save()

    assert Template.objects.get().text == SECOND


@pytest.mark.parametrize(
    "details",
    [
        {"state": "approved"},
        {"state": "retired"},
        {"retired_at": MONDAY},
        {"text": ""},
        {"state": "loud"},
        {"language": "vi"},
        {"occasion": "birthday"},
    ],
)
def test_rows_that_make_no_sense_are_refused(writer, details):
    usual = {"occasion": "moved", "language": "en", "text": "x"}
    usual |= {"writer": writer, "written_at": MONDAY}
    row = Template(**usual | details)

    with pytest.raises(IntegrityError), cast.by_hand():
        row.save()


def test_no_row_is_approved_by_its_writer_unless_alone(writer):
    row = draft(writer)
    row.state, row.approved_at, row.approved_by = "approved", MONDAY, writer

    with pytest.raises(IntegrityError), cast.by_hand():
        row.save()
