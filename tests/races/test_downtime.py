"""Two people at the same line of a paper, two evenings' chores at once."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from practice import day_sheets, locations, paper
from practice.models import DaySheet, PaperEntry, TrailEntry
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
EVENING = datetime(2026, 3, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_puts_a_line_in_and_the_others_read_who(location, _round):
    people = [cast.make_clinician(at=location) for _person in range(6)]
    sheet = DaySheet.objects.create(location=location, day_on="2026-03-02")

    outcome = run_together(
        6,
        lambda number: paper.enter(
            location=location,
            sheet=sheet,
            line=4,
            kind="note",
            happened_at=cast.MONDAY,
            writer=people[0],
            words="Came by",
            patient=None,
            act=lambda: None,
            by=people[number],
            now=cast.MONDAY,
        ),
    )

    [first] = TrailEntry.objects.filter(kind="paper.entered")
    assert PaperEntry.objects.count() == len(outcome.results) == 1
    assert {str(error) for error in outcome.errors} == {
        f"Line 4 of sheet {sheet.pk} is in already, put in by {first.actor}."
    }


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_evening_chores_write_one_sheet(location, settings, tmp_path, _round):
    settings.SHEETS = tmp_path
    week = [(day, time(8), time(18)) for day in range(5)]
    locations.set_hours(location=location, spans=week, by=cast.FOUNDER)
    day_sheets.change_passphrase(location=location, by=cast.FOUNDER, now=EVENING)

    outcome = run_together(
        6, lambda _number: day_sheets.write_due(by=cast.FOUNDER, now=EVENING)
    )

    assert outcome.errors == []
    assert sum(outcome.results) == DaySheet.objects.count() == 1
    assert TrailEntry.objects.filter(kind="sheet.made").count() == 1
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1
