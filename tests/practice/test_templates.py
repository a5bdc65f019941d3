"""What every page of the house keeps: its icons, its files, its title, its forms."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from practice.management.commands.vendor import ICONS
from practice.views.style import SampleForm
from tests import sources
from tests.sources import name_of

TEMPLATES = sources.templates()
PAGES = {name_of(path): path.read_text() for path in TEMPLATES}
ICON = re.compile(r"""(?:\{% icon |\bicon=)"([a-z-]+)\"""")
STATIC = re.compile(r"""\{% static ["']([^"']+)["']""")
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock(?: title)? %\}", re.DOTALL)
POST = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
FORMS_WITHOUT_SESSION = "templates/links/"  # there the link's token is the authority
HOUSE_PAGES = {
    name: text
    for name, text in PAGES.items()
    if re.match(r"\{% extends (\"base|request)", text)
}


def test_every_icon_a_template_names_is_drawn():
    named = {icon for text in PAGES.values() for icon in ICON.findall(text)}

    assert not named - ICONS.keys()


def test_every_icon_the_code_names_is_drawn():
    text = "\n".join(path.read_text() for path in sources.python_files("practice"))

    named = set(re.findall(r'\bicon="([a-z-]+)"', text))
    assert not named - ICONS.keys()


def test_every_file_a_template_asks_for_is_there():
    asked = {path for text in PAGES.values() for path in STATIC.findall(text)}

    assert not [path for path in asked if not finders.find(path)]


def test_every_page_has_a_title_of_its_own():
    untitled = [name for name, text in HOUSE_PAGES.items() if not TITLE.search(text)]

    assert not untitled


def test_no_title_holds_anybody():
    telling = [
        name
        for name, text in HOUSE_PAGES.items()
        for title in TITLE.findall(text)
        if re.search(r"(patient|person|staff|form)\.\w+", title)
    ]

    assert not telling


def test_every_form_that_changes_something_carries_its_token():
    bare = [
        name
        for name, text in PAGES.items()
        if not name.startswith(FORMS_WITHOUT_SESSION)
        and any("csrf_token" not in form for form in POST.findall(text))
    ]

    assert not bare


def test_the_page_for_a_server_error_needs_neither_request_nor_database():
    html = render_to_string("entrance/errors/fault.html", {"request_id": "abc"})

    assert "What you last saved is kept" in html
    assert "Traceback" not in html


@pytest.fixture
def style_page(practice) -> str:
    return Client().get(reverse("style")).content.decode()


def test_the_style_page_shows_names_as_hard_as_they_come(style_page):
    assert "Wolfeschlegelsteinhausenbergerdorff" in style_page
    assert "محمد" in style_page


def test_a_page_lets_the_keyboard_skip_to_its_content(style_page):
    assert '<a class="skip-link" href="#content">' in style_page
    assert '<main id="content"' in style_page


def test_every_id_of_a_page_is_given_once(style_page):
    ids = re.findall(r'\sid="([^"]+)"', style_page)

    assert len(ids) == len(set(ids))


def test_a_wrong_field_says_so_beside_itself():
    wrong = SampleForm({"email": "maya@"})

    field = wrong["email"].as_field_group()
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_email_error"' in field
    assert 'id="id_email_error"' in field


def test_the_summary_of_errors_leads_to_each_field():
    html = str(SampleForm({}))

    targets = re.findall(r'<a href="#([^"]+)">', html)
    assert "id_name" in targets
    assert all(f'id="{target}"' in html for target in targets)


def test_a_field_that_may_stay_empty_says_optional():
    form = SampleForm()

    assert "optional" in form["email"].as_field_group()
    assert "optional" not in form["name"].as_field_group()


def test_a_date_of_birth_keeps_what_was_typed():
    typed = {"born_on_day": "31", "born_on_month": "2", "born_on_year": "1988"}

    html = SampleForm(typed)["born_on"].as_field_group()
    assert 'value="31"' in html
    assert re.search(r'<option value="2"\s+selected>\s*February', html)
    assert 'value="1988"' in html


def test_a_date_of_birth_is_read_from_its_boxes():
    typed = {"born_on_day": "9", "born_on_month": "2", "born_on_year": "1988"}

    form = SampleForm(typed)
    assert form["born_on"].errors == []


def test_fields_without_errors_have_no_error_to_point_to():
    described = _Described()

    described.feed(str(SampleForm()))

    assert described.asked <= described.given


class _Described(HTMLParser):
    """The ids that elements are described by, and the ids there are."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()
        self.given: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.given.add(known.get("id") or "")
        self.asked |= set((known.get("aria-describedby") or "").split())
