"""What came with a text is fetched with our key, once, and kept as what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging import fetching
from messaging.models import Attachment, AttachmentBytes
from messaging.receiving import Media
from tests.cast import MONDAY
from tests.messaging.answering import Said, answering
from tests.messaging.hooking import ACCOUNT, sid
from tests.messaging.incoming import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account", "practice")]
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid()}/Media/ME"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
HOUR = timedelta(hours=1)


@pytest.fixture
def fetched(settings):
    """The attachments of a text, once what waits was asked for, and the server."""

    def fetch(*answers, path=PATH, now=MONDAY):
        with answering(*answers) as server:
            settings.TWILIO_BASE_URL = server.url
            text("", media=[Media(f"{server.url}{path}1", "image/jpeg")])
            asked = fetching.fetch(now=now)
        return Attachment.objects.get(), asked, server

    return fetch


def test_a_picture_is_kept_by_what_it_is(fetched):
    row, asked, _server = fetched(Said(200, PNG, {"Content-Type": "text/html"}))

    assert (asked, row.state, row.found_type) == (1, "kept", "image/png")
    assert bytes(AttachmentBytes.objects.get().content) == PNG


def test_the_vendors_store_gets_no_key_of_ours(fetched):
    row, _asked, server = fetched(
        Said(307, b"", {"Location": "/cdn/1"}), Said(200, PNG)
    )

    assert row.state == "kept"
    assert server.keys[0].startswith("Basic ")
    assert server.keys[1] == ""


def test_a_page_that_says_it_is_a_picture_is_not_kept(fetched):
    said = Said(200, b"<html><script>", {"Content-Type": "image/png"})
    row, _asked, _server = fetched(said)

    assert (row.state, AttachmentBytes.objects.count()) == ("refused", 0)
    assert row.reason


def test_what_leads_elsewhere_is_refused_at_once(fetched):
    row, _asked, _server = fetched(
        Said(302, b"", {"Location": "https://evil.example/1"})
    )

    assert row.state == "refused"


def test_an_address_that_is_not_the_vendors_is_never_asked(practice):
    text("", media=[Media("https://evil.example/a.png", "image/png")])
    fetching.fetch(now=MONDAY)

    assert Attachment.objects.get().state == "refused"


def test_what_is_not_there_yet_waits_for_another_turn(fetched, settings):
    row, asked, _server = fetched(Said(404, b""))
    assert (asked, row.state, row.tries) == (1, "waiting", 1)

    assert fetching.fetch(now=MONDAY) == 0
    fetching.fetch(now=MONDAY + HOUR)
    row.refresh_from_db()
    assert row.tries == 2


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", -1)
    text("", media=[Media("https://evil.example/a.png", "image/png")])

    assert fetching.fetch(now=MONDAY) == 0


def test_what_is_said_too_long_loses_no_text():
    message = text("Hi", media=[Media("https://x.example/" + "a" * 999, "b" * 999)])

    assert message.attachments.count() == 1
