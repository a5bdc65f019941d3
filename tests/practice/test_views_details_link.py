"""The page where staff make the link to a patient's own details."""

from __future__ import annotations

import pytest
from django.urls import reverse

from practice import patients
from practice.models import Link
from tests import cast
from tests.practice.link_pages import text


def test_staff_make_a_link_that_works(as_, front_desk, patient, client, now):
    browser = as_(front_desk)
    path = reverse("details_link_new", args=[patient.pk])

    assert browser.get(path).status_code == 200
    assert not Link.objects.exists()
    made = browser.post(path)

    address = made.context["address"]
    assert client.get(address).status_code == 200
    assert "data:image/svg+xml;base64," in text(made)


def test_the_slip_speaks_the_patients_language_without_their_name(
    as_, front_desk, location, now
):
    patient = cast.make_patient(
        at=location, written_language="es", given_name="Zoraida"
    )

    page = text(as_(front_desk).post(reverse("details_link_new", args=[patient.pk])))

    slip = page[page.index('<section class="card" lang="es"') :]
    slip = slip[: slip.index("</section>")]
    assert "fecha de nacimiento" in slip
    assert "Zoraida" not in slip


def test_a_role_that_sends_no_links_makes_none(as_, clinician, patient, now):
    response = as_(clinician).post(reverse("details_link_new", args=[patient.pk]))

    assert response.status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_chart_of_another_location_gets_no_link(as_, stranger, patient, method, now):
    browser = as_(stranger)

    response = getattr(browser, method)(reverse("details_link_new", args=[patient.pk]))

    assert response.status_code == 404
    assert not Link.objects.exists()


def test_staff_are_told_why_somebody_who_died_gets_no_link(
    as_, front_desk, patient, now
):
    patients.record_death(patient=patient, died_on=None, by=cast.FOUNDER, now=now)

    response = as_(front_desk).post(
        reverse("details_link_new", args=[patient.pk]), follow=True
    )

    assert response.redirect_chain[0][0] == reverse("patient", args=[patient.pk])
    assert "gets no links" in text(response)
