"""What people, scripts and scanners type into forms, and the forms they find."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import ContextList
from hypothesis import strategies as st
from phonenumber_field.formfields import PhoneNumberField

from messaging.forms.outbox import OutboxFilter
from practice.access import Door
from practice.forms.base import PhoneField
from practice.forms.trail import DaysFilter
from tests.cast import sign_in
from tests.practice.world import World, addresses

FORM_TYPE = "application/x-www-form-urlencoded"
DATES = ["31.02.2026", "2026-02-31", "0000-01-01", "10000-01-01", "99999-12-31"]
DATES += ["0001-01-01", "9999-12-31", "1-1-1", "2026-13-01", "٢٠٢٦-٠١-٠١"]
PHONES = ["+1 999", "911", "++1", "+" + "1" * 400, "212 555 0187 ext. 7", "٢١٢٥٥٥٠١٨٧"]
NUMBERS = ["-1", "0", "9" * 19, "9" * 5000, "1e9", "NaN", "0x10", "1.5", "٣"]
WORDS = ["", " ", "a\x00b", "\x00", "\ud800", "x\udfff", "x" * 10_000, "é" * 10_000]
WORDS += [
    "👩‍👧‍👦" * 50,
    "\u202eevil",
    "مرحبا",
    "<script>alert(1)</script>",
    "%s{0}{{x}}",
]
WORDS += ["'; DROP TABLE practice_patient; --", "a\r\nSet-Cookie: b", "\ufeff", "null"]
NASTY = [*DATES, *PHONES, *NUMBERS, *WORDS, "25:61", "24:00", "nonsense", "on"]
# Where a page's form is sent, if not to the page itself.
SENT_TO = {"import_page": "confirm/"}
FILTERS = (DaysFilter, OutboxFilter)
# A field that is not sent at all.
MISSING = object()


@dataclass(frozen=True)
class FormPage:
    """One form of one page, with a browser that may send it."""

    name: str
    url: str
    client: Client
    form: forms.BaseForm

    def send(self, answers: dict[str, Any]) -> HttpResponse:
        """Send the answers, byte for byte, lone surrogates included."""
        typed = {name: value for name, value in answers.items() if value is not MISSING}
        body = urlencode(typed, doseq=True, errors="surrogatepass")
        if isinstance(self.form, FILTERS):  # which only read, by their address
            return self.client.get(f"{self.url}?{body}")  # type: ignore[return-value]
        return self.client.post(self.url, body, content_type=FORM_TYPE)  # type: ignore[return-value]


def form_pages(world: World, *people: str) -> Iterator[FormPage]:
    """Every page of ours with a form, found on the URL table by asking for it.

    By everybody of the world in turn and by nobody, unless some people are named.
    """
    browsers = [sign_in(world.people[name]) for name in people or world.people]
    browsers += [] if people else [Client()]
    for address in addresses():
        is_ours = not address.name.startswith(("admin:", "style"))
        if is_ours and address.access and address.access.door is not Door.CLOSED:
            yield from _first_that_opens(address.name, address.url(world), browsers)


def forms_of(response: HttpResponse) -> list[forms.BaseForm]:
    """The forms that a page shows, each once."""
    context = getattr(response, "context", None) or []
    # Of a page that is one template, the context itself.
    parts: list[Any] = context if isinstance(context, ContextList) else [context]
    values = [value for part in parts for scope in part for value in scope.values()]
    found = {id(value): value for value in values if isinstance(value, forms.BaseForm)}
    return list(found.values())


@contextmanager
def taken_back(client: Client) -> Iterator[None]:
    """Whatever happens inside never happened: not in the rows, not in the browser."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def answers_to(form: forms.BaseForm) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly proper answers with some that are not, a few of them wholly random."""
    return st.fixed_dictionaries(
        {
            form.add_prefix(name): st.one_of(
                st.just(proper(form, name)),
                st.just(proper(form, name)),
                st.sampled_from(NASTY),
                st.just(MISSING),
                st.text(st.characters(exclude_categories=[]), max_size=40),
            )
            for name in form.fields
        }
    )


def proper(form: forms.BaseForm, name: str) -> Any:
    """An answer that the field takes."""
    field = form.fields[name]
    initial = form.get_initial_for_field(field, name)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [str(field.queryset.first().pk)]  # type: ignore[union-attr]
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.first().pk)  # type: ignore[union-attr]
    if isinstance(field, forms.ChoiceField):
        known = _choices(field)
        return known[-1] if known else ""  # there may be nothing to choose
    if initial not in (None, "", []):
        return str(field.prepare_value(initial))
    return _USUAL.get(type(field), "Plain words")


_USUAL: dict[type[forms.Field], str] = {
    PhoneField: "(212) 555-0142",
    PhoneNumberField: "(212) 555-0142",
    forms.EmailField: "someone@example.test",
    forms.DateField: "2026-03-20",
    forms.TimeField: "09:30",
    forms.IntegerField: "7",
    forms.BooleanField: "on",
}


def _choices(field: forms.ChoiceField) -> list[str]:
    flat: list[str] = []
    for value, label in field.choices:  # type: ignore[misc,union-attr]
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        flat += [str(one) for one, _words in inner]
    return flat


def _first_that_opens(
    name: str, url: str, browsers: list[Client]
) -> Iterator[FormPage]:
    for client in browsers:
        with taken_back(client):
            response = client.get(url)
        if response.status_code == 200 and (found := _shown(response)):  # type: ignore[arg-type]
            sent_to = url + SENT_TO.get(name, "")
            yield from (FormPage(name, sent_to, client, form) for form in found)
            return


def _shown(response: HttpResponse) -> list[forms.BaseForm]:
    """The forms of a page that really are on it, with something to fill in."""
    text = response.content.decode(errors="replace")
    return [
        form
        for form in forms_of(response)
        if any(f'name="{form.add_prefix(name)}"' in text for name in form.fields)
    ]
