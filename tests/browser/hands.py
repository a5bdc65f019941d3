"""A mouse that counts its clicks, and where it finds a free time on the calendar."""

from __future__ import annotations

import re


class Hand:
    """Every press of it counts; typing does not."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, role, name, **options):
        """What has this role and name, a part of it or a pattern."""
        pattern = name if isinstance(name, re.Pattern) else re.compile(name)
        self.press(self.page.get_by_role(role, name=pattern, **options).first)

    def press(self, place):
        place.click()
        self.clicks += 1

    def point(self, x, y):
        self.page.mouse.click(x, y)
        self.clicks += 1


def spot(page, column, hour, minute=0):
    """The middle of the row of a time in a column, scrolled into view."""
    cards = page.locator(".diary-column").nth(column).locator(".diary-cards")
    page.locator(".diary").evaluate("it => { it.scrollTop = 0 }")
    first = int(page.locator(".diary").get_attribute("data-first"))
    last = int(page.locator(".diary").get_attribute("data-last"))
    box = cards.bounding_box()
    row = box["height"] / (last - first) * 5
    passed = hour * 60 + minute - first
    return box["x"] + box["width"] / 2, box["y"] + row * (passed / 5 + 0.5)
