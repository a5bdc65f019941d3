"""The authorization document."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver

from practice.access import (
    ADMIN_CLOSED,
    CAPABILITIES,
    INSTALLED,
    Capability,
    Door,
    capabilities_of,
    may,
)
from practice.models import Role, StaffMember


def test_every_role_is_in_the_table():
    assert set(CAPABILITIES) == set(Role)


def test_every_capability_is_somebodys():
    assert frozenset().union(*CAPABILITIES.values()) == set(Capability)


def test_no_role_means_no_capability():
    assert capabilities_of(StaffMember()) == frozenset()


@pytest.mark.parametrize("role", Role)
def test_a_person_may_what_a_role_of_theirs_may(role):
    staff = StaffMember(**{f"is_{role}": True})

    assert capabilities_of(staff) == CAPABILITIES[role]
    assert all(may(staff, capability) for capability in CAPABILITIES[role])


def test_several_roles_add_up():
    owner = StaffMember(is_clinician=True, is_manager=True)

    both = CAPABILITIES[Role.CLINICIAN] | CAPABILITIES[Role.MANAGER]
    assert capabilities_of(owner) == both


CHANGES = {
    *(Capability.EDIT_PATIENTS, Capability.CHANGE_STATE, Capability.SET_ALERTS),
    *(Capability.WATCH_PATIENTS, Capability.SET_CARE_TEAM, Capability.MERGE_CHARTS),
    *(Capability.RESTRICT_CHARTS, Capability.EXPORT_CHARTS, Capability.SEND_LINKS),
    *(Capability.MANAGE_STAFF, Capability.MANAGE_ROSTER, Capability.MANAGE_SETTINGS),
    *(Capability.CONFIGURE, Capability.DO_TASKS),
}


def test_an_auditor_changes_nothing():
    assert not CAPABILITIES[Role.AUDITOR] & CHANGES


def test_only_managers_decide_who_may_do_what():
    holders = [
        role
        for role, capabilities in CAPABILITIES.items()
        if {Capability.MANAGE_STAFF, Capability.CONFIGURE} & capabilities
    ]

    assert holders == [Role.MANAGER]


def names_under(resolver, package):
    """The URL names of the views that a package's modules define."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_under(pattern, package)
        elif pattern.callback.__module__.startswith(package):
            yield pattern.name


def test_the_table_names_what_is_installed_and_nothing_else():
    installed = set(names_under(get_resolver(), "allauth"))
    # Ours stands before allauth's, under the same name and the same door.
    installed.add("mfa_remove_webauthn")

    assert installed == set(INSTALLED)


def test_nothing_that_manages_a_factor_opens_without_fresh_proof():
    changes = [
        access
        for name, access in INSTALLED.items()
        if name.startswith("mfa_")
        and any(word in name for word in ("activate", "add", "edit", "remove", "codes"))
    ]

    assert len(changes) == 8
    assert all(access.is_fresh or access.door is Door.CLOSED for access in changes)


def test_the_admins_own_entrance_is_closed():
    assert {"login", "password_change"} <= ADMIN_CLOSED


def test_the_closed_doors_of_the_admin_exist():
    names = {getattr(found, "name", None) for found in admin.site.get_urls()}

    assert names >= ADMIN_CLOSED
