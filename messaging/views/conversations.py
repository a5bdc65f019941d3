"""Conversations: the list, one of them with its reply box, done and open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consent import opt_outs
from messaging import (
    conversations,
    entries,
    listing,
    readers,
    replying,
    sight,
    waiting,
)
from messaging.forms.replies import ReplyForm
from messaging.models import Conversation, Delivery
from messaging.states import Status
from practice import clock, looks, zones
from practice.access import Capability, may, requires
from practice.models import Patient
from practice.views.pages import Done, attempt, press, taken_before, way_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from messaging.entries import Line
    from messaging.models import Message
    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

LONGEST_START = 6  # digits


def count_waiting(staff: StaffMember) -> int:
    """How many conversations wait that somebody may read, for the rail."""
    return waiting.how_many(staff, now=clock.now())


@requires(Capability.READ_MESSAGES)
@require_GET
def conversation_list(request: StaffRequest) -> HttpResponse:
    """Those that wait first; what is done is one press away."""
    now = clock.now()
    shown = request.GET.get("show", listing.OPEN)
    shown = shown if shown in listing.SHOWN else listing.OPEN
    start = _start(request.GET.get("from", ""))
    eyes = sight.of(request.user, now=now)
    found = listing.listed(eyes, shown=shown, start=start, now=now)
    looks.remember(request, [chart for row in found.rows for chart in row.charts])
    context = {
        "found": found,
        "closed": listing.closed(request.user, eyes),
        "shown": shown,
        "now": now,
        "earlier": start - listing.PAGE if start else None,
        "later": start + listing.PAGE if found.is_more else None,
    }
    return render(request, "messaging/list.html", context)


@requires(Capability.READ_MESSAGES)
def conversation(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything that was said with one address, as far as it is theirs to read."""
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    now = clock.now()
    eyes = sight.of(request.user, now=now)
    talk = one_or_404(eyes, pk)
    line = entries.line(talk, eyes, zone=zones.of_practice(), now=now)
    charts = _may_be_meant(request, line)
    form = _form(request, talk, line, charts)
    can_act = _may_act(request, talk)
    if request.method == "POST" and can_act and form.is_valid():
        path = attempt(request, form, _reply(request, form, talk, charts, line))
        if path is not None:
            return HttpResponseRedirect(path)
    looks.remember(request, line.charts)
    context = _context(talk, line, charts, form, now=now) | {"can_act": can_act}
    status = 422 if form.errors else 200
    return render(request, "messaging/conversation.html", context, status=status)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def done(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing is left to do here."""
    talk = one_or_404(sight.to_act(request.user), pk)
    back = reverse("conversation", args=[pk])
    seen = _number(request.POST.get("seen", ""))

    def act(by: StaffMember, now: datetime) -> Done:
        conversations.finish(conversation=talk, seen=seen, by=by, now=now)
        way = way_back(request, reverse("conversations"))
        talk.refresh_from_db()
        if talk.is_open:
            return Done(way, _("Done, but for what others have to read here."))
        undo = reverse("conversation_reopen", args=[pk])
        return Done(way, _("Done."), undo=undo)

    return press(request, back, act)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    talk = one_or_404(sight.to_act(request.user), pk)
    back = reverse("conversation", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        conversations.reopen(conversation=talk, by=by, now=now)
        return Done(back, _("Open again."))

    return press(request, back, act)


def one_or_404(eyes: sight.Sight, pk: int) -> Conversation:
    """A conversation with anything in it that is theirs to read."""
    found = eyes.conversations().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _may_be_meant(request: StaffRequest, line: Line) -> Sequence[Patient]:
    """The charts that a reply may be about: on the page, and theirs to act for."""
    ids = {(one.merged_into_id or one.pk) for one in line.charts}
    ours = Patient.objects.usual_to(request.user).filter(pk__in=ids)
    order = [one.merged_into_id or one.pk for one in line.charts]
    return sorted(ours, key=lambda one: order.index(one.pk))


def _form(
    request: StaffRequest, talk: Conversation, line: Line, charts: Sequence[Patient]
) -> ReplyForm:
    """About whoever wrote last, unless another is chosen."""
    choices = [(str(one.pk), one.display_name) for one in charts]
    if line.ends_loose or not choices:
        choices.insert(0, ("", _("Whoever it is: not on a chart yet")))
    again = _number(request.GET.get("again", ""))
    first = {"about": choices[0][0]}
    if again:
        first["body"] = _taken_back(request, talk, again)
    return ReplyForm(request.POST or None, charts=choices, initial=first)


def _taken_back(request: StaffRequest, talk: Conversation, pk: int) -> str:
    """What its writer took back stands in the box again."""
    rows = Delivery.objects.filter(
        pk=pk,
        writer=request.user,
        status=Status.WITHDRAWN,
        channel=talk.channel,
        address=talk.address,
    )
    return rows.values_list("body", flat=True).first() or ""


def _reply(
    request: StaffRequest,
    form: ReplyForm,
    talk: Conversation,
    charts: Sequence[Patient],
    line: Line,
) -> Callable[[StaffMember, datetime], Done]:
    """What the button does: write, and be done with it where that was pressed."""
    chosen = form.cleaned_data["about"]
    if chosen is None and not line.ends_loose:
        chosen = next((one.pk for one in charts), None)
    patient = next((one for one in charts if one.pk == chosen), None)
    family = readers.caregiver_at(talk.address, patient) if patient else None
    last = talk.messages.filter(pk=line.newest).first()

    def act(by: StaffMember, now: datetime) -> Done:
        row = replying.write(
            conversation=talk,
            body=form.cleaned_data["body"],
            patient=patient,
            caregiver=family,
            answered=last if _is_about(last, patient) else None,
            by=by,
            now=now,
        )
        path, words = reverse("conversation", args=[talk.pk]), _("Sent in a minute.")
        if request.POST.get("then") == "done":
            conversations.finish(conversation=talk, seen=line.newest, by=by, now=now)
            path, words = reverse("conversations"), _("Sent in a minute, and done.")
        return Done(path, words, undo=reverse("reply_undo", args=[row.pk]))

    return act


def _context(
    talk: Conversation,
    line: Line,
    charts: Sequence[Patient],
    form: ReplyForm,
    *,
    now: datetime,
) -> dict[str, object]:
    patient = charts[0] if charts and not line.ends_loose else None
    family = readers.caregiver_at(talk.address, patient) if patient else None
    answer = replying.may_write(talk, patient=patient, caregiver=family, now=now)
    stops = opt_outs.standing([talk.address])
    is_elsewhere = patient is not None and not readers.has(talk.address, patient)
    return {
        "talk": talk,
        "line": line,
        "charts": charts,
        "form": form,
        "answer": answer,
        "stopped": stops.get((talk.address, talk.channel)),
        "add_number_to": patient if is_elsewhere else None,
        "parts": replying.parts_in_words(form["body"].value() or ""),
        "family": family,
        "now": now,
    }


def _is_about(message: Message | None, patient: Patient | None) -> bool:
    """Whether a reply about somebody answers a message of theirs."""
    if message is None or message.patient is None or patient is None:
        return message is not None and message.patient is None and patient is None
    return patient.pk in (message.patient.pk, message.patient.merged_into_id)


def _may_act(request: StaffRequest, talk: Conversation) -> bool:
    """Whether they may answer here and be done with it; by break-glass one reads."""
    ours = sight.to_act(request.user).conversations().filter(pk=talk.pk)
    return may(request.user, Capability.ANSWER_MESSAGES) and ours.exists()


def _start(text: str) -> int:
    return _number(text) if len(text) <= LONGEST_START else 0


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) if is_number else 0
