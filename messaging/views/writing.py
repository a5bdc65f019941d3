"""Writing to somebody: from a chart, taking a text back, and what one will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consent import addresses
from consent.contacting import Ask as Wish
from consent.contacting import may_contact_many
from consent.purposes import Purpose
from consent.states import Channel
from messaging import readers, replying, sight
from messaging.forms.replies import LONGEST, NewTextForm
from messaging.models import Conversation, Delivery
from messaging.views.conversations import one_or_404
from practice import clock
from practice.access import Capability, requires
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Caregiver, ContactPoint, Patient, StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.ANSWER_MESSAGES)
def text_new(request: StaffRequest, pk: int) -> HttpResponse:
    """A new text to one of the numbers on a chart."""
    chart = chart_or_404(request, pk)
    chart = chart.merged_into or chart
    numbers = readers.numbers_of(chart)
    choices = _choices(chart, numbers, now=clock.now())
    form = NewTextForm(request.POST or None, numbers=choices)
    back = reverse("patient", args=[chart.pk])
    to: Mapping[str, tuple[ContactPoint, Caregiver | None]] = {
        str(point.pk): (point, family) for point, family in numbers
    }

    def act(by: StaffMember, now: datetime) -> Done:
        point, family = to[form.cleaned_data["to"]]
        row = replying.to_number(
            address=addresses.of_point(point),
            body=form.cleaned_data["body"],
            patient=chart,
            caregiver=family,
            by=by,
            now=now,
        )
        undo = reverse("reply_undo", args=[row.pk])
        path = reverse("conversation", args=[row.ids["conversation"]])
        return Done(path, _("Sent in a minute."), undo=undo)

    ask = Ask(
        _("Write a text"),
        _("Send"),
        back,
        about=chart,
        template="messaging/new.html",
        context={
            "has_numbers": bool(numbers),
            "parts": replying.parts_in_words(form["body"].value() or ""),
        },
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def reply_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """The text does not go; what was typed stands in the box again."""
    row = get_object_or_404(
        Delivery, pk=pk, writer=request.user, purpose=Purpose.HUMAN_REPLY
    )
    talks = Conversation.objects.filter(channel=row.channel, address=row.address)
    talk = one_or_404(sight.to_act(request.user), talks.get().pk)
    path = reverse("conversation", args=[talk.pk])

    def act(by: StaffMember, now: datetime) -> Done:
        replying.take_back(delivery=row, by=by, now=now)
        return Done(f"{path}?again={row.pk}", _("Taken back: it was not sent."))

    return press(request, path, act)


@requires(Capability.ANSWER_MESSAGES)
@require_POST
def text_parts(request: StaffRequest) -> HttpResponse:
    """What a text will cost, while it is written."""
    body = request.POST.get("body", "")[:LONGEST]
    said = {
        "words": replying.parts_in_words(body),
        "parts": replying.parts_of(body),
    }
    return render(request, "messaging/_parts.html", said)


def _choices(
    chart: Patient,
    numbers: Sequence[tuple[ContactPoint, Caregiver | None]],
    *,
    now: datetime,
) -> Sequence[tuple[str, str]]:
    """The numbers, each with why it may not be written to, those that may first."""
    wishes = [
        Wish(
            family or chart,
            addresses.of_point(point),
            Channel.TEXT,
            Purpose.HUMAN_REPLY,
            chart if family else None,
        )
        for point, family in numbers
    ]
    answers = may_contact_many(wishes, now=now)
    told = [
        (not answer.is_allowed, str(point.pk), _words(point, family, answer.reason))
        for (point, family), answer in zip(numbers, answers, strict=True)
    ]
    told.sort(key=lambda one: one[0])
    return [(pk, words) for _barred, pk, words in told]


def _words(point: ContactPoint, family: Caregiver | None, reason: str) -> str:
    whose = family.name if family else point.label
    parts = [point.value, whose]
    said = " · ".join(part for part in parts if part)
    return f"{said} · {reason}" if reason else said
