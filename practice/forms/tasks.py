"""Asking a colleague for something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.access import Capability, may
from practice.forms.base import DateInput, HouseForm
from practice.models import Role, StaffMember

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def addressees() -> list[tuple[StrOrPromise, Any]]:
    """Roles first, then people by name: those who do tasks."""
    known = StaffMember.objects.active()
    people = [(one.pk, one.name) for one in known if may(one, Capability.DO_TASKS)]
    doing = (Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER)
    return [
        (_("Everyone at"), [(role.value, role.label) for role in doing]),
        (_("One person"), [(str(pk), name) for pk, name in people]),
    ]


class TaskForm(HouseForm):
    title = forms.CharField(
        max_length=200,
        label=_("What is to be done"),
        help_text=_("Without the patient's name: the chart is linked."),
    )
    to = forms.ChoiceField(choices=addressees, label=_("Who does it"))
    due_on = forms.DateField(widget=DateInput, label=_("Due by the end of"))
