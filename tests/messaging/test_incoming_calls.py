"""Calls that come in: the menu, the desk, a message, and the text that answers one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import opt_outs
from consent.states import Channel, Source
from messaging import hooks, missed_calls, phone_pins, spoken, tasks_hooks
from messaging.models import Delivery, HookCall, IncomingCall, Message, PhonePin
from practice import contacts, work
from practice.models import Task
from tests import cast
from tests.messaging.hooking import PHONE
from tests.messaging.ringing import ask, form, read, report, sid

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("account", "practice", "location"),
]
DESK = "+12125550199"
DAY = timedelta(days=1)


def tags(said):
    return [one.tag for one in read(said).iter()][1:]


def end(number=1, word="completed", **more):
    report(word, form(number, **more))


def texts():
    return Delivery.objects.filter(purpose="missed_call")


@pytest.fixture
def known(patient):
    """The number is on one chart, and may be texted."""
    return cast.make_contact(patient, value=PHONE)


def test_a_caller_hears_a_menu_that_names_emergencies_first(practice):
    said = ask(form())

    assert said.index("In an emergency") < said.index("press 1")
    assert "9 1 1" in said
    assert practice.name in said
    assert "press 3" not in said  # no desk to put them through to
    assert IncomingCall.objects.get().address == PHONE


def test_spanish_is_a_key_away_and_stays():
    said = ask(form(Digits="8"), s="menu", n=1, l="en")

    assert 'language="es-US"' in said
    assert "l=es" in said


@pytest.mark.parametrize(("key", "next_is"), [("1", "s=pin"), ("2", "s=recorded")])
def test_after_spanish_the_next_key_counts_in_the_same_call(key, next_is):
    ask(form())
    ask(form(Digits="8"), s="menu", n=1, l="en")
    said = ask(form(Digits=key), s="menu", n=1, l="es")

    assert next_is in said
    assert "l=es" in said


def test_after_spanish_the_desk_is_a_key_away(settings):
    settings.TWILIO_DESK_NUMBER = DESK
    ask(form(Digits="8"), s="menu", n=1, l="en")
    said = ask(form(Digits="3"), s="menu", n=1, l="es")

    assert read(said)[0][0].text == DESK


def test_spanish_twice_goes_on_to_the_next_round():
    ask(form(Digits="8"), s="menu", n=1, l="en")
    said = ask(form(Digits="8"), s="menu", n=1, l="es")

    assert "n=2" in said
    assert "l=es" in said


def test_who_reads_spanish_hears_it_at_once(patient, known, now):
    from practice import patients

    patients.change_details(
        patient=patient, by=cast.FOUNDER, now=now, written_language="es"
    )

    assert "Habla con" in ask(form())


def test_who_wants_to_talk_is_put_through(settings):
    settings.TWILIO_DESK_NUMBER = DESK
    assert "press 3" in ask(form())
    said = ask(form(Digits="3"), s="menu", n=1, l="en")
    assert read(said)[0][0].text == DESK

    over = ask(form(DialCallStatus="completed"), s="dialled", n=1, l="en")
    end()
    assert tags(over) == ["Hangup"]
    assert IncomingCall.objects.get().outcome == "talked"
    assert not texts().exists()
    assert not Task.objects.filter(kind="call.missed").exists()


@pytest.mark.parametrize("word", ["busy", "no-answer", "failed", "", "x"])
def test_where_the_desk_takes_nothing_a_message_may_be_left(settings, word):
    settings.TWILIO_DESK_NUMBER = DESK
    said = ask(form(DialCallStatus=word), s="dialled", n=1, l="en")

    assert "Record" in tags(said)


def test_a_message_waits_for_people_with_its_recording(known, patient):
    ask(form())
    assert "Record" in tags(ask(form(Digits="2"), s="menu", n=1, l="en"))
    url = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{'RE1'}"
    more = {"RecordingUrl": url, "RecordingSid": "RE1", "RecordingDuration": "9"}
    for _time in range(2):
        said = ask(form(**more), s="recorded", n=1, l="en")
    end()

    message = Message.objects.get()
    assert (message.is_waiting, message.patient) == (True, patient)
    assert message.conversation.channel == Channel.CALL
    assert message.attachments.get().url == f"{url}.mp3"
    assert "Thank you" in said
    assert IncomingCall.objects.get().outcome == "message"
    assert not texts().exists()


@pytest.mark.parametrize("number", ["", "anonymous", "Restricted", "+266696687"])
def test_who_calls_without_a_number_is_told_whom_to_call(number):
    said = ask(form(From=number))
    end(From=number)

    assert "Please call us at" in said
    assert not Task.objects.filter(kind="call.missed").exists()


def test_who_presses_nothing_comes_to_people(settings):
    for count in (1, 2):
        assert "Gather" in tags(ask(form(), s="menu", n=count, l="en"))
    assert "Record" in tags(ask(form(), s="menu", n=3, l="en"))

    settings.TWILIO_DESK_NUMBER = DESK
    said = ask(form(2), s="menu", n=3, l="en")
    assert read(said)[0][0].text == DESK


def test_who_presses_nothing_and_has_no_number_is_told_whom_to_call():
    said = ask(form(From="anonymous"), s="menu", n=3, l="en")

    assert "Please call us at" in said
    assert "Record" not in tags(said)


# The PIN ----------------------------------------------------------------------------
@pytest.fixture
def pin(known, patient, front_desk, now):
    contacts.change(
        point=known,
        value=PHONE,
        by=cast.FOUNDER,
        now=now,
        may_name_practice=True,
    )
    return phone_pins.make(patient=patient, by=front_desk, now=now)


def test_the_same_step_again_takes_no_other_try(pin):
    wrong = f"{(int(pin) + 1) % 1_000_000:06d}"
    for _again in range(3):
        said = ask(form(Digits=wrong), s="pin", n=1, l="en")
        assert "s=pin" in said
    ask(form(Digits=wrong), s="pin", n=2, l="en")

    assert PhonePin.objects.get().tries == 2


def test_the_same_right_pin_again_is_answered_alike(pin, monkeypatch):
    visit = spoken.Visit({"day": "Wed 18 March", "time": "2:00 PM"}, {"attendee": 1})
    monkeypatch.setattr(spoken, "next_of", lambda *said, **more: visit)
    first = ask(form(Digits=pin), s="pin", n=1, l="en")
    again = ask(form(Digits=pin), s="pin", n=1, l="en")

    assert "Wed 18 March" in first
    assert first == again
    assert PhonePin.objects.get().tries == 0


def test_nobody_else_says_whose_pin_it_was(pin, patient):
    said = ask(form(Digits="1", Proved=str(patient.pk)), s="pin", n=1, l="en")

    assert "s=pin" in said


# Nobody took it ----------------------------------------------------------------------
def test_a_missed_call_is_answered_by_one_text_a_day(known, patient):
    for number in (1, 2, 3):
        ask(form(number))
        end(number)
        end(number)

    row = texts().get()
    assert (row.address, row.patient, row.channel) == (PHONE, patient, "text")
    assert IncomingCall.objects.filter(outcome="missed").count() == 3


def test_who_calls_again_after_the_text_is_called_back(known, patient):
    for number in (1, 2, 3):
        ask(form(number))
        end(number)

    assert texts().count() == 1
    assert Task.objects.get(kind="call.missed").patient == patient


def test_who_calls_again_after_a_task_is_done_is_another_task(front_desk, now):
    for number in (1, 2, 3):
        ask(form(number))
        end(number)
        if number != 2:
            task = Task.objects.open().get(kind="call.missed")
            work.finish(task=task, by=front_desk, now=now)
        end(number)

    assert Task.objects.filter(kind="call.missed").count() == 2
    assert not Task.objects.open().filter(kind="call.missed").exists()


def test_a_number_that_nobody_has_is_a_task_and_no_text():
    ask(form())
    end()
    ask(form(2))
    end(2)

    assert not texts().exists()
    task = Task.objects.get(kind="call.missed")
    assert task.words.startswith(PHONE)


def test_a_shared_number_is_for_people(known, location):
    cast.make_contact(cast.make_patient(at=location), value=PHONE)
    ask(form())
    end()

    assert not texts().exists()
    assert Task.objects.get(kind="call.missed").patient is None


@pytest.mark.parametrize("why", ["stopped", "not wanted", "landline", "dead"])
def test_where_no_text_may_go_somebody_calls_back(patient, now, why):
    number = "+4930901820" if why == "landline" else PHONE
    may = {"may_text": why != "not wanted", "may_call": True}
    cast.make_contact(patient, value=number, **may)
    if why == "stopped":
        said = {"channel": Channel.TEXT, "source": Source.KEYWORD, "words": "STOP"}
        opt_outs.stop(address=number, by=cast.FOUNDER, now=now, **said)
    if why == "dead":
        from tests.messaging import posting

        row = posting.post(patient, address=number)
        Delivery.objects.filter(pk=row.pk).update(
            status="sending", claimed_at=now, lease_until_at=now
        )
        Delivery.objects.filter(pk=row.pk).update(
            status="undelivered", error_code="30006", ended_at=now
        )
    ask(form(From=number))
    end(From=number)

    assert not texts().exists()
    assert Task.objects.get(kind="call.missed").patient == patient


def test_an_end_that_comes_first_is_a_missed_call_as_well(known):
    end()
    ask(form())

    call = IncomingCall.objects.get()
    assert (call.outcome, texts().count()) == ("missed", 1)


def test_a_call_of_which_nobody_said_that_it_is_over_is_ended(known, now):
    ask(form())
    call = IncomingCall.objects.get()
    assert missed_calls.end_forgotten(now=call.came_at) == 0
    assert missed_calls.end_forgotten(now=call.came_at + timedelta(minutes=15)) == 1
    assert missed_calls.end_forgotten(now=call.came_at + DAY) == 0

    assert texts().count() == 1


def test_only_the_end_of_a_call_ends_it(known):
    ask(form())
    for word in ("ringing", "in-progress", "queued"):
        end(word=word)

    assert IncomingCall.objects.get().ended_at is None


def test_what_could_not_be_worked_is_worked_later(known, now, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("messaging.hooks.work", lambda **said: 0)
        ask(form())
        end()
    assert HookCall.objects.filter(worked_at=None).count() == 2
    hooks.work(now=now + DAY)

    assert texts().count() == 1
    assert IncomingCall.objects.get().vendor_id == sid()


def test_calls_are_forgotten_a_month_after_they_ended(known, now):
    for number in (1, 2):
        ask(form(number))
    end()
    over = IncomingCall.objects.get(vendor_id=sid()).ended_at
    tasks_hooks.forget(now=over + 30 * DAY)
    assert IncomingCall.objects.count() == 2
    tasks_hooks.forget(now=over + 31 * DAY)

    assert IncomingCall.objects.get().vendor_id == sid(2)
