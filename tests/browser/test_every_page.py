"""Every page that answers: the accessibility rules, and nothing wider than a phone."""

from __future__ import annotations

from zlib import crc32

import pytest

from practice.access import may
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

    Who may open an address take turns, unless EVERY_ROLE is to open each.
    """
    client = sign_in(world.people[role])
    for address in addresses():
        if address.name.startswith("admin:") or address.name == "account_logout":
            continue
        if not EVERY_ROLE and role != taker(world, address):
            continue
        path = address.url(world)
        answer = client.get(path)
        is_page = answer["Content-Type"].startswith("text/html")
        if answer.status_code == 200 and is_page and b"<main" in answer.content:
            yield path


def taker(world, address):
    """The role whose turn an address is: always the same one."""
    needed = address.access.capability
    able = [role for role in ROLES if not needed or may(world.people[role], needed)]
    return able[crc32(address.name.encode()) % len(able)] if able else ROLES[0]


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

    assert seen > 4
    assert not broken, "\n".join(broken)
