"""What comes in with an import is on no page before it is shown, nor afterwards
when it was taken back.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from practice import (
    contacts,
    duplicates,
    findable,
    imports,
    kin,
    merging,
    personal_data,
    searching,
)
from practice.exports import What, begin, lines
from practice.models import HomeLocation, Location, Patient
from practice.models.imports import _of_shown
from tests import cast
from tests.cast import FOUNDER, MONDAY, sign_in
from tests.ground import layer
from tests.practice.importing import check, confirmed, hidden, table, worked
from tests.practice.reading import text_of
from tests.practice.world import EVERY_ROLE, NAMES, SECRETS, addresses, build

pytestmark = pytest.mark.django_db
GHOSTS = ["Ghostwhistle", "Phantomina", "ghost@whisper.test", "GH-0417"]
GHOSTS += ["555-6665", "5556665"]  # shorter, it may be the number of a line
# Somebody new with the phone of a chart that is here, and more for that chart.
NEW = f"GH-0417,Gerda,Ghostwhistle,1970-04-17,{SECRETS['phone']},Phantomina Vex,mother,"
MORE = (
    f"GH-0418,{NAMES['given']},{NAMES['family']},1961-08-23,(212) 555-6665,"
    f"Phantomina Vex,mother,{SECRETS['phone']}"
)
HEAD = "MRN,Given name,Family name,Date of birth,Phone,Emergency contact"
HEAD += ",Emergency contact relation,Emergency contact phone,Email"
ROLES = ("front_desk", "clinician", "manager", "auditor", "stranger")
SEERS = ROLES if EVERY_ROLE else ("manager", "stranger")


@layer
def people(front_desk, clinician, manager, auditor, stranger):
    given = (front_desk, clinician, manager, auditor, stranger)
    return dict(zip(ROLES, given, strict=True))


@layer
def world(people, location, now):
    return build(people, location)


@pytest.fixture(params=["coming in", "taken back"])
def haunted(request, world, people, location):
    """A practice with an import that is in the database and not shown."""
    data = table(NEW + ",", f"{MORE},ghost@whisper.test", head=HEAD)
    row = check(data, by=people["manager"], home=location)
    row = hidden(confirmed(row, by=people["manager"]))
    if request.param == "taken back":
        imports.undo(row=worked(row), by=people["manager"], now=MONDAY)
    return row


def pages(world, client):
    """What every address answers to a look and to a press; nothing of it stays."""
    for address in addresses():
        for method in ("get", "post"):
            with transaction.atomic():
                answer = getattr(client, method)(address.url(world))
                streamed = b"".join(answer) if answer.streaming else answer.content
                yield f"{method} {address.name}", streamed.decode(errors="replace")
                transaction.set_rollback(True)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("haunted", "role"),
    [*(("coming in", role) for role in SEERS), ("taken back", "manager")],
    indirect=["haunted"],
)
def test_no_page_shows_what_came_with_it(haunted, world, people, role):
    client = sign_in(people[role])

    seen = [
        f"{name}: {ghost}"
        for name, body in pages(world, client)
        for ghost in GHOSTS
        if ghost in body
    ]

    assert not seen


@pytest.mark.parametrize(
    "query", ["Ghostwhistle", "Gerda", "4/17/1970", "GH-0417", "2125556665"]
)
def test_no_search_finds_it(haunted, people, query):
    assert not searching.find_people(query, staff=people["manager"], now=MONDAY)


def test_nothing_counts_or_names_it(haunted, world, people, location):
    chart, manager = world.subjects["patient"], people["manager"]

    assert not Patient.objects.usual_to(manager).filter(given_name="Gerda").exists()
    assert not location.patients.filter(given_name="Gerda").exists()
    assert Location.objects.filter(patients__given_name="Nobody").count() == 0
    people_known = kin.known(name="Phantomina Vex", phone="", email="", reader=manager)
    assert not people_known
    shared = world.subjects["contact"]
    assert all(one.patient != "Gerda" for one in contacts.people_sharing(shared))
    kept = str(personal_data.export_chart(patient=chart, by=manager))
    assert not [ghost for ghost in GHOSTS if ghost in kept]


@pytest.mark.parametrize("what", What.values)
def test_no_export_has_it(haunted, people, what):
    ids = begin(what=What(what), by=people["manager"])

    text = "".join(lines(What(what), ids))

    assert not [ghost for ghost in GHOSTS if ghost in text]


def test_who_adds_the_same_meanwhile_reads_why_not(location, manager):
    ada = cast.make_patient(
        at=location, given_name="Ada", family_name="Ames", born_on=date(1980, 1, 31)
    )
    row = check(
        table("A1,Ada,Ames,1980-01-31,(212) 555-6665,,,"), by=manager, home=location
    )
    hidden(confirmed(row, by=manager))

    with pytest.raises(ValidationError, match="try again in a minute"):
        contacts.add(
            owner=ada, kind="phone", value="+12125556665", by=FOUNDER, now=MONDAY
        )


# What is derived of charts --------------------------------------------------------
def found(query, person):
    rows = searching.find_people(query, staff=person, now=MONDAY)
    return {one.patient_id for one in rows}


@pytest.mark.parametrize("query", ["Ghostwhistle", "Gohstwhistle", "Ghostwistle"])
def test_it_is_found_from_the_moment_it_is_shown(haunted, people, query):
    ghost = Patient._base_manager.get(given_name="Gerda")
    findable.learn_all()
    findable.derive_all()
    assert found(query, people["manager"]) == set()

    row = worked(haunted)

    assert found(query, people["manager"]) == ({ghost.pk} if row.is_shown else set())


def taken_for(chart, reader):
    """Whose duplicate a chart may be, as the worklist says it once it was looked."""
    duplicates.look()
    pairs, _count = duplicates.worklist(reader)
    found = [{pair.first.pk, pair.second.pk} for pair in pairs]
    return [pair - {chart.pk} for pair in found if chart.pk in pair]


def test_it_is_nobodys_duplicate_until_it_is_shown(haunted, people, location):
    ghost = Patient._base_manager.get(given_name="Gerda")
    here = cast.make_patient(
        at=location,
        given_name=ghost.given_name,
        family_name=ghost.family_name,
        born_on=ghost.born_on,
    )
    assert not taken_for(here, people["manager"])

    row = worked(haunted)

    wanted = [{ghost.pk}] if row.is_shown else []
    assert taken_for(here, people["manager"]) == wanted


@pytest.mark.parametrize("haunted", ["coming in"], indirect=True)
def test_taken_back_it_leaves_the_worklist_at_once(haunted, people, location):
    ghost = Patient._base_manager.get(given_name="Gerda")
    names = {"given_name": "Gerda", "family_name": "Ghostwhistle"}
    here = cast.make_patient(at=location, born_on=ghost.born_on, **names)
    row = worked(haunted)
    assert taken_for(here, people["manager"])
    before = duplicates.worklist(people["manager"])[1]

    imports.undo(row=row, by=people["manager"], now=MONDAY)

    assert duplicates.worklist(people["manager"])[1] == before - 1
    assert not found("Ghostwhistle", people["manager"]) - {
        one.pk for one in Patient.objects.all()
    }


@pytest.mark.parametrize("haunted", ["coming in"], indirect=True)
def test_a_chart_that_came_with_it_merges_and_is_found_by_both_names(
    haunted, people, location
):
    row = worked(haunted)
    ghost = Patient.objects.get(given_name="Gerda")
    here = cast.make_patient(at=location, given_name="Wilhelmina")

    merging.merge(duplicate=ghost, into=here, by=people["manager"], now=MONDAY)

    assert found("Ghostwhistle", people["manager"]) == {here.pk}
    assert imports.why_not_undone(row, now=MONDAY)


# The trail ----------------------------------------------------------------------
def test_the_trail_is_not_asked_about_a_chart_that_is_not_shown(haunted, people):
    ghost = Patient._base_manager.get(given_name="Gerda")

    page = sign_in(people["manager"]).get(f"/trail/?patient={ghost.pk}")

    assert page.context["form"].errors.keys() == {"patient"}


def test_the_trail_tells_what_arrives_from_what_was_erased(haunted, people):
    ghost = Patient._base_manager.get(given_name="Gerda")

    page = sign_in(people["auditor"]).get("/trail/?what=patient.registered")

    words = text_of(page)
    assert f"no. {ghost.pk}, of an import that is not shown" in words
    assert ", erased" not in words


@pytest.mark.parametrize("haunted", ["coming in"], indirect=True)
def test_once_shown_it_is_read_in_the_trail(haunted, people):
    ghost = Patient._base_manager.get(given_name="Gerda")

    worked(haunted)

    page = sign_in(people["manager"]).get(f"/trail/?patient={ghost.pk}")
    assert "Ghostwhistle" in text_of(page)


@pytest.mark.django_db
def test_what_all_queries_begin_with_does_not_grow():
    kept = _of_shown(Patient)
    Patient.objects.count()
    before = {table: [*names] for table, names in kept.table_map.items()}

    for _turn in range(3):
        Patient.objects.filter(merged_into__merged_into__family_name="Ames").count()
        homes = HomeLocation.objects.filter(patient__in=Patient.objects.all())
        Patient.objects.filter(pk__in=homes.values("patient__merged_into")).count()

    assert kept.table_map == before
