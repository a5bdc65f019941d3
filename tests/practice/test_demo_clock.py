"""The demo's clock is moved ahead and set back, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from practice import clock, demo_clock, health
from practice.models import DemoMark, Heartbeat
from practice.modes import Mode
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
CLOCK = "/demo/clock/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def demo(settings, practice, monkeypatch):
    settings.MODE = Mode.DEMO
    monkeypatch.setattr(clock, "_kept", (-clock._SECONDS_KEPT, timedelta(0)))
    return DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())


def test_it_moves_ahead_and_back(demo, now):
    demo_clock.move_to(now + DAY, now=now)
    assert clock.now() == now + DAY
    assert clock.real_now() == now

    demo_clock.set_back()
    assert clock.now() == now


@pytest.mark.parametrize("at", [-HOUR, timedelta(0)])
def test_it_does_not_move_to_what_is_past(demo, now, at):
    with pytest.raises(demo_clock.NotAhead):
        demo_clock.move_to(now + at, now=now)


def test_it_moves_no_further_than_anything_is_planned(demo, now):
    demo_clock.move_to(now + demo_clock.FURTHEST, now=now)

    with pytest.raises(demo_clock.TooFarAhead, match="90 days"):
        demo_clock.move_to(clock.now() + HOUR, now=clock.now())


def test_signs_of_life_stay_on_real_time(demo, now):
    demo_clock.move_to(now + DAY, now=now)

    health.beat(health.WORKER)

    assert Heartbeat.objects.get().beat_at == now
    assert health.worker(clock.now()).is_well


# The page ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        ({"minutes": "15"}, timedelta(minutes=15)),
        ({"at": "2026-03-04T12:00:00+00:00"}, None),
        ({"at": "2026-03-04T07:00"}, None),  # by the clock of New York
    ],
)
def test_a_press_moves_it(client, demo, now, said, ahead):
    answer = client.post(CLOCK, {**said, "next": "/demo/people/"})

    assert answer["Location"] == "/demo/people/"
    if ahead:
        assert clock.now() == now + ahead
    else:
        assert f"{clock.now():%d %H:%M}" == "04 12:00"


def test_another_press_sets_it_back(client, demo, now):
    demo_clock.move_to(now + DAY, now=now)

    client.post(CLOCK, {"back": "on"})

    assert clock.now() == now


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choose how far"),
        ({"at": "tomorrow"}, "Choose a day and a time."),
        ({"at": "2020-01-01T10:00"}, "choose a moment ahead"),
        ({"minutes": "500000"}, "90 days"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(client, demo, now, said, words):
    answer = client.post(CLOCK, said)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert clock.now() == now


def test_it_leads_nowhere_else(client, demo):
    answer = client.post(CLOCK, {"minutes": "15", "next": "//elsewhere.example/"})

    assert answer["Location"] == CLOCK


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEMO])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_other_site_has_such_a_page(client, demo, now, settings, mode, method):
    settings.MODE = mode

    answer = getattr(client, method)(CLOCK, {"minutes": "15"})

    assert answer.status_code == 404
    assert clock.now() == now


def test_every_page_of_the_demo_says_that_it_was_moved(client, demo, front_desk, now):
    pages = [client, sign_in(front_desk)]
    paths = [CLOCK, reverse("patients")]
    said = [
        page.get(path).content.decode() for page, path in zip(pages, paths, strict=True)
    ]
    assert not any("The clock was moved" in page for page in said)

    demo_clock.move_to(now + DAY, now=now)

    for page, path in zip(pages, paths, strict=True):
        words = page.get(path).content.decode()
        assert "The clock was moved" in words
        assert "Set back" in words


def test_a_patients_page_says_so_too(client, demo, now):
    demo_clock.move_to(now + DAY, now=now)

    page = client.get(reverse("link", args=["nobodys"])).content.decode()

    assert "the clock was moved" in page
