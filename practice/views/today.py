"""Today, and the tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, looks, today, work
from practice.access import Capability, requires, signed_in
from practice.contributions import Day, Line, load
from practice.forms.tasks import TaskForm
from practice.here import of_request
from practice.models import Patient, Practice, Role, StaffMember, Task
from practice.parts import part_of
from practice.patients import local_day
from practice.views.charts import chart_or_404, refuse_under_glass
from practice.views.pages import Ask, Done, ask_and_act, press, way_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from practice.contributions import Section
    from practice.views.pages import StaffRequest


EVENING = time(17)
PAGE, LONGEST_START = 50, 6  # tasks; digits
OF_CHART = ("patient", "patient__merged_into")


@signed_in
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """What needs this person now, in the order their floors contribute it."""
    now, practice = clock.now(), of_request(request)
    day = Day(
        staff=request.user,
        practice=practice,
        charts=Patient.objects.visible_to(request.user, now=now),
        now=now,
        today=local_day(now, practice),
    )
    found = [contribute(day) for contribute in load("TODAY")]
    sections = [section for section in found if section is not None]
    sections.sort(key=lambda one: (not one.is_first, not one.is_pressing))
    for section in sections:
        _remember(request, section.lines)
    drawn = [_drawn(request, section) for section in sections]
    return render(request, "today.html", {"sections": drawn, "now": now})


def _drawn(request: StaffRequest, section: Section) -> Section:
    """With its floor's own hand, where it has one."""
    if section.draw is None:
        return section
    return replace(section, body=section.draw(request))


@requires(Capability.DO_TASKS)
@require_GET
def tasks(request: StaffRequest) -> HttpResponse:
    """Open tasks of this person and their roles, the next due first."""
    now = clock.now()
    reachable = today.within_reach(request.user, now=now).open()
    start = _start(request.GET.get("from", ""))
    rows, count = part_of(reachable.select_related("patient"), most=PAGE, start=start)
    if start and not rows:  # what was there is done by now
        return redirect("tasks")
    lines = today.task_lines(rows, request.user, now=now)
    _remember(request, lines)
    context = {
        "lines": lines,
        "count": count,
        "first": start + 1,
        "last": start + len(rows),
        "earlier": start - PAGE if start else None,
        "later": start + PAGE if start + PAGE < count else None,
    }
    return render(request, "tasks.html", context)


@requires(Capability.DO_TASKS)
@require_POST
def task_done(request: StaffRequest, pk: int) -> HttpResponse:
    reachable = today.within_reach(request.user, now=clock.now())
    task = get_object_or_404(reachable.select_related(*OF_CHART), pk=pk)
    _refuse_by_glass(request, task)
    [line] = today.task_lines([task], request.user, now=clock.now())
    back = way_back(request, reverse("today"))

    def act(by: StaffMember, now: datetime) -> Done:
        work.finish(task=task, by=by, now=now)
        words = _("Done: %(task)s") % {"task": line.title}
        return Done(back, words, undo=reverse("task_reopen", args=[task.pk]))

    return press(request, back, act)


@requires(Capability.DO_TASKS)
@require_POST
def task_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    mine = Q(done_by=request.user) | Q(done_by=None)  # pressed twice: open already
    reachable = today.within_reach(request.user, now=clock.now())
    task = get_object_or_404(reachable.filter(mine).select_related(*OF_CHART), pk=pk)
    _refuse_by_glass(request, task)
    back = way_back(request, reverse("today"))

    def act(by: StaffMember, now: datetime) -> Done:
        work.reopen(task=task, by=by)
        return Done(back, _("The task is open again."))

    return press(request, back, act)


@requires(Capability.DO_TASKS)
def task_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a colleague, or the desk, to do something about a patient."""
    patient = chart_or_404(request, pk)
    # A task is due in the evening: once that is over, the next day comes first.
    day = local_day(clock.now() + timedelta(hours=24 - EVENING.hour))
    form = TaskForm(request.POST or None, initial={"due_on": day})
    back = reverse("patient", args=[patient.pk])

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        work.raise_task(
            kind="task.asked",
            title=answers["title"],
            to=_addressee(answers["to"]),
            due_at=_evening(answers["due_on"]),
            patient=patient,
            path=back,
            by=by,
            now=now,
        )
        return Done(back, _("Task added."))

    ask = Ask(_("Add a task"), _("Add task"), back, about=patient)
    return ask_and_act(request, form, ask, act)


def _remember(request: StaffRequest, lines: Sequence[Line]) -> None:
    looks.remember(request, [line.chart_id for line in lines if line.chart_id])


def _start(text: str) -> int:
    """How many tasks an address passes over: whole pages of them."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_START
    return int(text) // PAGE * PAGE if is_number else 0


def _refuse_by_glass(request: StaffRequest, task: Task) -> None:
    """Raise UnderGlass for a task that only break-glass brought within reach."""
    is_named = task.for_person_id == request.user.pk
    if task.patient is None or is_named:
        return
    chart = task.patient.merged_into or task.patient
    if not (request.user.is_manager and chart.is_restricted):
        refuse_under_glass(request, task.patient)


def _addressee(answer: str) -> Role | StaffMember:
    """A role's name, or a staff member's id."""
    if answer in Role.values:
        return Role(answer)
    return StaffMember.objects.active().get(pk=int(answer))


def _evening(day: datetime) -> datetime:
    """The end of a working day where the practice is."""
    practice = Practice.objects.get()
    return datetime.combine(day, EVENING, ZoneInfo(practice.time_zone))
