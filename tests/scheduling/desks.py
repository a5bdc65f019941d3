"""What tests of the desk's pages share."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling import booking
from scheduling.booking import Plan
from tests import cast
from tests.scheduling.conftest import at

COUNT = re.compile(r'id="show-(\w+)".*?<span class="count[^>]*>(\d+)', re.DOTALL)


def counts_of(page):
    """How many stand in each list, as the links above the lists say."""
    below = page.content.decode().partition('id="show-expected"')
    return {name: int(n) for name, n in COUNT.findall("".join(below[1:]))}


def book_more(kind, clinician, location, front_desk, now, hours=(12, 13, 14)):
    """Visits of patients with a phone."""
    people = {hour: cast.make_patient(at=location) for hour in hours}
    for patient in people.values():
        cast.make_contact(patient)
    return [
        booking.book(
            plan=Plan(kind, clinician, location, at(hour, day=2)),
            patients=[people[hour]],
            by=front_desk,
            now=now,
        )
        for hour in hours
    ]


def queries_of(client, path):
    """How many a page takes that was looked at before: a first look is written."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)
