"""Every form of the site, filled in by people who mean it and by those who do not."""

from __future__ import annotations

import html

import pytest
from django import forms
from hypothesis import HealthCheck, given, settings

from practice.models import TrailEntry
from tests.ground import layer
from tests.practice.hostile import (
    FormPage,
    answers_to,
    form_pages,
    forms_of,
    proper,
    taken_back,
)
from tests.practice.world import build

pytestmark = pytest.mark.walk
EXAMPLES = max(1, settings.default.max_examples // 8)  # type: ignore[union-attr]
TYPED = (forms.TextInput, forms.Textarea, forms.NumberInput)


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    names = ("manager", "front_desk", "clinician", "auditor", "stranger")
    staff = (manager, front_desk, clinician, auditor, stranger)
    return build(dict(zip(names, staff, strict=True)), location)


@pytest.fixture
def pages(world):
    """Every form of the site; that some are missing would prove nothing."""
    found = list(form_pages(world))
    names = {page.name for page in found}
    assert len(names) > 40
    assert {"patient_new", "contact_edit", "staff_new", "task_new", "link"} <= names
    return found


def faults(page, answers, response):
    """What is wrong with an answer to a form, as sentences."""
    text = response.content.decode()
    if response.status_code == 302:
        return
    if response.status_code not in (200, 422, 429):
        yield f"answers {response.status_code}"
    for form in forms_of(response):
        if type(form) is type(page.form) and form.is_bound:
            yield from _unsaid(form, text)
            yield from _lost(form, answers, text)


def _unsaid(form, text):
    told = [(field.html_name, field.errors) for field in form.visible_fields()]
    for name, errors in [*told, ("the top", form.non_field_errors())]:
        for error in errors:
            if html.escape(error) not in text:
                yield f"does not say “{error}” beside {name}"


def _lost(form, answers, text):
    for field in form.visible_fields():
        widget = field.field.widget
        value = answers.get(field.html_name)
        if not isinstance(widget, TYPED) or not isinstance(value, str):
            continue
        shown = widget.format_value(as_received(value)) or ""
        if shown not in html.unescape(text):
            yield f"loses what was typed into {field.html_name}"


def as_received(value):
    """A text as it arrives: no browser, and no form, keeps half a character."""
    text = value.encode(errors="surrogatepass").decode(errors="replace")
    return text.strip()


def test_any_answer_is_taken_or_gets_a_sentence_and_nothing_typed_is_lost(pages):
    for page in pages:
        probe(page)


def probe(page: FormPage):
    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(answers=answers_to(page.form))
    def send(answers):
        with taken_back(page.client):
            response = page.send(answers)

        assert [*faults(page, answers, response)] == [], page.name

    send()


# The same form twice --------------------------------------------------------
def test_a_form_that_is_sent_twice_is_taken_once(pages):
    doubled = []
    for page in pages:
        if "submission" not in page.form.fields:
            continue
        answers = {name: proper(page.form, name) for name in page.form.fields}
        with taken_back(page.client):
            first, after_first = page.send(answers), rows()
            second, after_second = page.send(answers), rows()
        is_taken = first.status_code == 302
        if is_taken and (second.status_code != 302 or after_first != after_second):
            doubled.append(page.name)

    assert doubled == []


def rows():
    """How many lines the trail has: whatever is kept adds to them."""
    return TrailEntry.objects.count()
