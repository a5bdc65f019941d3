"""STOP wins at once; what is more than a keyword is for people, too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import agreeing, opt_outs
from consent.models import OptOut
from consent.states import Channel
from messaging import hook_store, hooks, last_look, meant_the_visit
from messaging.models import Conversation, Delivery
from messaging.models.vendors import HookKind
from messaging.occasions import Occasion
from messaging.receiving import Media, receive
from practice.contact_frames import ContactFacts
from practice.models import Task
from tests import cast
from tests.consent.stopping import stop
from tests.messaging.hooking import text as form
from tests.messaging.households import aged, parent
from tests.messaging.incoming import NUMBER, answers, inbound, text

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def ours(settings):
    """The vendor leaves keywords to us."""
    settings.TWILIO_HANDLES_STOP = False


def is_stopped():
    return (NUMBER, Channel.TEXT) in opt_outs.standing([NUMBER])


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe", "QUIT", "alto"])
def test_a_bare_stop_stops_and_nobody_has_to_read_it(word, practice):
    message = text(word)

    assert is_stopped()
    assert (message.is_handled, message.is_waiting) == (True, False)


def test_where_the_vendor_answers_a_stop_we_do_not(practice):
    text("STOP")

    assert answers() == []


def test_where_it_does_not_the_one_answer_asks_about_scope(ours, practice):
    text("STOP")
    text("STOP")

    assert answers() == [Occasion.OPTED_OUT]
    answer = Delivery.objects.get()
    assert "VISITS" in answer.body
    assert answer.until_at - NOW == timedelta(minutes=5)
    assert answer.purpose == "opt_out_confirmation"


@pytest.mark.parametrize("words", ["please stop texting me", "no más mensajes"])
def test_free_words_stop_are_answered_and_read_by_people(words, practice):
    message = text(words)

    assert is_stopped()
    assert message.is_waiting
    assert answers() == [Occasion.OPTED_OUT]
    assert OptOut.objects.get().source == "words"


@pytest.mark.parametrize(
    "words", ["STOP I took them all", "ya no puedo más", "C, if I am still alive"]
)
def test_a_keyword_with_other_words_is_for_people_alone(words, practice):
    message = text(words)

    assert message.is_waiting
    assert not is_stopped()
    assert answers() == []


def test_the_vendors_own_word_counts_also_where_we_know_it_not(practice):
    message = text("ARRETEZ", opt_out="STOP")

    assert is_stopped()
    assert message.is_waiting


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_start_brings_texts_back(word, ours, practice):
    stop(NUMBER)

    message = text(word)

    assert not is_stopped()
    assert message.is_handled
    assert answers() == [Occasion.OPTED_IN]


def test_yes_means_nothing_to_stop_or_start_where_nothing_is_stopped(practice):
    assert text("Yes").is_waiting


@pytest.mark.parametrize(("word", "told"), [("HELP", []), ("ayuda", ["help"])])
def test_help_is_answered_once_and_read_by_people(word, told, practice):
    assert text(word).is_waiting
    text(word)

    assert answers() == told


def test_help_in_spanish_is_answered_in_spanish(practice):
    text("Ayuda")

    assert Delivery.objects.get().language == "es"


@pytest.mark.parametrize("vendors", ["", "START"])
def test_yes_where_nothing_is_stopped_answers_something_else(vendors, practice):
    message = text("Yes", opt_out=vendors)

    assert (message.is_waiting, message.outcome) == (True, "")


PICTURE = Media("https://api.example/media/1", "image/png")


@pytest.mark.parametrize(
    ("word", "media"), [("STOP", [PICTURE]), ("STOP \U0001f48a", []), ("stop?", [])]
)
def test_a_stop_with_a_picture_or_a_sign_counts_and_is_read(word, media, practice):
    message = text(word, media=media)

    assert is_stopped()
    assert message.is_waiting


def test_visits_with_a_picture_counts_and_is_read(practice):
    text("please stop texting me")

    message = text("VISITS", media=[PICTURE])

    assert not is_stopped()
    assert message.is_waiting


# VISITS -------------------------------------------------------------------------
def test_visits_after_free_words_brings_back_texts_about_visits(practice):
    text("please stop texting me")

    message = text("VISITS", now=NOW + timedelta(minutes=1))

    assert not is_stopped()
    assert message.is_handled
    assert Conversation.objects.get().visits_only_since_at
    assert answers() == [Occasion.OPTED_OUT, Occasion.VISITS_ONLY]


def test_visits_promises_nothing_where_the_vendor_blocks(practice):
    text("STOP")

    message = text("citas")

    assert is_stopped()
    assert message.is_waiting
    assert "START" in message.outcome
    assert answers() == []


def test_a_start_after_visits_keeps_to_visits(practice):
    text("STOP")
    text("VISITS")

    text("START")

    assert not is_stopped()
    assert Conversation.objects.get().visits_only_since_at


def test_a_second_start_widens_it_again(practice):
    text("STOP")
    text("VISITS")
    text("START")

    text("START")

    assert Conversation.objects.get().visits_only_since_at is None


def test_visits_without_a_stop_is_for_people(practice):
    assert text("visits?").is_waiting


# CANCEL -------------------------------------------------------------------------
def tasks():
    return list(Task.objects.values_list("title", "for_role"))


def test_a_bare_cancel_of_nobody_known_becomes_a_task(practice):
    message = text("Cancel")

    assert is_stopped()
    assert message.is_handled
    [(title, role)] = tasks()
    assert "Texted CANCEL" in title
    assert role == "front_desk"


def test_a_second_cancel_becomes_a_task_too(patient, practice):
    cast.make_contact(patient, value=NUMBER)
    text("CANCEL")

    text("CANCEL")

    assert len(tasks()) == 2


@pytest.fixture
def visit_tomorrow(patient, monkeypatch):
    facts = ContactFacts(NOW + timedelta(days=1), "America/New_York")
    for module in (meant_the_visit, agreeing):
        monkeypatch.setattr(
            module, "facts_of", lambda ids, *, now: dict.fromkeys(ids, facts)
        )
    cast.make_contact(patient, value=NUMBER)


@pytest.mark.parametrize("before", [0, 1], ids=["first", "stopped before"])
def test_cancel_of_a_visit_says_once_when_it_is(before, visit_tomorrow):
    for _stop in range(before):
        stop(NUMBER)

    text("CANCEL")

    about_the_visit = [title for title, _role in tasks() if "CANCEL" in title]
    assert len(about_the_visit) == 1
    assert "Tue 3 Mar" in about_the_visit[0]


def test_cancel_with_other_words_is_for_people(practice):
    message = text("cancel my appointment please")

    assert message.is_waiting
    assert not is_stopped()


def test_a_cancel_that_counts_as_it_is_stored_becomes_one_task(
    visit_tomorrow, account, now
):
    row = hook_store.store(HookKind.INBOUND, form("CANCEL"), now=now)

    hooks.work_one(row, now=now + timedelta(seconds=1))

    assert is_stopped()
    assert len([title for title, _role in tasks() if "CANCEL" in title]) == 1


# What comes late ----------------------------------------------------------------
LATER, AN_HOUR = NOW + timedelta(minutes=5), NOW + timedelta(hours=1)


def late(word):
    """Sent on time, and handed to us an hour after."""
    return receive(inbound(word, sent_at=NOW), now=AN_HOUR)


@pytest.mark.parametrize("word", ["START", "yes", "VISITS"])
def test_a_late_word_undoes_no_newer_stop(word, ours, practice):
    stop(NUMBER, now=LATER)

    message = late(word)

    assert is_stopped()
    assert message.is_waiting
    assert Conversation.objects.get().visits_only_since_at is None
    assert answers() == []


def test_a_late_stop_undoes_no_newer_start(practice):
    stop(NUMBER, now=NOW - timedelta(days=1))
    opt_outs.start_again(address=NUMBER, by=cast.FOUNDER, now=LATER)

    assert late("STOP").is_waiting
    assert not is_stopped()


def test_a_late_stop_counts_from_when_it_was_said(practice):
    assert late("STOP").is_handled
    assert OptOut.objects.get().happened_at == NOW


def test_a_late_start_lifts_an_older_stop(practice):
    stop(NUMBER, now=NOW - timedelta(days=1))

    assert late("START").is_handled
    assert not is_stopped()


# Family -------------------------------------------------------------------------
@pytest.fixture
def child(location):
    return aged(9, location)


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_a_parents_phone_is_answered(told, child, ours):
    of_family = parent(child, NUMBER, may_be_told=told)
    text("HELP")

    row = Delivery.objects.get(occasion=Occasion.HELP)
    whose = (child, of_family) if told else (None, None)
    assert (row.patient, row.caregiver) == whose
    [found] = last_look.look([row], now=NOW)
    assert found.goes


def test_a_patients_own_phone_is_answered_as_theirs(patient, ours):
    cast.make_contact(patient, value=NUMBER)
    text("HELP")

    row = Delivery.objects.get(occasion=Occasion.HELP)
    assert (row.patient, row.caregiver) == (patient, None)
