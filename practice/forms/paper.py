"""PAPER_ENTRIES: what can be put in from paper, each kind with its questions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import contacts, paper, patients, searching, watching, work, zones
from practice.access import Capability
from practice.forms.base import DateInput, HouseForm, PhoneField, TimeInput
from practice.forms.moments import DayField
from practice.forms.tasks import addressees
from practice.languages import Language
from practice.locations import of_staff
from practice.models import (
    MOST_LINES,
    DaySheet,
    Location,
    PaperEntry,
    Patient,
    Recorded,
    Role,
    StaffMember,
    Taken,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise

SHEETS_OFFERED = timedelta(days=14)
MOST_FOUND = 8
_FIRST = ("paper", "line", "happened_on", "happened_time", "writer")
_WHO = ("who", "patient")
Papers = dict[str, tuple[Location, "DaySheet | None"]]


class PaperForm(HouseForm):
    """One kind of entry. `name` is what the address and the trail call it.

    A kind adds its questions, and `do`, which acts and answers what became of it.
    Who it is about is typed, found, and pressed once more: never taken for granted.
    """

    name: ClassVar[str]
    label: ClassVar[StrOrPromise]
    icon: ClassVar[str]
    capability: ClassVar[Capability]
    asks_who: ClassVar[bool] = True
    needs_who: ClassVar[bool] = True
    do_not_call_in_templates: ClassVar[bool] = True  # pages name the kinds

    template_name = "downtime/_entry.html"
    paper = forms.ChoiceField(label=gettext_lazy("Which paper"))
    line = forms.IntegerField(
        label=gettext_lazy("Line on the sheet"),
        min_value=1,
        max_value=MOST_LINES,
        required=False,
        help_text=gettext_lazy("On other paper, leave it empty."),
    )
    happened_on = DayField(label=gettext_lazy("Day it happened"))
    happened_time = forms.TimeField(label=gettext_lazy("Time"), widget=TimeInput)
    writer = forms.ModelChoiceField(
        StaffMember.objects.active(),
        label=gettext_lazy("Written by"),
        empty_label=None,
    )
    who = forms.CharField(
        label=gettext_lazy("Who"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Name, or name and date of birth; you confirm whom."),
        error_messages={"required": gettext_lazy("Say who it is about.")},
    )
    patient = forms.CharField(
        label=gettext_lazy("Whom do you mean?"),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self, *args: Any, staff: StaffMember, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.now = staff, now
        self.papers = papers_of(staff, now=now)
        self.found: Sequence[Patient] = []
        self.fields["paper"].choices = [  # type: ignore[attr-defined]
            (key, _paper_words(*of)) for key, of in self.papers.items()
        ]
        if self.asks_who:
            self.fields["who"].required = self.needs_who
            self._offer()
        else:
            del self.fields["who"], self.fields["patient"]
        self.order_fields([*_FIRST, *_WHO])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if self.asks_who:
            answers["patient"] = self._chosen()
        place, sheet = self.papers.get(answers.get("paper", ""), (None, None))
        if sheet and not answers.get("line") and "line" not in self.errors:
            self.add_error("line", _("The number stands at the beginning of the line."))
        day, at = answers.get("happened_on"), answers.get("happened_time")
        if place and day and at:
            try:
                answers["happened_at"] = zones.instant(day, at, place.time_zone)
            except zones.NoSuchTime as error:
                self.add_error("happened_time", str(error))
        return answers

    @property
    def after(self) -> list[BoundField]:
        """What is asked once paper, time and writer are clear."""
        return [field for field in self.visible_fields() if field.name not in _FIRST]

    def enter(self, *, by: StaffMember, now: datetime) -> PaperEntry:
        """Put in what was answered. Raises NotPossible."""
        answers = self.cleaned_data
        place, sheet = self.papers[answers["paper"]]
        return paper.enter(
            location=place,
            sheet=sheet,
            line=answers["line"],
            kind=self.name,
            happened_at=answers["happened_at"],
            writer=answers["writer"],
            words=answers.get("words", ""),
            patient=answers.get("patient"),
            act=lambda: self.do(place, by=by, now=now),
            by=by,
            now=now,
        )

    def do(self, place: Location, *, by: StaffMember, now: datetime) -> Recorded | None:
        """What follows of the entry; nothing, where the entry itself says it all."""
        return None

    def _offer(self) -> None:
        """Find who was typed, among the charts that this person may change."""
        if typed := self.data.get("who", "").strip()[:100]:
            found = searching.find_people(typed, staff=self.staff, now=self.now)
            ids = [one.patient_id for one in found if one.may_open][:MOST_FOUND]
            rows = Patient.objects.usual_to(self.staff).in_bulk(ids)
            self.found = [rows[pk] for pk in ids if pk in rows]
        if not self.found:
            del self.fields["patient"]
            return
        choices = [(str(row.pk), _person_words(row)) for row in self.found]
        self.fields["patient"].widget.choices = choices

    def _chosen(self) -> Patient | None:
        """The one who was found and pressed; nobody where nobody was typed."""
        pressed = self.data.get("patient", "")
        chosen = {str(row.pk): row for row in self.found}.get(pressed)
        if chosen is not None:
            return chosen
        if self.found:
            self.add_error("patient", _("Choose, and press the button once more."))
        elif self.data.get("who", "").strip():
            words = _("Nobody of that name among the charts that you may change.")
            self.add_error("who", words)
        return None


def places_of(staff: StaffMember) -> list[Location]:
    """Where somebody puts in what was written on paper."""
    if staff.is_manager:
        return list(Location.objects.filter(is_active=True))
    return list(of_staff(staff))


def papers_of(staff: StaffMember, *, now: datetime) -> Papers:
    """The sheets of the last weeks at somebody's places, then other paper there."""
    own = places_of(staff)
    sheets = DaySheet.objects.filter(
        location__in=own, made_at__gt=now - SHEETS_OFFERED
    ).select_related("location")
    papers: Papers = {f"s{row.pk}": (row.location, row) for row in sheets}
    return papers | {f"l{place.pk}": (place, None) for place in own}


