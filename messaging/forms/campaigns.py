"""Forms of group messages: who gets it, what it says, where we are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import audience_files, audiences, campaign_events
from messaging.models.campaigns import LONGEST, LONGEST_TITLE
from practice.campaign_frames import Kind
from practice.forms.base import DateInput, HouseForm, check_day
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from messaging.models import Campaign
    from practice.campaign_frames import Question
    from practice.models import Location, StaffMember

MOST_BYTES = 1_000_000


class _Words(HouseForm):
    """A name for staff, and own words in both languages, or none."""

    title = forms.CharField(
        max_length=LONGEST_TITLE,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("For staff: patients never see it."),
    )
    text_en = forms.CharField(
        max_length=LONGEST,
        required=False,
        label=gettext_lazy("Words in English"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Empty, with the Spanish ones: the usual words."),
    )
    text_es = forms.CharField(
        max_length=LONGEST,
        required=False,
        label=gettext_lazy("Words in Spanish"),
        widget=forms.Textarea(attrs={"rows": 4, "lang": "es"}),
        help_text=gettext_lazy("For everybody who reads Spanish; others get English."),
    )

    def _words(self) -> dict[str, Any]:
        said = self.cleaned_data
        texts = {one: said[one].replace("\r\n", "\n") for one in ("text_en", "text_es")}
        return {"title": said["title"], **texts}


class GroupForm(_Words):
    """A list: the questions of AUDIENCES, and a file of chart numbers."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=gettext_lazy("File of chart numbers"),
        help_text=gettext_lazy(
            "A CSV file with a column “chart number”. With answers above, only who "
            "fits both."
        ),
    )
    skip_lines = forms.BooleanField(
        required=False,
        label=gettext_lazy("Leave out the lines of the file that cannot be read"),
    )
    forget_file = forms.BooleanField(
        required=False, label=gettext_lazy("Forget the file that was given")
    )

    def __init__(
        self, *args: Any, staff: StaffMember, row: Campaign | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._staff = staff
        self._kept = row.charts if row else None
        self._asked = audiences.questions()
        for question in self._asked:
            self.fields[question.name] = _field(question)
        if self._kept is None:
            del self.fields["forget_file"]
        names = [one.name for one in self._asked]
        last = ["file", "skip_lines", "forget_file", "text_en", "text_es"]
        self.order_fields(["title", *names, *last])

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if file := answers.get("file"):
            try:
                found = audience_files.read(file.read(), staff=self._staff)
            except NotPossible as refusal:
                self.add_error("file", str(refusal))
                return answers
            if found.problems and not answers.get("skip_lines"):
                self.add_error("file", list(found.problems))
            self._kept = found.numbers
        elif answers.get("forget_file"):
            self._kept = None
        return answers

    def said(self) -> dict[str, Any]:
        """What the action gets."""
        filters = audiences.kept(self.cleaned_data)
        seen = {"seen": self.seen} if self.shown else {}
        return {**self._words(), "filters": filters, "charts": self._kept, **seen}


class StandingForm(_Words):
    """What happens, of which types, and what is said each time."""

    event = forms.ChoiceField(label=gettext_lazy("When"))
    of_type = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Of these types"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "None chosen: of any type. After a visit, choose at least one."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = campaign_events.kinds()
        self._bound = {one.name for one in kinds if one.needs_types}
        types = {pk: name for kind in kinds for pk, name in kind.types()}
        event, of_type = self.fields["event"], self.fields["of_type"]
        assert isinstance(event, forms.ChoiceField)
        assert isinstance(of_type, forms.ChoiceField)
        event.choices = [(one.name, one.label) for one in kinds]
        of_type.choices = list(types.items())
        self.order_fields(["title", "event", "of_type", "text_en", "text_es"])

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        is_bound = answers.get("event") in self._bound
        if is_bound and answers.get("of_type") == []:
            words = _("Choose the types after which these words are right.")
            self.add_error("of_type", words)
        return answers

    def said(self) -> dict[str, Any]:
        types = self.cleaned_data["of_type"]
        seen = {"seen": self.seen} if self.shown else {}
        return {
            **self._words(),
            "event": self.cleaned_data["event"],
            "filters": {campaign_events.OF_TYPE: types} if types else {},
            **seen,
        }


class ClosedForm(HouseForm):
    """Where, and on which day."""

    location: forms.ModelChoiceField[Location] = forms.ModelChoiceField(
        queryset=None, empty_label=None, label=gettext_lazy("Which place is closed")
    )
    day = forms.DateField(label=gettext_lazy("On"), widget=DateInput)

    def __init__(
        self, *args: Any, places: QuerySet[Location], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        location = self.fields["location"]
        assert isinstance(location, forms.ModelChoiceField)
        location.queryset = places

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        check_day(day)
        if day < self._today:
            raise forms.ValidationError(_("This day is over."))
        return day


def begun(row: Campaign) -> dict[str, Any]:
    """What a form of a draft begins with."""
    names = ("title", "text_en", "text_es", "event")
    return {one: getattr(row, one) for one in names} | row.filters


def _field(question: Question) -> forms.Field:
    usual: dict[str, Any] = {
        "required": False,
        "label": question.label,
        "help_text": question.hint,
    }
    if question.kind is Kind.YES:
        return forms.BooleanField(**usual)
    if question.kind is Kind.DAY:
        return forms.DateField(widget=DateInput, validators=[check_day], **usual)
    choices: Sequence[tuple[str, str]] = question.choices()
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple, **usual
    )
