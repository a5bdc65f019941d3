"""NUL at every form and address: one of the databases takes no such text.

`test_forms` and `test_doors_hostile` try everything, on one database; this little runs
on both.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django import forms
from django.test import Client
from django.urls import reverse

from practice import health, verifying
from practice.access import Door
from practice.models import KeptSignIn
from tests.cast import sign_in
from tests.ground import layer
from tests.practice.desks import arrive
from tests.practice.hostile import form_pages, proper, taken_back
from tests.practice.world import addresses, build

NAMES = ["next", "lang", "language", "state", "at", "after", "from", "starts", "ends"]
NAMES += ["page", "q", "p", "o", "reach", "view", "on", "place", "who", "patient"]
NUL = "a\x00b"


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {"manager": manager, "front_desk": front_desk, "clinician": clinician}
    health.beat(health.WORKER)
    health.beat("sender")
    verifying.remember(verifying.Result(now, is_whole=True))
    return build(people | {"auditor": auditor, "stranger": stranger}, location)


def typed_into(form):
    """Proper answers, but for every field that takes words."""
    return {
        form.add_prefix(name): NUL if is_words(field) else proper(form, name)
        for name, field in form.fields.items()
    }


def is_words(field):
    return isinstance(field.widget, forms.TextInput | forms.Textarea)


def test_no_form_breaks_on_nul(world):
    pages, broken = list(form_pages(world, "manager")), []

    for page in pages:
        page.client.raise_request_exception = False
        with taken_back(page.client):
            answer = page.send(typed_into(page.form))
        if answer.status_code >= 500:
            broken.append(page.name)

    assert len(pages) > 40
    assert broken == []


def test_no_address_breaks_on_nul(world):
    client = sign_in(world.people["manager"])
    client.raise_request_exception = False
    asked = [one for one in addresses() if one.access.door is not Door.CLOSED]
    said, broken = urlencode(dict.fromkeys(NAMES, NUL)), []

    for one in asked:
        with taken_back(client):
            answer = client.get(f"{one.url(world)}?{said}")
        if answer.status_code >= 500:
            broken.append(one.name)

    assert broken == []


# What gunicorn lets through: the cookie spells NUL in digits, the address in percents.
COOKIE_NAMES = ["session", "csrf", "workstation", "toasts", "language", "board"]
KNOCKED_AT = ["today", "account_login", "switch", "session_status", "about", "board"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("cookie", COOKIE_NAMES)
def test_no_door_breaks_on_nul_in_a_cookie(db, cookie, method):
    heads = {"Cookie": f'wellhouse-{cookie}="aaaaaaaaaaaaaaaaaaaa\\000aaaa"'}
    broken = []

    for name in KNOCKED_AT:
        client = Client(raise_request_exception=False)
        with taken_back(client):
            answer = getattr(client, method)(reverse(name), headers=heads)
        if answer.status_code >= 500:
            broken.append(name)

    assert broken == []


def test_the_cookies_beside_one_that_holds_nul_are_kept(front_desk):
    client = sign_in(front_desk)
    session = client.session.session_key
    cookies = f'wellhouse-board="\\000"; wellhouse-session={session}'

    answer = Client().get(reverse("session_status"), headers={"Cookie": cookies})

    assert answer.json()["staff"] == front_desk.pk


def test_no_page_that_holds_nul_is_come_back_to(front_desk, now):
    desk = arrive(Client(raise_request_exception=False), front_desk)
    page = {"HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "true"}
    page |= {"HX-Current-URL": "http://testserver/tasks/a%00b"}

    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        answer = desk.get("/tasks/", headers=page)

    assert answer.status_code == 200
    assert KeptSignIn.objects.get().path == ""
