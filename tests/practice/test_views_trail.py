"""The trail's page: what it shows to whom, its filters, its file."""

from __future__ import annotations

import re
import time

import pytest

from practice import contacts, looks, patients, reveals, sealing, verifying
from practice.looks import Look
from practice.models import TrailEntry, TrailPatient
from practice.verifying import Result
from tests import cast
from tests.cast import MONDAY, sign_in

pytestmark = pytest.mark.django_db
WHY = "The patient complained about a call"


@pytest.fixture
def phone(patient, front_desk, now):
    """A patient's phone that the front desk changed."""
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=front_desk, now=MONDAY)
    return point


def text_of(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


# Who sees what ------------------------------------------------------------------
def test_a_manager_reads_what_changed_from_what_to_what(manager, phone):
    text = text_of(sign_in(manager), "/trail/", what="contact.changed")

    assert "Paula Patience" in text
    assert "Fran Desk" in text
    assert '<del class="difference-old">(212) 555-0187</del>' in text
    assert '<ins class="difference-new">(212) 555-0188</ins>' in text


def test_what_was_asked_for_stays_chosen(manager, phone):
    text = text_of(sign_in(manager), "/trail/", what="contact.changed", who=manager.pk)

    chosen = re.findall(r'<option value="([^"]*)" selected>', text)
    assert chosen == [str(manager.pk), "contact.changed", ""]
    assert text.count('<option value="contact.changed"') == 1


def test_an_auditor_reads_who_and_what_but_no_name_and_no_value(
    auditor, patient, phone
):
    text = text_of(sign_in(auditor), "/trail/", what="contact.changed")

    assert "Phone changed" in text
    assert "value not shown" in text
    assert f"PP, no. {patient.pk}" in text
    assert "Patience" not in text
    assert "555-018" not in text


def test_an_auditor_reads_no_reason_that_somebody_typed_about_a_chart(
    auditor, patient, front_desk, now
):
    ward = "Paula is in the psychiatric ward"
    patients.pause(patient=patient, until=None, reason=ward, by=front_desk, now=MONDAY)
    client = sign_in(auditor)
    line = TrailEntry.objects.get(kind="patient.paused")
    pages = ["/trail/", f"/trail/{line.pk}/", f"/history/patient/{patient.pk}/"]

    veiled = [text_of(client, page) for page in pages]
    cast.break_in(auditor, patient)
    opened = [text_of(client, page) for page in pages]

    assert [ward in text for text in veiled] == [False] * 3
    assert ["The reason is kept" in text for text in veiled] == [True] * 3
    assert [ward in text for text in opened] == [True] * 3


def test_an_auditor_reads_the_file_without_typed_reasons(auditor, patient, front_desk):
    ward = "Paula is in the psychiatric ward"
    patients.pause(patient=patient, until=None, reason=ward, by=front_desk, now=MONDAY)

    answer = sign_in(auditor).post("/trail/export/download/")

    text = b"".join(answer.streaming_content).decode()
    assert ("Paused" in text, ward in text) == (True, False)


def test_an_auditor_with_a_reason_reads_the_name_for_an_hour(auditor, patient, phone):
    client = sign_in(auditor)
    client.post(f"/patients/{patient.pk}/reveal/", {"reason": WHY})

    text = text_of(client, "/trail/", what="contact.changed")

    assert "Paula Patience" in text
    assert TrailEntry.objects.get(kind=reveals.KIND).reason == WHY


def test_a_reveal_without_a_sentence_is_refused(auditor, patient):
    answer = sign_in(auditor).post(f"/patients/{patient.pk}/reveal/", {"reason": "why"})

    assert answer.status_code == 422
    assert not TrailEntry.objects.filter(kind=reveals.KIND).exists()


def test_a_relatives_phone_is_veiled_like_the_patients(auditor, patient, now):
    cast.make_contact(cast.make_caregiver(patient), value="+12125550189")
    client = sign_in(auditor)

    assert "555-0189" not in text_of(client, "/trail/", what="contact.added")
    cast.break_in(auditor, patient)
    assert "555-0189" in text_of(client, "/trail/", what="contact.added")


@pytest.mark.parametrize("path", ["/trail/", "/trail/find/", "/trail/export/"])
def test_the_desk_and_clinicians_do_not_read_the_trail(front_desk, clinician, path):
    assert sign_in(front_desk).get(path).status_code == 403
    assert sign_in(clinician).get(path).status_code == 403


def test_everybody_reads_their_own_lines(front_desk, manager, phone):
    text = text_of(sign_in(front_desk), "/trail/mine/")

    assert "Contact changed" in text
    assert "Mary Manager" not in text


def test_whom_the_page_names_was_looked_at(manager, auditor, patient, phone):
    sign_in(auditor).get("/trail/", {"what": "contact"})
    assert not TrailEntry.objects.filter(kind="seen.trail").exists()

    sign_in(manager).get("/trail/", {"what": "contact"})

    line = TrailEntry.objects.get(kind="seen.trail")
    assert (line.patient_id, line.reason) == (patient.pk, "audit")


# Filters ------------------------------------------------------------------------
def test_the_filters_narrow_the_lines(manager, front_desk, patient, phone):
    client, day = sign_in(manager), "2026-03-02"

    asked = {"who": front_desk.pk, "patient": patient.pk, "since": day, "until": day}
    assert "Contact changed" in text_of(client, "/trail/", **asked)
    assert "No such line" in text_of(client, "/trail/", until="2026-03-01")
    assert "No such line" in text_of(client, "/trail/", who=manager.pk, what="contact")


def test_a_history_leads_to_the_records_lines_and_to_their_file(
    manager, patient, phone
):
    boss = sign_in(manager)
    address = f"?record=contactpoint&amp;number={phone.pk}"

    history = text_of(boss, f"/history/contactpoint/{phone.pk}/")
    lines = text_of(boss, f"/trail/{address.replace('&amp;', '&')}")

    assert f"/trail/{address}" in history
    assert f"/trail/export/{address}" in lines
    assert f"/history/contactpoint/{phone.pk}/" in lines
    file = text_of(boss, "/trail/export/", record="contactpoint", number=phone.pk)
    assert f"Phone, e-mail or address, no. {phone.pk}" in file


def test_the_export_says_in_words_what_was_asked_for(manager, patient):
    text = text_of(
        sign_in(manager), "/trail/export/", who=manager.pk, what="contact.added"
    )

    assert f"Who: {manager.name} · What: Contact added" in text
    assert "what contact" not in text


def test_a_record_alone_is_asked_for(manager, patient, phone):
    cast.make_contact(patient, value="+12125550177")

    text = text_of(sign_in(manager), "/trail/", record="contactpoint", number=phone.pk)

    assert "555-0188" in text
    assert "555-0177" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"patient": "9876"}, "No chart has this number."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "comes before the first"),
        ({"who": "Robert'); --"}, "Select a valid choice"),
        ({"since": "soon"}, "Enter a valid date"),
    ],
)
def test_a_wrong_filter_gets_a_sentence(manager, query, words):
    answer = sign_in(manager).get("/trail/", query)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_pages_go_on_where_the_last_ended(manager, location):
    for _ in range(25):
        cast.make_patient(at=location)
    client = sign_in(manager)

    first = client.get("/trail/", {"what": "patient"})
    after = first.context["after"]
    second = client.get("/trail/", {"what": "patient", "before": str(after)})

    shown = [
        told.line.pk for told in (*first.context["lines"], *second.context["lines"])
    ]
    assert shown == sorted(set(shown), reverse=True)
    assert "before=" in first.content.decode()
    assert not second.context["is_first"]


