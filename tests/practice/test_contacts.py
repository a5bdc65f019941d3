"""How people can be reached, and what is safe there."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from practice import contacts
from practice.contacts import addresses_of, people_sharing
from practice.models import ContactKind, ContactPoint
from tests import cast
from tests.ground import layer

BY = cast.FOUNDER
NOW = cast.MONDAY
PHONE = "+12125550187"


def add(owner, value=PHONE, kind="phone", **details):
    return contacts.add(owner=owner, kind=kind, value=value, by=BY, now=NOW, **details)


def fresh(point):
    return ContactPoint.objects.get(pk=point.pk)


@layer
def other(location):
    return cast.make_patient(at=location)


# Adding ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "written",
    ["(212) 555-0187", "212.555.0187", "+1 212 555 0187", "1-212-555-0187"],
)
def test_a_phone_is_kept_in_one_form(patient, written):
    point = add(patient, written)

    assert str(point.phone) == PHONE
    assert fresh(point).value == "(212) 555-0187"


def test_a_phone_from_abroad_shows_its_country(patient):
    point = add(patient, "+447911123456")

    assert fresh(point).value == "+44 7911 123456"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "ana@example.test"), ("post", "17 Linden Street\nNew York")],
)
def test_mail_has_addresses_of_two_kinds(patient, kind, value):
    point = add(patient, value, kind, may_write=True)

    assert (fresh(point).value, fresh(point).kind) == (value, kind)


@pytest.mark.parametrize("value", ["", "12", "not a number", "+1 999", "٣" * 40])
def test_an_impossible_phone_is_refused(patient, value):
    with pytest.raises(ValidationError):
        add(patient, value)

    assert not ContactPoint.objects.exists()


@pytest.mark.parametrize("value", ["(212) 555-0187", "+1 212 555 0187"])
def test_the_same_number_is_added_once_however_it_is_written(patient, value):
    add(patient)

    with pytest.raises(contacts.AlreadyThere) as refusal:
        add(patient, value)

    assert (refusal.value.field, str(refusal.value)) == (
        "value",
        "This is already on the chart.",
    )


def test_a_family_shares_a_number(patient, other):
    ours, theirs = add(patient), add(other)

    assert people_sharing(ours) == [theirs]


def test_a_caregivers_number_is_shared_too(patient):
    relative = cast.make_caregiver(patient)
    ours, theirs = add(patient), add(relative)

    assert people_sharing(ours) == [theirs]
    assert people_sharing(theirs) == [ours]


def test_a_number_that_ended_is_shared_with_nobody(patient, other):
    ours, theirs = add(patient), add(other)

    contacts.end(point=theirs, by=BY, now=NOW)

    assert people_sharing(ours) == []


# What is safe ---------------------------------------------------------------
def test_nothing_is_allowed_that_nobody_allowed(patient):
    (address,) = addresses_of([add(patient)])

    assert not any(getattr(address, name) for name in contacts.PERMISSIONS)


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"may_leave_voicemail": True}, "only possible where calling is allowed"),
        ({"may_join_texts": True}, "only possible where texts are allowed"),
        ({"safe_from": time(9)}, "both ends"),
        ({"safe_until": time(9)}, "both ends"),
    ],
)
def test_permissions_that_do_not_fit_are_refused(patient, details, sentence):
    with pytest.raises(ValidationError, match=sentence):
        add(patient, **details)


def test_safe_hours_have_a_length(patient):
    with pytest.raises(contacts.SafeHoursEmpty) as refusal:
        add(patient, safe_from=time(9), safe_until=time(9))

    assert refusal.value.field == "safe_until"


@pytest.mark.parametrize("permission", ["may_text", "may_call", "may_leave_voicemail"])
def test_nobody_texts_or_calls_an_address(patient, permission):
    with pytest.raises(ValidationError):
        add(patient, "ana@example.test", "email", **{permission: True})


@pytest.mark.parametrize(
    ("hours", "safe", "unsafe"),
    [
        ((time(9), time(17)), [time(9), time(16, 59)], [time(8, 59), time(17)]),
        ((time(22), time(6)), [time(22), time(0), time(5, 59)], [time(6), time(12)]),
    ],
)
def test_safe_hours_may_run_over_midnight(patient, hours, safe, unsafe):
    point = add(patient, safe_from=hours[0], safe_until=hours[1])

    (address,) = addresses_of([point])

    assert all(address.is_safe_at(moment) for moment in safe)
    assert not any(address.is_safe_at(moment) for moment in unsafe)


# Merged charts: the stricter answer -----------------------------------------
def test_one_number_on_two_charts_allows_what_both_allow(patient, other):
    points = [
        add(patient, may_text=True, may_call=True, label="mobile"),
        add(other, may_call=True, may_name_practice=True),
    ]

    (address,) = addresses_of(points)

    assert (address.may_call, address.may_text) == (True, False)
    assert (address.may_name_practice, address.label) == (False, "mobile")


def test_a_number_on_two_charts_is_safe_when_both_say_so(patient, other):
    points = [
        add(patient, safe_from=time(9), safe_until=time(17)),
        add(other, safe_from=time(12), safe_until=time(20)),
    ]

    (address,) = addresses_of(points)

    hours = [hour for hour in range(24) if address.is_safe_at(time(hour))]
    assert hours == [12, 13, 14, 15, 16]


def test_what_ended_neither_allows_nor_forbids(patient, other):
    strict = add(other)
    points = [
        add(patient, may_text=True),
        contacts.end(point=strict, by=BY, now=NOW),
    ]

    (address,) = addresses_of(points)

    assert address.may_text


MANY = len(contacts.PERMISSIONS)
answers = st.lists(st.booleans(), min_size=MANY, max_size=MANY)


@given(st.lists(answers, min_size=1, max_size=4))
def test_no_merge_allows_what_one_chart_forbids(rows):
    points = [
        ContactPoint(
            kind=ContactKind.PHONE,
            phone=PHONE,
            **dict(zip(contacts.PERMISSIONS, row, strict=True)),
        )
        for row in rows
    ]

    (address,) = addresses_of(points)

    for number, name in enumerate(contacts.PERMISSIONS):
        assert getattr(address, name) == all(row[number] for row in rows)


# The one used first ---------------------------------------------------------
def test_a_new_first_number_takes_over(patient):
    old = add(patient, is_first=True)
    mail = add(patient, "ana@example.test", "email", is_first=True)

    new = add(patient, "+12125550188", is_first=True)

    assert not fresh(old).is_first
    assert fresh(new).is_first
    assert fresh(mail).is_first


def test_a_caregiver_has_one_first_number_too(patient):
    relative = cast.make_caregiver(patient)
    old = add(relative, is_first=True)

    add(relative, "+12125550188", is_first=True)

    assert not fresh(old).is_first


# Changing, ending, restoring ------------------------------------------------
def test_a_number_is_corrected_in_place(patient):
    point = add(patient, may_text=True)

    contacts.change(point=point, value="+12125550188", may_text=False, by=BY, now=NOW)

    assert (str(fresh(point).phone), fresh(point).may_text) == ("+12125550188", False)
    assert point.history.count() == 2


def test_a_number_is_not_changed_into_one_that_is_there(patient):
    add(patient)
    point = add(patient, "+12125550188")

    with pytest.raises(contacts.AlreadyThere):
        contacts.change(point=point, value="(212) 555-0187", by=BY, now=NOW)

    assert str(fresh(point).phone) == "+12125550188"


def test_a_label_changes_while_the_number_stays(patient):
    point = add(patient)

    contacts.change(point=point, value=PHONE, label="work", by=BY, now=NOW)

    assert fresh(point).label == "work"


def test_what_somebody_forbade_meanwhile_stays_forbidden(patient):
    stale = add(patient, may_text=True)
    contacts.change(point=stale, value=PHONE, may_text=False, by=BY, now=NOW)

    contacts.change(point=stale, value=PHONE, label="work", by=BY, now=NOW)

    assert not fresh(stale).may_text


def test_a_number_that_was_removed_is_not_changed(patient):
    point = contacts.end(point=add(patient), by=BY, now=NOW)

    with pytest.raises(contacts.NoLongerTheirs, match="meanwhile"):
        contacts.change(point=point, value="+12125550188", by=BY, now=NOW)


def test_a_number_ends_once(patient):
    point = contacts.end(point=add(patient), by=BY, now=NOW)

    again = contacts.end(point=point, by=BY, now=NOW + timedelta(hours=1))

    assert (again.ended_at, again.history.count()) == (NOW, 2)


def test_a_removal_taken_back_leaves_the_first_first(patient):
    point = contacts.end(point=add(patient, is_first=True), by=BY, now=NOW)

    restored = contacts.restore(point=point, by=BY)

    assert (restored.ended_at, restored.is_first) == (None, True)


def test_what_comes_back_does_not_push_another_from_the_top(patient):
    point = contacts.end(point=add(patient, is_first=True), by=BY, now=NOW)
    new = add(patient, "+12125550188", is_first=True)

    contacts.restore(point=point, by=BY)

    assert not fresh(point).is_first
    assert fresh(new).is_first


def test_what_was_added_again_meanwhile_does_not_come_back(patient):
    point = contacts.end(point=add(patient), by=BY, now=NOW)
    add(patient)

    with pytest.raises(contacts.AlreadyThere):
        contacts.restore(point=point, by=BY)


def test_restoring_what_is_there_changes_nothing(patient):
    point = add(patient)

    contacts.restore(point=point, by=BY)

    assert point.history.count() == 1
