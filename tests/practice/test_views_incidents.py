"""The pages of the register, and the flag on every page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from practice import incidents, patients
from practice.models import Incident, Role, StaffMember, TrailEntry
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def incident(front_desk, patient):
    return incidents.report(
        kind="person", words="Wrong Paula", patients=[patient], by=front_desk, now=NOW
    )


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


@pytest.fixture
def boss(as_, manager):
    return as_(manager)


def text_of(response):
    return response.content.decode()


def page(incident):
    return f"/incidents/{incident.pk}/"


# Two clicks ---------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/tasks/", "/patients/", "/team/", "/about/"])
def test_the_flag_is_on_every_page(desk, path):
    shown = text_of(desk.get(path))

    assert f'href="/report/?page={path}"' in shown


def test_one_choice_and_one_sentence_are_enough(desk, patient, front_desk):
    asked = desk.get("/report/", {"page": f"/patients/{patient.pk}/"})
    assert "Paula Patience" in text_of(asked)

    answer = desk.post(
        "/report/",
        {"kind": "chart", "words": "Typed it here", "page": f"/patients/{patient.pk}/"},
    )

    found = Incident.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert (found.kind, found.reporter) == ("chart", front_desk)
    assert found.about.get().patient == patient


@pytest.mark.parametrize("role", ["clinician", "auditor", "stranger", "manager"])
def test_everybody_reports(as_, request, role, patient):
    client = as_(request.getfixturevalue(role))

    client.post("/report/", {"kind": "print", "words": "The list is gone"})

    assert Incident.objects.get().kind == "print"


def test_a_chart_that_is_closed_to_who_reports_is_not_shown(as_, stranger, patient):
    client, path = as_(stranger), f"/patients/{patient.pk}/"

    asked = client.get("/report/", {"page": path})
    client.post("/report/", {"kind": "other", "words": "x", "page": path})

    assert "Paula" not in text_of(asked)
    assert not Incident.objects.get().about.exists()
    assert Incident.objects.get().page == path


@pytest.mark.parametrize("row", ["contact", "alert"])
def test_pages_of_what_hangs_on_a_chart_know_it_too(desk, patient, row):
    made = {
        "contact": lambda: cast.make_contact(patient),
        "alert": lambda: patients.add_alert(
            patient=patient, text="Latex", ends_on=None, by=cast.FOUNDER
        ),
    }[row]()

    path = {"contact": "/contacts/%s/", "alert": "/alerts/%s/withdraw/"}[row] % made.pk
    asked = desk.get("/report/", {"page": path})

    assert "Paula Patience" in text_of(asked)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "x", ""])
def test_another_site_is_no_page_to_return_to(desk, where):
    answer = desk.post("/report/", {"kind": "other", "words": "x", "page": where})

    assert answer["Location"] == "/"
    assert Incident.objects.get().page == ""


@pytest.mark.parametrize(
    ("kind", "words"), [("", "A sentence"), ("other", ""), ("link", "Not for staff")]
)
def test_a_report_that_lacks_something_keeps_what_was_typed(desk, kind, words):
    answer = desk.post("/report/", {"kind": kind, "words": words})

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Incident.objects.exists()


# The register ---------------------------------------------------------------------
def test_the_desk_reads_no_register(desk, incident):
    assert desk.get("/incidents/").status_code == 403
    assert desk.get(page(incident)).status_code == 403


def test_an_auditor_reads_it_without_names_and_changes_nothing(as_, auditor, incident):
    client = as_(auditor)

    shown = text_of(client.get(page(incident)))

    assert "Wrong Paula" in shown
    assert "Patience" not in shown
    assert client.post(f"{page(incident)}close/", {"outcome": "x"}).status_code == 403


def test_a_manager_sees_whom_it_is_about_and_that_is_a_look(boss, incident, patient):
    assert "Paula Patience" in text_of(boss.get(page(incident)))

    line = TrailEntry.objects.get(kind="seen.incident")
    assert (line.patient_id, line.reason) == (
        patient.pk,
        "a mistake that was reported",
    )


def test_a_restricted_chart_keeps_its_name(boss, incident, patient):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    assert "Patience" not in text_of(boss.get(page(incident)))


def test_assigned_closed_and_opened_again(boss, incident, manager):
    details = {"kind": "person", "owner": manager.pk, "due_on": "2026-03-05"}
    form = boss.get(f"{page(incident)}edit/").context["form"]
    boss.post(f"{page(incident)}edit/", {**details, "version": form.shown.version})
    version = boss.get(f"{page(incident)}close/").context["form"].shown.version

    boss.post(f"{page(incident)}close/", {"outcome": "Told both", "version": version})

    shown = text_of(boss.get(page(incident)))
    assert "Closed by Mary Manager" in shown
    assert "added:</span>Mary Manager" in shown
    boss.post(f"{page(incident)}reopen/")
    assert Incident.objects.get().is_open


def test_who_typed_on_an_old_page_reads_what_changed(boss, incident, manager):
    path = f"{page(incident)}edit/"
    details = {"kind": "person", "due_on": "2026-03-05"}
    version = boss.get(path).context["form"].shown.version
    boss.post(path, {**details, "owner": manager.pk, "version": version})

    answer = boss.post(path, {**details, "version": version})

    assert answer.status_code == 422
    assert "Somebody changed this" in text_of(answer)


def test_who_reported_it_is_told_that_another_closes_it(boss, manager):
    own = incidents.report(kind="other", words="My slip", by=manager, now=NOW)

    assert "somebody else has to close it" in text_of(boss.get(page(own)))
    version = boss.get(f"{page(own)}close/").context["form"].shown.version
    answer = boss.post(f"{page(own)}close/", {"outcome": "x", "version": version})
    assert answer.status_code == 422


def test_a_patient_is_found_and_added(boss, incident, location):
    other = cast.make_patient(at=location, given_name="Zoe", family_name="Zander")
    path = f"{page(incident)}about/new/"
    assert "Zoe Zander" in text_of(boss.post(path, {"q": "zander"}))

    boss.post(path, {"chart": other.pk})

    assert "Zoe Zander" in text_of(boss.get(page(incident)))


@pytest.mark.parametrize("number", ["0", "x", "99999999", "9" * 30])
def test_a_chart_that_is_none_is_not_found(boss, incident, number):
    answer = boss.post(f"{page(incident)}about/new/", {"chart": number})

    assert answer.status_code == 404


def test_a_letter_is_owed_and_sent_and_taken_back(boss, incident, patient):
    boss.post(
        f"{page(incident)}steps/new/",
        {
            "kind": "letter",
            "words": "Explain it",
            "patient": patient.pk,
            "due_on": "2026-03-05",
        },
    )
    step = incident.steps.get()
    assert "Close it" not in text_of(boss.get(page(incident)))

    boss.post(reverse("incident_step_done", args=[step.pk]))
    assert "done by Mary Manager" in text_of(boss.get(page(incident)))

    boss.post(reverse("incident_step_reopen", args=[step.pk]))
    assert incident.steps.get().is_owed


def test_the_list_tells_open_from_closed(boss, incident, location):
    second = cast.make_staff(Role.MANAGER, at=location)
    done = incidents.report(kind="print", words="Gone", by=second, now=NOW)
    incidents.close(incident=done, outcome="Found again", by=boss_of(boss), now=NOW)

    shown = text_of(boss.get("/incidents/"))

    assert shown.index("reached the wrong person") < shown.index("Found again")


def boss_of(client):
    return StaffMember.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.parametrize("count", [1, 15])
def test_the_pages_ask_as_often_for_many_as_for_one(
    boss, front_desk, location, count, django_assert_max_num_queries
):
    people = [cast.make_patient(at=location) for _ in range(count)]
    for _ in range(count):
        one = incidents.report(
            kind="other", words="x", patients=people, by=front_desk, now=NOW
        )
        incidents.add_step(
            incident=one, kind="task", words="y", due_at=NOW, by=front_desk
        )

    with django_assert_max_num_queries(18):
        boss.get("/incidents/")
    with django_assert_max_num_queries(45):
        boss.get(page(one))


def test_what_an_auditor_reads_of_it_is_a_look_too(as_, auditor, incident, patient):
    as_(auditor).get(page(incident))

    assert TrailEntry.objects.get(kind="seen.incident").patient_id == patient.pk


@pytest.mark.parametrize(
    ("address", "words"),
    [("/patients/{pk}/", "Chart"), ("/about/", "/about/"), ("/nowhere/", "/nowhere/")],
)
def test_the_page_of_a_report_is_called_what_people_call_it(
    boss, front_desk, patient, address, words
):
    place = address.format(pk=patient.pk)
    found = incidents.report(
        kind="other", words="Odd", page=place, by=front_desk, now=cast.MONDAY
    )

    assert f'<a href="{place}">{words}</a>' in text_of(boss.get(page(found)))
