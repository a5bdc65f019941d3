"""SETUP_STEPS of this floor: what a new practice does first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from practice.contributions import SetupStep
from practice.models import (
    Clinician,
    DutyHours,
    Location,
    LocationHours,
    OnCallShift,
    Practice,
    StaffMember,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MANAGERS = 2  # nobody changes their own roles


def steps() -> Sequence[SetupStep]:
    """In the order in which they make sense."""
    places, team = _places(), _team()
    clinicians = [one for one in team if one.is_clinician]
    return [
        SetupStep(
            _("Say who you are"),
            _("Name, phones, quiet hours and crisis line stand on every message."),
            reverse("practice_edit"),
            is_done=Practice.objects.exists(),
        ),
        SetupStep(
            _("Add your locations"),
            _("Patients and staff belong to places; each has its own clock."),
            reverse("location_new"),
            is_done=bool(places),
        ),
        _hours(places),
        *_invited(team),
        _described(clinicians),
        _duty(clinicians),
        SetupStep(
            _("Fill the on-call rota"),
            _("It says who is asked when nobody is on duty."),
            reverse("rota"),
            is_done=OnCallShift.objects.filter(is_withdrawn=False).exists(),
        ),
        _downtime(places),
    ]


class Place(NamedTuple):
    """A location in use, and what it has."""

    pk: int
    has_hours: bool
    has_key: bool  # for its day sheets


class Colleague(NamedTuple):
    """Somebody on the staff, and what is known of them."""

    pk: int
    is_manager: bool
    is_clinician: bool
    is_described: bool
    has_hours: bool


def _places() -> Sequence[Place]:
    """All of them in one question, as the steps ask the same of each."""
    hours = LocationHours.objects.filter(location=OuterRef("pk"), is_current=True)
    rows = Location.objects.filter(is_active=True).order_by("pk")
    rows = rows.annotate(has_hours=Exists(hours), has_key=Q(sheet_key__isnull=False))
    return [Place(*row) for row in rows.values_list("pk", "has_hours", "has_key")]


def _team() -> Sequence[Colleague]:
    known = Clinician.objects.filter(staff=OuterRef("pk"))
    hours = DutyHours.objects.filter(staff=OuterRef("pk"), is_current=True)
    rows = StaffMember.objects.active().order_by("pk")
    rows = rows.annotate(is_described=Exists(known), has_hours=Exists(hours))
    return [Colleague(*row) for row in rows.values_list(*Colleague._fields)]


def _hours(places: Sequence[Place]) -> SetupStep:
    """Done once every location in use has opening hours."""
    shut = next((place for place in places if not place.has_hours), None)
    url = reverse("location_hours", args=[shut.pk]) if shut else reverse("location_new")
    return SetupStep(
        _("Say when you are open"),
        _("A location without hours counts as closed."),
        url,
        is_done=bool(places) and shut is None,
    )


def _invited(team: Sequence[Colleague]) -> Sequence[SetupStep]:
    return [
        SetupStep(
            _("Have two managers"),
            _("Nobody changes their own roles: one alone cannot be helped out."),
            reverse("staff_new"),
            is_done=sum(one.is_manager for one in team) >= MANAGERS,
        ),
        SetupStep(
            _("Invite the team"),
            _("Accounts are made by invitation only."),
            reverse("staff_new"),
            is_done=any(one.is_clinician for one in team),
        ),
    ]


def _described(clinicians: Sequence[Colleague]) -> SetupStep:
    """Done once every clinician is described."""
    missing = next((one for one in clinicians if not one.is_described), None)
    url = reverse("clinician_edit", args=[missing.pk]) if missing else reverse("staff")
    return SetupStep(
        _("Describe the clinicians"),
        _("Credentials and languages decide who is offered to whom."),
        url,
        is_done=bool(clinicians) and missing is None,
    )


def _duty(clinicians: Sequence[Colleague]) -> SetupStep:
    """Done once every clinician has duty hours."""
    missing = next((one for one in clinicians if not one.has_hours), None)
    url = reverse("staff_member", args=[missing.pk]) if missing else reverse("staff")
    return SetupStep(
        _("Set duty hours"),
        _("“On duty” means these hours, everywhere."),
        url,
        is_done=bool(clinicians) and missing is None,
    )


def _downtime(places: Sequence[Place]) -> SetupStep:
    """Done once every location in use has a passphrase for its day sheets."""
    return SetupStep(
        _("Prepare for a day without the site"),
        _("Every evening a sheet is written that opens without it, by a passphrase."),
        reverse("downtime"),
        is_done=bool(places) and all(place.has_key for place in places),
    )
