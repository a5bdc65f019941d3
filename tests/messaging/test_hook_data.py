"""What the vendor's calls say of somebody is exported, and goes with the chart."""

from __future__ import annotations

import pytest

from messaging import hook_store, hooks
from messaging.hook_data import HookData
from messaging.models import HookCall
from messaging.models.vendors import HookKind
from practice.models import Task
from tests import cast
from tests.messaging.hooking import PHONE, report, text

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
