"""What somebody asks the trail for."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import telling, trail_search, zones
from practice.forms.base import LONGEST_ID, DateInput, HouseForm, check_day
from practice.models import StaffMember
from practice.reveals import SHORTEST_REASON
from practice.trail_search import CHANGES, LEARNT, MACHINE, Wish
from practice.wording import tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    Choices = list[tuple[StrOrPromise, Any]]
LARGEST_ID = 10**LONGEST_ID - 1
LONGEST_REASON = 400


def people() -> Choices:
    """Everybody who ever had an account, and what no person did."""
    names = StaffMember.objects.order_by("name").values_list("pk", "name")
    return [
        ("", gettext_lazy("Everybody")),
        (str(MACHINE), gettext_lazy("Nobody: done by the clock")),
        *((str(pk), name) for pk, name in names),
    ]


@cache
def happenings(_tongue: str) -> Choices:
    """Changes or looks, what they are about, and each kind; in a language's words."""
    by_subject: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind in telling.kinds():
        by_subject[kind.partition(".")[0]].append((kind, telling.title_of(kind)))
    broad = [(CHANGES, _("Every change")), ("seen", _("Every look"))]
    broad.append((LEARNT, _("Every look, and every file")))
    groups = [
        (
            telling.subject_words(subject),
            [_all_of(subject), *sorted(kinds, key=lambda one: one[1])],
        )
        for subject, kinds in by_subject.items()
        if subject != "seen"
    ]
    pages = sorted(by_subject["seen"], key=lambda one: one[1])
    return [
        ("", _("Everything")),
        (_("All of one sort"), broad),
        *groups,
        (telling.subject_words("seen"), pages),
    ]


@cache
def sorts_of_record(_tongue: str) -> Choices:
    """What lines may be about, by its name; in a language's words."""
    known = [(name, telling.record_words(name)) for name in telling.records()]
    return [("", _("Anything")), *sorted(known, key=lambda one: one[1].casefold())]


def _flat(choices: Iterable[Any]) -> dict[str, str]:
    """Choices, those of their groups too, by what is sent for them."""
    found: dict[str, str] = {}
    for value, words in choices:
        found.update(words if isinstance(words, list) else [(value, words)])
    return found


def _all_of(subject: str) -> tuple[str, str]:
    words = _("%(subject)s: everything") % {"subject": telling.subject_words(subject)}
    return subject, words


class QuickSelect(forms.Select):
    """A choice among hundreds, written once: a template for each takes too long."""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        known = self.build_attrs(self.attrs, attrs).items()
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            format_html_join("", ' {}="{}"', known),
            _written(tuple(map(_frozen, self.choices)), str(value or "")),
        )


def _frozen(choice: Any) -> tuple[str, Any]:
    """A choice, or a group of them, as what was written of it is known by."""
    value, words = choice
    if isinstance(words, list):
        return str(value), tuple(map(_frozen, words))
    return str(value), str(words)


@lru_cache(maxsize=200)
def _written(choices: Sequence[tuple[str, Any]], chosen: str) -> SafeString:
    """The options of a choice in HTML, in their groups."""
    parts = [
        format_html(
            '<optgroup label="{}">{}</optgroup>', value, _written(words, chosen)
        )
        if isinstance(words, tuple)
        else format_html(_OPTION, value, " selected" if value == chosen else "", words)
        for value, words in choices
    ]
    return format_html_join("\n", "{}", ((part,) for part in parts))


_OPTION = '<option value="{}"{}>{}</option>'


class DaysFilter(forms.Form):
    """From a day to a day; either may be left empty."""

    since = forms.DateField(
        widget=DateInput,
        required=False,
        label=gettext_lazy("From"),
        validators=[check_day],
    )
    until = forms.DateField(
        widget=DateInput,
        required=False,
        label=gettext_lazy("To"),
        validators=[check_day],
    )

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error(
                "until", ValidationError(_("The last day comes before the first."))
            )
        return answers

    def span(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """The first moment of the days in a zone, and the end of the last."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return (
            zones.first_moment(since, zone) if since else None,
            zones.end_of(until, zone) if until else None,
        )


class TrailFilter(DaysFilter):
    """The filters of the trail's page; each may be left empty."""

    field_order = ("who", "what", "record", "number", "patient", "since", "until")

    who = forms.ChoiceField(
        widget=QuickSelect, required=False, label=gettext_lazy("Who")
    )
    what = forms.ChoiceField(
        widget=QuickSelect,
        required=False,
        label=gettext_lazy("What"),
    )
    patient = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        label=gettext_lazy("Patient number"),
    )
    record = forms.ChoiceField(
        widget=QuickSelect, required=False, label=gettext_lazy("Kind of record")
    )
    number = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        label=gettext_lazy("Its number"),
    )
    within = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        widget=forms.HiddenInput,
    )

    charts: Sequence[int] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = people()  # type: ignore[attr-defined]
        now = tongue()
        words, records = happenings(now), sorts_of_record(now)
        self.fields["what"].choices = words  # type: ignore[attr-defined]
        self.fields["record"].choices = records  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        patient = answers.get("patient")
        self.charts = trail_search.chart_ids(patient) if patient else []
        if patient and not self.charts:
            self.add_error("patient", ValidationError(_("No chart has this number.")))
        if answers.get("number") and answers.get("record") == "":
            words = _("Choose what kind of record this is the number of.")
            self.add_error("number", ValidationError(words))
        return answers

    def wish(self, zone: str) -> Wish:
        """What the filters ask for, in the days of a zone."""
        answers, (since, until) = self.cleaned_data, self.span(zone)
        record, number = answers["record"], answers["number"]
        return Wish(
            actor_id=int(answers["who"]) if answers["who"] else None,
            patient_ids=self.charts,
            subjects={record: [number]} if number else {},
            record="" if number else record,
            what=answers["what"],
            since=since,
            until=until,
            part_of_id=answers["within"],
        )

    def asked(self) -> str:
        """The filters as a line of the trail keeps them: numbers, no names."""
        answers = {name: self.cleaned_data.get(name) for name in self.fields}
        return ", ".join(f"{name} {value}" for name, value in answers.items() if value)

    def asked_in_words(self) -> str:
        """The same for the person who asks: the words that the form shows."""
        said = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and name != "number" and not field.widget.is_hidden:
                words = _flat(getattr(field, "choices", ())).get(value, value)
                said.append(f"{field.label}: {words}")
            if value and name == "number":
                said[-1] += _(", no. %(id)s") % {"id": value}
        if within := self.cleaned_data["within"]:
            said.append(_("Parts of line %(id)s") % {"id": within})
        return " · ".join(said)


class RevealForm(HouseForm):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why you need the name"),
        help_text=gettext_lazy("Kept in the trail, beside your name."),
    )


class FindForm(forms.Form):
    """A patient, by name; who does not find patients otherwise says why."""

    q = forms.CharField(max_length=100, label=gettext_lazy("Name, phone or birth date"))
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        min_length=SHORTEST_REASON,
        label=gettext_lazy("Why you look for them"),
        help_text=gettext_lazy("Kept in the trail, beside your name."),
    )

    def __init__(self, *args: Any, is_usual: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_usual:
            del self.fields["reason"]
