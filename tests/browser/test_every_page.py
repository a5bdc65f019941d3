"""Every page that answers: the accessibility rules, and nothing wider than a phone."""

from __future__ import annotations

from zlib import crc32

import pytest

from tests.browser import axe
from tests.cast import sign_in
from tests.practice.world import EVERY_ROLE, ROLES, addresses, build

pytestmark = [pytest.mark.browser, pytest.mark.walk]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
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


def pages(world, role):
    """The paths that show a page of ours to somebody.

    Those who can open a page take turns, unless EVERY_ROLE is to open each.
    """
    clients = {name: sign_in(world.people[name]) for name in ROLES}
    for address in addresses():
        if address.name.startswith("admin:") or address.name == "account_logout":
            continue
        path = address.url(world)
        turns = [role] if EVERY_ROLE else in_turn(address)
        taker = next((name for name in turns if is_page(clients[name], path)), None)
        if taker == role:
            yield path


def in_turn(address):
    """The roles, beginning with another one for another address."""
    first = crc32(address.name.encode()) % len(ROLES)
    return [*ROLES[first:], *ROLES[:first]]


def is_page(client, path):
    answer = client.get(path)
    is_text = answer["Content-Type"].startswith("text/html")
    return answer.status_code == 200 and is_text and b"<main" in answer.content


@pytest.mark.parametrize("role", ROLES)
def test_every_page_keeps_the_accessibility_rules_and_fits_a_phone(
    page_as, world, role
):
    page = page_as(world.people[role])
    page.emulate_media(reduced_motion="reduce")
    broken, seen = [], 0

    for path in pages(world, role):
        page.set_viewport_size(DESK)
        page.goto(path)
        found = axe.violations(page, "light") + axe.violations(page, "dark")
        page.set_viewport_size(PHONE)
        excess = page.evaluate(WIDER)
        found += [f"  wider than a phone by {excess} px"] * (excess > 0)
        broken += [f"{path}: {line}" for line in found]
        seen += 1

    assert seen > (10 if EVERY_ROLE else 4)
    assert not broken, "\n".join(broken)
