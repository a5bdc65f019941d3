"""Forms as a browser sends them: with everything that stands in them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

Answers = dict[str, list[str]]
SILENT = {"submit", "button", "file"}


def standing(page: HttpResponse) -> Answers:
    """What the page's form would send if nobody touched it."""
    controls = _Controls()
    controls.feed(page.content.decode())
    controls.answers.pop("csrfmiddlewaretoken", None)
    return controls.answers


def version_at(client: Client, path: str) -> Answers:
    """The version that the form at an address carries: somebody has just read it."""
    return {"version": standing(client.get(path)).get("version", [])}  # type: ignore[arg-type]


def send(client: Client, path: str, answers: Answers, **typed: Any) -> Any:
    """Press the button of a form; an answer of None was unticked or cleared."""
    data = {**answers, **typed}
    return client.post(path, {k: v for k, v in data.items() if v is not None})


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.answers: Answers = {}
        self.is_inside = False
        self.name = ""  # of the select or text area that is open
        self.is_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form":
            self.is_inside = "data-keep" in facts
        elif not self.is_inside:
            return
        elif tag == "input" and facts.get("type") not in SILENT:
            is_box = facts.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in facts:
                self._add(facts.get("name"), facts.get("value") or "on" * is_box)
        elif tag in ("select", "textarea"):
            self.name, self.is_text = facts.get("name") or "", tag == "textarea"
        elif tag == "option" and "selected" in facts:
            self._add(self.name, facts.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag in ("select", "textarea"):
            self.name, self.is_text = "", False

    def handle_data(self, data: str) -> None:
        if self.name and self.is_text:
            self._add(self.name, data.removeprefix("\n"))

    def _add(self, name: str | None, value: str) -> None:
        if name:
            self.answers.setdefault(name, []).append(value)
