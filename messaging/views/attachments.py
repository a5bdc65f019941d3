"""One attachment, as a download, to whoever may read its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from messaging import attachments, sight
from messaging.models import Attachment
from practice import clock, looks
from practice.access import Capability, requires

if TYPE_CHECKING:
    from practice.views.pages import StaffRequest


@requires(Capability.READ_MESSAGES)
@require_GET
def attachment(request: StaffRequest, pk: int) -> HttpResponse:
    """Never shown by the browser in a page of ours, under no name that came with it."""
    rows = Attachment.objects.filter(state=Attachment.State.KEPT)
    row = get_object_or_404(
        rows.select_related("message__conversation", "content"), pk=pk
    )
    eyes = sight.of(request.user, now=clock.now())
    if not eyes.messages(row.message.conversation).filter(pk=row.message_id).exists():
        raise Http404
    if row.message.patient_id:
        looks.remember(request, [row.message.patient_id])
    answer = HttpResponse(bytes(row.content.content), content_type=row.found_type)
    name = attachments.name_of(row)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
