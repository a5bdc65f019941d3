"""One message to several: each chart has its part, and nobody another's."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from consent.purposes import Purpose
from messaging import (
    desk,
    filing,
    hook_store,
    hooks,
    last_look,
    outbox_lists,
    parts,
    sight,
)
from messaging.models import (
    Conversation,
    Delivery,
    DeliveryEvent,
    DeliveryPart,
    HookCall,
)
from messaging.models.vendors import HookKind
from messaging.outbox_lists import Wish
from messaging.states import Status
from practice import patients, personal_data
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import stop
from tests.messaging.incoming import text
from tests.messaging.posting import post, reachable
from tests.practice.erased import erase, held
from tests.practice.reading import looked_at

NUMBER = "+12125550187"
HERS, HIS = "Nightjar at two", "Kestrel at four"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def other(location):
    return cast.make_patient(at=location)


def part(patient, body, **details):
    usual = {"caregiver": None, "occasion": "two_days", "ids": {"reminder": patient.pk}}
    return DeliveryPart(patient=patient, body=body, **usual | details)


@pytest.fixture
def joint(db, practice, patient, other):
    for one in (patient, other):
        reachable(one, value=NUMBER)
    return send(patient, other)


def send(patient, other, **details):
    return post(
        None,
        address=NUMBER,
        body=f"{HERS} and {HIS}",
        occasion="confirmed_joint",
        parts=[part(patient, HERS), part(other, HIS)],
        **details,
    )


def test_the_same_meaning_has_its_parts_once(joint, patient, other):
    again = send(patient, other, meaning=joint.meaning)

    assert again.pk == joint.pk
    assert joint.parts.count() == 2


def test_one_that_comes_back_has_the_new_parts(joint, patient, other):
    Delivery.objects.filter(pk=joint.pk).update(status=Status.WITHDRAWN, reason="Moved")
    send(other, patient, meaning=joint.meaning)

    said = dict(joint.parts.values_list("patient", "body"))
    assert said == {other.pk: HERS, patient.pk: HIS}


def test_it_goes_where_nothing_forbids_it_for_any_of_them(joint):
    [found] = last_look.look([joint], now=MONDAY)

    assert found.goes


def test_what_forbids_it_for_one_keeps_it_back(joint, other, manager):
    patients.pause(patient=other, until=None, reason="Away", by=manager, now=MONDAY)

    [found] = last_look.look([joint], now=MONDAY)
    assert found.to == Status.SUPPRESSED
    assert found.why == "It cannot go to all whom it is about."


def test_it_counts_for_each_whom_it_is_about(db, practice, patient, other, location):
    third = cast.make_patient(at=location)
    for one in (patient, other, third):
        reachable(one, value=NUMBER)
    reminder = {"purpose": Purpose.REMINDER}
    pairs = [(patient, other), (patient, third), (other, third), (patient, other)]
    rows = [send(*pair, meaning=f"{n}", **reminder) for n, pair in enumerate(pairs)]

    found = last_look.look(rows, now=MONDAY)

    assert [one.goes for one in found] == [True, True, True, False]


def test_whoever_reads_it_looked_at_each_chart(joint, patient, other, as_, front_desk):
    Delivery.objects.filter(pk=joint.pk).update(status=Status.SENT, left_at=MONDAY)
    talk = text("Hello there").conversation

    page = as_(front_desk).get(reverse("conversation", args=[talk.pk]))

    assert HERS in page.content.decode()
    assert looked_at() == {patient.pk, other.pk}


def test_whose_charts_they_are_opens_what_it_stands_in(joint, as_, clinician):
    Delivery.objects.filter(pk=joint.pk).update(status=Status.SENT, left_at=MONDAY)
    talk = text("Hello there").conversation

    page = as_(clinician).get(reverse("conversation", args=[talk.pk]))

    assert page.status_code == 200


def test_nothing_of_others_is_shown_where_the_own_part_is_gone(joint, patient):
    joint.parts.filter(patient=patient).delete()

    [said] = parts.own([joint], [patient.pk])

    assert said.body == ""


def test_a_stop_of_the_number_holds_for_all(joint):
    stop(NUMBER)

    [found] = last_look.look([joint], now=MONDAY)
    assert found.to == Status.SUPPRESSED


def test_a_chart_shows_its_own_part(joint, patient, other, manager):
    moments = desk.moments([patient.pk], staff=manager, limit=9)
    said = parts.own(list(Delivery.objects.all()), [other.pk])

    assert len(moments) == 1
    assert [one.body for one in said] == [HIS]


def test_an_export_has_their_own_part_alone(joint, patient, manager):
    kept = personal_data.export_chart(patient=patient, by=manager)["messages"]

    assert [row["body"] for row in kept["sent"]] == [HERS]
    assert HIS not in str(kept)


def test_who_may_not_open_one_of_the_charts_reads_nothing_of_it(
    joint, other, patient, front_desk, manager
):
    talk = Conversation.objects.create(
        channel="text", address=NUMBER, begun_at=MONDAY, newest_at=MONDAY
    )
    wish = Wish(show="waits")
    before = outbox_lists.listed(wish, staff=front_desk, now=MONDAY).rows
    patients.restrict(patient=other, is_restricted=True, by=manager)

    seen = sight.of(front_desk, now=MONDAY).deliveries(talk)
    after = outbox_lists.listed(wish, staff=front_desk, now=MONDAY).rows
    assert list(before) == [joint]
    assert not seen.filter(pk=joint.pk).exists()
    assert list(after) == []


def test_the_outbox_says_that_it_is_to_several(joint, as_, front_desk):
    page = as_(front_desk).get(reverse("outbox"), {"show": "waits"})

    assert "Several patients" in page.content.decode()


def test_filing_the_message_that_it_answers_leaves_it_on_no_chart(
    joint, patient, manager
):
    message = text("C")
    Delivery.objects.filter(pk=joint.pk).update(ids={"message": message.pk})

    filing.file(message=message, to=patient, by=manager, now=MONDAY)

    joint.refresh_from_db()
    assert joint.patient is None


def gone(patient):
    return patients.end_care(
        patient=patient, reason="Moved", by=cast.FOUNDER, now=MONDAY
    )


@pytest.mark.django_db(transaction=True)
def test_an_erasure_takes_their_words_and_leaves_the_others(
    owner, practice, location, patient, front_desk
):
    other = cast.make_patient(at=location)
    for one in (patient, other):
        reachable(one, value=NUMBER)
    joint = send(patient, other)

    erase(gone(patient), front_desk)

    joint.refresh_from_db()
    assert joint.body == HIS
    assert [one.patient for one in joint.parts.all()] == [other]
    assert held(HERS) == []


@pytest.mark.django_db(transaction=True)
def test_once_all_are_erased_nothing_of_it_is_left(
    owner, practice, location, patient, front_desk
):
    other = cast.make_patient(at=location)
    for one in (patient, other):
        reachable(one, value=NUMBER)
    send(patient, other)

    for one in (patient, other):
        erase(gone(one), front_desk)

    for model in (Delivery, DeliveryPart, DeliveryEvent):
        assert not model.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_vendors_calls_about_it_go_with_the_last(
    owner, practice, location, patient, front_desk
):
    other, third = (cast.make_patient(at=location) for _one in range(2))
    for one in (patient, other, third):
        reachable(one, value=NUMBER)
    joint = send(patient, other)
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "To": NUMBER}
    hook_store.store(HookKind.STATUS, form, now=MONDAY, delivery_id=joint.pk)
    hooks.work(now=MONDAY)

    for one in (patient, other):
        erase(gone(one), front_desk)

    assert not HookCall.objects.exists()
