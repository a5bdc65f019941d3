"""The door of phone calls: signed, stored first, answered at once, whatever comes."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urlencode

import hypothesis
import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from consent import opt_outs
from consent.states import Channel
from messaging import hooks, spoken
from messaging.models import HookCall, IncomingCall, Message
from practice import clock
from practice.models import Role, Task
from tests import cast
from tests.messaging import posting
from tests.messaging.hooking import ACCOUNT, FORM_TYPE, PHONE, VOICE, call
from tests.messaging.ringing import ask, form, read, report, sid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account", "practice")]
VISIT = spoken.Visit({"day": "Wed 18 March", "time": "2:00 PM"})


@pytest.fixture
def row(location, monkeypatch):
    """A call of ours that was handed over, about a visit."""
    monkeypatch.setattr(spoken, "of_call", lambda _delivery, *, now: VISIT)
    return posting.doubtful(
        None, address=PHONE, channel=Channel.CALL, occasion="call_opening"
    )


def out(number=1, **more):
    return form(number, is_in=False, **more)


def test_what_nobody_signed_leaves_nothing(row):
    for query in ("", f"?m={row.pk}&s=visit&n=1"):
        answer = Client().post(
            VOICE + query, urlencode(out(Digits="9")), content_type=FORM_TYPE
        )
        assert answer.status_code == 403

    assert not HookCall.objects.exists()
    assert not IncomingCall.objects.exists()
    assert not opt_outs.standing([PHONE])


def test_another_account_is_refused(row):
    assert call(VOICE, form(AccountSid=f"AC{'1' * 32}")).status_code == 403


@pytest.mark.parametrize("by", ["unknown", "machine_end_beep", "later_word", "fax"])
@pytest.mark.parametrize("may_leave", [True, False])
def test_what_may_be_a_machine_hears_a_number_at_most(row, patient, by, may_leave):
    cast.make_contact(patient, value=PHONE, may_leave_voicemail=may_leave)
    said = ask(out(AnsweredBy=by), m=row.pk)

    assert "Gather" not in said
    assert "appointment" not in said
    assert ("Please call us at" in said) is (may_leave and by != "fax")


@pytest.mark.parametrize("by", ["human", ""])
def test_a_person_is_asked_for_a_key(row, patient, by):
    cast.make_contact(patient, value=PHONE, may_leave_voicemail=False)

    assert "Gather" in ask(out(AnsweredBy=by), m=row.pk)


@pytest.mark.parametrize(
    ("by", "may_leave", "is_told"),
    [("unknown", False, False), ("unknown", True, True), ("human", False, True)],
)
def test_what_breaks_tells_a_number_only_where_voicemail_may_be_left(
    row, patient, monkeypatch, by, may_leave, is_told
):
    cast.make_contact(patient, value=PHONE, may_leave_voicemail=may_leave)
    monkeypatch.setattr("messaging.calling.answer", lambda *said, **more: 1 / 0)
    said = ask(out(AnsweredBy=by), m=row.pk)

    assert ("Please call us at" in said) is is_told


def test_a_key_signed_for_one_step_is_none_for_another(row):
    from messaging import signature
    from tests.messaging.hooking import PUBLIC, TOKEN

    body = out(Digits="1")
    signed = signature.sign_form(address=PUBLIC + VOICE, form=body, token=TOKEN)
    answer = Client().post(
        f"{VOICE}?m={row.pk}&s=visit&n=1",
        urlencode(body),
        content_type=FORM_TYPE,
        headers={"X-Twilio-Signature": signed},
    )

    assert answer.status_code == 403


def test_who_asks_what_to_say_proves_that_the_call_left(row):
    ask(out(AnsweredBy="human"), m=row.pk)

    row.refresh_from_db()
    assert (row.status, row.vendor_id) == ("sent", sid())


def test_a_key_is_stored_before_anything_is_done(row, monkeypatch):
    monkeypatch.setattr("messaging.hooks.work_one", lambda *said, **more: 1 / 0)
    monkeypatch.setattr("messaging.hooks.work", lambda **said: 0)
    said = ask(out(Digits="2"), m=row.pk, s="visit", n=1)

    stored = HookCall.objects.get(word="visit.1")
    assert (stored.form["Digits"], stored.worked_at) == ("2", None)
    assert "Please call us at" in said


def test_where_a_rule_fails_people_read_what_was_pressed(row):
    said = ask(out(Digits="1"), m=row.pk, s="visit", n=1)

    assert "Somebody from the front desk will get back to you" in said
    message = Message.objects.get()
    assert (message.body, message.is_waiting) == ("1", True)
    assert message.ids == {"delivery": row.pk}


def test_the_first_of_two_keys_for_one_question_counts(row):
    ask(out(Digits="2"), m=row.pk, s="visit", n=1)
    ask(out(Digits="9"), m=row.pk, s="visit", n=1)

    assert [one.body for one in Message.objects.all()] == ["2"]
    assert not opt_outs.standing([PHONE])


def test_nine_counts_in_the_moment_in_which_it_is_stored(row, monkeypatch):
    monkeypatch.setattr("messaging.hooks.work_one", lambda *said, **more: 1 / 0)
    monkeypatch.setattr("messaging.hooks.work", lambda **said: 0)
    ask(out(Digits="9"), m=row.pk, s="opening", n=2)

    assert (PHONE, Channel.CALL) in opt_outs.standing([PHONE])


@pytest.mark.parametrize("digits", ["", "4", "0", "*", "#", "12", "٣", "1 ", "x" * 500])
@pytest.mark.parametrize("step", ["opening", "visit"])
def test_no_key_is_too_strange(row, step, digits):
    said = ask(out(Digits=digits), m=row.pk, s=step, n=1)

    assert read(said)[0].tag == "Gather"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"m": "999999"},
        {"m": "x"},
        {"m": ""},
        {"s": "nowhere"},
        {"s": "visit", "n": "-1"},
        {"s": "next", "a": "999999", "n": "1"},
        {"l": "xx", "s": "menu", "n": "9" * 30},
    ],
)
def test_no_address_is_too_strange(row, query):
    for body in (form(Digits="1"), out(Digits="1")):
        assert read(ask(body, **query)).tag == "Response"


@hypothesis.settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=40,
    deadline=None,
)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=5))
def test_no_form_is_too_strange(location, more):
    clean = {
        name: value
        for name, value in more.items()
        if name.isprintable() and value.isprintable() and name != "AccountSid"
    }
    ask(clean | {"AccountSid": ACCOUNT})


def test_words_come_in_any_order_and_twice(row):
    for word in ("completed", "in-progress", "ringing", "completed"):
        assert report(word, out(), m=row.pk).status_code == 204

    row.refresh_from_db()
    assert row.status == "delivered"


def test_steps_out_of_order_are_taken_as_they_come(row):
    ask(out(Digits="2"), m=row.pk, s="visit", n=2)
    ask(out(AnsweredBy="human"), m=row.pk)
    ask(out(Digits="1"), m=row.pk, s="opening", n=1)

    assert [one.body for one in Message.objects.all()] == ["2"]


def test_a_delivery_that_is_no_call_is_not_spoken(row, patient):
    text = posting.post(patient, body="Secret 9:00")
    said = ask(out(AnsweredBy="human"), m=text.pk)

    assert "Say" not in said
    assert "Secret" not in said


def test_no_log_line_has_a_number_or_a_key(row, caplog):
    caplog.set_level(logging.DEBUG)
    ask(out(Digits="1"), m=row.pk, s="visit", n=1)
    ask(form(2, Digits="123456"), s="pin", n=1, l="en")

    assert "5550187" not in caplog.text
    assert "123456" not in caplog.text


def test_a_step_is_answered_with_few_queries(row, django_assert_max_num_queries):
    ask(out(AnsweredBy="human"), m=row.pk)
    with django_assert_max_num_queries(60):
        ask(out(Digits="1"), m=row.pk, s="opening", n=1)


def test_a_key_that_cannot_be_taken_in_is_a_task_of_the_desk(row, monkeypatch, now):
    monkeypatch.setattr("messaging.receiving.receive", lambda *said, **more: 1 / 0)
    ask(out(Digits="2"), m=row.pk, s="visit", n=1)
    for hours in range(1, 40, 6):
        hooks.work(now=clock.now() + timedelta(hours=hours))

    task = Task.objects.get(kind=hooks.STUCK)
    assert (task.for_role, task.words) == (Role.FRONT_DESK, f"{PHONE}: 2")
