"""Every page that answers: the accessibility rules, and nothing wider than a phone."""

from __future__ import annotations

import pytest

from tests.browser import axe
from tests.cast import sign_in
from tests.practice.world import addresses, build

pytestmark = pytest.mark.browser
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


def pages(world, person):
    """The paths that show a page of ours to somebody."""
    client = sign_in(person)
    for address in addresses():
        if address.name.startswith("admin:") or address.name == "account_logout":
            continue
        path = address.url(world)
        answer = client.get(path)
        is_page = answer["Content-Type"].startswith("text/html")
        if answer.status_code == 200 and is_page and b"<main" in answer.content:
            yield path


@pytest.mark.parametrize("role", ["manager", "clinician", "auditor", "front_desk"])
def test_every_page_of_a_role_keeps_the_accessibility_rules(page_as, world, role):
    page = page_as(world.people[role])
    broken, seen = [], 0

    for path in pages(world, world.people[role]):
        page.goto(path)
        page.emulate_media(reduced_motion="reduce")
        found = axe.violations(page, "light") + axe.violations(page, "dark")
        broken += [f"{path}: {line}" for line in found]
        seen += 1

    assert seen > 10
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("role", ["manager", "front_desk"])
def test_no_page_is_wider_than_a_phone(page_as, world, role):
    page = page_as(world.people[role], viewport=PHONE)
    wider: dict[str, int] = {}
    seen = 0

    for path in pages(world, world.people[role]):
        page.goto(path)
        excess = page.evaluate(WIDER)
        wider |= {path: excess} if excess > 0 else {}
        seen += 1

    assert seen > 10
    assert not wider
