"""The outbox as a page, and the buttons of what nobody is sure of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consent.purposes import rule_of
from consent.states import Channel
from messaging import outbox_lists, senders, uncertain
from messaging.forms.outbox import OutboxFilter
from messaging.occasions import JOINT, Occasion
from messaging.outbox_lists import SHOWS, TONES, UNSURE, Place
from practice import clock, looks
from practice.access import Capability, requires
from practice.here import of_request
from practice.views.pages import Done, press, way_back

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from django.http import HttpResponse

    from messaging.models import Delivery
    from messaging.outbox_lists import Listed
    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.READ_MESSAGES)
@require_GET
def outbox(request: StaffRequest) -> HttpResponse:
    """What waits, what went and what did not, with the reason of each."""
    form = OutboxFilter(request.GET or None)
    context: dict[str, Any] = {"form": form, "shows": SHOWS, "shown": UNSURE}
    context["stopped"] = senders.stopped()
    if form.is_bound and not form.is_valid():
        return render(request, "messaging/outbox.html", context, status=422)
    practice = of_request(request)
    zone = practice.time_zone if practice else "UTC"
    first = outbox_lists.Wish(zone=zone, show=outbox_lists.shown_first(request.user))
    wish = form.wish(zone) if form.is_bound else first
    before = Place.read(request.GET.get("before", ""))
    found = outbox_lists.listed(
        wish, staff=request.user, now=clock.now(), before=before
    )
    looks.remember(request, [row.patient_id for row in found.rows if row.patient_id])
    context |= {"shown": wish.show, "found": found, "rows": _told(found)}
    context["is_first"] = before is None
    return render(request, "messaging/outbox.html", context)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def outbox_came(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody knows that it came."""
    row = get_object_or_404(outbox_lists.to_resolve(request.user), pk=pk)
    back = way_back(request, reverse("outbox"))

    def act(by: StaffMember, now: datetime) -> Done:
        uncertain.say_sent(row, by=by, now=now)
        return Done(back, _("Noted: it came."))

    return press(request, back, act)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def outbox_never_came(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody knows that it did not come; `again` sends it once more."""
    row = get_object_or_404(outbox_lists.to_resolve(request.user), pk=pk)
    back = way_back(request, reverse("outbox"))
    again = bool(request.POST.get("again"))

    def act(by: StaffMember, now: datetime) -> Done:
        done = uncertain.say_not_sent(row, again=again, by=by, now=now)
        words = _("Noted: it did not come.")
        if again:
            is_due = done.status == "due"
            words = _("It is sent again.") if is_due else _("Too late to send it now.")
        return Done(back, words)

    return press(request, back, act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def outbox_open(request: StaffRequest) -> HttpResponse:
    """The account was looked after: every channel tries at once."""

    def act(by: StaffMember, now: datetime) -> Done:
        for channel in Channel:
            senders.open_again(channel)
        return Done(reverse("outbox"), _("Sending starts again."))

    return press(request, reverse("outbox"), act)


def _told(found: Listed) -> Sequence[dict[str, Any]]:
    """Each row with its words, as the page shows them."""
    return [
        {
            "row": row,
            "what": rule_of(row.purpose).words,
            "tone": TONES.get(row.status, ""),
            "to": _whom(row),
        }
        for row in found.rows
    ]


def _whom(row: Delivery) -> str:
    """To whom it goes where that is not the patient."""
    if row.staff is not None:
        return str(row.staff.name)
    if row.patient is None:
        is_joint = row.occasion in (*JOINT.values(), Occasion.CONFIRMED_JOINT)
        return _("Several patients") if is_joint else _("A number on no chart")
    return _("to family") if row.caregiver_id else ""
