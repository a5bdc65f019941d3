"""Pictures and files that came with a text: ours alone, and what they say they are."""

from __future__ import annotations

import base64

import pytest

from messaging.channels import media
from messaging.channels.media import NeverMedia, NoMedia, fetch_media
from tests.messaging.answering import Said, answering
from tests.messaging.hooking import ACCOUNT, TOKEN, sid

pytestmark = pytest.mark.usefixtures("account")
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid()}/Media/ME1"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def picture(content=PNG, kind="image/png", **details):
    return Said(200, content, {"Content-Type": kind}, **details)


@pytest.fixture
def fetch(settings):
    def ask(*answers, path=PATH):
        with answering(*answers) as server:
            settings.TWILIO_BASE_URL = server.url
            return fetch_media(server.url + path), server

    return ask


def test_a_picture_is_fetched_with_our_key(fetch):
    content, server = fetch(picture())

    assert content == PNG
    assert base64.b64decode(server.keys[0].split()[1]).decode() == f"{ACCOUNT}:{TOKEN}"


def test_the_vendors_store_is_asked_without_our_key(fetch):
    content, server = fetch(Said(307, b"", {"Location": "/store/1"}), picture())

    assert content == PNG
    assert (server.asked[1][1], server.keys[1]) == ("/store/1", "")


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.2:1/x", "https://evil.example/", "//evil.example", "file:///x"],
)
def test_a_way_that_leads_elsewhere_is_not_followed(fetch, place):
    with pytest.raises(NoMedia):
        fetch(Said(302, b"", {"Location": place}), picture())


def test_a_way_in_a_circle_ends(fetch):
    with pytest.raises(NoMedia):
        fetch(Said(302, b"", {"Location": PATH}))


def test_what_is_too_big_is_not_read_to_its_end(fetch, monkeypatch):
    monkeypatch.setattr(media, "LARGEST", 100_000)

    with pytest.raises(NeverMedia):
        fetch(picture(PNG + b"x" * 200_000))


@pytest.mark.parametrize(
    "answer", [Said(404, b""), Said(500, b""), Said(200, PNG, cut=4)]
)
def test_what_cannot_be_fetched_says_so(fetch, answer):
    with pytest.raises(NoMedia):
        fetch(answer)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1/Media/ME1",
        f"https://api.twilio.com@evil.example{PATH}",
        f"https://api.twilio.com{PATH}/../../../x",
        f"https://api.twilio.com{PATH}?x=1",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1",
        "",
    ],
)
def test_nothing_but_our_own_media_is_asked_for(url):
    with pytest.raises(NeverMedia):
        fetch_media(url)


@pytest.mark.parametrize(
    ("url", "is_store"),
    [
        ("https://mms.twiliocdn.com/AC/x", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC/x", True),
        ("https://s3-external-1.amazonaws.com/evil/x", False),
        ("http://mms.twiliocdn.com/x", False),
        ("https://eviltwiliocdn.com/x", False),
    ],
)
def test_where_the_vendor_keeps_media(url, is_store):
    assert media._is_store(url) is is_store
