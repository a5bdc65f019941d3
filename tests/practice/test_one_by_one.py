"""Working through many records."""

from __future__ import annotations

import pytest
from django.db import connection

from practice import one_by_one
from practice.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db


def note_down(number):
    Submission.objects.create(
        key=f"00000000-0000-0000-0000-{number:012}",
        staff_id=number,
        taken_at=cast.MONDAY,
    )


def fail_on_two(number):
    note_down(number)
    if number == 2:
        raise ValueError("Quillfeather, 212-555-0199")
    return number != 3


def test_what_was_done_is_counted():
    done = one_by_one.each([1, 3, 4], fail_on_two, kind="rows")

    assert done == 2


def test_a_fault_in_one_leaves_the_others_done():
    with pytest.raises(one_by_one.SomeFailed, match="1 of rows"):
        one_by_one.each([1, 2, 3], fail_on_two, kind="rows")

    assert set(Submission.objects.values_list("staff_id", flat=True)) == {1, 3}


def test_a_fault_of_the_database_leaves_the_others_done():
    def act(number):
        note_down(number)
        if number == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")

    with pytest.raises(one_by_one.SomeFailed):
        one_by_one.each([1, 2, 3], act, kind="rows")

    assert set(Submission.objects.values_list("staff_id", flat=True)) == {1, 3}


def test_the_log_names_ids_only(caplog):
    with pytest.raises(one_by_one.SomeFailed) as failure:
        one_by_one.each([1, 2, 3], fail_on_two, kind="rows")

    (record,) = caplog.records
    assert (record.kind, record.subject_id) == ("rows", 2)
    assert record.getMessage() == "One record failed."
    assert "Quillfeather" not in str(failure.value)


def test_what_ends_the_whole_chore_is_not_held_back():
    class TookTooLong(BaseException):
        pass

    def act(number):
        raise TookTooLong

    with pytest.raises(TookTooLong):
        one_by_one.each([1, 2], act, kind="rows")
