"""From one day and time to another, as people type it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from practice.forms.moments import StretchForm

FIELDS = ("starts_on", "starts_time", "ends_on", "ends_time")


def fill(zone="America/New_York", **typed):
    form = StretchForm(typed, zone=zone)
    form.is_valid()
    return form


def test_days_alone_mean_the_whole_days():
    form = fill(starts_on="2026-03-07", ends_on="2026-03-08")

    assert form.details() == {
        "starts_at": datetime(2026, 3, 7, 5, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 9, 4, tzinfo=UTC),
    }


def test_times_are_those_of_the_zone():
    typed = {"starts_on": "2026-03-07", "starts_time": "18:00"}
    typed |= {"ends_on": "2026-03-08", "ends_time": "08:00"}

    form = fill(zone="America/Phoenix", **typed)

    assert form.details() == {
        "starts_at": datetime(2026, 3, 8, 1, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 8, 15, tzinfo=UTC),
    }


def test_the_fields_name_the_zone():
    form = StretchForm(zone="America/Denver")

    words = form.fields["starts_time"].help_text
    assert words == "Mountain time. Empty: the whole day."


def test_a_time_that_is_jumped_over_is_refused_beside_its_field():
    form = fill(starts_on="2026-03-08", starts_time="02:30", ends_on="2026-03-08")

    assert list(form.errors) == ["starts_time"]
    assert "there is no 2:30 AM" in form.errors["starts_time"][0]


@pytest.mark.parametrize(
    ("side", "hour", "words"), [("starts", 5, "first"), ("ends", 6, "second")]
)
def test_a_time_that_comes_twice_is_resolved_and_said(side, hour, words):
    days = {"starts_on": "2026-10-31", "ends_on": "2026-11-01"}
    days |= {f"{side}_on": "2026-11-01", f"{side}_time": "01:30"}

    form = fill(**days)

    found = form.details()[f"{side}_at"]
    assert found == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    assert f"1:30 AM comes twice; the {words} one counts." in form.remark


@pytest.mark.parametrize("end", ["08:00", "07:59"])
def test_the_end_comes_after_the_start(end):
    typed = {"starts_on": "2026-03-02", "starts_time": "08:00"}

    form = fill(**typed, ends_on="2026-03-02", ends_time=end)

    assert form.errors == {"ends_on": ["The end must come after the start."]}


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01"])
def test_days_are_of_our_time(day):
    form = fill(starts_on=day, ends_on=day)

    words = "Choose a day between the years 2000 and 2099."
    assert form.errors["starts_on"] == [words]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=20)))
def test_whatever_is_typed_is_answered_and_kept(typed):
    with override("en"):
        form = fill(**typed)
        shown = str(form["starts_on"])

    assert "<input" in shown
    assert form["starts_on"].value() == typed.get("starts_on")
