"""Links that no longer work, limits, and the help that is there all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import links, patients, views
from practice.models import Link, Task
from practice.trail import keep
from tests import cast
from tests.practice.link_pages import (
    OPEN,
    UNKNOWN,
    WRONG,
    answer,
    every_kind_of_answer,
    make_path,
    seen,
    text,
)


@pytest.fixture
def path(patient, now):
    cast.make_contact(patient, value="+12125550142", label="hidden label")
    return make_path(patient, now)


@pytest.fixture
def spanish(location):
    return cast.make_patient(at=location, written_language="es")


@pytest.fixture
def spanish_path(spanish, now):
    return make_path(spanish, now)


# Help ---------------------------------------------------------------------------
def test_who_cannot_get_in_can_ask_for_a_call(client, path, patient):
    response = client.post(path, {"step": "call"})

    assert response.status_code == 200
    assert Task.objects.get().patient == patient


def test_this_looks_wrong_is_on_every_page(client, path):
    for response in every_kind_of_answer(client, path):
        page = text(response)
        assert "This looks wrong" in page or "Something looks wrong" in page


def test_the_crisis_line_stands_on_every_page_in_both_languages(client, path, practice):
    for response in every_kind_of_answer(client, path):
        assert practice.crisis_line in text(response)
        assert practice.crisis_line_es in text(response)


@pytest.mark.parametrize("kind", ["living", "unknown"])
def test_what_looks_wrong_reaches_the_desk_from_any_link(client, path, kind, patient):
    place = path if kind == "living" else UNKNOWN

    response = client.post(place, {"step": "report", "mistake": "I am not she"})

    task = Task.objects.get()
    assert response.status_code == 200
    assert task.words == "I am not she"
    assert task.patient == (patient if kind == "living" else None)


@pytest.mark.parametrize("place", ["known", UNKNOWN])
def test_reports_on_one_link_are_limited_and_nothing_typed_is_lost(client, path, place):
    place = path if place == "known" else place
    data = {"step": "report", "mistake": "again and again"}
    for _ in range(5):
        assert client.post(place, data).status_code == 200

    response = client.post(place, data)

    assert response.status_code == 429
    assert 'name="mistake" value="again and again"' in text(response)
    assert Task.objects.count() == 5


def report(client, place, *, address):
    """The status that a report from some address gets."""
    data = {"step": "report", "mistake": "not mine"}
    return client.post(place, data, headers={"X-Forwarded-For": address}).status_code


def test_who_reports_on_links_of_their_own_making_silences_nobody(
    client, path, settings
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(5):
        report(client, f"/l/zzzz{number}/", address="203.0.113.9")

    again = report(client, "/l/zzzz5/", address="203.0.113.9")
    elsewhere = report(client, "/l/expired-long-ago/", address="203.0.113.10")
    living = report(client, path, address="203.0.113.9")

    assert (again, elsewhere, living) == (429, 200, 200)


def test_there_is_an_end_to_reports_on_unknown_links(
    client, practice, settings, monkeypatch
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setattr(views.links, "REPORTS_ON_UNKNOWN", 3)

    codes = [report(client, UNKNOWN, address=f"203.0.113.{n}") for n in range(4)]

    assert codes == [200, 200, 200, 429]


# Limits -------------------------------------------------------------------------
def test_one_address_presses_thirty_times_a_minute(client, path, now):
    for _ in range(30):
        assert client.post(UNKNOWN, OPEN).status_code == 410

    refused = client.post(path, OPEN)
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        later = client.post(path, OPEN)

    assert (refused.status_code, later.status_code) == (429, 200)
    assert refused["Retry-After"] == "60"
    assert 'name="born_on_year" value="1984"' in text(refused)
    assert "This looks wrong" in text(refused)


def test_looking_is_never_limited(client, path):
    for _ in range(31):
        client.post(UNKNOWN)

    assert client.get(path).status_code == 200


def test_an_address_that_a_visitor_claims_changes_nothing(client, practice, now):
    codes = [
        client.post(UNKNOWN, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(31)
    ]

    assert codes == [410] * 30 + [429]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [("2001:db8::1", "2001:db8::ffff:2", 429), ("2001:db8::1", "2001:db8:1::1", 410)],
)
def test_one_ipv6_network_is_one_visitor(
    client, practice, now, settings, first, second, code
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(30):
        client.post(UNKNOWN, headers={"X-Forwarded-For": first})

    response = client.post(UNKNOWN, headers={"X-Forwarded-For": second})

    assert response.status_code == code


def test_visitors_without_an_address_are_counted_together(client, practice):
    assert client.post(UNKNOWN, REMOTE_ADDR="").status_code == 410


# Dead links ---------------------------------------------------------------------
def _unknown(client, path, patient):
    return UNKNOWN


def _cut(client, path, patient):
    return f"{path[:-5]}/"


def _expired(client, path, patient):
    link = Link.objects.get()
    link.expires_at = cast.MONDAY
    keep(link, by=cast.FOUNDER, kind="test")
    return path


def _used(client, path, patient):
    answer(client, path, answer="right")
    return path


def _locked(client, path, patient):
    for _ in range(5):
        client.post(path, WRONG)
    return path


def _withdrawn(client, path, patient):
    links.withdraw_all(patient=patient, by=cast.FOUNDER, now=cast.MONDAY)
    return path


def _superseded(client, path, patient):
    cast.make_contact(patient)
    return path


def _bereaved(client, path, patient):
    patients.record_death(
        patient=patient, died_on=None, by=cast.FOUNDER, now=cast.MONDAY
    )
    return path


DEATHS = [_unknown, _cut, _expired, _used, _locked, _withdrawn, _superseded, _bereaved]
STEPS = [OPEN, WRONG, {"step": "answer", "answer": "right", "proof": "made up"}]


def answers_of(client, place):
    """What a visitor who tries everything gets to see."""
    return [seen(client.get(place)), *(seen(client.post(place, s)) for s in STEPS)]


@pytest.mark.parametrize("kill", DEATHS)
def test_all_dead_links_answer_the_same_bytes(client, spanish_path, spanish, kill):
    expected = answers_of(client, "/l/nobody-knows-this/")

    place = kill(client, spanish_path, spanish)

    assert answers_of(client, place) == expected
    assert {status for status, *_rest in expected} == {410}


def test_the_answer_that_locks_a_link_is_the_same_too(client, spanish_path):
    for _ in range(4):
        client.post(spanish_path, WRONG)

    last = client.post(spanish_path, WRONG)

    assert seen(last) == seen(client.post(UNKNOWN, WRONG))


@pytest.mark.parametrize("kill", DEATHS)
def test_asking_for_a_call_on_a_dead_link_answers_the_same_bytes(
    client, path, patient, kill
):
    expected = seen(client.post("/l/nobody-knows-this/", {"step": "call"}))

    place = kill(client, path, patient)

    assert seen(client.post(place, {"step": "call"})) == expected
    asked = Task.objects.filter(kind="link.call_wanted").exists()
    assert asked == (kill not in (_unknown, _cut))


@pytest.mark.parametrize(
    "token", ["😀", "%00", "x" * 3000, "..", "%ED%A0%80", "' OR 1"]
)
def test_a_token_of_any_shape_is_unknown(client, practice, token):
    assert client.get(f"/l/{token}/").status_code == 410
