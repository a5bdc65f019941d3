"""What a vendor calls to say: stored, answered, worked, tried again, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import opt_outs
from consent.states import Channel
from messaging import hook_store, hooks
from messaging.models import HookCall
from messaging.models.vendors import HookKind
from practice.models import Task
from tests.messaging.hooking import (
    INBOUND,
    OURS,
    PHONE,
    STATUS,
    call,
    report,
    sid,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account", "location")]


def store(form, now, **details):
    return hook_store.store(HookKind.INBOUND, form, now=now, **details)


def test_a_text_is_stored_answered_and_handed_on(taken, now):
    answer = call(INBOUND, text("C "))

    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    assert answer["Content-Type"].startswith("text/xml")
    [message] = taken.messages
    assert (message.vendor_id, message.sender, message.body) == (sid(), PHONE, "C ")
    assert (message.channel, message.sent_at) == (Channel.TEXT, now)
    assert HookCall.objects.get().worked_at == now


def test_a_status_is_heard_with_the_delivery_it_names(taken, now):
    answer = call(f"{STATUS}?m=12", report("undelivered", ErrorCode="30003"))

    assert answer.status_code == 204
    assert taken.words == [
        {
            "delivery_id": 12,
            "vendor_id": sid(),
            "word": "undelivered",
            "code": "30003",
            "at": now,
        }
    ]


@pytest.mark.parametrize("query", ["", "?m=", "?m=x", "?m=-1", f"?m={'9' * 30}"])
def test_a_status_that_names_no_delivery_is_heard_all_the_same(taken, query):
    assert call(STATUS + query, report()).status_code == 204

    assert [said["delivery_id"] for said in taken.words] == [None]


def test_the_same_text_again_is_taken_in_once(taken):
    answers = [call(INBOUND, text()).status_code for _time in range(3)]

    assert answers == [200] * 3
    assert len(taken.messages) == HookCall.objects.count() == 1


def test_each_word_of_a_text_is_heard_once_in_any_order(taken):
    for word in ["delivered", "sent", "delivered", "queued", "sent"]:
        call(f"{STATUS}?m=1", report(word))

    assert [said["word"] for said in taken.words] == ["delivered", "sent", "queued"]


def test_pictures_come_along(taken):
    urls = {f"MediaUrl{n}": f"https://api.twilio.com/{n}" for n in range(2)}
    call(INBOUND, text(NumMedia="2", MediaContentType0="image/png", **urls))

    [message] = taken.messages
    assert [(one.url[-1], one.content_type) for one in message.media] == [
        ("0", "image/png"),
        ("1", ""),
    ]


# A stop -----------------------------------------------------------------------
@pytest.mark.parametrize("body", ["STOP", " stop.", "Cancel", "STOPALL"])
def test_a_bare_stop_counts_before_anybody_read_it(taken, body):
    taken.bad = {sid()}
    call(INBOUND, text(body))

    row = opt_outs.standing([PHONE])[PHONE, Channel.TEXT]
    assert (row.source, row.words) == ("keyword", body)
    assert taken.messages == []


def test_a_stop_in_the_vendors_own_word_counts_too(taken):
    call(INBOUND, text("Schluss", OptOutType="STOP"))

    assert (PHONE, Channel.TEXT) in opt_outs.standing([PHONE])
    assert taken.messages[0].opt_out == "STOP"


@pytest.mark.parametrize("body", ["STOP I took them all", "START", "ya no puedo más"])
def test_other_words_are_left_to_be_read(taken, body):
    call(INBOUND, text(body))

    assert opt_outs.standing([PHONE]) == {}
    assert taken.messages[0].body == body


def test_the_same_stop_again_is_no_news(taken, now):
    call(INBOUND, text("STOP"))
    opt_outs.start_again(address=PHONE, by=hook_store.PHONE, now=now)
    call(INBOUND, text("STOP"))

    assert opt_outs.standing([PHONE]) == {}


def test_a_stop_from_a_short_code_is_kept_and_handed_on(taken):
    assert call(INBOUND, text("STOP", From="7535")).status_code == 200

    assert taken.messages[0].body == "STOP"


def test_a_stop_that_breaks_loses_no_text(taken, monkeypatch):
    monkeypatch.setattr(opt_outs, "stop", lambda **said: 1 / 0)

    assert call(INBOUND, text("STOP")).status_code == 200
    assert taken.messages[0].body == "STOP"


# What goes wrong --------------------------------------------------------------
def test_a_fault_in_one_stops_no_other(taken, now):
    taken.bad = {sid(1)}
    for number in (1, 2):
        store(text(number=number), now)

    assert hooks.work(now=now) == 1
    assert [one.vendor_id for one in taken.messages] == [sid(2)]
    failed = HookCall.objects.get(worked_at=None)
    assert (failed.fault, failed.tries) == ("ZeroDivisionError", 1)


def test_what_failed_is_tried_again_ever_more_seldom(taken, now):
    taken.bad, waits = {sid()}, []
    row = store(text(), now)
    for _try in range(16):
        hooks.work(now=row.due_at)
        before = row.due_at
        row.refresh_from_db()
        waits.append(row.due_at - before)

    assert waits[:3] == [hooks.FIRST_WAIT * n for n in (1, 2, 4)]
    assert waits == sorted(waits)
    assert waits[-1] == hooks.LONGEST_WAIT


def test_a_text_that_fails_often_is_for_people_to_read_once(taken, now):
    taken.bad = {sid()}
    row = store(text("Please call me"), now)
    for _try in range(hooks.TELL_AFTER + 3):
        hooks.work(now=row.due_at)
        row.refresh_from_db()

    task = Task.objects.get(kind=hooks.STUCK)
    assert (task.for_role, task.words) == ("front_desk", f"{PHONE}: Please call me")
    assert PHONE not in task.title


def test_what_was_mended_is_worked_after_all(taken, now):
    taken.bad = {sid()}
    row = store(text(), now)
    hooks.work(now=now)
    taken.bad = set()

    assert hooks.work(now=now + hooks.FIRST_WAIT) == 1
    row.refresh_from_db()
    assert row.fault == ""


def test_what_a_worker_took_and_never_finished_is_due_again(taken, now, monkeypatch):
    store(text(), now)
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "_understood", lambda *said, **more: exit(9))
        with pytest.raises(SystemExit):
            hooks.work(now=now)

    assert hooks.work(now=now) == 0
    assert hooks.work(now=now + hooks.LEASE) == 1


def test_a_text_without_a_number_is_kept_and_put_off(taken):
    form = text()
    del form["From"]

    assert call(INBOUND, form).status_code == 200
    assert HookCall.objects.get().fault == "NoSender"


def test_what_waits_too_long_is_not_well(taken, now):
    taken.bad = {sid()}
    store(text(), now)

    assert hooks.health(now).is_well
    assert not hooks.health(now + timedelta(minutes=6)).is_well


def test_what_comes_while_others_are_at_work_is_left_to_them(taken, now, monkeypatch):
    def receive(inbound, *, now):
        taken.messages.append(inbound)
        if inbound.vendor_id == sid(1):  # a second thread, a moment later
            store(text(number=2), now + timedelta(seconds=1))
            assert hooks.work(now=now + timedelta(seconds=1)) == 0

    monkeypatch.setattr("messaging.receiving.receive", receive)
    store(text(number=1), now)

    assert hooks.work(now=now) == 2
    assert [one.vendor_id for one in taken.messages] == [sid(1), sid(2)]


# Afterwards -------------------------------------------------------------------
def test_what_was_worked_is_forgotten_after_a_month(taken, now):
    taken.bad = {sid(2)}
    for number in (1, 2):
        store(text(number=number), now)
    hooks.work(now=now)

    hooks.forget(now=now + timedelta(days=30))
    assert HookCall.objects.count() == 2
    hooks.forget(now=now + timedelta(days=30, seconds=1))
    assert HookCall.objects.get().vendor_id == sid(2)


def test_the_other_phone_is_who_a_call_is_about(taken, now):
    store(text(From="(212) 555-0187"), now)
    hook_store.store(HookKind.STATUS, report(), now=now)

    assert set(HookCall.objects.values_list("address", flat=True)) == {PHONE}
    assert OURS not in PHONE
