"""Addresses of Today, tasks and charts."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import (
    chart_acts,
    chart_states,
    charts,
    families,
    merging,
    moving,
    restricting,
    today,
)

_chart, _kin = "patients/<id:pk>", "family/<id:pk>"
urlpatterns = [
    path("", today.home, name="today"),
    path("tasks/", today.tasks, name="tasks"),
    path("tasks/<id:pk>/done/", today.task_done, name="task_done"),
    path("tasks/<id:pk>/reopen/", today.task_reopen, name="task_reopen"),
    path("patients/", charts.patient_list, name="patients"),
    path("patients/search/", charts.search_people, name="search_people"),
    path("patients/new/", charts.patient_new, name="patient_new"),
    path(f"{_chart}/", charts.patient, name="patient"),
    path(f"{_chart}/edit/", charts.patient_edit, name="patient_edit"),
    path(f"{_chart}/needs/", charts.patient_needs, name="patient_needs"),
    path(f"{_chart}/tasks/new/", today.task_new, name="task_new"),
    path(
        f"{_chart}/contacts/new/<slug:kind>/",
        chart_acts.contact_new,
        name="contact_new",
    ),
    path("contacts/<id:pk>/", chart_acts.contact_edit, name="contact_edit"),
    path("contacts/<id:pk>/end/", chart_acts.contact_end, name="contact_end"),
    path(
        "contacts/<id:pk>/restore/", chart_acts.contact_restore, name="contact_restore"
    ),
    path(f"{_chart}/family/new/", families.caregiver_new, name="caregiver_new"),
    path(f"{_kin}/", families.caregiving_edit, name="caregiving_edit"),
    path(f"{_kin}/person/", families.caregiver_edit, name="caregiver_edit"),
    path(f"{_kin}/withdraw/", families.caregiving_withdraw, name="caregiving_withdraw"),
    path(f"{_kin}/restore/", families.caregiving_restore, name="caregiving_restore"),
    path(
        f"{_kin}/contacts/new/<slug:kind>/",
        families.reach_new,
        name="caregiver_contact_new",
    ),
    path(
        f"{_kin}/contacts/<id:contact>/",
        families.reach_edit,
        name="caregiver_contact_edit",
    ),
    path(
        f"{_kin}/contacts/<id:contact>/end/",
        families.reach_end,
        name="caregiver_contact_end",
    ),
    path(
        f"{_kin}/contacts/<id:contact>/restore/",
        families.reach_restore,
        name="caregiver_contact_restore",
    ),
    path(f"{_chart}/care-team/new/", chart_acts.care_team_new, name="care_team_new"),
    path(
        "care-team/<id:pk>/leave/", chart_acts.care_team_leave, name="care_team_leave"
    ),
    path(
        "care-team/<id:pk>/rejoin/",
        chart_acts.care_team_rejoin,
        name="care_team_rejoin",
    ),
    path(f"{_chart}/alerts/new/", chart_acts.alert_new, name="alert_new"),
    path("alerts/<id:pk>/withdraw/", chart_acts.alert_withdraw, name="alert_withdraw"),
    path("alerts/<id:pk>/restore/", chart_acts.alert_restore, name="alert_restore"),
    path(f"{_chart}/numbers/new/", chart_acts.external_id_new, name="external_id_new"),
    path(f"{_chart}/pause/", chart_states.pause, name="patient_pause"),
    path(f"{_chart}/resume/", chart_states.resume, name="patient_resume"),
    path(
        f"{_chart}/resume/undo/", chart_states.resume_undo, name="patient_resume_undo"
    ),
    path(f"{_chart}/end-care/", chart_states.end_care, name="patient_end_care"),
    path(
        f"{_chart}/end-care/undo/",
        chart_states.end_care_undo,
        name="patient_end_care_undo",
    ),
    path(f"{_chart}/death/", chart_states.death, name="patient_death"),
    path(f"{_chart}/death/undo/", chart_states.death_undo, name="patient_death_undo"),
    path(f"{_chart}/watch/", chart_states.watch, name="patient_watch"),
    path("watches/<id:pk>/stop/", chart_states.watch_stop, name="watch_stop"),
    path("watches/<id:pk>/spoke/", chart_states.watch_contact, name="watch_contact"),
    path(f"{_chart}/restrict/", restricting.restrict, name="patient_restrict"),
    path(
        f"{_chart}/restrict/undo/",
        restricting.restrict_undo,
        name="patient_restrict_undo",
    ),
    path(f"{_chart}/restrict/again/", restricting.lift_undo, name="patient_lift_undo"),
    path(f"{_chart}/break-glass/", chart_states.glass_new, name="break_glass"),
    path("break-glass/", chart_states.glass_list, name="break_glass_list"),
    path("break-glass/<id:pk>/", chart_states.glass_review, name="break_glass_review"),
    path(
        "break-glass/<id:pk>/close/", chart_states.glass_close, name="break_glass_close"
    ),
    path(f"{_chart}/merge/", merging.merge_find, name="patient_merge_find"),
    path(f"{_chart}/merge/<id:other>/", merging.merge, name="patient_merge"),
    path(f"{_chart}/unmerge/", merging.unmerge, name="patient_unmerge"),
    path(f"{_chart}/two/<id:other>/", merging.tell_apart, name="patients_told_apart"),
    path("duplicates/", merging.worklist, name="duplicates"),
    path("duplicates/<id:pk>/undo/", merging.untell_apart, name="told_apart_undo"),
    path("move/<slug:kind>/<id:pk>/", moving.move_new, name="move"),
    path("move/<slug:kind>/<id:pk>/back/", moving.move_back, name="move_back"),
    path(f"{_chart}/export/", chart_states.export, name="patient_export"),
    path(
        f"{_chart}/export/download/",
        chart_states.export_download,
        name="patient_export_download",
    ),
]
