import pytest, time
from django.db import connection
from practice import imports, import_work
from practice.import_cells import Plan
from practice.models import *
from tests.cast import MONDAY
from tests.practice import csvs

pytestmark = pytest.mark.django_db(transaction=True)


def test_it(manager, location):
    t = time.time()
    f = csvs.make(2000, bad=30)
    row = imports.take(data=f.data, by=manager, now=MONDAY)
    names, _ = imports.guess(row)
    print(names, time.time() - t)
    plan = Plan(columns=names, order=imports.order_in(row, names), home=location.pk)
    imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)
    t = time.time()
    while import_work.step(now=MONDAY):
        pass
    row.refresh_from_db()
    print(row.state, row.fault, time.time() - t)
    from practice import staging

    fs = staging.findings_of(row)
    print(fs.filter(kind="problem").count(), fs.exclude(kind="problem").count())
    assert [x.line for x in fs.filter(kind="problem")] == list(f.bad_lines)
    imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)
    t = time.time()
    longest = 0
    import cProfile, pstats

    pr = cProfile.Profile()
    pr.enable()
    while True:
        a = time.time()
        if not import_work.step(now=MONDAY):
            break
        longest = max(longest, time.time() - a)
        row.refresh_from_db()
        if row.state == "admitting":
            assert Patient.objects.count() == 0
    pr.disable()
    pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
    print(
        row.state,
        row.fault,
        time.time() - t,
        longest,
        row.charts,
        Patient.objects.count(),
        TrailEntry.objects.count(),
    )
    print(imports.why_not_undone(row, now=MONDAY))
    imports.undo(row=row, by=manager, now=MONDAY)
    assert (
        Patient.objects.count() == 0
        and ContactPoint.objects.count() == 0
        and Caregiver.objects.count() == 0
    )
    t = time.time()
    while import_work.step(now=MONDAY):
        pass
    print(time.time() - t)
    row.refresh_from_db()
    assert row.is_cleared
    assert 0
