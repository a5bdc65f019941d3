"""This floor's sections of Today: what needs whom now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from practice import announcements, break_glass, health, roster
from practice.access import Capability, may
from practice.contributions import Line, Section
from practice.models import Incident, Patient, StaffMember, Task, WatchFlag
from practice.parts import part_of
from practice.patients import local_day
from practice.watching import watched

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from practice.announcements import Change
    from practice.models.frames import TaskQuerySet

SHOWN, FEW = 8, 5


def own_tasks(staff: StaffMember, *, now: datetime) -> Section:
    """Tasks for this person by name."""
    rows = Task.objects.open().filter(for_person=staff)
    return _task_section(
        _("Your tasks"), rows, staff, now, empty=_("Tasks given to you appear here.")
    )


def team_tasks(staff: StaffMember, *, now: datetime) -> Section | None:
    """Tasks for any of this person's roles."""
    if not may(staff, Capability.DO_TASKS):
        return None
    rows = for_roles(staff, now=now)
    return _task_section(
        _("For your team"),
        rows,
        staff,
        now,
        empty=_("When somebody asks your team for something, it is here."),
    )


def for_roles(staff: StaffMember, *, now: datetime) -> TaskQuerySet:
    """Open tasks of somebody's roles, but for charts that they may not open."""
    return Task.objects.open().filter(_of_roles(staff, now=now))


def within_reach(staff: StaffMember, *, now: datetime) -> TaskQuerySet:
    """The tasks of this person and of their roles, done or not."""
    return Task.objects.filter(Q(for_person=staff) | _of_roles(staff, now=now))


def _of_roles(staff: StaffMember, *, now: datetime) -> Q:
    """Managers see to what concerns a restricted chart: their teams may not open it.

    Its name stays hidden from them too.
    """
    visible = Patient.objects.visible_to(staff, now=now).values("pk")
    theirs = Q(for_role__in=staff.roles)
    theirs &= Q(patient=None) | Q(patient__in=visible)
    if staff.is_manager:
        theirs |= Q(patient__is_restricted=True) & ~Q(for_role="")
    return theirs & ~break_glass.own_reviews(staff)


def watched_patients(staff: StaffMember, *, now: datetime) -> Section | None:
    """Patients somebody asked to check on, seen by those who call."""
    theirs = watched(local_day(now)).filter(caller=staff).select_related("patient")
    flags, count = part_of(theirs.order_by("last_contact_on", "pk"), most=SHOWN)
    if not flags and not may(staff, Capability.WATCH_PATIENTS):
        return None
    visible = _visible([flag.patient_id for flag in flags], staff, now=now)
    lines = [_watch_line(flag, is_visible=flag.patient_id in visible) for flag in flags]
    return Section(
        _("Check on them"),
        "eye",
        lines,
        empty=_("People you asked to be checked on appear here."),
        count=count,
    )


def break_glass_reviews(staff: StaffMember, *, now: datetime) -> Section | None:
    """Charts that were opened outside the rules and wait for a second person."""
    if not may(staff, Capability.REVIEW_BREAK_GLASS):
        return None
    rows, count = part_of(break_glass.unreviewed().exclude(staff=staff), most=SHOWN)
    lines = [
        Line(
            title=row.staff.name,
            url=reverse("break_glass_review", args=[row.pk]),
            detail=row.get_reason_display(),
            badge=_("late") if row.review_due_at < now else "",
            tone="bad",
        )
        for row in rows
    ]
    return Section(
        _("Break-glass to review"),
        "shield",
        lines,
        empty=_("Nobody opened a chart outside the rules."),
        count=count,
        more_url=reverse("break_glass_list"),
        is_pressing=any(row.review_due_at < now for row in rows),
    )


def open_incidents(staff: StaffMember, *, now: datetime) -> Section | None:
    """What went wrong and is not over, those with the nearest deadline first."""
    if not may(staff, Capability.READ_INCIDENTS):
        return None
    rows, count = part_of(Incident.objects.open().select_related("owner"), most=SHOWN)
    return Section(
        _("Mistakes to see to"),
        "flag",
        [_incident_line(row, now=now) for row in rows],
        empty=_("Nobody reported a mistake that is still open."),
        count=count,
        more_url=reverse("incidents"),
        is_pressing=any(row.due_at < now for row in rows),
    )


def on_duty(staff: StaffMember, *, now: datetime) -> Section:
    """Who is here, by location, and who is on call."""
    gone = roster.away_ids(now=now)
    groups = roster.by_location(roster.on_duty(now=now, gone=gone))
    lines = [
        Line(
            title=location.name,
            detail=", ".join(person.staff.name for person in people),
        )
        for location, people in groups.items()
    ]
    if callers := roster.on_call(now=now, gone=gone):
        names = ", ".join(person.name for person in callers)
        lines.append(Line(title=_("On call"), detail=names))
    return Section(
        _("Here now"),
        "users",
        lines,
        empty=_("Nobody is on duty now, by the duty hours."),
        count=sum(len(people) for people in groups.values()),
        more_url=reverse("staff"),
    )


