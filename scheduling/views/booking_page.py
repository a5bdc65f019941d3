"""What the page of booking shows: for whom, the wishes, the free times, the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import clock, looks, zones
from practice.here import of_request
from practice.html import filled, repeated
from practice.models import Patient
from scheduling import booking, groups, offering, sight
from scheduling.forms.booking import read_slot
from scheduling.forms.searching import SearchForm
from scheduling.models import AppointmentType, TypeOffer
from scheduling.usual import Usual, usual_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.utils.safestring import SafeString

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.finding import Question
    from scheduling.forms.booking import PlanForm
    from scheduling.models import Appointment
    from scheduling.offering import FreeDay, FreeTime, Offer

MOST_PATIENTS = 100
LONGEST_ID = 18
TIME = '<span class="booking-clock">{}</span>{}'
BUTTON = (
    '<button class="button booking-slot" type="submit" name="slot" value="{}">'
    f"{TIME}</button>"
)
LINK = f'<a class="button booking-slot" href="{{}}">{TIME}</a>'
WITH = '<span class="booking-with">{}</span>'
NARROWING = ("weekday", "part", "modality", "gender", "location", "clinician")


@dataclass(frozen=True, slots=True)
class Widening:
    """A wider question as a link."""

    words: str
    query: str


class BookingPage:
    """One look at the page; what is asked of it is asked once."""

    may_come_along = True  # somebody else may be added

    def __init__(
        self, request: StaffRequest, patients: Sequence[Patient], *, now: datetime
    ) -> None:
        self.path = reverse("book")
        self.request = request
        self.patients = patients
        self.now = now
        practice = of_request(request)
        self.zone = practice.time_zone if practice else "UTC"

    @cached_property
    def wishes(self) -> QueryDict:
        """What the address asks for, with what is usual where it says nothing."""
        data = self.request.GET.copy()
        if "at" in data and "first" not in data:
            data["first"] = str(data["at"]).partition("T")[0]
        if "asked" in data:
            return data
        usual = self.usual()
        staff = self.request.user
        if "clinician" not in data:
            people = sight.clinicians_of(staff).values_list("pk", flat=True)
            _set_one_of(data, "clinician", [usual.clinician_id, _self(staff)], people)
        if "location" not in data:
            places = sight.open_places(staff).values_list("pk", flat=True)
            _set_one_of(data, "location", [usual.location_id], places)
        if "type" not in data:
            _set(data, "type", default_type(usual, data.get("clinician", "")))
        if "modality" not in data:
            _set(data, "modality", _held_way(usual.modality, data.get("type", "")))
        return data

    def usual(self) -> Usual:
        return usual_of(self.patients[0]) if self.patients else Usual()

    @property
    def is_ready(self) -> bool:
        """Whether a press on a free time can act: it is known for whom."""
        return bool(self.patients) or not self.may_come_along

    @cached_property
    def search(self) -> SearchForm:
        today = zones.local_day(self.now, self.zone)
        return SearchForm(self.wishes, staff=self.request.user, today=today)

    @cached_property
    def offer(self) -> Offer | None:
        """The next free days; None while the wishes are not clear."""
        if self.question is None:
            return None
        return offering.next_days(self.question, own_zone=self.zone, now=self.now)

    @cached_property
    def question(self) -> Question | None:
        """What is looked for; None while the wishes are not clear."""
        return self.search.question() if self.search.is_valid() else None

    def is_soon(self, form: PlanForm) -> bool:
        """Whether it may be sooner than the notice: ticked, or pressed for one time."""
        return bool(form.cleaned_data.get("soon") or self.wishes.get("soon"))

    def is_too_soon(self, form: PlanForm) -> bool:
        """Whether the type's notice stands in the way of a plan."""
        plan = form.planned
        if plan is None or self.is_soon(form):
            return False
        return booking.is_too_soon(plan, now=self.now)

    @cached_property
    def way(self) -> str:
        """How a time is booked that does not say it itself: as is looked for."""
        ways = self.question.ways if self.question else ()
        return ways[0] if ways else ""

    @property
    def planned_way(self) -> str:
        """The same for the form of one time, which may have been pressed already."""
        pressed = read_slot(self.wishes.get("slot", ""))
        return (pressed.way if pressed else "") or self.way

    @property
    def said(self) -> str:
        """With whom, where and how is looked for, where it is one."""
        if self.question is None:
            return ""
        answers = self.search.cleaned_data
        chosen = (answers["clinician"], answers["location"])
        one = [rows[0] for rows in chosen if len(rows) == 1]
        ways = self.question.ways
        how = [ways[0].label] if len(ways) == 1 else []
        return " · ".join(map(str, [*one, *how]))

    @property
    def unknown_words(self) -> str:
        """Whom a wish for a gender leaves out although they may be meant."""
        count = self.search.meant.unknown if self.question else 0
        if not count:
            return ""
        words = ngettext(
            "%(n)s clinician is left out: no gender is recorded of them.",
            "%(n)s clinicians are left out: no gender is recorded of them.",
            count,
        )
        return words % {"n": count}

    @cached_property
    def beside(self) -> Appointment | None:
        """The visit beside which another is wanted on purpose, if one is."""
        pk = self.request.GET.get("beside", "")
        if not is_id(pk):
            return None
        rows = sight.visits_of(self.request.user).select_related("location")
        return rows.filter(pk=int(pk), is_live=True).first()

    def sessions(self) -> Sequence[tuple[Appointment, str, str]]:
        """Sessions of a group that one more patient can join, when and with whom."""
        kind = self.search.cleaned_data.get("type") if self.offer else None
        if kind is None or not kind.is_group or len(self.patients) != 1:
            return []
        rows = sight.visits_of(self.request.user)
        found = groups.with_seats(rows, kind, now=self.now)
        return [
            (one, zones.moment(one.starts_at, one.zone), str(one.clinician))
            for one in found
        ]

    def query(self, **differing: object) -> str:
        """The wishes as an address, with some of them changed; None leaves one out."""
        data = dict(self.wishes.lists())
        data["asked"] = ["1"]
        for name, value in differing.items():
            data[name] = [] if value is None else [str(value)]
        return urlencode(data, doseq=True)

    def widenings(self) -> Sequence[Widening]:
        """What to give up when nothing is free."""
        words = {
            "weekday": _("Any day of the week"),
            "part": _("Any part of the day"),
            "modality": _("Any way to meet"),
            "gender": _("Any gender"),
            "location": _("Any place"),
            "clinician": _("Any clinician"),
        }
        found = [
            Widening(words[name], self.query(**{name: None}))
            for name in NARROWING
            if self.wishes.getlist(name)
        ]
        last = self.search.cleaned_data["last"]
        further = self.query(first=last, last=None)
        return [*found, Widening(_("The four weeks after"), further)]

    def later(self) -> str:
        """The address of the days after those shown, if there are more."""
        if self.offer is None or self.offer.later is None:
            return ""
        return self.query(first=self.offer.later)

    def days(self) -> Sequence[tuple[FreeDay, str, SafeString]]:
        """The free days, each with the address of all its times, and those shown."""
        days = self.offer.days if self.offer else ()
        words = BUTTON if self.is_ready else LINK
        path = "" if self.is_ready else f"{self.path}?{self.query()}&slot="
        return [
            (
                day,
                self.query(first=day.on, last=day.on),
                repeated(words, (_said(one, path) for one in day.times)),
            )
            for day in days
        ]

    def back(self) -> str:
        if self.patients:
            return reverse("patient", args=[self.patients[0].pk])
        return reverse("today")


