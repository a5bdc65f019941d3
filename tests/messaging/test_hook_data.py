"""What the vendor's calls say of somebody is exported, and goes with the chart."""

from __future__ import annotations

import pytest

from messaging import hook_store, hooks, receiving
from messaging.hook_data import HookData
from messaging.models import HookCall, IncomingCall, Message
from messaging.models.vendors import HookKind
from practice import caregivers, contacts
from practice.models import ContactPoint, Task
from tests import cast
from tests.messaging.hooking import PHONE, report, text
from tests.messaging.households import HERS, parent

pytestmark = pytest.mark.django_db


@pytest.fixture
def chart(patient, now):
    """A chart with a number that calls were about, and one that has none."""
    cast.make_contact(patient, value=PHONE)
    hook_store.store(HookKind.INBOUND, text("Secret"), now=now)
    hook_store.store(HookKind.STATUS, report(), now=now)
    hook_store.store(HookKind.INBOUND, text(number=2, From="+12125550199"), now=now)
    return patient


def test_calls_are_exported_by_the_number(chart):
    rows = HookData().export([chart.pk])["calls"]

    assert [row["kind"] for row in rows] == ["inbound", "status"]
    assert rows[0]["form"]["Body"] == "Secret"


def test_calls_go_with_the_chart(chart):
    for rows in HookData().derived([chart.pk]):
        rows.delete()

    assert HookCall.objects.get().address == "+12125550199"


def test_a_task_about_a_text_loses_its_words(chart, taken, now):
    row = HookCall.objects.get(form__Body="Secret")
    hooks._tell(row, now=now)
    [(tasks, columns)] = HookData().texts([chart.pk])

    assert list(tasks) == [Task.objects.get(kind=hooks.STUCK)]
    assert columns == ("words",)


def test_a_chart_without_a_number_has_none_of_it(location, chart):
    other = cast.make_patient(at=location)

    assert HookData().export([other.pk]) == {"calls": [], "phone call": []}
    assert not HookData().texts([other.pk])[0][0].exists()
    assert HookData().open_ends([other.pk]) == HookData().records([other.pk]) == []


@pytest.fixture
def kin(chart, now):
    """Family with a number from which somebody called."""
    IncomingCall.objects.create(vendor_id="CA1", address=HERS, came_at=now)
    return parent(chart, HERS)


def test_calls_of_family_are_exported_and_go_along(chart, kin):
    assert HookData().export([chart.pk])["phone call"][0]["address"] == HERS
    for rows in HookData().derived([chart.pk]):
        rows.delete()

    assert not IncomingCall.objects.exists()


def test_calls_of_family_stay_that_are_on_another_chart(chart, kin, location):
    other = cast.make_patient(at=location)
    caregivers.authorise(
        caregiver=kin,
        patient=other,
        by=cast.FOUNDER,
        relation="parent",
        starts_on=cast.MONDAY.date(),
    )
    for rows in HookData().derived([chart.pk]):
        rows.delete()

    assert IncomingCall.objects.get().address == HERS


def test_calls_stay_where_another_chart_has_the_number_of_family(chart, kin, location):
    cast.make_contact(cast.make_patient(at=location), value=HERS)
    for rows in HookData().derived([chart.pk]):
        rows.delete()

    assert IncomingCall.objects.get().address == HERS


# A number that others have, or had ------------------------------------------------
@pytest.fixture(params=[None, "ended"], ids=["shared", "once theirs"])
def sharing(request, chart, location, now):
    """Somebody else has the number; a text from it is on their chart."""
    if request.param:
        point = ContactPoint.objects.get(patient=chart)
        contacts.end(point=point, by=cast.FOUNDER, now=now)
    other = cast.make_patient(at=location)
    cast.make_contact(other, value=PHONE)
    hook_store.store(HookKind.INBOUND, text("Theirs", number=3), now=now)
    return other


def filed(body, to, now):
    """The call was worked, and its message is on a chart."""
    row = HookCall.objects.get(form__Body=body)
    message = receiving.store(hooks.inbound_of(row), now=now)
    Message.objects.filter(pk=message.pk).update(patient=to)
    HookCall.objects.filter(pk=row.pk).update(worked_at=now)


def bodies(rows):
    return [row["form"].get("Body") for row in rows]


def test_of_a_shared_number_only_what_is_on_the_chart_is_handed_over(
    chart, sharing, now
):
    filed("Theirs", sharing, now)
    filed("Secret", chart, now)

    assert bodies(HookData().export([chart.pk])["calls"]) == ["Secret"]
    assert bodies(HookData().export([sharing.pk])["calls"]) == ["Theirs"]


def test_of_a_shared_number_what_nobody_has_read_stays(chart, sharing, now):
    filed("Secret", chart, now)

    for rows in HookData().derived([chart.pk]):
        rows.delete()

    left = set(HookCall.objects.values_list("form__Body", flat=True))
    assert "Theirs" in left
    assert "Secret" not in left
    assert not HookData().texts([chart.pk])[0][0].exists()


def test_a_call_about_a_shared_number_that_is_not_worked_stays(chart, sharing, now):
    filed("Secret", chart, now)
    HookCall.objects.filter(form__Body="Secret").update(worked_at=None)

    for rows in HookData().derived([chart.pk]):
        rows.delete()

    assert HookCall.objects.filter(form__Body="Secret").exists()
