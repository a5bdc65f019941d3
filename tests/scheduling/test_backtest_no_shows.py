"""The command that tries the rule on months it has not seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from scheduling import risk_history
from scheduling.risk_history import Past
from tests import cast
from tests.scheduling import invented_past

NOW = cast.MONDAY


@pytest.fixture
def lived(monkeypatch, now):
    """A past of so many visits, one every hour until now."""

    def live(count):
        cases = invented_past.cases(count, seed=8)
        found = [
            Past(NOW - timedelta(hours=count - number), case)
            for number, case in enumerate(cases)
        ]
        monkeypatch.setattr(risk_history, "past", lambda now: found)

    return live


def test_months_held_out_say_how_good_the_scores_are(lived, capsys):
    lived(4000)

    call_command("backtest_no_shows", months=1)

    said = capsys.readouterr().out
    assert "3,280 visits to learn from, 720 of the last 30 days" in said
    assert 0.6 < float(re.search(r"AUC ([\d.]+)", said)[1]) < 0.8
    assert said.count("%") >= 20
    assert "An extra call for" in said


def test_too_little_history_is_said_and_nothing_else(lived, capsys):
    lived(200)

    with pytest.raises(CommandError, match="Too little history"):
        call_command("backtest_no_shows")

    assert "AUC" not in capsys.readouterr().out


@pytest.mark.django_db
def test_an_empty_practice_has_too_little(now):
    with pytest.raises(CommandError, match="Too little history"):
        call_command("backtest_no_shows", months=3)