@pytest.mark.parametrize("how_many", [2, 20])
def test_so_many_questions_however_many_lines(
    manager, patient, how_many, django_assert_max_num_queries
):
    for _turn in range(how_many):
        point = cast.make_contact(patient)
        contacts.change(point=point, value=point.value, by=cast.FOUNDER, now=MONDAY)
    client = sign_in(manager)
    client.get("/trail/", {"what": "contact.changed"})

    with django_assert_max_num_queries(23):
        client.get("/trail/", {"what": "contact.changed"})


# One line -----------------------------------------------------------------------
def test_a_lists_line_names_everybody_who_was_on_it(manager, patient, location):
    other = cast.make_patient(at=location, family_name="Otherwise")
    ids = [patient.pk, other.pk]
    look = Look(MONDAY.isoformat(), manager.pk, "Mary", "patients", "care", ids)
    line = looks.write(look)

    text = text_of(sign_in(manager), f"/trail/{line.pk}/")

    assert "Otherwise" in text
    seen = TrailEntry.objects.get(kind="seen.trail_line")
    named = TrailPatient.objects.filter(entry_id=seen.pk)
    assert set(named.values_list("patient_id", flat=True)) == set(ids)


def test_a_line_shows_its_seal(manager, phone):
    line = TrailEntry.objects.filter(kind="contact.changed").get()
    client = sign_in(manager)
    assert "not yet: within seconds" in text_of(client, f"/trail/{line.pk}/")

    sealing.seal_new()

    assert "Place in the chain" in text_of(client, f"/trail/{line.pk}/")


