"""Letters after a mistake: to whom, where, in which language; what they say is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import contacts, incidents, letters, merging, patients
from practice.models import ContactKind, HomeLocation, IncidentStep
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
PRINTS = 'button-primary" type="button" data-print="full"'
ADDRESS = "12 Elm Street\nNew York, NY 10027"


@pytest.fixture
def home(patient):
    return contacts.add(
        owner=patient,
        kind=ContactKind.POST,
        value=ADDRESS,
        may_write=True,
        may_name_practice=True,
        by=FOUNDER,
        now=MONDAY,
    )


@pytest.fixture
def step(patient, front_desk):
    incident = incidents.report(
        kind="person",
        words="A fax went astray",
        patients=[patient],
        by=front_desk,
        now=MONDAY,
    )
    return incidents.add_step(
        incident=incident,
        kind="letter",
        words="Tell the patient",
        patient=patient,
        due_at=MONDAY + timedelta(days=3),
        by=FOUNDER,
    )


@pytest.fixture
def boss(manager):
    return cast.sign_in(manager)


def page(step):
    return f"/incidents/steps/{step.pk}/letter/"


def write(boss, step, text):
    path = f"{page(step)}edit/"
    version = boss.get(path).context["form"].shown.version
    return boss.post(path, {"letter": text, "version": version})


def fresh(step):
    return IncidentStep.objects.get(pk=step.pk)


def test_it_comes_from_the_home_of_a_chart_merged_into_theirs(
    step, patient, location, far_location, now
):
    other = cast.make_patient(at=far_location)
    merging.merge(duplicate=other, into=patient, by=FOUNDER, now=now)
    assert letters.compose(step, now=now).sender == location

    home = HomeLocation.objects.get(patient=patient)
    with cast.by_hand():
        home.is_current = False
        home.save()

    assert letters.compose(step, now=now).sender == far_location


def test_it_goes_to_the_legal_name_at_the_postal_address(step, home, location, now):
    letter = letters.compose(step, now=now)

    assert (letter.name, letter.address) == ("Paula Patience", ADDRESS)
    assert (letter.sender, letter.day) == (location, now.date())
    assert (letter.language, letter.text, letter.is_discreet) == ("en", "", False)


def test_it_goes_nowhere_where_nobody_may_write(step, home, now):
    contacts.change(point=home, value=ADDRESS, may_write=False, by=FOUNDER, now=MONDAY)

    assert letters.compose(step, now=now).address == ""


def test_what_may_not_name_the_practice_goes_in_a_plain_envelope(boss, step, home, now):
    answers = {"may_write": True, "may_name_practice": False, "name_used": "P.P."}
    contacts.change(point=home, value=ADDRESS, by=FOUNDER, now=MONDAY, **answers)

    letter = letters.compose(step, now=now)

    assert (letter.is_discreet, letter.name) == (True, "P.P.")
    assert "A plain envelope" in boss.get(page(step)).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "We are sorry."), ("es", "Lo sentimos."), ("vi", "We are sorry.")],
)
def test_it_begins_in_the_language_that_they_read(
    boss, step, patient, language, words, now
):
    patients.change_details(
        patient=patient, written_language=language, by=FOUNDER, now=now
    )

    form = boss.get(f"{page(step)}edit/").content.decode()

    assert words in form


def test_what_was_written_is_kept_and_printed(boss, step, home, patient, now):
    patients.change_details(patient=patient, written_language="es", by=FOUNDER, now=now)

    write(boss, step, "Cometimos un error.")

    printed = boss.get(page(step)).content.decode()
    letter = printed[printed.index("<article") : printed.index("</article")]
    assert fresh(step).letter == "Cometimos un error."
    assert "Cometimos un error." in step.history.values_list("letter", flat=True)
    for words in ("Cometimos un error.", "12 Elm Street<br>", "Patience", 'lang="es"'):
        assert words in letter
    assert "2 de marzo de 2026" in letter
    assert PRINTS in printed


def test_nothing_is_printed_before_it_is_written(boss, step, home):
    shown = boss.get(page(step)).content.decode()

    assert "Nothing is written yet" in shown
    assert PRINTS not in shown


def test_a_closed_incident_keeps_its_letter_as_it_was(boss, step, manager):
    write(boss, step, "We made a mistake.")
    incidents.finish_step(step=fresh(step), by=manager, now=MONDAY)
    incidents.close(incident=step.incident, outcome="Told", by=manager, now=MONDAY)

    answer = write(boss, step, "Something else")

    assert answer.status_code == 422
    assert fresh(step).letter == "We made a mistake."
    assert boss.get(page(step)).status_code == 200


def test_the_incident_leads_to_its_letter(boss, step):
    path = f"/incidents/{step.incident_id}/"

    assert f'href="{page(step)}"' in boss.get(path).content.decode()


def test_nobody_reads_a_letter_whose_chart_is_closed_to_them(
    boss, step, patient, auditor, manager
):
    patients.restrict(patient=patient, is_restricted=True, reason="", by=FOUNDER)

    assert boss.get(page(step)).status_code == 404
    assert boss.get(f"{page(step)}edit/").status_code == 404
    assert cast.sign_in(auditor).get(page(step)).status_code == 403


def test_a_to_do_is_no_letter(boss, step):
    todo = incidents.add_step(
        incident=step.incident, kind="task", words="Call", due_at=MONDAY, by=FOUNDER
    )

    assert boss.get(page(todo)).status_code == 404
