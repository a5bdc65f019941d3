"""The pages where a practice words its messages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from messaging import occasion_pages
from messaging.models import Template, TemplateState
from messaging.occasions import Occasion
from practice import locations
from practice.models import Practice, Role
from tests import cast
from tests.cast import FOUNDER
from tests.messaging.worded import FIRST, REFUSED, SECOND, draft, in_use

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
BOOKED = reverse("wording", args=["booked", "en"])
EDIT = reverse("wording_edit", args=["booked", "en"])
PREVIEW = reverse("wording_preview", args=["booked", "en"])
OVERVIEW, NAME = reverse("wordings"), reverse("message_name")


@pytest.fixture
def writer(location):
    return cast.make_staff(Role.MANAGER, at=location, name="Will Writer")


@pytest.fixture
def desk(as_, manager):
    return as_(manager)


def version(name, row):
    return reverse(f"wording_{name}", args=[row.pk])


def of(response, name):
    return response.context[name]


# The list --------------------------------------------------------------------
def test_every_occasion_stands_in_one_group():
    listed = [one for _title, some in occasion_pages.GROUPS for one in some]

    assert sorted(listed) == sorted(Occasion)


def test_the_list_says_whose_words_are_in_use(desk, writer, manager):
    in_use(writer, manager)
    draft(writer, SECOND)

    [cell] = [
        row.cells[0]
        for group in of(desk.get(OVERVIEW), "groups")
        for row in group.rows
        if row.occasion == "booked"
    ]

    assert (cell.is_own, cell.has_draft) == (True, True)


@pytest.mark.parametrize("page", [OVERVIEW, BOOKED])
def test_auditors_read_and_do_not_write(as_, auditor, writer, manager, page):
    in_use(writer, manager)
    browser = as_(auditor)

    assert EDIT not in browser.get(page).text
    assert browser.get(EDIT).status_code == 403


@pytest.mark.parametrize("page", [OVERVIEW, BOOKED, EDIT, NAME])
def test_the_desk_does_not_read_them(as_, front_desk, page):
    assert as_(front_desk).get(page).status_code == 403


@pytest.mark.parametrize("address", ["birthday/en", "booked/vi", "booked/EN"])
def test_what_is_no_message_is_not_there(desk, address):
    assert desk.get(f"/messages/wordings/{address}/").status_code == 404


def test_the_list_asks_as_often_however_many_words_there_are(
    desk, writer, manager, django_assert_max_num_queries
):
    desk.get(OVERVIEW)
    with django_assert_max_num_queries(20) as few:
        desk.get(OVERVIEW)
    for occasion in ("moved", "same_day", "called_off"):
        in_use(writer, manager, occasion=occasion)
        draft(writer, SECOND, occasion=occasion)

    with django_assert_max_num_queries(len(few)):
        desk.get(OVERVIEW)


# One message -----------------------------------------------------------------
def test_a_message_is_shown_as_it_arrives(desk):
    page = desk.get(BOOKED)

    assert "Linden Street Practice: your visit is booked for Tue 3 March" in page.text
    assert "one text, room for" in page.text


def test_a_draft_stands_beside_what_is_in_use(desk, writer, manager):
    in_use(writer, manager)
    draft(writer, SECOND)

    page = desk.get(BOOKED)

    assert [name for name, _pieces in of(page, "changes")] == ["Words"]
    assert "Written by Will Writer, approved by Mary Manager" in page.text
    assert "Waits for approval" in page.text


def test_what_was_used_before_can_be_looked_at(desk, writer, manager):
    former = in_use(writer, manager)
    in_use(writer, manager, SECOND)

    assert version("version", former) in desk.get(BOOKED).text
    page = desk.get(version("version", former))
    assert "Use these words again" in page.text
    assert of(page, "changes")


def test_its_history_is_there(desk, writer, manager):
    row = in_use(writer, manager)

    page = desk.get(reverse("record_history", args=["template", row.pk]))

    assert "Words for messages approved" in page.text


# Writing ---------------------------------------------------------------------
def test_words_begin_as_those_in_use(desk):
    form = of(desk.get(EDIT), "form")

    assert form.initial["text"].startswith("{practice}: your visit is booked")
    assert "subject" not in form.fields


def test_an_e_mail_has_a_subject(desk):
    page = desk.get(reverse("wording_edit", args=["week_before", "en"]))

    assert of(page, "form").initial["subject"] == "Your visit on {day}"


def send(desk, url=EDIT, **answers):
    form = of(desk.get(url), "form")
    carried = {
        name: form.fields[name].initial for name in ("version",) if name in form.fields
    }
    return desk.post(url, {**carried, **answers})


def test_a_draft_is_saved(desk, manager):
    answer = send(desk, text=SECOND)

    assert answer.url == BOOKED
    row = Template.objects.get()
    assert (row.text, row.writer, row.state) == (SECOND, manager, "draft")


def test_a_draft_is_changed(desk, writer, manager):
    row = draft(writer)

    send(desk, text=SECOND)

    row.refresh_from_db()
    assert (row.text, row.writer) == (SECOND, manager)


def test_refused_words_stay_in_the_field_with_the_reason(desk):
    answer = send(desk, text=REFUSED)

    assert answer.status_code == 422
    form = of(answer, "form")
    assert "tells what kind of care" in form.errors["text"][0]
    assert form["text"].value() == REFUSED


def test_who_was_overtaken_reads_by_whom(desk, writer):
    page = of(desk.get(EDIT), "form")
    draft(writer)

    version = page.fields["version"].initial
    answer = desk.post(EDIT, {"text": SECOND, "version": version})

    assert "Will Writer" in answer.text
    assert Template.objects.get().text == FIRST


def test_a_look_without_a_script_saves_nothing(desk):
    answer = send(desk, text=REFUSED, look="1")

    assert answer.status_code == 200
    assert "This cannot be saved yet" in answer.text
    assert of(answer, "form")["text"].value() == REFUSED
    assert not of(answer, "form").errors
    assert not Template.objects.exists()


def test_what_is_typed_is_looked_at_as_it_is_typed(desk):
    answer = desk.post(PREVIEW, {"text": f"{FIRST} á" + "x" * 60})

    assert "sent and paid for as 3 texts, by “á”" in answer.text
    assert "Look at this once more" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("text", ["", "{", "{nonsense}", "x" * 5000, "a\x00b"])
def test_nothing_that_is_typed_breaks_the_look(desk, text):
    assert desk.post(PREVIEW, {"text": text}).status_code == 200


def test_the_look_names_the_practice_as_messages_do(desk, practice):
    locations.change_practice(practice=practice, message_name="Linden", by=FOUNDER)

    assert "Linden: see you" in desk.post(PREVIEW, {"text": FIRST}).text


# Approving and the way back --------------------------------------------------
def test_another_person_approves(desk, writer):
    row = draft(writer)
    url = version("approve", row)
    assert "What patients will get" in desk.get(url).text

    send(desk, url)

    row.refresh_from_db()
    assert row.state == TemplateState.APPROVED


def test_the_writer_is_not_offered_to_approve(as_, writer, manager):
    row = draft(writer)
    browser = as_(writer)

    page = browser.get(BOOKED)

    assert "somebody else has to approve it" in page.text
    assert version("approve", row) not in page.text
    assert "somebody else has to approve" in send(browser, version("approve", row)).text


def test_whoever_is_alone_shows_again_who_they_are(as_, writer, settings):
    row = draft(writer)
    browser = as_(writer)
    url = version("approve_alone", row)
    assert url in browser.get(BOOKED).text
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    assert "reauthenticate" in browser.get(url).url
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

    send(browser, url)

    row.refresh_from_db()
    assert row.is_approved_alone


def test_an_approval_is_undone(desk, writer, manager):
    former = in_use(writer, manager)
    row = draft(writer, SECOND)
    send(desk, version("approve", row))

    desk.post(version("use_again", former))

    assert Template.objects.in_use().get() == former


def test_back_to_the_usual_words_and_back_again(desk, writer, manager):
    row = in_use(writer, manager)

    desk.post(version("retire", row))
    assert not Template.objects.in_use().exists()

    desk.post(version("use_again", row))
    assert Template.objects.in_use().get() == row


def test_a_draft_is_thrown_away_and_taken_up(desk, writer):
    row = draft(writer)

    desk.post(version("drop", row))
    assert not Template.objects.drafts().exists()

    desk.post(version("take_up", row))
    assert Template.objects.drafts().get() == row


# The name --------------------------------------------------------------------
def test_the_name_for_messages_is_chosen(desk, practice):
    send(desk, NAME, message_name="Linden")

    assert Practice.objects.get().message_name == "Linden"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Linden Psychiatry", "tells why people come"),
        ("Lindén á", "dearer"),
        ("{day}", "brace"),
        ("x" * 26, "at most 25"),
    ],
)
def test_a_name_that_will_not_do_is_refused(desk, practice, name, why):
    answer = send(desk, NAME, message_name=name)

    assert why in of(answer, "form").errors["message_name"][0]


def test_a_name_that_tells_too_much_is_pointed_out(desk, practice):
    locations.change_practice(practice=practice, name="Elm Psychiatry", by=FOUNDER)

    assert "“Psychiatry” in the usual name" in desk.get(OVERVIEW).text


def test_the_settings_lead_there(desk):
    page = desk.get(reverse("settings_home")).text

    assert OVERVIEW in page
    assert NAME in page
