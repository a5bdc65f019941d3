"""The pages of conversations: who sees what, and what a press does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Conversation, Delivery, Message
from messaging.states import Status
from practice import patients
from practice.models import Role, TrailEntry
from tests import cast
from tests.consent.stopping import stop
from tests.messaging.incoming import NUMBER, text

pytestmark = pytest.mark.django_db
OTHER = "+12125550188"


@pytest.fixture
def message(patient, now):
    cast.make_contact(patient, value=NUMBER)
    return text("May I bring my dog?")


@pytest.fixture
def page(message):
    return reverse("conversation", args=[message.conversation_id])


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


def listed(client, show="open"):
    return client.get(reverse("conversations"), {"show": show}).content.decode()


# The list -----------------------------------------------------------------------
def test_what_waits_is_listed_with_who_and_what(message, desk):
    found = listed(desk)

    assert "Paula" in found
    assert "May I bring my dog?" in found


def test_the_list_counts_as_a_look_at_whom_it_names(message, desk, patient):
    listed(desk)

    assert TrailEntry.objects.filter(kind="seen.conversations", patient_id=patient.pk)


def test_what_is_done_moves_to_the_other_list(message, desk):
    desk.post(
        reverse("conversation_done", args=[message.conversation_id]),
        {"seen": message.pk},
    )

    assert "Everything is answered" in listed(desk)
    assert "dog" in listed(desk, "done")


def test_the_desk_of_another_place_sees_nothing(message, page, as_, stranger):
    client = as_(stranger)

    assert "dog" not in listed(client)
    assert client.get(page).status_code == 404


def test_the_clinician_of_the_place_reads_and_answers(message, page, as_, clinician):
    assert "dog" in as_(clinician).get(page).content.decode()


def test_an_auditor_reads_no_messages(message, page, as_, auditor):
    assert as_(auditor).get(page).status_code == 403


def test_a_message_from_nobody_known_is_seen_by_every_desk(as_, stranger, now):
    text("Do you take new patients?", sender=OTHER)

    client = as_(stranger)
    assert "new patients" in listed(client, "loose")
    assert "…0188" in listed(client, "loose")


def test_a_message_that_is_not_filed_is_seen_where_it_may_belong(
    patient, location, desk, as_, stranger, clinician, now
):
    for one in (patient, cast.make_patient(at=location)):
        cast.make_contact(one, value=NUMBER)
    text("It is me")

    assert "It is me" in listed(desk, "loose")
    assert "It is me" not in listed(as_(stranger), "loose")
    assert "It is me" not in listed(as_(clinician), "loose")


@pytest.mark.parametrize("shown", ["open", "loose", "done"])
def test_the_list_takes_as_many_queries_for_many(shown, location, desk, now):
    def queries():
        desk.get(reverse("conversations"), {"show": shown})
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("conversations"), {"show": shown})
        return len(asked)

    _write(location, 0, 1, shown)
    few = queries()
    _write(location, 1, 20, shown)

    assert queries() == few


def _write(location, first, last, shown):
    for number in range(first, last):
        address = f"+1213555{1000 + number}"
        if shown != "loose":
            one = cast.make_patient(at=location)
            cast.make_contact(one, value=address)
        text("Hello", sender=address)
    if shown == "done":
        Message.objects.update(is_waiting=False)
        Conversation.objects.update(state="done", open_since_at=None)


# One conversation ----------------------------------------------------------------
def test_both_directions_stand_in_one_line(message, page, desk):
    desk.post(page, {"body": "Yes, dogs are welcome."})

    found = desk.get(page).content.decode()

    assert found.index("May I bring my dog?") < found.index("dogs are welcome")
    assert "Fran Desk" in found
    assert "Waits" in found


def test_what_is_on_a_closed_chart_is_counted_and_not_shown(
    message, page, desk, far_location
):
    secret = text("a secret of another")
    other = cast.make_patient(at=far_location)
    Message.objects.filter(pk=secret.pk).update(patient=other)

    found = desk.get(page).content.decode()

    assert "a secret of another" not in found
    assert "1 message here is not shown" in found


def test_a_reply_leaves_in_a_minute_and_can_be_taken_back(message, page, desk):
    desk.post(page, {"body": "Yes."})
    row = Delivery.objects.get()

    back = desk.post(reverse("reply_undo", args=[row.pk]), follow=True)

    row.refresh_from_db()
    assert row.status == Status.WITHDRAWN
    assert ">\nYes.</textarea>" in back.content.decode()


def test_a_reply_may_end_it(message, page, desk):
    desk.post(page, {"body": "Yes.", "then": "done"})

    assert Conversation.objects.get().state == "done"
    assert Delivery.objects.get().patient == message.patient


def test_a_reply_that_is_sent_twice_goes_once(message, page, desk):
    key = "0b0d9a1e-6a43-4a5f-8a3b-3c2a49b3b6a1"

    for _press in range(2):
        desk.post(page, {"body": "Yes.", "submission": key})

    assert Delivery.objects.count() == 1


def test_a_dear_reply_is_shown_with_its_cost_first(message, page, desk):
    long = "Please come " * 20

    first = desk.post(page, {"body": long})

    assert first.status_code == 422
    assert "charged as 2 texts" in first.content.decode()
    assert 'name="parts" value="2"' in first.content.decode()
    assert desk.post(page, {"body": long, "parts": "2"}).status_code == 302


def test_what_a_stop_refuses_stays_in_the_box(message, page, desk):
    stop(NUMBER)

    refused = desk.post(page, {"body": "Are you sure?"})

    assert refused.status_code == 422
    assert "Are you sure?" in refused.content.decode()
    assert not Delivery.objects.exists()


def test_the_page_says_first_that_texts_are_stopped(message, page, desk):
    stop(NUMBER)

    assert "until they text START" in desk.get(page).content.decode()


def test_done_refuses_what_nobody_read(message, desk):
    text("Another one")

    answer = desk.post(
        reverse("conversation_done", args=[message.conversation_id]),
        {"seen": message.pk},
        follow=True,
    )

    assert "Another message came in meanwhile" in answer.content.decode()
    assert Conversation.objects.get().is_open


def test_done_says_where_others_have_to_read(message, desk, far_location):
    secret = text("a secret of another")
    other = cast.make_patient(at=far_location)
    Message.objects.filter(pk=secret.pk).update(patient=other)

    done = reverse("conversation_done", args=[message.conversation_id])
    answer = desk.post(done, {"seen": secret.pk}, follow=True)

    assert "but for what others have to read" in answer.content.decode()
    assert list(Message.objects.filter(is_waiting=True)) == [secret]


def test_done_is_undone(message, desk):
    talk = message.conversation_id
    desk.post(reverse("conversation_done", args=[talk]), {"seen": message.pk})

    desk.post(reverse("conversation_reopen", args=[talk]))

    assert Conversation.objects.get().is_open


def test_by_glass_it_is_read_and_not_answered(
    message, page, as_, stranger, patient, now
):
    cast.break_in(stranger, patient, now=now)
    client = as_(stranger)

    assert "dog" in client.get(page).content.decode()
    for about in ("", patient.pk):
        client.post(page, {"body": "Yes.", "about": about})
    client.post(f"{page}done/", {"seen": 99})
    assert not Delivery.objects.exists()
    assert Conversation.objects.get().is_open


# Filing --------------------------------------------------------------------------
def test_a_message_is_filed_to_whoever_has_the_number(location, patient, desk, now):
    for one in (patient, cast.make_patient(at=location)):
        cast.make_contact(one, value=NUMBER)
    row = text("It is me")
    url = reverse("message_file", args=[row.pk])

    assert "They have this number" in desk.get(url).content.decode()
    desk.post(url, {"chart": patient.pk})

    assert Message.objects.get().patient == patient


def test_and_that_is_taken_back(patient, desk, now):
    row = text("It is me")
    desk.post(reverse("message_file", args=[row.pk]), {"chart": patient.pk})

    desk.post(reverse("message_unfile", args=[row.pk]))

    assert Message.objects.get().patient is None


def test_the_rest_goes_along_where_that_is_ticked(patient, desk, now):
    row = text("It is me")
    text("Again")

    desk.post(
        reverse("message_file", args=[row.pk]), {"chart": patient.pk, "rest": "yes"}
    )

    assert Message.objects.filter(patient=patient).count() == 2


def test_a_chart_of_another_place_is_not_filed_to(desk, far_location, now):
    row = text("It is me")
    other = cast.make_patient(at=far_location)

    answer = desk.post(reverse("message_file", args=[row.pk]), {"chart": other.pk})

    assert answer.status_code == 404
    assert Message.objects.get().patient is None


# Around it ------------------------------------------------------------------------
def test_the_rail_counts_what_waits(message, desk):
    assert 'class="rail-count">1<' in desk.get("/tasks/").content.decode()


def test_today_says_what_waits_the_longest_first(message, desk):
    found = desk.get(reverse("today")).content.decode()

    assert "Messages to answer" in found
    assert "Paula" in found


def test_the_chart_shows_what_was_said(message, desk, patient):
    found = desk.get(reverse("patient", args=[patient.pk])).content.decode()

    assert found.count("May I bring my dog?") == 2  # the panel and the timeline
    assert reverse("text_new", args=[patient.pk]) in found


def test_a_text_is_written_from_the_chart(patient, desk, now):
    point = cast.make_contact(patient, value=NUMBER)
    url = reverse("text_new", args=[patient.pk])

    answer = desk.post(url, {"to": point.pk, "body": "Please call us."}, follow=True)

    assert "Please call us." in answer.content.decode()
    assert Delivery.objects.get().address == NUMBER


def test_a_chart_without_a_phone_says_what_to_do(patient, desk, now):
    found = desk.get(reverse("text_new", args=[patient.pk])).content.decode()

    assert "No phone on this chart" in found


def test_the_cost_is_counted_while_one_writes(desk, now):
    answer = desk.post(reverse("text_parts"), {"body": "x" * 161})

    assert "charged as 2 texts" in answer.content.decode()


def test_managers_learn_that_something_waits_on_a_closed_chart(
    message, as_, manager, patient
):
    patients.restrict(patient=patient, is_restricted=True, reason="staff", by=manager)

    found = listed(as_(manager))

    assert "From charts that are closed to you" in found
    assert "dog" not in found


def test_late_is_said_in_words(message, desk, now):
    Conversation.objects.update(open_since_at=now - timedelta(hours=1))

    assert "waits too long" in listed(desk)


def test_a_second_role_adds_up(message, location, as_, page):
    both = cast.make_staff(Role.AUDITOR, Role.FRONT_DESK, at=location)

    assert as_(both).get(page).status_code == 200
