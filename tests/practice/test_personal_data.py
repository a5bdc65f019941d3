"""What this floor keeps about a patient, for export."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from practice import details_link, merging, patients, personal_data
from practice.models import Patient, Recorded, TrailEntry
from practice.personal_data import ABOUT_A_CHART, ChartData, export_chart
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY


@pytest.fixture
def export(patient):
    def read(chart=patient):
        return export_chart(patient=chart, by=BY)["chart"]

    return read


def text_of(kept):
    return json.dumps(kept, cls=DjangoJSONEncoder)


def test_every_table_about_a_patient_is_exported():
    tables = {
        model
        for model in apps.get_app_config("practice").get_models()
        if issubclass(model, Recorded)
        and any(field.name == "patient" for field in model._meta.concrete_fields)
    }

    assert set(ABOUT_A_CHART) == tables


def test_the_chart_is_exported_with_what_hangs_on_it(patient, export):
    cast.make_contact(patient, value="+12125550187")
    patients.add_alert(patient=patient, text="Latex allergy", ends_on=None, by=BY)

    kept = export()

    assert kept["patient"][0]["fields"]["family_name"] == "Patience"
    assert kept["contactpoint"][0]["fields"]["phone"] == "+12125550187"
    assert kept["patientalert"][0]["fields"]["text"] == "Latex allergy"


def test_families_are_exported_by_name(patient, export):
    for _child in range(2):
        cast.make_caregiver(patient)

    names = [row["fields"]["name"] for row in export()["caregiver"]]

    assert names == ["Casey Kin", "Casey Kin"]


def test_another_patients_data_stay_out(export, location):
    other = cast.make_patient(at=location, given_name="Zanetta")
    cast.make_caregiver(other)

    kept = export()

    assert "Zanetta" not in text_of(kept)
    assert kept["caregiver"] == []


def test_merged_charts_are_exported_together(patient, export, location):
    other = cast.make_patient(at=location, given_name="Paulina")
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)

    names = [row["fields"]["given_name"] for row in export()["patient"]]

    assert sorted(names) == ["Paula", "Paulina"]
    assert "Paulina" in text_of(export(Patient.objects.get(pk=other.pk)))


def test_traces_of_secrets_and_what_is_derived_stay_out(patient, export):
    details_link.ask(patient=patient, by=BY, now=NOW)

    kept = export()

    assert kept["link"]
    assert not [word for word in ("digest", "search_text") if word in text_of(kept)]


def test_the_trail_of_the_chart_is_exported(export):
    kinds = [line["kind"] for line in export()["trail"]]

    assert "patient.registered" in kinds
    assert "patient.exported" in kinds


def test_an_export_leaves_a_line(patient, export, front_desk):
    export_chart(patient=patient, by=front_desk)

    line = TrailEntry.objects.get(kind="patient.exported")
    assert (line.actor, line.patient_id) == ("Fran Desk", patient.pk)


def test_every_floor_exports_its_own(patient, monkeypatch):
    class Visits:
        name = "visits"

        def export(self, patient_ids):
            return {"visit": list(patient_ids)}

    monkeypatch.setattr(personal_data, "load", lambda name: [ChartData, Visits])

    kept = export_chart(patient=patient, by=BY)

    assert kept["visits"] == {"visit": [patient.pk]}
    assert kept.keys() == {"chart", "visits"}
