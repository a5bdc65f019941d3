"""When people are here: duty hours, absences, the on-call rota."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from practice import clock, duty, locations, zones
from practice import rota as on_call_rota
from practice.access import Capability, may, requires
from practice.forms.moments import FIRST_DAY, LAST_DAY
from practice.forms.team import AbsenceForm, OnCallForm
from practice.forms.week import DutyWeekForm
from practice.hours_in_force import plans as plans_of
from practice.hours_in_force import weekly_rows
from practice.models import (
    Absence,
    AbsenceKind,
    DutyHours,
    OnCallShift,
    StaffMember,
)
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from practice.views.previews import Preview
from practice.views.team import page_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.hours_in_force import Period, Plan
    from practice.models import Location
    from practice.views.pages import StaffRequest

ROTA_DAYS = 28


@requires(Capability.MANAGE_ROSTER)
def duty_edit(request: StaffRequest, pk: int, location: int) -> HttpResponse:
    """Somebody's weekly hours at one location, by its wall clock."""
    shown = Shown.now(DutyHours.history.filter(staff=pk, location=location))
    person = get_object_or_404(StaffMember, pk=pk)
    place = get_object_or_404(locations.of_staff(person), pk=location)
    plans, on = _plans(request, person, place)
    later = {"from_on": on.first} if on is not plans[0] else None
    form = DutyWeekForm.read(request.POST, known=on.spans, shown=shown, initial=later)
    preview = Preview(request, staff_id=pk, location_id=location)
    back = way_back(request, page_of(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        duty.set_duty_hours(
            staff=person,
            location=place,
            spans=form.spans,
            time=form.period,
            by=by,
            seen=form.seen,
        )
        return Done(back, _duty_words(form.period))

    ask = Ask(
        _("Duty hours of %(name)s at %(place)s")
        % {"name": person.name, "place": place.name},
        _("Save"),
        back,
        template="team/week.html",
        context={
            "zone": zones.spoken(place.time_zone),
            "preview": preview,
            "plans": plans if len(plans) > 1 else [],
            "on": on.first,
        },
    )
    return ask_and_act(request, form, ask, preview.first(act))


@requires(Capability.READ_STAFF)
def absence_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Managers note anybody's absence; everybody may say that they are ill."""
    person = get_object_or_404(StaffMember.objects.active(), pk=pk)
    is_own = _is_only_own(request, person)
    today = clock.local(clock.now(), zone := zones.of_staff(person)).date()
    form = AbsenceForm(
        request.POST or None,
        initial={"starts_on": today, "ends_on": today},
        zone=zone,
        covers=StaffMember.objects.active().exclude(pk=pk),
        is_own=is_own,
    )

    preview = Preview(request, staff_id=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        if is_own:
            absence = duty.report_illness(staff=by, now=now, **form.details())
        else:
            absence = duty.record_absence(staff=person, by=by, **form.details())
        undo = reverse("absence_withdraw", args=[absence.pk])
        return Done(page_of(pk), _absence_words(absence, zone, form.remark), undo=undo)

    title = _("I am ill") if is_own else _("%(name)s is away") % {"name": person.name}
    ask = _absence_ask(title, pk, preview, is_own=is_own)
    # Whoever is ill is not asked twice: the managers get a task.
    return ask_and_act(request, form, ask, act if is_own else preview.first(act))


@requires(Capability.READ_STAFF)
@require_POST
def absence_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an absence back: a manager anybody's, others their own illness."""
    absence = _absence(request, pk)
    back = page_of(absence.staff_id)

    def act(by: StaffMember, now: datetime) -> Done:
        duty.withdraw_absence(absence=absence, by=by)
        undo = reverse("absence_restore", args=[pk])
        return Done(back, _("The absence is withdrawn."), undo=undo)

    return press(request, back, act)


@requires(Capability.READ_STAFF)
@require_POST
def absence_restore(request: StaffRequest, pk: int) -> HttpResponse:
    absence = _absence(request, pk)
    back = page_of(absence.staff_id)

    def act(by: StaffMember, now: datetime) -> Done:
        duty.restore_absence(absence=absence, by=by)
        return Done(back, _("The absence counts again."))

    return press(request, back, act)


@requires(Capability.READ_STAFF)
@require_GET
def rota(request: StaffRequest) -> HttpResponse:
    """Four weeks of the on-call rota from a Monday on, with its gaps in words."""
    zone, now = zones.of_practice(), clock.now()
    today = clock.local(now, zone).date()
    first = _monday(request.GET.get("from", ""), today)
    context = {
        "rota": on_call_rota.rota(first=first, days=ROTA_DAYS, zone=zone, now=now),
        "zone_words": zones.spoken(zone),
        "now": now,
        "today": today,
        "earlier": first - timedelta(days=ROTA_DAYS),
        "later": first + timedelta(days=ROTA_DAYS),
    }
    return render(request, "team/rota.html", context)


@requires(Capability.MANAGE_ROSTER)
def rota_new(request: StaffRequest) -> HttpResponse:
    """Put somebody on call; from a gap, its times are filled in."""
    zone = zones.of_practice()
    form = OnCallForm(
        request.POST or None,
        initial=_typed("starts", request) | _typed("ends", request),
        zone=zone,
        people=StaffMember.objects.active(),
    )

    def act(by: StaffMember, now: datetime) -> Done:
        shift = duty.put_on_call(by=by, **form.details())
        words = _("%(name)s is on call %(time)s.") % {
            "name": shift.staff.name,
            "time": zones.stretch(shift.starts_at, shift.ends_at, zone),
        }
        undo = reverse("rota_withdraw", args=[shift.pk])
        return Done(_rota_at(shift), f"{words} {form.remark}".strip(), undo=undo)

    intro = _("Whoever is on call is asked when nobody is on duty.")
    ask = Ask(_("Put somebody on call"), _("Save"), reverse("rota"), intro)
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_ROSTER)
@require_POST
def rota_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(OnCallShift.objects.select_related("staff"), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        duty.withdraw_on_call(shift=shift, by=by)
        words = _("%(name)s is off that turn.") % {"name": shift.staff.name}
        return Done(_rota_at(shift), words, undo=reverse("rota_restore", args=[pk]))

    return press(request, _rota_at(shift), act)


@requires(Capability.MANAGE_ROSTER)
@require_POST
def rota_restore(request: StaffRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(OnCallShift.objects.select_related("staff"), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        duty.restore_on_call(shift=shift, by=by)
        words = _("%(name)s is on call again then.") % {"name": shift.staff.name}
        return Done(_rota_at(shift), words)

    return press(request, _rota_at(shift), act)


def _plans(
    request: StaffRequest, person: StaffMember, place: Location
) -> tuple[list[Plan], Plan]:
    """Somebody's hours as they hold, and those that the address means: or today's."""
    today = clock.local(clock.now(), place.time_zone).date()
    found = plans_of(weekly_rows(person).filter(location=place), today=today)
    on = request.GET.get("on", "")
    meant = [plan for plan in found if plan.first.isoformat() == on]
    return found, meant[0] if meant else found[0]


def _duty_words(time: Period) -> str:
    if time.first is None and time.last is None:
        return _("Saved. “On duty” means these hours from now on.")
    return _("Saved. “On duty” means these hours for that time.")


def _is_only_own(request: StaffRequest, person: StaffMember) -> bool:
    """Whether somebody acts for themselves only; for others, managers alone may."""
    if may(request.user, Capability.MANAGE_ROSTER):
        return False
    if request.user.pk != person.pk:
        raise PermissionDenied
    return True


def _absence(request: StaffRequest, pk: int) -> Absence:
    """An absence that this person may take back, or bring back."""
    absence = get_object_or_404(Absence.objects.select_related("staff"), pk=pk)
    if _is_only_own(request, absence.staff) and absence.kind != AbsenceKind.ILLNESS:
        raise PermissionDenied
    return absence


def _absence_ask(title: str, pk: int, preview: Preview, *, is_own: bool) -> Ask:
    intro = _("Colleagues see that they are away, until when and who covers, not why.")
    if is_own:
        intro = _(
            "The managers get a task at once. Colleagues see that you are away, until "
            "when and who covers, not why."
        )
    context = {"preview": preview}
    return Ask(title, _("Save"), page_of(pk), intro, context=context)


def _absence_words(absence: Absence, zone: str, remark: str) -> str:
    words = _("Away %(time)s.") % {
        "time": zones.stretch(absence.starts_at, absence.ends_at, zone)
    }
    turns = OnCallShift.objects.filter(
        staff=absence.staff_id,
        is_withdrawn=False,
        starts_at__lt=absence.ends_at,
        ends_at__gt=absence.starts_at,
    ).count()
    if turns:
        on_call = ngettext(
            "%(n)d on-call turn falls into it: see the rota.",
            "%(n)d on-call turns fall into it: see the rota.",
            turns,
        )
        words = f"{words} {on_call % {'n': turns}}"
    return f"{words} {remark}".strip()


def _monday(text: str, today: date) -> date:
    """The Monday of the day that an address names; of today where it names none."""
    day = today
    with suppress(ValueError):
        day = date.fromisoformat(text)
    if not FIRST_DAY < day < LAST_DAY - timedelta(days=2 * ROTA_DAYS):
        day = today
    return day - timedelta(days=day.weekday())


def _typed(side: str, request: StaffRequest) -> dict[str, Any]:
    """A wall-clock time from the address, as the two fields of one side."""
    try:
        typed = datetime.fromisoformat(request.GET.get(side, ""))
    except ValueError:
        return {}
    return {f"{side}_on": typed.date(), f"{side}_time": typed.time()}


def _rota_at(shift: OnCallShift) -> str:
    """The rota page that shows how a turn begins: the first one, if it does."""
    zone = zones.of_practice()
    day = clock.local(shift.starts_at, zone).date()
    first = _monday("", clock.local(clock.now(), zone).date())
    if first <= day < first + timedelta(days=ROTA_DAYS):
        return reverse("rota")
    return f"{reverse('rota')}?from={day.isoformat()}"
