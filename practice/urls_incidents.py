"""Addresses of the incident register."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import incidents, letters

_one, _step = "incidents/<id:pk>", "incidents/steps/<id:pk>"
_about = "incidents/about/<id:pk>"
urlpatterns = [
    path("report/", incidents.mistake_new, name="mistake_new"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path(f"{_one}/", incidents.incident, name="incident"),
    path(f"{_one}/edit/", incidents.incident_edit, name="incident_edit"),
    path(f"{_one}/close/", incidents.incident_close, name="incident_close"),
    path(f"{_one}/reopen/", incidents.incident_reopen, name="incident_reopen"),
    path(f"{_one}/about/new/", incidents.about_new, name="incident_about_new"),
    path(f"{_about}/remove/", incidents.about_remove, name="incident_about_remove"),
    path(f"{_about}/restore/", incidents.about_restore, name="incident_about_restore"),
    path(f"{_one}/steps/new/", incidents.step_new, name="incident_step_new"),
    path(f"{_step}/letter/", letters.letter, name="incident_letter"),
    path(f"{_step}/letter/edit/", letters.letter_edit, name="incident_letter_edit"),
    path(f"{_step}/done/", incidents.step_done, name="incident_step_done"),
    path(f"{_step}/reopen/", incidents.step_reopen, name="incident_step_reopen"),
    path(f"{_step}/drop/", incidents.step_drop, name="incident_step_drop"),
]
