"""The page a link opens: what it shows, what it never does."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from practice import links, patients
from practice.models import Link, PatientAlert, Task
from practice.trail import keep
from tests import cast
from tests.practice.link_pages import (
    OPEN,
    UNKNOWN,
    WRONG,
    answer,
    every_kind_of_answer,
    make_path,
    proof_in,
    text,
)
from tests.races.together import run_together


@pytest.fixture
def path(patient, now):
    cast.make_contact(patient, value="+12125550142", label="hidden label")
    return make_path(patient, now)


@pytest.fixture
def spanish_path(location, now):
    return make_path(cast.make_patient(at=location, written_language="es"), now)


# Looking ---------------------------------------------------------------------
def test_before_the_birth_date_nothing_personal_shows(client, path, patient):
    page = text(client.get(path))

    assert "Linden Street Practice" in page
    assert "date of birth" in page
    for private in ("Paula", "Patience", "0142", "1984", "hidden label"):
        assert private not in page


AGENTS = [
    "Mozilla/5.0 (iPhone) Safari/605",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
    "Mozilla/5.0 BingPreview/1.0b",
    "Barracuda Sentinel (EE)",
    "curl/8.5",
]
PREFETCHES = [{}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}]


def everything_kept():
    """Every row of every table."""
    with connection.cursor() as cursor:
        rows: Counter[tuple[str, str]] = Counter()
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.update((table, repr(row)) for row in cursor.fetchall())
    return rows


def test_scanners_and_previews_change_nothing(client, path):
    before = everything_kept()

    looks = itertools.product(["GET", "HEAD", "OPTIONS"], AGENTS, PREFETCHES)
    for method, agent, prefetch in looks:
        headers = {"User-Agent": agent, "X-Forwarded-For": "203.0.113.9", **prefetch}
        assert client.generic(method, path, headers=headers).status_code == 200
        assert client.generic(method, UNKNOWN, headers=headers).status_code == 410

    assert everything_kept() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(client, path, method):
    assert client.generic(method, path).status_code == 405


def test_no_answer_sets_a_cookie_or_may_be_kept_or_passed_on(client, path):
    for response in every_kind_of_answer(client, path):
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert 'name="referrer"' not in text(response)


def test_the_buttons_need_no_csrf_token(path):
    client = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    assert client.post(path, OPEN).status_code == 200


def test_the_title_says_nothing(client, path):
    for response in every_kind_of_answer(client, path):
        assert "<title> A page for you </title>" in text(response)


# The birth date -----------------------------------------------------------------
def test_the_right_birth_date_shows_parts_of_the_contact_details(client, path):
    page = text(client.post(path, OPEN))

    assert "ends in <strong>0142</strong>" in page
    # No shorter parts of the number: the page's nonce may have them by chance.
    for private in ("555-01", "12125550142", "Paula", "hidden label"):
        assert private not in page.replace("(212) 555-0100", "")
    assert "Patience" not in page


def test_what_is_safe_where_is_never_shown(client, path, patient):
    patients.add_alert(
        patient=patient, text="hidden alert", ends_on=None, by=cast.FOUNDER
    )

    page = text(client.post(path, OPEN)).lower()

    assert PatientAlert.objects.exists()
    for word in ("voicemail", "may text", "may call", "safe to", "hidden alert"):
        assert word not in page


def test_a_wrong_birth_date_gets_a_sentence_and_keeps_what_was_typed(client, path):
    response = client.post(path, WRONG)

    assert response.status_code == 422
    assert "You can try 4 more times" in text(response)
    assert 'value="18"' in text(response)
    assert 'value="5" selected' in text(response)


def test_the_last_try_is_told_in_the_singular(client, path):
    for _ in range(3):
        client.post(path, WRONG)

    assert "You can try 1 more time." in text(client.post(path, WRONG))


IMPOSSIBLE = [
    {"born_on_month": "13"},
    {"born_on_day": "31", "born_on_month": "2"},
    {"born_on_year": "0"},
    {"born_on_year": "84"},
    {"born_on_year": "-1984"},
    {"born_on_year": "2984"},
    {"born_on_year": "10000"},
    {"born_on_day": ""},
    {"born_on_day": "", "born_on_month": "", "born_on_year": ""},
    {"born_on_day": "😀"},
    {"born_on_day": "1\x007"},
    {"born_on_year": "9" * 10_000},
    {"born_on_month": "x" * 10_000},
    {"born_on_day": "17.0"},
    {"born_on_day": "<script>"},
]


@pytest.mark.parametrize("typed", IMPOSSIBLE, ids=lambda typed: str(typed)[:40])
def test_an_impossible_date_gets_a_sentence_and_costs_no_try(client, path, typed):
    response = client.post(path, OPEN | typed)

    assert response.status_code == 422
    assert 'class="errorlist"' in text(response)
    assert Link.objects.get().wrong_answers == 0


def test_a_form_without_any_box_gets_a_sentence(client, path):
    assert client.post(path, {"step": "open"}).status_code == 422


@pytest.mark.parametrize("step", ["", "nonsense", "open\x00"])
def test_a_press_that_means_nothing_shows_the_page_again(client, path, step):
    assert "date of birth" in text(client.post(path, {"step": step}))


# The answer ---------------------------------------------------------------------
def test_all_of_this_is_right_is_thanked_for(client, path):
    response = answer(client, path, answer="right", words="")

    assert response.status_code == 200
    assert "We keep your details as they are" in text(response)
    assert Link.objects.get().used_at


def test_something_looks_wrong_reaches_the_front_desk(client, path, patient):
    answer(client, path, answer="wrong", words="My number ends in 77.\r\nCall me.")

    task = Task.objects.get()
    assert (task.kind, task.patient) == ("patient.details_wrong", patient)
    assert task.words == "My number ends in 77.\nCall me."


def test_the_second_tap_on_a_button_is_thanked_too_and_does_nothing(client, path):
    data = {"step": "answer", "proof": proof_in(client.post(path, OPEN))}
    data |= {"answer": "wrong", "words": "My number is wrong"}

    first, second = client.post(path, data), client.post(path, data)

    assert (first.status_code, second.status_code) == (200, 200)
    assert "We already have your answer" in text(second)
    assert Task.objects.count() == 1


def test_an_answer_without_a_proof_asks_for_the_birth_date(client, path):
    response = client.post(
        path, {"step": "answer", "answer": "wrong", "words": "Typed for long"}
    )

    assert "date of birth" in text(response)
    assert not Task.objects.exists()


def test_an_answer_after_a_quarter_of_an_hour_keeps_its_words(client, path, now):
    data = {"step": "answer", "proof": proof_in(client.post(path, OPEN))}
    data |= {"answer": "wrong", "words": "Typed for long"}

    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        late = client.post(path, data)
        again = client.post(path, OPEN | {"words": late.context["words"]})

    assert "more than a quarter of an hour" in text(late)
    assert "Typed for long</textarea>" in text(again)


@pytest.mark.parametrize("words", ["x" * 1001, "x" * 10_000, "NUL\x00"])
def test_words_that_cannot_be_kept_get_a_sentence_and_stay(client, path, words):
    response = answer(client, path, answer="wrong", words=words)

    assert response.status_code == 422
    assert 'class="errorlist"' in text(response)
    assert words.replace("\x00", "") in text(response).replace("\x00", "")
    assert Link.objects.get().used_at is None


@pytest.mark.parametrize("words", ["x" * 1000, "\r\n".join("x" * 500), "😀" * 1000])
def test_a_thousand_characters_are_kept(client, path, words):
    answer(client, path, answer="wrong", words=words)

    assert Task.objects.get().words == words.replace("\r\n", "\n")


def test_a_button_that_is_none_gets_a_sentence(client, path):
    response = answer(client, path, answer="perhaps", words="kept")

    assert response.status_code == 422
    assert "Please press one of the two buttons" in text(response)
    assert "kept</textarea>" in text(response)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_counts(client, path):
    proof = proof_in(client.post(path, OPEN))
    data = {"step": "answer", "proof": proof, "answer": "wrong"}

    outcome = run_together(6, lambda number: Client().post(path, data))

    assert outcome.errors == []
    assert {response.status_code for response in outcome.results} == {200}
    assert Task.objects.filter(kind="patient.details_wrong").count() == 1
    assert Link.objects.get().history.filter(used_at__isnull=False).count() == 1


# Languages ----------------------------------------------------------------------
def test_a_page_speaks_the_links_language_first(client, spanish_path):
    response = client.get(spanish_path, headers={"Accept-Language": "en"})

    assert '<html lang="es"' in text(response)
    assert response["Content-Language"] == "es"
    assert "fecha de nacimiento" in text(response)


def test_the_switch_changes_the_language_and_nothing_else(client, spanish_path):
    before = everything_kept()

    response = client.get(f"{spanish_path}?lang=en")

    assert '<html lang="en"' in text(response)
    assert not response.cookies
    assert everything_kept() == before


def test_the_switch_on_the_details_keeps_proof_and_words(client, path):
    proof = proof_in(client.post(path, OPEN))

    data = {"step": "answer", "proof": proof, "words": "half a sent"}
    response = client.post(f"{path}?lang=es", data)

    assert '<html lang="es"' in text(response)
    assert "half a sent</textarea>" in text(response)
    assert Link.objects.get().used_at is None


def test_a_language_that_nobody_offers_changes_nothing(client, spanish_path):
    assert '<html lang="es"' in text(client.get(f"{spanish_path}?lang=tlh"))


def test_a_dead_link_speaks_the_visitors_language(client, practice):
    response = client.get(UNKNOWN, headers={"Accept-Language": "es-MX,es;q=0.9"})

    assert '<html lang="es"' in text(response)


def test_sentences_come_in_the_pages_language(client, spanish_path):
    wrong = client.post(spanish_path, WRONG)
    done = answer(client, spanish_path, answer="right")

    assert "4 veces más" in text(wrong)
    assert "Gracias" in text(done)


def test_a_practice_of_one_language_shows_no_switch(client, path, practice):
    practice.languages = ["en"]
    keep(practice, by=cast.FOUNDER, kind="test")

    assert "language-switch" not in text(client.get(path))


# Links that ask for no birth date -----------------------------------------------
def test_a_harmless_link_shows_its_button_at_once(client, patient, now):
    token = links.make(
        purpose="details",
        patient=patient,
        subject_id=patient.pk,
        language="en",
        lasts=timedelta(hours=1),
        asks_birth_date=False,
        by=cast.FOUNDER,
        now=now,
    )
    path = reverse("link", args=[token])

    data = {"step": "answer", "proof": proof_in(client.get(path)), "answer": "right"}

    assert "Thank you" in text(client.post(path, data))