def _paper_words(place: Location, sheet: DaySheet | None) -> str:
    if sheet is None:
        return _("%(place)s: other paper") % {"place": place.name}
    return _("%(place)s: sheet %(number)d for %(day)s") % {
        "place": place.name,
        "number": sheet.pk,
        "day": date_format(sheet.day_on, "D j M"),
    }


def _person_words(patient: Patient) -> str:
    born = date_format(patient.born_on, "j M Y")
    return _("%(name)s, born %(born)s") % {"name": patient.display_name, "born": born}


def _words(label: StrOrPromise) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=1000, widget=area)


class ContactMade(PaperForm):
    """Somebody spoke with a patient; where a watch is kept, that counts as contact."""

    name, label, icon = PaperEntry.CONTACT, gettext_lazy("Contact made"), "phone-call"
    capability = Capability.READ_PATIENTS
    words = _words(gettext_lazy("What was said"))


class PhoneTold(PaperForm):
    name, label, icon = "phone", gettext_lazy("Phone"), "phone"
    capability = Capability.EDIT_PATIENTS
    value = PhoneField(label=gettext_lazy("Phone"))
    may_call = forms.BooleanField(
        required=False, label=gettext_lazy("Calls are fine there")
    )
    may_text = forms.BooleanField(
        required=False, label=gettext_lazy("They agreed to texts there")
    )

    def do(self, place: Location, *, by: StaffMember, now: datetime) -> Recorded:
        answers = self.cleaned_data
        return contacts.add(
            owner=answers["patient"],
            kind="phone",
            value=str(answers["value"]),
            may_call=answers["may_call"],
            may_text=answers["may_text"],
            taken=Taken.PAPER,
            by=by,
            now=now,
        )


