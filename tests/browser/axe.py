"""Accessibility rules, run by axe in the page as it stands, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Schemes differ in nothing but colours.
RULES = {"light": WCAG_2_2_AA, "dark": ["color-contrast", "link-in-text-block"]}
RUN = "only => axe.run({runOnly: only, resultTypes: ['violations']})"
LOADED = "typeof axe === 'object'"


def check(page: Page) -> None:
    """Fail with a readable list unless the page keeps WCAG 2.2 AA in both schemes."""
    page.emulate_media(reduced_motion="reduce")  # a fading page has no true contrast
    broken = violations(page, "light") + violations(page, "dark")
    assert not broken, "\n".join([f"{page.url} breaks:", *broken])


def violations(page: Page, scheme: str) -> list[str]:
    """One line for every element that breaks a rule in a colour scheme."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    if not page.evaluate(LOADED):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, RULES[scheme])["violations"]
    return [
        _sentence(scheme, violation, node)
        for violation in found
        for node in violation["nodes"]
    ]


def _sentence(scheme: str, violation: dict[str, Any], node: dict[str, Any]) -> str:
    place = " ".join(str(step) for step in node["target"])
    checks = [*node["any"], *node["all"], *node["none"]]
    why = "; ".join(check["message"] for check in checks)
    return f"  {scheme} {violation['id']} at {place}: {why}\n    {node['html'][:160]}"
