"""Whose message it is: on a chart for the first time, or on the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import entries, filing, sight
from messaging.models import Message
from practice import clock, looks
from practice.access import Capability, requires
from practice.models import Patient
from practice.views.charts import chart_or_404
from practice.views.choosing import choose
from practice.views.pages import Ask, Done, press

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.FILE_MESSAGES)
def message_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose the chart: those with the number first, others by a search."""
    message = _message(request, pk)
    back = reverse("conversation", args=[message.conversation_id])
    if message.patient_id:
        chart_or_404(request, message.patient_id)  # theirs to change, not by glass
    likely = _likely(request, message)
    others = message.conversation.messages.filter(patient=None).exclude(pk=pk).count()

    def act(chart: Patient, by: StaffMember, now: datetime) -> Done:
        filing.file(message=message, to=chart, by=by, now=now)
        if request.POST.get("rest"):
            filing.file_all(conversation=message.conversation, to=chart, by=by, now=now)
        undo = reverse("message_unfile", args=[pk])
        return Done(back, _("Filed to the chart."), undo=undo)

    title = _("Wrong chart?") if message.patient_id else _("Whose message is it?")
    ask = Ask(
        title,
        _("File here"),
        back,
        context={
            "message": message,
            "what": entries.snippet(message.body, has_files=True),
            "likely": likely,
            "others": others,
        },
    )
    return choose(request, ask, act, template="messaging/file.html")


@requires(Capability.FILE_MESSAGES)
@require_POST
def message_unfile(request: StaffRequest, pk: int) -> HttpResponse:
    """It was filed a moment ago, and wrongly: back to where it stood."""
    message = _message(request, pk)
    back = reverse("conversation", args=[message.conversation_id])
    if message.patient_id:
        chart_or_404(request, message.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        filing.take_back(message=message, by=by, now=now)
        return Done(back, _("Back where it was."))

    return press(request, back, act)


def _message(request: StaffRequest, pk: int) -> Message:
    """A message that is theirs to read."""
    rows = Message.objects.select_related("conversation", "patient__merged_into")
    message = rows.filter(pk=pk).first()
    if message is None:
        raise Http404
    eyes = sight.of(request.user, now=clock.now())
    if not eyes.messages(message.conversation).filter(pk=pk).exists():
        raise Http404
    return message


def _likely(request: StaffRequest, message: Message) -> Sequence[Patient]:
    """Whoever has the number, or cares for by somebody who has it."""
    ids = [one.pk for one in filing.charts_at(message.conversation.address)]
    now_on = message.patient_id
    ours = Patient.objects.usual_to(request.user).filter(pk__in=ids)
    found = [one for one in ours if one.pk != now_on]
    looks.remember(request, found)
    return found
