"""The first manager of a new practice comes by the console."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from practice.models import Practice, StaffMember

pytestmark = pytest.mark.django_db
ANSWERS = {
    "phone": "+12125550100",
    "zone": "America/Chicago",
    "manager": "Mona Manager",
    "email": "mona@example.com",
}


def test_it_records_the_practice_and_invites_the_first_manager(
    client, capsys, django_capture_on_commit_callbacks, mailoutbox
):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("found", "Linden Street Practice", **ANSWERS)

    assert Practice.objects.get().time_zone == "America/Chicago"
    assert StaffMember.objects.get().is_manager
    assert [mail.to for mail in mailoutbox] == [["mona@example.com"]]
    path = capsys.readouterr().out.split()[-1]
    assert client.get(path).status_code == 200


def test_a_second_practice_is_refused_with_a_sentence(practice):
    with pytest.raises(CommandError, match="already serves a practice"):
        call_command("found", "Another Practice", **ANSWERS)


@pytest.mark.parametrize(
    ("name", "value"), [("zone", "Mars/Base"), ("phone", "12"), ("email", "mona")]
)
def test_wrong_answers_are_told_and_leave_nothing(name, value):
    with pytest.raises(CommandError):
        call_command("found", "Linden Street Practice", **ANSWERS | {name: value})

    assert not Practice.objects.exists()
    assert not StaffMember.objects.exists()
