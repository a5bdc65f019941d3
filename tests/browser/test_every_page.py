"""Every page that answers: the accessibility rules, and nothing wider than a phone."""

from __future__ import annotations

from itertools import islice
from zlib import crc32

import pytest

from tests.browser import axe
from tests.cast import sign_in
from tests.practice.world import EVERY_ROLE, ROLES, addresses, build

pytestmark = [pytest.mark.browser, pytest.mark.walk]
DESK = {"width": 1280, "height": 900}
SHARES = 6  # for as many workers as there may be
NARROW = {
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 360, "height": 740},
}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def world(front_desk, clinician, manager, auditor, stranger, location):
    people = {
        "front_desk": front_desk,
        "clinician": clinician,
        "manager": manager,
        "auditor": auditor,
        "stranger": stranger,
    }
    return build(people, location)


def pages(world, share):
    """Who opens what of a share of the addresses: roles and paths.

    Those who can open a page take turns, unless EVERY_ROLE is to open each.
    """
    clients = {name: sign_in(world.people[name]) for name in ROLES}
    for address in addresses()[share::SHARES]:
        if address.name.startswith("admin:") or address.name == "account_logout":
            continue
        path = address.url(world)
        takers = (role for role in in_turn(address) if is_page(clients[role], path))
        for role in takers if EVERY_ROLE else islice(takers, 1):
            yield role, path


def in_turn(address):
    """The roles, beginning with another one for another address."""
    first = crc32(address.name.encode()) % len(ROLES)
    return [*ROLES[first:], *ROLES[:first]]


def is_page(client, path):
    answer = client.get(path)
    is_text = answer["Content-Type"].startswith("text/html")
    return answer.status_code == 200 and is_text and b"<main" in answer.content


def too_wide(page):
    """What is said of a page that has to be scrolled sideways."""
    for name, size in NARROW.items():
        page.set_viewport_size(size)
        if (excess := page.evaluate(WIDER)) > 0:
            yield f"  wider than a {name} by {excess} px"


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_keeps_the_accessibility_rules_and_fits_small_screens(
    page_as, world, share
):
    screens = {role: page_as(world.people[role]) for role in ROLES}
    for page in screens.values():
        page.emulate_media(reduced_motion="reduce")
    broken, seen = [], 0

    for role, path in pages(world, share):
        page = screens[role]
        page.set_viewport_size(DESK)
        page.goto(path)
        found = axe.violations(page, "light") + axe.violations(page, "dark")
        found += too_wide(page)
        broken += [f"{path}, {role}: {line}" for line in found]
        seen += 1

    assert seen > 15
    assert not broken, "\n".join(broken)