class AddressTold(PaperForm):
    name, label, icon = "address", gettext_lazy("Address"), "map-pin"
    capability = Capability.EDIT_PATIENTS
    value = forms.CharField(
        label=gettext_lazy("Postal address"),
        help_text=gettext_lazy("As on an envelope."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    may_write = forms.BooleanField(
        required=False, label=gettext_lazy("Letters are fine there")
    )

    def do(self, place: Location, *, by: StaffMember, now: datetime) -> Recorded:
        answers = self.cleaned_data
        return contacts.add(
            owner=answers["patient"],
            kind="post",
            value=answers["value"],
            may_write=answers["may_write"],
            taken=Taken.PAPER,
            by=by,
            now=now,
        )


class NewPatient(PaperForm):
    """Somebody who was taken on paper: the least that a chart needs."""

    name, label, icon = "new", gettext_lazy("New person"), "user-plus"
    capability = Capability.EDIT_PATIENTS
    asks_who = False
    given_name = forms.CharField(label=gettext_lazy("Legal given name"), max_length=80)
    family_name = forms.CharField(
        label=gettext_lazy("Legal family name"), max_length=80, required=False
    )
    born_on = forms.DateField(label=gettext_lazy("Date of birth"), widget=DateInput)
    spoken_language = forms.ChoiceField(
        label=gettext_lazy("Spoken language"),
        choices=Language.choices,
        initial=Language.ENGLISH,
    )
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    may_call = forms.BooleanField(
        required=False, label=gettext_lazy("Calls are fine there")
    )
    is_another = forms.BooleanField(
        required=False,
        label=gettext_lazy("Open a chart even if one looks alike"),
        help_text=gettext_lazy("A twin, or another person of the same name."),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        born_on, family = answers.get("born_on"), answers.get("family_name", "")
        if not born_on or answers["is_another"]:
            return answers
        same = Patient.objects.unmerged().filter(born_on=born_on)
        if same.filter(family_name__iexact=family).exists():
            words = _("A chart with this family name and birth date is here already.")
            self.add_error("is_another", words)
        return answers

    def do(self, place: Location, *, by: StaffMember, now: datetime) -> Recorded:
        answers = self.cleaned_data
        names = ("given_name", "family_name", "born_on", "spoken_language")
        chart = patients.register(
            homes=[place], by=by, now=now, **{name: answers[name] for name in names}
        )
        if answers["phone"]:
            contacts.add(
                owner=chart,
                kind="phone",
                value=str(answers["phone"]),
                is_first=True,
                may_call=answers["may_call"],
                taken=Taken.PAPER,
                by=by,
                now=now,
            )
        return chart


class ToDo(PaperForm):
    name, label, icon = "task", gettext_lazy("To do"), "list-todo"
    capability = Capability.DO_TASKS
    needs_who = False
    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("What is to be done"),
        help_text=gettext_lazy("Without the patient's name: the chart is linked."),
    )
    to = forms.ChoiceField(choices=addressees, label=gettext_lazy("Who does it"))
    due_on = DayField(label=gettext_lazy("Due by the end of"))

    def do(self, place: Location, *, by: StaffMember, now: datetime) -> Recorded:
        answers = self.cleaned_data
        to, patient = answers["to"], answers["patient"]
        return work.raise_task(
            kind="paper.task",
            title=answers["title"],
            to=Role(to) if to in Role.values else StaffMember.objects.get(pk=to),
            due_at=watching.end_of_day(answers["due_on"]),
            patient=patient,
            path=f"/patients/{patient.pk}/" if patient else "",
            by=by,
            now=now,
        )


class Note(PaperForm):
    name, label, icon = "note", gettext_lazy("Note"), "note"
    capability = Capability.READ_PATIENTS
    needs_who = False
    words = _words(gettext_lazy("What happened"))
