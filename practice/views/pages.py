"""The two shapes most pages have: a form that acts, and a button that acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from practice import clock, looks, submissions, toasts
from practice.models import StaffMember
from practice.patience import patiently
from practice.rules import NotPossible
from practice.versions import ChangedMeanwhile
from practice.whereabouts import is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from practice.forms.base import HouseForm, HouseModelForm
    from practice.models import Patient
    from practice.toasts import WayOn

    AnyForm = HouseForm | HouseModelForm[Any]


class StaffRequest(HttpRequest):
    """A request that passed the gate: its user is a staff member."""

    user: StaffMember


@dataclass(frozen=True, slots=True)
class Ask:
    """What a form page says around its form."""

    title: str
    button: str
    back: str
    intro: str = ""
    is_grave: bool = False  # the button is red, the intro is a warning
    about: Patient | None = None  # whose chart it is, said under the title
    template: str = "form.html"
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What an act leaves: where to go, what to say, how to take it back."""

    path: str
    words: str
    undo: str = ""


def ask_and_act(
    request: StaffRequest,
    form: AnyForm,
    ask: Ask,
    act: Callable[[StaffMember, datetime], Done],
) -> HttpResponse:
    """Show a form; when it is right, act once and go on; else say what is wrong.

    What was typed stays on the page whatever goes wrong.
    """
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    if request.method == "POST" and form.is_valid():
        path = attempt(request, form, act)
        if path is not None:
            return HttpResponseRedirect(path)
    if ask.about:
        looks.remember(request, [ask.about])
    context = {"form": form, "ask": ask, **ask.context}
    status = 422 if form.errors else 200
    return render(request, ask.template, context, status=status)


def taken_before(request: StaffRequest) -> str | None:
    """Where the first press of this very form led, if this is a second one.

    Asked before anything else: what the first did may make the second look wrong.
    """
    try:
        key = UUID(request.POST.get("submission", ""))
    except ValueError:
        return None
    return submissions.path_of(key)


def attempt(
    request: StaffRequest,
    form: AnyForm,
    act: Callable[[StaffMember, datetime], Done],
) -> str | None:
    """The path to go on to, or None when a rule says no and the form says why."""
    now = clock.now()

    def run() -> str:
        done = act(request.user, now)
        toasts.say(request, done.words, undo=done.undo)
        return done.path

    def run_once() -> str:
        if key := form.cleaned_data.get("submission"):
            return submissions.once(key, by=request.user, now=now, act=run)
        return run()

    try:
        return patiently(run_once)
    except ChangedMeanwhile as refusal:
        form.add_error(None, f"{refusal} {form.show_again()}")
    except NotPossible as refusal:
        form.add_error(_place(form, refusal.field), str(refusal))
    except ValidationError as error:
        _place_errors(form, error)
    return None


def press(
    request: StaffRequest,
    back: str,
    act: Callable[[StaffMember, datetime], Done],
    *,
    way_on: Callable[[NotPossible], WayOn | None] = lambda _why: None,
) -> HttpResponse:
    """Run what a button says; a rule that says no is told on the page it came from.

    `way_on` tells what could be done instead.
    """
    try:
        done = patiently(lambda: act(request.user, clock.now()))
    except NotPossible as refusal:
        toasts.refuse(request, str(refusal), way_on=way_on(refusal))
        return HttpResponseRedirect(back)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(back)
    toasts.say(request, done.words, undo=done.undo)
    return HttpResponseRedirect(done.path)


def way_back(request: HttpRequest, default: str) -> str:
    """The path to return to that a form or an address names, if it is one of ours."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if is_ours(path) else default


def _place(form: AnyForm, name: str) -> str | None:
    return name if name in form.fields else None


def _place_errors(form: AnyForm, error: ValidationError) -> None:
    """Put each of a record's errors beside its field, or at the top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        place = None if name == NON_FIELD_ERRORS else _place(form, name)
        form.add_error(place, errors)
