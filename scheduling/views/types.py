"""Appointment types: what can be booked, as managers set it up."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock
from practice.access import Capability, requires
from practice.models import Practice
from practice.models.site import offered_languages
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press
from scheduling import catalogue
from scheduling.calendar_rules import rules
from scheduling.colours import FIRST
from scheduling.forms.lengths import MINUTE
from scheduling.forms.types import TypeForm, instructions_of
from scheduling.models import (
    Appointment,
    AppointmentType,
    TypeInstructions,
    TypeOffer,
    TypePlace,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


TEMPLATE = "scheduling/type_form.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One type as the list tells it."""

    kind: AppointmentType
    people: Sequence[str]
    places: Sequence[str]
    coming: int  # visits that are booked

    @property
    def minutes(self) -> int:
        return self.kind.length // MINUTE

    @property
    def before(self) -> int:
        return self.kind.buffer_before // MINUTE

    @property
    def after(self) -> int:
        return self.kind.buffer_after // MINUTE


@requires(Capability.READ_SETTINGS)
@require_GET
def type_list(request: StaffRequest) -> HttpResponse:
    """All types, those in use first; auditors read them too."""
    rows = _rows(clock.now())
    context = {
        "rows": [row for row in rows if row.kind.is_active],
        "retired": [row for row in rows if not row.kind.is_active],
    }
    return render(request, "scheduling/types.html", context)


@requires(Capability.MANAGE_CALENDAR)
def type_new(request: StaffRequest) -> HttpResponse:
    suggested = {"colour": FIRST, "step": rules().default_step, "seats": 1}
    form = TypeForm(request.POST or None, initial=suggested, languages=_languages())
    back = reverse("appointment_types")

    def act(by: StaffMember, now: datetime) -> Done:
        kind = catalogue.add_type(by=by, **form.details())
        undo = reverse("appointment_type_retire", args=[kind.pk])
        return Done(back, _("“%(type)s” can be booked.") % {"type": kind}, undo=undo)

    ask = Ask(_("Add an appointment type"), _("Add"), back, template=TEMPLATE)
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_CALENDAR)
def type_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """One type; visits that are booked stay as they are."""
    hung_on_it = (TypeOffer, TypePlace, TypeInstructions)
    more = [model.history.filter(type=pk) for model in hung_on_it]
    shown = Shown.record(AppointmentType, pk, *more)
    kind = get_object_or_404(AppointmentType, pk=pk)
    offers = kind.offers.filter(is_current=True).values_list("clinician", flat=True)
    places = kind.places.filter(is_current=True).values_list("location", flat=True)
    links = {"clinicians": list(offers), "locations": list(places)}
    form = TypeForm(
        request.POST or None,
        shown=shown,
        instance=copy(kind),
        initial={**links, **instructions_of(kind)},
        languages=_languages(),
    )
    back = reverse("appointment_types")

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.change_type(kind=kind, by=by, **form.details())
        words = _("Saved: visits booked from now on follow it. Booked ones stay.")
        return Done(back, words)

    ask = Ask(kind.name, _("Save"), back, template=TEMPLATE)
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(AppointmentType, pk=pk)
    back = reverse("appointment_types")

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.retire_type(kind=kind, by=by)
        words = _("“%(type)s” is not booked any more. Booked visits stay.")
        undo = reverse("appointment_type_restore", args=[pk])
        return Done(back, words % {"type": kind}, undo=undo)

    return press(request, back, act)


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(AppointmentType, pk=pk)
    back = reverse("appointment_types")

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.restore_type(kind=kind, by=by)
        return Done(back, _("“%(type)s” can be booked again.") % {"type": kind})

    return press(request, back, act)


def _rows(now: datetime) -> list[Row]:
    """Four queries, whatever there is."""
    offers = TypeOffer.objects.filter(is_current=True, clinician__is_active=True)
    places = TypePlace.objects.filter(is_current=True)
    kinds: QuerySet[AppointmentType] = AppointmentType.objects.prefetch_related(
        Prefetch("offers", offers.select_related("clinician")),
        Prefetch("places", places.select_related("location")),
    )
    ahead = Appointment.objects.live().filter(ends_at__gt=now).order_by()
    coming = Counter(ahead.values_list("type_id", flat=True))
    return [
        Row(
            kind,
            sorted(row.clinician.name for row in kind.offers.all()),
            sorted(row.location.name for row in kind.places.all()),
            coming[kind.pk],
        )
        for kind in kinds
    ]


def _languages() -> Sequence[str]:
    known = Practice.objects.values_list("languages", flat=True).first()
    return known or offered_languages()
