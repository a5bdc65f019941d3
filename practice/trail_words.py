"""TRAIL_WORDS: what people read of this floor's lines in the trail, and of its records.

A kind without words fails a test; so does a page that names somebody and has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice.access import Capability
from practice.contributions import RecordWords, Said, TrailWords

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Kinds with an icon appear on the chart's timeline.
_CHART = {
    "patient.registered": Said(_("Chart opened"), "user-plus"),
    "patient.changed": Said(_("Details changed"), "pencil"),
    "patient.paused": Said(_("Paused"), "pause"),
    "patient.resumed": Said(_("Active again"), "play"),
    "patient.ended": Said(_("Care ended"), "check"),
    "patient.end_taken_back": Said(_("Care goes on: ended by mistake"), "undo"),
    "patient.deceased": Said(_("Recorded as deceased"), "heart"),
    "patient.death_taken_back": Said(_("Death taken back: wrong chart"), "undo"),
    "patient.restricted": Said(_("Chart restricted"), "lock"),
    "patient.unrestricted": Said(_("Chart no longer restricted"), "lock"),
    "patient.merged": Said(_("Merged into another chart"), "merge"),
    "patient.unmerged": Said(_("Merge undone"), "undo"),
    "patient.strictness_changed": Said(_("Changed by merging two charts")),
    "patient.told_apart": Said(_("Is not the person of another chart"), "users"),
    "patient.may_be_same": Said(_("May be the person of another chart after all")),
    "chart.moved_here": Said(_("Came from another chart, where it was wrong"), "move"),
    "chart.moved_away": Said(_("Moved to the right chart"), "move"),
    "patient.home_added": Said(_("Now seen at")),
    "patient.home_ended": Said(_("No longer seen at")),
    "patient.external_id_added": Said(_("Number elsewhere added")),
    "patient.alert_added": Said(_("Alert added"), "bell"),
    "patient.alert_withdrawn": Said(_("Alert taken down"), "bell"),
    "patient.alert_restored": Said(_("Alert put back")),
    "patient.details_confirmed": Said(_("Patient confirmed the details")),
    "patient.exported": Said(_("Chart exported"), "download"),
    "patient.erased": Said(_("Chart erased, by law or by wish")),
    "patient.name_revealed": Said(_("Name revealed to somebody who reads the trail")),
    "contact.added": Said(_("Contact added"), "phone"),
    "contact.changed": Said(_("Contact changed"), "phone"),
    "contact.ended": Said(_("Contact removed"), "phone"),
    "contact.restored": Said(_("Contact put back")),
    "caregiver.introduced": Said(_("Caregiver recorded")),
    "caregiver.changed": Said(_("Caregiver's details changed")),
    "caregiver.own_chart_erased": Said(_("Own chart erased")),
    "caregiver.authorised": Said(_("Family or helper added"), "users"),
    "caregiver.rights_changed": Said(_("Family rights changed"), "users"),
    "caregiver.withdrawn": Said(_("Family or helper removed"), "users"),
    "caregiver.restored": Said(_("Family or helper put back")),
    "caregiver.ended_at_majority": Said(_("Came of age: parents' say ended"), "users"),
    "care_team.joined": Said(_("Joined the care team"), "stethoscope"),
    "care_team.left": Said(_("Left the care team"), "stethoscope"),
    "care_team.lead_passed": Said(_("Own clinician passed on")),
    "watch.set": Said(_("Check-on-them flag set"), "eye"),
    "watch.contact": Said(_("Spoke with the patient"), "phone"),
    "watch.ended": Said(_("Check-on-them flag ended"), "eye"),
    "break_glass.opened": Said(_("Opened by break-glass"), "shield"),
    "break_glass.closed": Said(_("Break-glass given back")),
    "break_glass.reviewed": Said(_("Break-glass reviewed"), "shield"),
    "link.made": Said(_("Link made for the patient"), "link"),
    "link.opened": Said(_("Link opened")),
    "link.wrong_answer": Said(_("Wrong date of birth at a link")),
    "link.locked": Said(_("Link locked after wrong answers")),
    "link.withdrawn": Said(_("Link withdrawn")),
    "link.used": Said(_("Patient answered by link"), "link"),
    "task.raised": Said(_("Task raised")),
    "task.handed_over": Said(_("Task handed over")),
    "task.done": Said(_("Task done"), "check"),
    "task.reopened": Said(_("Task opened again")),
    "task.withdrawn": Said(_("Task withdrawn: its cause is gone")),
    "task.restored": Said(_("Task put back")),
    "announcement.made": Said(_("To be passed on")),
    "announcement.told": Said(_("Passed on")),
    "announcement.untold": Said(_("Not passed on after all")),
    "announcement.withdrawn": Said(_("No longer to be passed on")),
}
_SITE = {
    "practice.founded": Said(_("Practice set up")),
    "practice.changed": Said(_("Practice changed")),
    "location.added": Said(_("Location added")),
    "location.changed": Said(_("Location changed")),
    "location.hours_added": Said(_("Opening hours added")),
    "location.hours_ended": Said(_("Opening hours removed")),
    "location.closed": Said(_("Closure added")),
    "location.closure_withdrawn": Said(_("Closure withdrawn")),
    "location.closure_restored": Said(_("Closure restored")),
    "staff.added": Said(_("Account made")),
    "staff.invited": Said(_("Invited")),
    "staff.joined": Said(_("Accepted the invitation")),
    "staff.changed": Said(_("Details changed")),
    "staff.roles_changed": Said(_("Roles changed")),
    "staff.placed": Said(_("Works at another location")),
    "staff.unplaced": Said(_("Left a location")),
    "staff.deactivated": Said(_("Account closed")),
    "staff.reactivated": Said(_("Account opened again")),
    "staff.password_changed": Said(_("Password changed")),
    "staff.address_changed": Said(_("Address to sign in with changed")),
    "staff.identity_checked": Said(_("Known by a manager to be who they are")),
    "staff.factors_forgotten": Said(_("Second factor taken away")),
    "staff.sessions_ended": Said(_("Signed off everywhere")),
    "staff.shortcuts_switched": Said(_("Shortcuts switched")),
    "staff.came_back": Said(_("Came back to a shared PC")),
    "staff.pin_set": Said(_("PIN set")),
    "staff.pin_removed": Said(_("PIN removed")),
    "staff.pin_locked": Said(_("PIN locked after wrong tries")),
    "clinician.described": Said(_("Clinician's facts changed")),
    "duty.added": Said(_("Duty hours added")),
    "duty.ended": Said(_("Duty hours removed")),
    "absence.recorded": Said(_("Absence recorded")),
    "absence.withdrawn": Said(_("Absence withdrawn")),
    "absence.restored": Said(_("Absence restored")),
    "on_call.added": Said(_("Put on call")),
    "on_call.withdrawn": Said(_("Taken off call")),
    "on_call.restored": Said(_("Back on call")),
    "invitation.sent": Said(_("Invitation sent")),
    "invitation.withdrawn": Said(_("Invitation withdrawn")),
    "invitation.accepted": Said(_("Invitation used")),
    "trail.exported": Said(_("Trail exported")),
}
_INCIDENTS = {
    "incident.reported": Said(_("Mistake reported")),
    "incident.assigned": Said(_("Said who sees to it")),
    "incident.patient_named": Said(_("Named in a report of a mistake"), "flag"),
    "incident.patient_unnamed": Said(_("The mistake was not about them"), "undo"),
    "incident.step_added": Said(_("Something is owed")),
    "incident.step_done": Said(_("Done, or sent")),
    "incident.step_reopened": Said(_("Owed again")),
    "incident.step_dropped": Said(_("Not owed after all")),
    "incident.closed": Said(_("Incident closed")),
    "incident.reopened": Said(_("Incident opened again")),
}
_MOVING = {
    "import.uploaded": Said(_("File uploaded")),
    "import.planned": Said(_("Said what the columns hold")),
    "import.reopened": Said(_("Went back to the columns")),
    "import.checked": Said(_("Every row checked")),
    "import.confirmed": Said(_("Import confirmed")),
    "import.held_back": Said(_("Held back: new duplicates to decide")),
    "import.shown": Said(_("Import complete: its charts are there")),
    "import.undone": Said(_("Import taken back")),
    "import.cleared": Said(_("Numbers of an import let go of")),
    "import.abandoned": Said(_("File abandoned")),
    "import.failed": Said(_("Import failed: nothing came in")),
    "practice.exported": Said(_("Everybody exported"), "download"),
}
_DOWNTIME = {
    "sheet.made": Said(_("Named on a day sheet")),
    "sheet.passphrase_changed": Said(_("Passphrase of the day sheets changed")),
    "paper.entered": Said(_("Put in from paper")),
    "paper.taken_back": Said(_("Entry from paper taken back"), "undo"),
    "backup.restored": Said(_("Restored from a backup")),
}
# Pages that name patients, by their URL names.
_SEEN = {
    "today": _("Today"),
    "tasks": _("Tasks"),
    "task_new": _("Task, to be asked for"),
    "patients": _("List of charts"),
    "search_people": _("Search for people"),
    "patient": _("Chart"),
    "patient_edit": _("Names and details"),
    "patient_needs": _("Language and needs"),
    "patient_merge_find": _("Search for duplicates"),
    "patient_merge": _("Merging two charts"),
    "patient_unmerge": _("Merging two charts"),
    "patient_pause": _("Pausing"),
    "patient_resume": _("Pausing"),
    "patient_end_care": _("End of care"),
    "patient_end_care_undo": _("End of care"),
    "patient_death": _("Recording a death"),
    "patient_death_undo": _("Recording a death"),
    "patient_watch": _("Check on them"),
    "patient_restrict": _("Restricting the chart"),
    "patient_export": _("Export of the chart"),
    "patient_export_download": _("Export of the chart"),
    "patient_looks": _("Who looked at the chart"),
    "patient_reveal": _("Revealing a name"),
    "break_glass": _("Break-glass"),
    "break_glass_review": _("Review of a break-glass"),
    "contact_new": _("New contact"),
    "contact_edit": _("Contact"),
    "contact_end": _("Contact"),
    "contact_restore": _("Contact"),
    "caregiver_new": _("New family member or helper"),
    "caregiving_edit": _("Family rights"),
    "caregiving_withdraw": _("Family rights"),
    "caregiving_restore": _("Family rights"),
    "caregiver_edit": _("Caregiver"),
    "caregiver_contact_new": _("Caregiver's contact"),
    "caregiver_contact_edit": _("Caregiver's contact"),
    "caregiver_contact_end": _("Caregiver's contact"),
    "caregiver_contact_restore": _("Caregiver's contact"),
    "care_team_new": _("Care team"),
    "care_team_leave": _("Care team"),
    "care_team_rejoin": _("Care team"),
    "alert_new": _("New alert"),
    "alert_withdraw": _("Alert"),
    "alert_restore": _("Alert"),
    "external_id_new": _("Number elsewhere"),
    "details_link_new": _("Details link"),
    "announcements": _("Changes to pass on"),
    "announcement_told": _("Changes to pass on"),
    "announcement_untold": _("Changes to pass on"),
    "duplicates": _("Possible duplicates"),
    "move": _("Moving to the right chart"),
    "mistake_new": _("Reporting a mistake"),
    "incident": _("Incident"),
    "incident_about_new": _("Incident, whom it is about"),
    "incident_step_new": _("Incident, what is owed"),
    "day_sheet": _("Day sheet"),
    "day_sheet_file": _("Day sheet"),
    "downtime": _("Downtime"),
    "paper_new": _("From paper"),
    "paper_take_back": _("From paper"),
    "import_twins": _("Possible duplicates of an import"),
    "record_history": _("History"),
    "trail": _("The trail"),
    "trail_mine": _("Own lines of the trail"),
    "trail_line": _("A line of the trail"),
    "trail_find": _("Search for people in the trail"),
}
_SETTINGS = Capability.READ_SETTINGS


def _of_chart(words: StrOrPromise) -> RecordWords:
    return RecordWords(words, "patient", "patient_id")


def _of_person(words: StrOrPromise) -> RecordWords:
    return RecordWords(words, "staff_member", "staff_id", _SETTINGS)


def _of_incident(words: StrOrPromise, column: str = "incident_id") -> RecordWords:
    can = Capability.READ_INCIDENTS
    return RecordWords(words, "incident", column, can, is_apart=True)


_RECORDS = {
    "patient": RecordWords(_("Chart"), "patient"),
    "homelocation": _of_chart(_("Home location")),
    "careteammember": _of_chart(_("Care team")),
    "externalid": _of_chart(_("Number elsewhere")),
    "patientalert": _of_chart(_("Alert")),
    "watchflag": _of_chart(_("Check-on-them flag")),
    "link": _of_chart(_("Link")),
    "announcement": _of_chart(_("Change to pass on")),
    "task": RecordWords(_("Task"), "tasks", "", Capability.DO_TASKS),
    "breakglass": RecordWords(
        _("Break-glass"), "break_glass_review", "id", Capability.REVIEW_BREAK_GLASS
    ),
    "contactpoint": _of_chart(_("Phone, e-mail or address")),
    "caregiver": _of_chart(_("Caregiver")),
    "caregiving": _of_chart(_("Family rights")),
    "incident": _of_incident(_("Incident"), "id"),
    "incidentpatient": _of_incident(_("Whom an incident is about")),
    "incidentstep": _of_incident(_("What is owed after an incident")),
    "notthesame": _of_chart(_("Two charts that are two people")),
    "paperentry": RecordWords(
        _("Entry from paper"), "downtime", "", Capability.ENTER_PAPER
    ),
    "import": RecordWords(_("Import"), "import_page", "id", Capability.IMPORT_CHARTS),
    "practice": RecordWords(_("Practice"), "settings_home", "", _SETTINGS),
    "location": RecordWords(_("Location"), "location", "id", _SETTINGS),
    "locationhours": RecordWords(
        _("Opening hours"), "location", "location_id", _SETTINGS
    ),
    "closure": RecordWords(_("Closure"), "settings_home", "", _SETTINGS),
    "staffmember": RecordWords(_("Staff member"), "staff_member", "id", _SETTINGS),
    "stafflocation": _of_person(_("Place of work")),
    "clinician": _of_person(_("Clinician's facts")),
    "dutyhours": _of_person(_("Duty hours")),
    "absence": _of_person(_("Absence")),
    "oncallshift": _of_person(_("Turn on call")),
    "invitation": _of_person(_("Invitation")),
}
WORDS = TrailWords(
    kinds={
        **_CHART,
        **_SITE,
        **_INCIDENTS,
        **_MOVING,
        **_DOWNTIME,
        **{f"seen.{page}": Said(words) for page, words in _SEEN.items()},
    },
    records=_RECORDS,
)
