"""SETUP_STEPS of this floor: what a new practice does first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
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
    Role,
    StaffMember,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MANAGERS = 2  # nobody changes their own roles


def steps() -> Sequence[SetupStep]:
    """In the order in which they make sense."""
    return [
        SetupStep(
            _("Say who you are"),
            _("Name, phones, quiet hours and crisis line stand on every message."),
            reverse("practice_edit"),
            is_done=Practice.objects.exists(),
        ),
        _locations(),
        _hours(),
        SetupStep(
            _("Have two managers"),
            _("Nobody changes their own roles: one alone cannot be helped out."),
            reverse("staff_new"),
            is_done=StaffMember.objects.holding(Role.MANAGER).count() >= MANAGERS,
        ),
        SetupStep(
            _("Invite the team"),
            _("Accounts are made by invitation only."),
            reverse("staff_new"),
            is_done=StaffMember.objects.holding(Role.CLINICIAN).exists(),
        ),
        _clinicians(),
        _duty(),
        SetupStep(
            _("Fill the on-call rota"),
            _("It says who is asked when nobody is on duty."),
            reverse("rota"),
            is_done=OnCallShift.objects.filter(is_withdrawn=False).exists(),
        ),
        _downtime(),
    ]


def _downtime() -> SetupStep:
    """Done once every location in use has a passphrase for its day sheets."""
    active = Location.objects.filter(is_active=True)
    missing = active.filter(sheet_key=None)
    return SetupStep(
        _("Prepare for a day without the site"),
        _("Every evening a sheet is written that opens without it, by a passphrase."),
        reverse("downtime"),
        is_done=active.exists() and not missing.exists(),
    )


def _locations() -> SetupStep:
    return SetupStep(
        _("Add your locations"),
        _("Patients and staff belong to places; each has its own clock."),
        reverse("location_new"),
        is_done=Location.objects.filter(is_active=True).exists(),
    )


def _hours() -> SetupStep:
    """Done once every location in use has opening hours."""
    hours = LocationHours.objects.filter(location=OuterRef("pk"), is_current=True)
    active = Location.objects.filter(is_active=True)
    shut = active.filter(~Exists(hours)).first()
    url = reverse("location_hours", args=[shut.pk]) if shut else reverse("location_new")
    return SetupStep(
        _("Say when you are open"),
        _("A location without hours counts as closed."),
        url,
        is_done=shut is None and active.exists(),
    )


def _clinicians() -> SetupStep:
    """Done once every clinician is described."""
    known = Clinician.objects.filter(staff=OuterRef("pk"))
    people = StaffMember.objects.holding(Role.CLINICIAN)
    missing = people.filter(~Exists(known)).first()
    url = reverse("clinician_edit", args=[missing.pk]) if missing else reverse("staff")
    return SetupStep(
        _("Describe the clinicians"),
        _("Credentials and languages decide who is offered to whom."),
        url,
        is_done=missing is None and people.exists(),
    )


def _duty() -> SetupStep:
    """Done once every clinician has duty hours."""
    hours = DutyHours.objects.filter(staff=OuterRef("pk"), is_current=True)
    people = StaffMember.objects.holding(Role.CLINICIAN)
    missing = people.filter(~Exists(hours)).first()
    url = reverse("staff_member", args=[missing.pk]) if missing else reverse("staff")
    return SetupStep(
        _("Set duty hours"),
        _("“On duty” means these hours, everywhere."),
        url,
        is_done=missing is None and people.exists(),
    )
