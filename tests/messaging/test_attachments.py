"""What comes with a message is kept by what its bytes say, and not by its name."""

from __future__ import annotations

import pytest

from messaging import attachments
from messaging.attachments import MOST_BYTES, MOST_TRIES
from messaging.models import AttachmentBytes
from messaging.receiving import Media
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


def test_after_a_few_tries_it_is_given_up(row):
    for _try in range(MOST_TRIES):
        assert attachments.waiting() == [row]
        attachments.missed(attachment=row)

    assert attachments.waiting() == []
    row.refresh_from_db()
    assert row.state == "refused"
