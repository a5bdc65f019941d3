"""Every page of the site says the words that the practice chose, and no other."""

from __future__ import annotations

import html
import re

import pytest
from django.db import transaction

from practice import health, verifying
from practice.access import Door
from practice.models import Practice
from practice.wording import USUAL, Words
from tests import cast
from tests.ground import layer
from tests.practice.hostile import taken_back
from tests.practice.world import WALKERS, addresses, build

pytestmark = pytest.mark.walk
CHOSEN = Words("client", "session", "provider")
# The admin names tables and columns as the code does; the practice's form offers
# the words themselves, each beside the other.
SAYS_THE_WORD_ITSELF = ("admin:", "practice_edit")
WORD = re.compile(r"[^\n]{0,40}\b(?:patient|visit|clinician)s?\b[^\n]{0,40}", re.I)
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
TOLD = re.compile(r'\s(?:title|aria-label|placeholder|alt|content)="([^"]*)"')
DATA = re.compile(r'\sdata-[\w-]+="([^"/=]* [^"/=]*)"')  # sentences, no addresses


@pytest.fixture
def practice(db):
    chosen = {f"{name}_word": word for name, word in CHOSEN._asdict().items()}
    return cast.make_practice(**chosen)


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {"manager": manager, "front_desk": front_desk, "clinician": clinician}
    health.beat(health.WORKER)
    health.beat("sender")
    verifying.remember(verifying.Result(now, is_whole=True))
    return build(people | {"auditor": auditor, "stranger": stranger}, location)


def pages(world, client):
    """Every page that opens, as it is read: its text and what its marks tell."""
    for address in addresses():
        if address.access is None or address.access.door is Door.CLOSED:
            continue
        with taken_back(client):
            answer = client.get(address.url(world))
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            yield address.name, answer.content.decode()


def read(page: str) -> str:
    seen = UNSEEN.sub(" ", page)
    told = [*TOLD.findall(seen), *DATA.findall(seen)]
    return html.unescape("\n".join([re.sub(r"<[^>]+>", "\n", seen), *told]))


def see_them_in_usual_words(world, client):
    """Whatever is kept from page to page is kept in other words by then."""
    with transaction.atomic():
        cast.choose_words(Practice.objects.get(), **USUAL._asdict())
        said = "".join(page for _name, page in pages(world, client))
        transaction.set_rollback(True)
    assert re.search("(?i)patient", said)


@pytest.mark.parametrize("who", WALKERS)
def test_every_page_says_the_chosen_words(world, who):
    client = cast.sign_in(world.people[who])
    see_them_in_usual_words(world, client)
    invented = world.people["clinician"].name

    found = [
        f"{name}: {' '.join(words.split())}"
        for name, page in pages(world, client)
        if not name.startswith(SAYS_THE_WORD_ITSELF)
        for words in WORD.findall(read(page).replace(invented, ""))
    ]

    assert not found
