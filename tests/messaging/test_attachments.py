"""What comes with a message is kept by what its bytes say, and not by its name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging import attachments
from messaging.attachments import MOST_BYTES, TRIES
from messaging.models import AttachmentBytes
from messaging.receiving import Media
from tests.cast import MONDAY
from tests.messaging.incoming import text

pytestmark = pytest.mark.django_db
PICTURE = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def row(practice):
    media = [Media("https://api.example/media/1", "image/jpeg")]
    return text("", media=media).attachments.get()


def test_a_picture_is_kept(row):
    kept = attachments.take(attachment=row, content=PICTURE)

    assert (kept.state, kept.found_type, kept.size) == (
        "kept",
        "image/jpeg",
        len(PICTURE),
    )
    assert bytes(kept.content.content) == PICTURE


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90",
        b"",
        b"\xff\xd8\xff" + b"x" * MOST_BYTES,
    ],
)
def test_what_may_run_or_is_too_large_is_not(row, content):
    refused = attachments.take(attachment=row, content=content)

    assert refused.state == "refused"
    assert refused.reason
    assert not AttachmentBytes.objects.exists()


def test_the_same_again_changes_nothing(row):
    attachments.take(attachment=row, content=PICTURE)

    assert attachments.take(attachment=row, content=b"MZ").state == "kept"


def test_what_failed_waits_ever_longer(row):
    attachments.missed(attachment=row)
    attachments.missed(attachment=row)

    assert attachments.waiting(now=MONDAY + timedelta(minutes=9)) == []
    assert attachments.waiting(now=MONDAY + timedelta(minutes=10)) == [row]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"RIFF1234WEBPVP8", "image/webp"), (b"\0\0\0\x18ftypmp42", "video/mp4")],
)
def test_kinds_whose_mark_comes_later_are_known(content, kind):
    assert attachments.kind_of(content) == kind
    assert attachments.kind_of(content[:9]) == ""


def test_after_a_few_tries_it_is_given_up(row):
    for wait in TRIES:
        assert attachments.waiting(now=MONDAY + wait) == [row]
        attachments.missed(attachment=row)

    assert attachments.waiting(now=MONDAY + timedelta(days=9)) == []
    row.refresh_from_db()
    assert row.state == "refused"
