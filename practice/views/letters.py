"""A letter that is owed after a mistake: to write, and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from practice import clock, incidents, letters, looks, telling
from practice.access import Capability, requires
from practice.forms.incidents import LetterForm
from practice.models import IncidentStep, Patient, StaffMember
from practice.models.incidents import StepKind
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.HANDLE_INCIDENTS)
@require_GET
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as it is printed, on the practice's letterhead."""
    step = _letter(request, pk)
    context = {"step": step, "letter": letters.compose(step, now=clock.now())}
    return render(request, "incidents/letter.html", context)


@requires(Capability.HANDLE_INCIDENTS)
def letter_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What the letter says, from plain words to begin with."""
    shown = Shown.record(IncidentStep, pk)
    step = _letter(request, pk)
    back = reverse("incident_letter", args=[pk])
    text = step.letter or letters.beginning(step.patient)
    form = LetterForm(request.POST or None, shown=shown, initial={"letter": text})

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.write_letter(step=step, by=by, **form.details())
        return Done(back, _("Letter kept with the incident."))

    language = dict(settings.LANGUAGES)[letters.language_of(step.patient)]
    intro = _("Language: %(language)s.") % {"language": _(language)}
    ask = Ask(_("Write the letter"), _("Save"), back, intro=intro, about=step.patient)
    return ask_and_act(request, form, ask, act)


def _letter(request: StaffRequest, pk: int) -> IncidentStep:
    """A letter that is owed, if the chart of whoever gets it is open."""
    charts = Patient.objects.visible_to(request.user, now=clock.now())
    rows = IncidentStep.objects.select_related("incident", "patient").filter(
        Q(patient=None) | Q(patient__in=charts),
        kind=StepKind.LETTER,
        is_withdrawn=False,
    )
    step = get_object_or_404(rows, pk=pk)
    if step.patient:
        looks.remember(request, [step.patient], purpose=telling.MISTAKE)
    return step