def waiting_announcements(staff: StaffMember, *, now: datetime) -> Section | None:
    """What happened to whom, and who around them was not told by this site."""
    if not may(staff, Capability.READ_ANNOUNCEMENTS):
        return None
    changes, count = announcements.newest(staff, most=FEW, now=now)
    if not changes:
        return None
    return Section(
        _("Changes to pass on"),
        "megaphone",
        [_change_line(change) for change in changes],
        empty="",
        count=count,
        more_url=reverse("announcements"),
    )


def system_health(staff: StaffMember, *, now: datetime) -> Section | None:
    """What is wrong with the machine, to those who can have it mended."""
    if not may(staff, Capability.READ_HEALTH):
        return None
    ill = [line for line in health.report(now=now) if not line.is_well]
    lines = [Line(title=line.name, detail=line.words) for line in ill]
    return Section(
        _("The system"),
        "activity",
        lines,
        empty=_("Everything works."),
        count=len(ill),
        more_url=reverse("health_work"),
        is_pressing=bool(ill),
    )


def task_lines(
    rows: Collection[Task], staff: StaffMember, *, now: datetime
) -> list[Line]:
    """Tasks as lines, the patient's name only where the chart is open to `staff`."""
    visible = _visible([row.patient_id for row in rows], staff, now=now)
    can_do = may(staff, Capability.DO_TASKS)
    return [
        _task_line(row, is_visible=row.patient_id in visible, can_do=can_do, now=now)
        for row in rows
    ]


def _visible(
    ids: Iterable[int | None], staff: StaffMember, *, now: datetime
) -> set[int | None]:
    """Which of some charts are open to somebody."""
    wanted = [number for number in ids if number]
    if not wanted:
        return set()
    rows = Patient.objects.visible_to(staff, now=now).filter(pk__in=wanted)
    return set(rows.values_list("pk", flat=True))


def _watch_line(flag: WatchFlag, *, is_visible: bool) -> Line:
    day = date_format(flag.last_contact_on, "j M")
    return Line(
        title=flag.reason if is_visible else _("A chart that is closed to you"),
        person=flag.patient.display_name if is_visible else "",
        chart_id=flag.patient_id if is_visible else None,
        initials=flag.patient.initials,
        url=_chart(flag.patient, is_visible=is_visible),
        detail=_("last contact %(day)s") % {"day": day},
    )


def _incident_line(incident: Incident, *, now: datetime) -> Line:
    is_late = incident.due_at < now
    owner = incident.owner.name if incident.owner else _("nobody sees to it yet")
    return Line(
        title=str(incident.get_kind_display()),
        url=reverse("incident", args=[incident.pk]),
        detail=f"{owner} · {_due(incident, now)}",
        badge=_("late") if is_late else "",
        tone="bad" if is_late else "",
    )


def _change_line(change: Change) -> Line:
    patient = change.row.patient
    detail = _("nobody else on the chart")
    if change.hearers:
        detail = _("to tell: %(people)s") % {"people": ", ".join(change.hearers)}
    if change.barred:
        detail += " · " + _("never: %(people)s") % {"people": ", ".join(change.barred)}
    return Line(
        title=str(change.words),
        person=patient.display_name if patient else "",
        chart_id=patient.pk if patient else None,
        initials=patient.initials if patient else "",
        url=_chart(patient, is_visible=True) if patient else "",
        detail=detail,
    )


def _chart(patient: Patient, *, is_visible: bool) -> str:
    """The chart, or where a reason opens it."""
    head = patient.merged_into_id or patient.pk
    return reverse("patient" if is_visible else "break_glass", args=[head])


def _task_line(task: Task, *, is_visible: bool, can_do: bool, now: datetime) -> Line:
    is_late = task.due_at < now
    patient = task.patient
    can_tick = can_do and task.is_ticked_off
    leads_to_chart = patient and task.path == reverse("patient", args=[patient.pk])
    return Line(
        title=task.title,
        url=_chart(patient, is_visible=is_visible)
        if patient and leads_to_chart
        else task.path,
        person=patient.display_name if patient and is_visible else "",
        chart_id=patient.pk if patient and is_visible else None,
        initials=patient.initials if patient else "",
        badge=_("late") if is_late else "",
        tone="bad" if is_late else "",
        detail=_due(task, now),
        act_label=_("Done") if can_tick else "",
        act_url=reverse("task_done", args=[task.pk]) if can_tick else "",
    )


def _task_section(
    title: str, rows: TaskQuerySet, staff: StaffMember, now: datetime, *, empty: str
) -> Section:
    tasks, count = part_of(rows.select_related("patient"), most=SHOWN)
    return Section(
        title,
        "list-todo",
        task_lines(tasks, staff, now=now),
        empty=empty,
        count=count,
        more_url=reverse("tasks") if may(staff, Capability.DO_TASKS) else "",
        is_pressing=any(task.due_at < now for task in tasks),
    )


def _due(task: Task | Incident, now: datetime) -> str:
    if task.due_at < now:
        return _("was due %(time)s ago") % {
            "time": timesince(task.due_at, now, depth=1)
        }
    return _("due in %(time)s") % {"time": timeuntil(task.due_at, now, depth=1)}
