"""S8: what the page of booking costs beside its search and an empty page.

On the practice of bench.slots, as the desk has it open: a patient chosen, the next
free days of everybody, and the form for a time of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import time_machine

from bench import ground, processor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scheduling.finding import Question

ROUNDS, TIMES = 30, 72  # free times that the page shows


def measure(question: Question, team: Sequence[Any], *, now: datetime) -> float:
    """Milliseconds of processor time, the worse of with a patient and without."""
    from random import Random

    from bench import people
    from practice import intake
    from practice.models import Location, Patient, Role
    from scheduling.finding import find_days
    from scheduling.offering import DAYS_SHOWN

    place = Location.objects.get()
    with time_machine.travel(now):
        boss = people._hire("Bo Boss", [place], Role.MANAGER)
        dice = Random(1)  # noqa: S311 - not a secret
        chart = people._chart(0, dice, [place], team)
        intake.admit_many(charts=[chart], by=boss, now=now)
        client = ground.sign_in(boss)
        path = (
            f"/visits/new/?asked=1&type={question.type.pk}"
            f"&first={question.first}&last={question.last}"
        )
        patient = f"{path}&patient={Patient.objects.get().pk}"
        _check(client.get(path), client.get(patient))
        acts = {
            "nobody": lambda: client.get(path),
            "patient": lambda: client.get(patient),
            "search": lambda: find_days(question, DAYS_SHOWN + 1, now=now),
            "empty": lambda: client.get("/bench/empty/"),
        }
        spent = ground.interleaved(acts, rounds=ROUNDS, clock=processor.seconds)
    page = max(spent["nobody"], spent["patient"])
    return page - spent["search"] - spent["empty"]


def _check(*pages: Any) -> None:
    """A page without free times measures nothing."""
    for page in pages:
        shown = page.content.decode().count('booking-slot"')
        if page.status_code != 200 or shown < TIMES:
            raise SystemExit(f"{page.status_code}, {shown} free times")
