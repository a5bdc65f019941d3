"""How long 20,000 rows take to be checked and to come in, and the longest write.

On SQLite, on a disk, by one worker, into a practice that knows some of them. The
bar is 60 seconds for all of it, and 2 seconds for any one transaction.
"""

from __future__ import annotations

import os
import tempfile
import time

ROWS, PROBLEMS, KNOWN = 20_000, 300, 1_000
BAR, LONGEST = 60.0, 2.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/importing.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        import django

        django.setup()
        _settle()
        _measure()


def _settle() -> None:
    from django.core.management import call_command

    from bench import people

    call_command("migrate", verbosity=0)
    people.settle(KNOWN)


def _measure() -> None:
    from bench import ground, people
    from practice import import_work, imports, staging
    from practice.import_cells import Plan
    from practice.models import Finding, Import, Location, Patient
    from tests.practice import csvs, watched

    file, by, now = csvs.make(ROWS, bad=PROBLEMS), ground.manager(), people.NOW
    before = Patient.objects.count()
    with watched.transactions() as writes:
        began = time.perf_counter()
        row = imports.take(data=file.data, by=by, now=now)
        names, _known = imports.guess(row)
        order = imports.order_in(row, names)
        home = Location.objects.earliest("pk").pk
        plan = Plan(columns=names, order=order, home=home)
        imports.read_as(row=row, plan=plan, by=by, now=now)
        taken = time.perf_counter()
        while import_work.step(now=now):
            pass
        checked = time.perf_counter()
        found = staging.findings_of(row).filter(kind=Finding.PROBLEM).count()
        imports.confirm(row=row, leaves_out_problems=True, by=by, now=now)
        while import_work.step(now=now):
            pass
        ended = time.perf_counter()
    row = Import.objects.get(pk=row.pk)
    came = Patient.objects.count() - before
    if (found, came, row.charts) != (PROBLEMS, ROWS - PROBLEMS, ROWS - PROBLEMS):
        raise SystemExit(f"{found} problems, {came} charts: not what was planted.")
    print(
        f"{ROWS:,} rows, {PROBLEMS} with problems; read {taken - began:.1f} s, ", end=""
    )
    print(f"checked {checked - taken:.1f} s, came in {ended - checked:.1f} s")
    print(f"{len(writes)} transactions that write, the longest {max(writes):.2f} s")
    ground.finish("importing-longest", figure=max(writes), bar=LONGEST)
    ground.finish("importing", figure=ended - began, bar=BAR)


if __name__ == "__main__":
    main()