# The proof ----------------------------------------------------------------------
def test_the_page_says_whether_the_trail_is_whole(manager, patient, now):
    client = sign_in(manager)
    assert "Nothing is sealed yet" in text_of(client, "/trail/")
    sealing.seal_new()
    verifying.remember(Result(now, is_whole=True))

    text = text_of(client, "/trail/")

    assert "Last seal Mon 2 Mar 2026, 10:00 AM" in text
    assert "Verified: whole" in text


def test_the_page_says_that_lines_wait(manager, patient, now):
    sealing.seal_new()
    cast.make_contact(patient, may_text=False, may_call=False)

    assert "1 line waits for its seal" in text_of(sign_in(manager), "/trail/")


@pytest.mark.parametrize(
    ("count", "words"),
    [(3, "3 lines wait for their seal"), (4, "4 or more lines wait for their seal")],
)
def test_lines_that_were_not_counted_to_their_end_are_said_to_be_more(
    manager, patient, monkeypatch, count, words
):
    sealing.seal_new()
    monkeypatch.setattr(sealing, "MANY", 4)
    for _each in range(count):
        cast.make_contact(patient, may_text=False, may_call=False)

    assert sealing.standing().is_cut is (count == 4)
    assert words in text_of(sign_in(manager), "/trail/")


def test_the_page_says_that_the_trail_is_broken(manager, now):
    verifying.remember(Result(now, is_whole=False))

    assert "not as it was written" in text_of(sign_in(manager), "/trail/")


# Finding ------------------------------------------------------------------------
def test_a_manager_finds_a_patients_number_by_name(manager, patient):
    answer = sign_in(manager).post("/trail/find/", {"q": "patience"})

    assert f"/trail/?patient={patient.pk}" in answer.content.decode()


def test_an_auditor_finds_with_a_reason_which_is_kept(auditor, patient):
    client = sign_in(auditor)
    assert client.post("/trail/find/", {"q": "patience"}).status_code == 422

    answer = client.post("/trail/find/", {"q": "patience", "reason": WHY})

    assert "Paula Patience" in answer.content.decode()
    assert TrailEntry.objects.get(kind=reveals.KIND).patient_id == patient.pk


# The file -----------------------------------------------------------------------
def test_an_export_asks_who_it_is_again(manager, practice):
    client = sign_in(manager)
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] = time.time() - 3600
    session.save()

    answer = client.get("/trail/export/", {"what": "contact"})

    assert answer.status_code == 302
    assert "/reauthenticate/" in answer["Location"]
    assert client.post("/trail/export/download/").status_code == 302


def test_an_export_is_streamed_and_leaves_a_line(auditor, patient, phone):
    client = sign_in(auditor)
    page = text_of(client, "/trail/export/", what="contact.changed")
    assert "1 line, as a CSV file" in page

    answer = client.post("/trail/export/download/", {"what": "contact.changed"})

    assert answer.streaming
    text = b"".join(answer).decode()
    assert "Contact changed" in text
    assert "Patience" not in text
    line = TrailEntry.objects.get(kind="trail.exported")
    assert (line.actor_id, line.record) == (auditor.pk, "practice")
    assert line.reason == "1 lines; asked for: what contact.changed"


def test_an_export_of_everything_is_one_too(manager, patient):
    patients.restrict(patient=patient, is_restricted=True, reason="", by=manager)

    answer = sign_in(manager).post("/trail/export/download/")

    assert b"Chart restricted" in b"".join(answer)


def test_an_export_says_the_words_that_the_practice_chose(manager, practice):
    cast.choose_words(practice, patient="client")

    answer = sign_in(manager).post("/trail/export/download/")

    assert b'"Client numbers"' in b"".join(answer)


def test_the_lines_of_an_erased_chart_are_still_asked_for(manager, location, now):
    patient = cast.make_patient(at=location, family_name="Forgotten")
    number = patient.pk + 1
    with cast.by_hand():
        TrailEntry.objects.create(
            at=now,
            actor="The law",
            kind="patient.erased",
            reason="By wish",
            patient_id=number,
            record="patient",
            record_id=number,
        )

    text = text_of(sign_in(manager), "/trail/", patient=number)

    assert f"no. {number}, erased" in text
    assert "Chart erased" in text