class MovePage(BookingPage):
    """The same for a visit that is to be moved: its own clinician, place and type."""

    may_come_along = False

    def __init__(
        self,
        request: StaffRequest,
        visit: Appointment,
        patients: Sequence[Patient],
        *,
        now: datetime,
    ) -> None:
        super().__init__(request, patients, now=now)
        self.visit = visit
        self.path = reverse("visit_move", args=[visit.pk])

    def usual(self) -> Usual:
        visit = self.visit
        return Usual(
            visit.type_id, visit.clinician_id, visit.location_id, visit.way_asked
        )

    def is_too_soon(self, form: PlanForm) -> bool:
        plan = form.planned
        is_elsewhen = plan is not None and plan.starts_at != self.visit.starts_at
        return is_elsewhen and super().is_too_soon(form)

    def back(self) -> str:
        return reverse("visit", args=[self.visit.pk])


def _said(time: FreeTime, path: str) -> tuple[str, str, SafeString | str]:
    """What a free time leads to, its clock, and what differs between those shown."""
    told = [words for words in (time.words, time.how) if words]
    words = filled(WITH * len(told), *told) if told else ""
    return f"{path}{time.value}", time.clock, words


def default_type(usual: Usual, clinician: str) -> int | None:
    """The usual type, unless the clinician does not offer it; takes one query.

    Where nothing is usual, one for a single person: who calls first comes alone.
    """
    types = AppointmentType.objects.filter(is_active=True).order_by("seats", "name")
    if is_id(clinician):
        offers = TypeOffer.objects.filter(clinician=int(clinician), is_current=True)
        types = types.filter(pk__in=offers.values("type"))
    known = list(types.values_list("pk", flat=True))
    if usual.type_id in known:
        return usual.type_id
    return known[0] if known else None


def _held_way(way: str, type_id: str) -> str:
    """The usual way to meet, unless the type is not held so; takes one query."""
    kind = AppointmentType.objects.filter(pk=number(type_id) or 0).first()
    return way if kind and way in kind.modalities else ""


def patients_of(request: StaffRequest, numbers: Iterable[str]) -> list[Patient]:
    """The charts that an address or a form names; all must be open to this person."""
    ids = list(dict.fromkeys(numbers))[:MOST_PATIENTS]
    if not all(map(is_id, ids)):
        raise Http404
    charts = Patient.objects.usual_to(request.user).unmerged()
    known = charts.in_bulk([int(one) for one in ids])
    if len(known) != len(ids):
        raise Http404
    looks.remember(request, known)
    return [known[int(one)] for one in ids]


def page_for(request: StaffRequest) -> BookingPage:
    """The page with the patients whom the form, or else the address, names."""
    named = request.POST.getlist("patient") or request.GET.getlist("patient")
    return BookingPage(request, patients_of(request, named), now=clock.now())


def is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def number(text: object) -> int | None:
    """A record's number, or None for anything else."""
    said = str(text or "")
    return int(said) if is_id(said) else None


def _self(staff: StaffMember) -> int | None:
    return staff.pk if staff.is_clinician else None


def _set_one_of(
    data: QueryDict, name: str, wanted: Iterable[int | None], known: Iterable[int]
) -> None:
    """Set the first wish that this person may have."""
    allowed = set(known)
    _set(data, name, next((one for one in wanted if one in allowed), None))


def _set(data: QueryDict, name: str, value: object) -> None:
    if value:
        data[name] = str(value)
