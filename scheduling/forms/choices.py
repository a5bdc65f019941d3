"""Choices drawn by hand: templates take three templates for each of them, and a page
of booking offers everybody of the team twice (python -m bench.slots).

What they look like is what templates/django/forms says of all other choices.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt

from practice.html import filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.forms.renderers import BaseRenderer
    from django.utils.safestring import SafeString

    Own = dict[str, Any]  # the attributes of a whole field
    Known = Sequence[tuple[str, Any]]  # values and words

CHOICE = (
    '<label class="choice" for="{}"><input type="{}" name="{}" value="{}" id="{}"{}{}>'
    "<span>{}</span></label>"
)
OPTION = '<option value="{}"{}>{}</option>'
CHECKED, SELECTED = filled("{}", " checked"), filled("{}", " selected")


class Names(forms.models.ModelChoiceIterator[Any]):
    """The records to choose from, by number and name alone, asked for once."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from names_of(self.field)


def names_of(field: Any) -> Sequence[tuple[int, str]]:
    """Number and name of each record that a field offers."""
    if not hasattr(field, "known"):
        field.known = list(field.queryset.values_list("pk", "name"))
    found: Sequence[tuple[int, str]] = field.known
    return found


def share(names: Iterable[str], one: forms.Form, other: forms.Form) -> None:
    """Have a form offer in some fields what another does, without asking again."""
    for name in names:
        field: Any = other.fields[name]
        field.known = names_of(one.fields[name])


class Named(forms.ModelChoiceField[Any]):
    """One of some records that are called by their name."""

    iterator = Names


class _Drawn(forms.widgets.ChoiceWidget):
    """Choices without groups, each a value and its words."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """What a template would make of it; `renderer` is not asked."""
        chosen = set(self.format_value(value))
        own = self.build_attrs(self.attrs, attrs)
        known = [(str(one), words) for one, words in self.choices]
        if not self.allow_multiple_selected:
            chosen = set([one for one, _words in known if one in chosen][:1])
        return self.draw(name, own, known, chosen)

    def draw(self, name: str, own: Own, known: Known, chosen: set[str]) -> SafeString:
        """Boxes or buttons, each with its words."""
        base = own.pop("id", None) or name
        rest = flatatt(own)
        values = [
            (
                f"{base}_{number}",
                self.input_type,
                name,
                value,
                f"{base}_{number}",
                rest,
                CHECKED if value in chosen else "",
                words,
            )
            for number, (value, words) in enumerate(known)
        ]
        markup = f'<div class="choices" id="{{}}">{CHOICE * len(values)}</div>'
        return filled(markup, base, *chain.from_iterable(values))


class Boxes(_Drawn, forms.CheckboxSelectMultiple):
    """Any of these."""


class Buttons(_Drawn, forms.RadioSelect):
    """One of these."""


class DropDown(_Drawn, forms.Select):
    """One of these, folded up."""

    def draw(self, name: str, own: Own, known: Known, chosen: set[str]) -> SafeString:
        values = [
            (value, SELECTED if value in chosen else "", words)
            for value, words in known
        ]
        markup = f'<select name="{{}}"{{}}>{OPTION * len(values)}</select>'
        return filled(markup, name, flatatt(own), *chain.from_iterable(values))
