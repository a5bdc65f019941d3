"""What strangers write behind the question mark, and where a page then leads."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import health, verifying
from practice.access import Door
from tests.cast import PASSWORD, sign_in
from tests.ground import layer
from tests.practice.doors import LOGIN, browser
from tests.practice.hostile import FORM_TYPE, NASTY, taken_back
from tests.practice.world import EVERY_ROLE, addresses, build

pytestmark = pytest.mark.walk
NEAR, FAR, ABROAD = "foo", "//evil.example/", "https://evil.example/"
ELSEWHERE = [NEAR, FAR, "today", "evil.example", "///evil.example/", "\\\\evil.example"]
ELSEWHERE += ["https://evil.example/", "https:evil.example", "/\\evil.example", "\t//e"]
ELSEWHERE += ["javascript:alert(1)", "/%0d%0aSet-Cookie:a=b", " //evil.example", "."]
ELSEWHERE += ["http://testserver@evil.example/", "/a\r\nLocation: //e", "?", "#"]
# Every name that a page of ours, or of an installed app, reads from its address.
NAMES = ["next", "lang", "language", "state", "at", "after", "from", "starts", "ends"]
NAMES += ["here", "telehealth", "page", "q", "p", "o", "_popup", "_to_field", "reach"]
# What a browser says of itself, or a script in its place.
HEADERS = [
    {"HX-Request": "true", "HX-Current-URL": words} for words in ("http://[", "%")
]
HEADERS += [{"HX-Request": "true", "HX-Current-URL": f"http://testserver/{'x' * 9000}"}]
HEADERS += [
    {"Referer": words} for words in ("http://[", "http://testserver:x/", "\x00")
]
HEADERS += [{"Host": words} for words in ("[::1", "testserver:99999999", "a b")]
HEADERS += [{"Accept-Language": words} for words in ("a" * 5000, "es;q=x,,;", "\x00")]
HEADERS += [{"X-Forwarded-For": "nonsense, \x00"}, {"User-Agent": "\x00" * 10}]
HEADERS += [{"Cookie": "wellhouse-session=%00; messages=a; csrftoken=\x00"}]
KNOCKED_AT = ["today", "patients", "account_login", "session_status", "link", "healthz"]
WAY_OUT = re.compile(r"""(?:href|action)=["'](?:https?:)?[/\\]{2}evil""")
AWAY = [NEAR, FAR, ABROAD]  # each door is told one of them, in `make test-all` all
VISITORS = ["nobody", "half", "manager"]
VALUES = st.sampled_from([*ELSEWHERE, *NASTY])
VALUES |= st.text(st.characters(exclude_categories=[]), max_size=30)
QUICK = settings(suppress_health_check=list(HealthCheck))


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    health.beat(health.WORKER)
    health.beat("sender")
    verifying.remember(verifying.Result(now, is_whole=True))
    return build(people | {"auditor": auditor, "stranger": stranger}, location)


@pytest.fixture(params=VISITORS)
def visitor(request, world, settings):
    """A browser: of nobody, of a manager half signed in, or wholly."""
    if request.param == "nobody":
        client = Client()
    elif request.param == "half":
        settings.REQUIRE_SECOND_FACTOR = True
        client = browser(world.people["manager"], "password")
    else:
        client = sign_in(world.people["manager"])
    client.raise_request_exception = False
    return client


def doors():
    """Every address that somebody may knock at, by its name."""
    shut = (None, Door.CLOSED)
    return [one for one in addresses() if one.access and one.access.door not in shut]


def trouble(response):
    """What is wrong with an answer: a fault of ours, or a way off the site."""
    if response.status_code >= 500:
        return f"answered {response.status_code}"
    place = urlsplit(response.get("Location", "/"))
    if place.netloc not in ("", "testserver") or not place.path.startswith("/"):
        return f"leads to {response['Location']}"
    text = "" if response.streaming else response.content.decode(errors="replace")
    if WAY_OUT.search(text):
        return "shows a way out"
    return ""


def knock(client, url, said, *, method="get"):
    """Ask for a page, or press a button, with some words byte for byte."""
    words = urlencode(said, errors="surrogatepass")
    with taken_back(client):
        if method == "get":
            return trouble(client.get(f"{url}?{words}"))
        return trouble(client.post(url, words, content_type=FORM_TYPE))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("turn", range(len(AWAY) if EVERY_ROLE else 1))
def test_nothing_leads_to_where_an_address_or_a_form_says(world, visitor, method, turn):
    places = itertools.islice(itertools.cycle(AWAY), turn, None)
    wrong = {
        address.name: words
        for address, place in zip(doors(), places, strict=False)
        if (words := knock(visitor, address.url(world), {"next": place}, method=method))
    }

    assert not wrong


def test_no_page_breaks_whatever_its_address_says(world, visitor):
    places = {address.name: address.url(world) for address in doors()}

    @QUICK
    @given(
        name=st.sampled_from(sorted(places)),
        said=st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=5),
    )
    def try_it(name, said):
        assert knock(visitor, places[name], said) == ""

    try_it()


def test_no_page_breaks_whatever_a_browser_says_of_itself(world, visitor):
    asked = [one.url(world) for one in addresses() if one.name in KNOCKED_AT]
    ways = [visitor.get, visitor.post]

    wrong = [
        (place, headers)
        for headers in HEADERS
        for place in asked
        for way in ways
        if trouble(way(place, headers=headers))
    ]

    assert len(asked) == len(KNOCKED_AT)
    assert not wrong


@pytest.mark.parametrize("place", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(front_desk, place):
    who = {"login": front_desk.email, "password": PASSWORD}

    assert knock(Client(), LOGIN, who | {"next": place}, method="post") == ""


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("name", ["second_factor", "shortcuts", "set_language_choice"])
def test_only_a_page_of_ours_is_gone_back_to(as_, front_desk, name, place):
    method = "get" if name == "second_factor" else "post"

    words = knock(as_(front_desk), reverse(name), {"next": place}, method=method)

    assert words == ""


@pytest.mark.parametrize("place", ["/tasks/", "/patients/?state=active"])
def test_a_page_of_ours_is_gone_back_to(as_, front_desk, place):
    answers = {"language": "es", "next": place}

    answer = as_(front_desk).post(reverse("set_language_choice"), answers)

    assert answer["Location"] == place
