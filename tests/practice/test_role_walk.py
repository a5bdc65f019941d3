"""Every address of the site, with every role: what it declares is what it does."""

from __future__ import annotations

import copy
import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practice import staffing
from practice.access import ADMIN, Door, may
from practice.models import StaffMember
from tests.cast import sign_in
from tests.ground import layer
from tests.practice.test_web import HEADERS
from tests.practice.world import EVERY_ROLE, SECRETS, addresses, build, url_table

pytestmark = pytest.mark.walk
ACTORS = ["front_desk", "clinician", "manager", "auditor", "stranger"]
ACTORS += ["deactivated", "nobody"]
# Everybody of the capability may do it for themselves, and some for others too.
OTHERS = ["delete", *(["head", "put", "trace"] if EVERY_ROLE else [])]
NARROWER = {"absence_new", "absence_withdraw", "absence_restore"}
QUIETER = ("no-referrer", "strict-origin")
OPEN = (Door.PUBLIC, Door.ENTRANCE, Door.LINK)
CHART_ROUTES: tuple[str, ...] = (
    "patients/<id:pk>",
    "contacts/",
    "family/",
    "care-team/",
    "alerts/",
)
CHART_ROUTES += ("watches/",)
# How a stranger may still come to a chart: by breaking the glass, with a reason.
BY_GLASS = {"break_glass", "patient"}
# What an auditor may do: open a chart for a reason, review who did, sign off.
AUDITORS_ACTS = {"practice_breakglass", "practice_historicalbreakglass"}
AUDITORS_ACTS |= {"practice_trailentry", "practice_task", "practice_historicaltask"}
OWN_SETTINGS = {"shortcuts"}  # a person's keyboard is not the practice's
# Rows that a page may write when it is only looked at.
MACHINE = {"django_session", "usersessions_usersession", "shared_cache"}
MACHINE |= {"scheduling_feeduse"}  # when a feed was last read
MACHINE |= {"practice_heartbeat", "practice_keptsignin"}
WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"', re.I)


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {
        "front_desk": front_desk,
        "clinician": clinician,
        "manager": manager,
        "auditor": auditor,
        "stranger": stranger,
    }
    return build(people, location)


@pytest.fixture(params=ACTORS)
def actor(request, world):
    """(person, browser): the browser was signed in before anything happened."""
    if request.param == "nobody":
        return AnonymousUser(), Client(raise_request_exception=False)
    person = world.people.get(request.param) or world.subjects["colleague"]
    client = sign_in(person)
    client.raise_request_exception = False
    if request.param == "deactivated":
        staffing.deactivate(staff=person, by=world.people["manager"])
        return AnonymousUser(), client
    return person, client


@contextmanager
def taken_back(client):
    """Whatever happens inside never happened: not in the rows, not in the browser."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def walk(world, client, method):
    """Every address with its answer and the tables that were written for it."""
    for address in addresses():
        with taken_back(client), CaptureQueriesContext(connection) as queries:
            response = getattr(client, method)(address.url(world))
        asked = [query["sql"] for query in queries.captured_queries]
        found = [WRITE.match(sql) for sql in asked if not is_look(sql)]
        yield address, response, {match[1] for match in found if match} - MACHINE


def is_look(sql):
    """Who looked at whom is the one thing that looking writes."""
    return "'seen." in sql or "practice_trailpatient" in sql


def verdict(address, person, response):
    """What is wrong with an answer's status, or nothing."""
    access, status = address.access, response.status_code
    sent_away = status == 302 and "/accounts/login/" in response["Location"]
    if is_fault(address, response):
        return "a fault"
    if access.door is Door.CLOSED:
        return "" if status == 404 else "closed, and answers"
    if access.door is Door.SIGNED:
        return "" if status in (403, 405) else "answers what nobody signed"
    if access.door in OPEN:
        return "" if status != 403 else "open, and refuses"
    if not isinstance(person, StaffMember):
        return "" if sent_away else "opens to nobody"
    if access.capability and not may(person, access.capability):
        return "" if status == 403 else "opens without the capability"
    if access is ADMIN or address.name in NARROWER:
        return ""
    return "the capability does not open it" if sent_away or status == 403 else ""


def is_fault(address, response):
    """Whether something broke; the health page says 503 when the worker is ill."""
    is_told = address.name == "health_work" and response.status_code == 503
    return response.status_code >= 500 and not is_told


def missing_headers(address, response):
    """The headers that every answer carries, where this one does not."""
    for name, value in HEADERS.items():
        # Pages of the entrance and of links may tell even less of themselves.
        is_own = name == "Referrer-Policy" and address.access.door in OPEN
        if response[name] != value and not (is_own and response[name] in QUIETER):
            yield f"{name}: {response[name]}"
    if "'unsafe" in response["Content-Security-Policy"]:
        yield "an unsafe content policy"


def shown_elsewhere(address, page):
    """What a stranger reads of a chart of the other location: never anything."""
    # The link is not a stranger's: its token stands for the patient.
    if address.access.door is Door.LINK or page.streaming:
        return
    text = page.content.decode(errors="replace")
    yield from (
        f"tells of {name}" for name, secret in SECRETS.items() if secret in text
    )


def half_hidden(address, person, response):
    """A chart elsewhere is not found, rather than refused."""
    is_chart = address.route.startswith(CHART_ROUTES) and address.name not in BY_GLASS
    if not is_chart or not may(person, address.access.capability):
        return ""
    status = response.status_code
    return "" if status in (404, 405) else f"answers {status} for a chart elsewhere"


# The table ------------------------------------------------------------------
def test_every_address_declares_its_access():
    silent = [address.route for address in url_table() if address.access is None]

    assert not silent


def test_every_address_of_ours_has_a_name():
    nameless = [address.route for address in url_table() if address.is_nameless]

    assert all(route.startswith("admin/") for route in nameless)


def test_the_walk_knows_what_every_address_points_to(world):
    unknown = []
    for address in addresses():
        try:
            address.url(world)
        except (KeyError, ValueError):
            unknown.append(address.route)

    assert not unknown, "Add what they point to to tests/practice/world.py"


# The walk -------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_does_what_it_declares(world, actor, method):
    (person, client), before, wrong = actor, dump(), []

    for address, response, written in walk(world, client, method):
        found = [verdict(address, person, response)]
        found += missing_headers(address, response)
        if method == "get":
            found += [f"looking at it writes {table}" for table in written]
        if person == world.people["stranger"]:
            found += [
                *shown_elsewhere(address, response),
                half_hidden(address, person, response),
            ]
        if person == world.people["auditor"] and address.name not in OWN_SETTINGS:
            found += [f"an auditor writes {table}" for table in written - AUDITORS_ACTS]
        wrong += [f"{address.name}: {fault}" for fault in found if fault]

    assert wrong == []
    assert dump() == before


@pytest.mark.parametrize("method", OTHERS)
def test_other_methods_open_and_change_nothing(world, manager, method):
    client, wrong = sign_in(manager), []

    for address, response, written in walk(world, client, method):
        wrong += [f"{address.name}: {table}" for table in written]
        wrong += [f"{address.name}: a fault"] * is_fault(address, response)

    assert wrong == []


def dump():
    """Every row of every table but those a page may write."""
    return {
        model._meta.db_table: [
            row
            for row in model._base_manager.order_by("pk").values()
            if not str(row.get("kind", "")).startswith("seen.")
        ]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in MACHINE
    }
