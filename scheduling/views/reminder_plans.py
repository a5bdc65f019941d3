"""Plans of reminders: which messages a visit brings, as managers set them up."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, zones
from practice.access import Capability, requires
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press
from scheduling import reminder_plans as plans
from scheduling import reminder_previews
from scheduling.forms.reminders import PlanEditForm, PlanForm, StepForm
from scheduling.models import ReminderPlan, ReminderStep
from scheduling.reminder_states import When

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One plan as the list tells it."""

    plan: ReminderPlan
    steps: Sequence[str]


@requires(Capability.READ_SETTINGS)
@require_GET
def plan_list(request: StaffRequest) -> HttpResponse:
    """All plans, the one for all other visits first; auditors read them too."""
    rows = [
        Row(
            one,
            [
                f"{step.get_occasion_display()}: {reminder_previews.words_of(step)}"
                for step in one.steps.all()
                if step.is_in_use
            ],
        )
        for one in _plans().prefetch_related("steps")
    ]
    context = {
        "rows": [row for row in rows if row.plan.is_in_use],
        "retired": [row for row in rows if not row.plan.is_in_use],
    }
    return render(request, "scheduling/reminder_plans.html", context)


@requires(Capability.READ_SETTINGS)
@require_GET
def plan_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One plan: each step with its text in both languages, and when it leaves."""
    plan = get_object_or_404(_plans(), pk=pk)
    zone = plan.location.time_zone if plan.location else zones.of_practice()
    now = clock.now()
    visit = reminder_previews.example(zone, now=now)
    context = {
        "plan": plan,
        "steps": reminder_previews.of_plan(list(plan.steps.all()), zone=zone, now=now),
        "visit": zones.moment(visit.starts_at, zone),
    }
    return render(request, "scheduling/reminder_plan.html", context)


@requires(Capability.MANAGE_CALENDAR)
def plan_new(request: StaffRequest) -> HttpResponse:
    form = PlanForm(request.POST or None)
    back = reverse("reminder_plans")

    def act(by: StaffMember, now: datetime) -> Done:
        plan = plans.add(by=by, **form.details())
        words = _("These visits have a plan of their own: change its steps.")
        undo = reverse("reminder_plan_retire", args=[plan.pk])
        return Done(_page(plan.pk), words, undo=undo)

    intro = _("It begins with the steps that hold for these visits now.")
    ask = Ask(_("Plan for some visits"), _("Add"), back, intro=intro)
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_CALENDAR)
def plan_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = Shown.record(ReminderPlan, pk)
    plan = get_object_or_404(_plans(), pk=pk)
    form = PlanEditForm(request.POST or None, shown=shown, instance=copy(plan))

    def act(by: StaffMember, now: datetime) -> Done:
        plans.change(plan=plan, by=by, **form.details())
        return Done(_page(pk), _("Saved."))

    title = _("Answers to the reminders of: %(plan)s") % {"plan": plan}
    return ask_and_act(request, form, Ask(title, _("Save"), _page(pk)), act)


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(_plans(), pk=pk)
    back = reverse("reminder_plans")

    def act(by: StaffMember, now: datetime) -> Done:
        plans.retire(plan=plan, by=by)
        undo = reverse("reminder_plan_restore", args=[pk])
        return Done(back, _("Given up: its visits follow another plan."), undo=undo)

    return press(request, back, act)


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(_plans(), pk=pk)
    back = reverse("reminder_plans")

    def act(by: StaffMember, now: datetime) -> Done:
        plans.restore(plan=plan, by=by)
        return Done(back, _("The plan is in use again."))

    return press(request, back, act)


@requires(Capability.MANAGE_CALENDAR)
def step_new(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(_plans(), pk=pk)
    form = StepForm(request.POST or None, initial={"when": When.BEFORE})

    def act(by: StaffMember, now: datetime) -> Done:
        plans.add_step(plan=plan, by=by, **form.details())
        return Done(_page(pk), _("Added: visits ahead follow within a minute."))

    ask = Ask(_("Add a message"), _("Add"), _page(pk), intro=str(plan))
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_CALENDAR)
def step_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = Shown.record(ReminderStep, pk)
    rows = ReminderStep.objects.select_related("plan__type", "plan__location")
    step = get_object_or_404(rows, pk=pk)
    form = StepForm(request.POST or None, shown=shown, instance=copy(step))
    back = _page(step.plan_id)

    def act(by: StaffMember, now: datetime) -> Done:
        plans.change_step(step=step, by=by, **form.details())
        return Done(back, _("Saved: visits ahead follow within a minute."))

    ask = Ask(step.get_occasion_display(), _("Save"), back, intro=str(step.plan))
    return ask_and_act(request, form, ask, act)


def _plans() -> QuerySet[ReminderPlan]:
    return ReminderPlan.objects.select_related("type", "location")


def _page(pk: int) -> str:
    return reverse("reminder_plan", args=[pk])
