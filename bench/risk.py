"""S8: the page of free times, less its search, less an empty page; and what no-show
risk costs the clock.

20 clinicians, 30,000 visits, as in bench/slots. Somebody looks for the next free
times of a type for a patient who has come before, and presses for suggestions.
Processor time of the process, client and SQLite.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import ground, slots

if TYPE_CHECKING:
    from collections.abc import Callable

BAR, ROUNDS = 15.0, 25  # milliseconds
MISSED = 12  # of the visits that are over, every so many
PATIENTS = 250


def main() -> None:
    if len(sys.argv) > 1:
        slots._set_up()
        print(json.dumps(_measure()))
        return
    from bench.crowd import told

    folder = Path(tempfile.mkdtemp())
    found = told("bench.risk", f"sqlite:///{folder}/risk.sqlite3", "here")
    shutil.rmtree(folder)
    for name, ms in found.items():
        print(f"  {name:28} {ms:8.2f} ms")
    figures = [found[name] for name in ("S8 free times", "S8 suggestions")]
    ground.finish("risk", figure=max(figures), bar=BAR)


def _measure() -> dict[str, float]:
    import time_machine

    from scheduling.models import AppointmentType

    slots._settle("base")
    kind = AppointmentType.objects.get()
    with time_machine.travel(slots.NOW, tick=False):
        acts = _acts(kind)
        spent = ground.interleaved(acts, rounds=ROUNDS)
        found = {
            "S8 free times": spent["times"] - spent["search"] - spent["empty"],
            "S8 suggestions": spent["suggest"] - spent["search"] - spent["empty"],
            **spent,
        }
        return found | _reckoned()


def _acts(kind: Any) -> dict[str, Callable[[], Any]]:
    """The pages, the search in them, and an empty page of the same site."""
    from scheduling.finding import Question, find

    patients, client = _patients(), ground.sign_in(_desk())
    _come(patients)
    patient = patients[0]
    wishes = f"asked=1&patient={patient.pk}&type={kind.pk}"
    first, pressed = slots.FIRST - timedelta(days=1), {"patient": patient.pk}
    question = Question(kind, first, first + timedelta(days=28))
    acts: dict[str, Callable[[], Any]] = {
        "times": lambda: client.get(f"/visits/new/?{wishes}"),
        "suggest": lambda: client.post(f"/visits/new/suggest/?{wishes}", pressed),
        "search": lambda: find(question, now=slots.NOW),
        "empty": lambda: client.get("/bench/empty/"),
    }
    for name, words in (("times", "booking-slot"), ("suggest", "<h3>Suggested")):
        if words not in acts[name]().content.decode():
            raise SystemExit(f"{name}: nothing to measure")
    return acts


def _desk() -> Any:
    from bench import people
    from practice import staffing
    from practice.models import Location, Role

    return staffing.add_staff(
        name="Dora Desk",
        email="dora@example.test",
        roles=[Role.FRONT_DESK],
        locations=list(Location.objects.all()),
        by=people.BY,
    )


def _patients() -> list[Any]:
    from datetime import date

    from bench import people
    from practice import patients
    from practice.models import Location

    homes = list(Location.objects.all())
    return [
        patients.register(
            given_name="Ada",
            family_name=f"Ames {number}",
            born_on=date(1984, 5, 17),
            homes=homes,
            by=people.BY,
            now=slots.NOW,
        )
        for number in range(PATIENTS)
    ]


def _come(patients: list[Any]) -> None:
    """Every visit gets a patient, and an outcome if it is over."""
    from django.db import connection

    from practice.guards import lifted
    from scheduling.models import Appointment, Attendee

    rows = []
    for number, visit in enumerate(Appointment.objects.order_by("pk").iterator()):
        is_over = visit.ends_at < slots.NOW
        status = "no_show" if number % MISSED == 0 else "completed"
        who = patients[number % len(patients)]
        row = Attendee(appointment=visit, patient=who, status_at=visit.booked_at)
        row.status = status if is_over else "scheduled"
        rows.append(row)
    # Their history is not what is measured, and takes minutes to write.
    with lifted(connection):
        Attendee._base_manager.bulk_create(rows, batch_size=5000)


def _reckoned() -> dict[str, float]:
    """What the clock does at night, and each minute when nothing changed."""
    from bench import people
    from scheduling import risk

    return {
        "risk: learnt": _once(lambda: risk.learn_anew(by=people.BY, now=slots.NOW)),
        "risk: all reckoned": _once(lambda: risk.reckon_all(now=slots.NOW)),
        "risk: nothing changed": _once(lambda: risk.reckon_changed(now=slots.NOW)),
    }


def _once(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1e3


if __name__ == "__main__":
    main()
