"""A practice moves in: a file with planted problems, mended, brought in, undone."""

from __future__ import annotations

import csv
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from playwright.sync_api import expect

from practice import clock, import_work
from practice.models import Import, Patient, StagedFile
from practice.states import ImportState
from tests.practice import csvs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser
# `make test-all` takes all of them.
ROWS = int(os.environ.get("IMPORT_ROWS", "600"))
PROBLEMS, TWICE = max(ROWS * 3 // 200, 9), 6
PATIENCE = 240_000  # milliseconds


@contextmanager
def a_worker() -> Iterator[None]:
    """Works as the queue's process does: beside the site, until the test is over."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(0.2):
            import_work.advance(now=clock.now())
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def mended(path: Path) -> bytes:
    """The rows as somebody would mend them in a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["Wellhouse problems"] for row in rows)
    for number, row in enumerate(rows):
        row |= {"First Name": "Nell", "Last Name": f"Mended{number}", "Email": ""}
        row |= {"DOB": "12/31/1985", "Cell Phone": "", "Home Phone": ""}
        row["Emergency Contact Relationship"] = "Mother"
        row["Emergency Contact Phone"] = row["Emergency Contact"] = ""
    return csvs.written(rows, list(rows[0]))


def upload(page, tmp_path, data):
    file = tmp_path / "patients.csv"
    file.write_bytes(data)
    page.goto("/settings/imports/")
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/columns/")


def bring_in(page):
    page.locator("button:has-text('Bring')").click()
    page.get_by_text("Charts opened").wait_for(timeout=PATIENCE)


def checked(page, location):
    page.select_option("[name=home]", label=location.name)
    page.get_by_role("button", name="Check every row").click()
    page.get_by_text("Rows that would come in").wait_for(timeout=PATIENCE)


def test_a_practice_moves_in(page_as, manager, location, tmp_path):
    file = csvs.make(ROWS, bad=PROBLEMS)
    again = file.data.splitlines(keepends=True)[3 : 3 + TWICE]
    page = page_as(manager)

    with a_worker():
        upload(page, tmp_path, file.data + b"".join(again))
        checked(page, location)
        expect(page.get_by_text(f"{PROBLEMS:,}", exact=True).first).to_be_visible()

        with page.expect_download() as download:
            page.get_by_role("button", name="Download them").click()
        bad_rows = mended(download.value.path())

        page.get_by_role("link", name="Decide").click()
        page.get_by_role("button", name="Add what is new").first.click()
        page.check("[name=leaves_out_problems]")
        bring_in(page)
        assert Patient.objects.count() == ROWS - PROBLEMS

        upload(page, tmp_path, bad_rows)
        expect(page.get_by_text("was read before")).to_be_visible()
        checked(page, location)
        bring_in(page)
        assert Patient.objects.count() == ROWS

        page.get_by_role("link", name="Take it back").click()
        expect(page.get_by_text("What disappears")).to_be_visible()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("Nothing of it is here any more").wait_for()
    assert Patient.objects.count() == ROWS - PROBLEMS
    assert not StagedFile.objects.exists()
    states = [row.state for row in Import.objects.order_by("pk")]
    assert states == [ImportState.DONE, ImportState.UNDONE]


def test_without_scripts_the_page_is_asked_again(page_as, manager, location, tmp_path):
    page = page_as(manager, java_script_enabled=False)
    upload(page, tmp_path, csvs.make(3).data)
    page.select_option("[name=home]", label=location.name)
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_text("0 % of the file")).to_be_visible()

    with a_worker():
        for _turn in range(60):
            page.get_by_role("link", name="Look again").click()
            if page.get_by_text("Rows that would come in").is_visible():
                break
            page.wait_for_timeout(100)

    expect(page.get_by_text("Rows that would come in")).to_be_visible()
