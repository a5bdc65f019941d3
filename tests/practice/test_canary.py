"""People leave no trace where machines talk: logs, addresses, sessions, caches,
cookies.

The names, numbers and words of tests/practice/world.py occur nowhere else.
"""

from __future__ import annotations

import base64
import copy
import io
import logging
import re
import zlib
from contextlib import suppress

import pytest
from django import forms
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from practice import logs, navigation
from practice.models import TrailEntry
from tests import cast
from tests.cast import sign_in
from tests.ground import layer
from tests.practice.world import CANARIES, WALKERS, addresses, build

pytestmark = pytest.mark.walk
TYPED = {
    "text": "Threnody allergy",
    "reason": "went silent at Michaelmas",
    "explanation": "Kestrelina Vorn asked for Zanzibarski",
    "q": "Quillfeather",
    "given_name": "Quillfeather",
    "family_name": "Zanzibarski",
    "name": "Kestrelina Vorn",
    "value": "+12125550187",
    "phone": "+12125550187",
    "email": "zanzibarski@quill.example",
    "born_on": "1961-08-23",
    "words": "gone to Ushuaia",
    "note": "gone to Ushuaia",
    "address": "17 Xylograph Alley",
    "login": "zanzibarski@quill.example",
}
PARTS = re.compile(r"[\w-]{8,}")
LINKS = re.compile(r'(?:href|action|src|hx-[a-z]+)="([^"]*)"')


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    people |= {"auditor": auditor, "stranger": stranger}
    return build(people, location)


@pytest.fixture
def log():
    """All that the site writes to its log, of every logger and level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.PrivateFormatter())
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    ends = [one for one in loggers if not one.propagate] + [logging.getLogger()]
    levels = [(one, one.level) for one in ends]
    for one in ends:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    yield stream.getvalue
    for one, level in levels:
        one.removeHandler(handler)
        one.setLevel(level)


def found_in(text):
    folded = text.casefold()
    return [name for name, word in CANARIES.items() if word.casefold() in folded]


def answers_to(page):
    """The page's form, filled in with canaries wherever words go."""
    form = (page.context or {}).get("form") if page.context else None
    fields = form.fields if isinstance(form, forms.BaseForm) else {}
    answers = {}
    for name, field in fields.items():
        choices = [str(value) for value, _label in getattr(field, "choices", [])]
        answers[name] = next(filter(None, choices), "") if choices else "Quillfeather"
    return answers | TYPED


def drive(client, world, *, query=None):
    """Look at every page and press every button, each as if it were the first."""
    client.raise_request_exception = False
    cookies = copy.deepcopy(client.cookies)
    for address in addresses():
        with transaction.atomic():
            page = client.get(address.url(world), query)
            yield address, page
            yield address, client.post(address.url(world), answers_to(page))
            transaction.set_rollback(True)
        client.cookies = copy.deepcopy(cookies)


@pytest.mark.parametrize("role", WALKERS)
def test_no_page_writes_people_into_the_log(world, log, role):
    answers = list(drive(sign_in(world.people[role]), world, query=TYPED))

    assert len(answers) > 150
    assert log().count('"answered"') >= len(answers)
    assert found_in(log()) == []


def test_people_are_on_pages_and_nowhere_else(
    world, manager, django_capture_on_commit_callbacks
):
    client, pages, wrong = sign_in(manager), [], []

    with django_capture_on_commit_callbacks(execute=True):
        for address, page in drive(client, world):
            body = "" if page.streaming else page.content.decode(errors="replace")
            pages.append(body)
            wrong += [f"{address.name} links to {it}" for it in leaky_links(page, body)]
            wrong += [f"{address.name} keeps {it}" for it in found_in(kept_rows())]
            wrong += [f"{address.name} leaves {it}" for it in left_in(client)]

    assert set(found_in("\n".join(pages))) >= {"given", "family", "alert", "caregiver"}
    assert wrong == []
    # Who asks for a password is answered at the address they gave.
    bodies = [str(one.body).replace(one.to[0], "") for one in mail.outbox]
    assert bodies
    assert found_in("\n".join(bodies)) == []


def leaky_links(page, body):
    """Addresses on the page, or where it sends on to, that hold somebody."""
    places = [*LINKS.findall(body), page.headers.get("Location", "")]
    return [
        link
        for link in places
        if found_in(link) and not link.startswith(("tel:", "mailto:", "sms:"))
    ]


def kept_rows():
    """All that the site remembers between two requests outside its records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shared_cache")
        cached = str(cursor.fetchall())
    return cached + str([row.get_decoded() for row in Session.objects.all()])


def left_in(client):
    """Who can be read in the cookies of a browser, whatever they are packed in."""
    packed = [one.value for one in client.cookies.values()]
    return found_in(" ".join([*packed, *(unpacked(one) for one in packed)]))


def unpacked(words):
    """What stands in a text of which any part may be Base64, and deflated."""
    said = [base64.urlsafe_b64decode(one + "==") for one in PARTS.findall(words)]
    for one in list(said):
        with suppress(zlib.error):
            said.append(zlib.decompress(one))
    return b" ".join(said).decode(errors="replace")


def test_what_a_cookie_packs_is_read():
    client = Client()
    client.cookies["packed"] = signing.dumps("Quillfeather " * 9, compress=True)

    assert left_in(client) == ["given"]


def test_a_toast_waits_in_no_browser_for_everybody_to_read(front_desk):
    client = sign_in(front_desk)
    task = cast.make_task(to=front_desk, title="Ring Quillfeather back")

    client.post(reverse("task_done", args=[task.pk]))

    assert client.cookies[settings.TOASTS_COOKIE_NAME].value
    assert left_in(client) == []


def test_the_kinds_of_the_trail_are_code(world):
    kinds = set(TrailEntry.objects.values_list("kind", flat=True))

    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", kind) for kind in kinds)


def test_a_fault_that_speaks_of_people_is_logged_without_them(
    manager, log, monkeypatch
):
    def fail(*args):
        raise ValueError("Quillfeather Zanzibarski, +12125550187")

    monkeypatch.setattr(navigation, "for_page", fail)
    client = sign_in(manager)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert '"fault": "ValueError"' in log()
    assert found_in(log()) == []
    assert found_in(response.content.decode()) == []
