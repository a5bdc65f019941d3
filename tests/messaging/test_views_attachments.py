"""An attachment is a download for whoever may read its message, and for nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from messaging import attachments
from messaging.receiving import Media
from tests import cast
from tests.messaging.incoming import NUMBER, text

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture
def url(patient, now):
    cast.make_contact(patient, value=NUMBER)
    row = text("", media=[Media("https://api.example/1", "image/png")])
    kept = attachments.take(attachment=row.attachments.get(), content=PICTURE)
    return reverse("attachment", args=[kept.pk])


def test_it_is_a_download_that_no_browser_runs(url, as_, front_desk):
    answer = as_(front_desk).get(url)

    assert answer.content == PICTURE
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_others_do_not_find_it(url, as_, stranger):
    assert as_(stranger).get(url).status_code == 404


def test_whoever_reads_no_messages_gets_none(url, as_, auditor, client):
    assert as_(auditor).get(url).status_code == 403
    assert client.get(url).status_code == 302
