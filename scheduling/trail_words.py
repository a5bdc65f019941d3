"""TRAIL_WORDS: what people read of this floor's lines, and of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice.access import Capability
from practice.contributions import RecordWords, Said, TrailWords

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Kinds with an icon appear on the chart's timeline.
_VISITS = {
    "attendee.booked": Said(_("Visit booked"), "calendar"),
    "attendee.confirmed": Said(_("Visit confirmed"), "check"),
    "attendee.unconfirmed": Said(_("Moved: to be confirmed again")),
    "attendee.scheduled_again": Said(_("Visit scheduled again"), "calendar"),
    "attendee.arrived": Said(_("Arrived"), "check"),
    "attendee.in_session": Said(_("In session")),
    "attendee.completed": Said(_("Visit completed"), "check-check"),
    "attendee.no_show": Said(_("Did not come"), "x-circle"),
    "attendee.cancelled": Said(_("Visit cancelled by the patient"), "x-circle"),
    "attendee.cancelled_late": Said(_("Visit cancelled late"), "x-circle"),
    "attendee.called_off": Said(_("Visit cancelled by the practice"), "x-circle"),
    "attendee.brought_in": Said(_("Visit, as it was known")),
    "attendee.undone": Said(_("Undone within the minute"), "undo"),
    "appointment.booked": Said(_("Time taken for a visit")),
    "appointment.moved": Said(_("Visit moved")),
    "appointment.changed": Said(_("Room, way to meet or note of a visit changed")),
    "appointment.freed": Said(_("Time of a visit free again")),
    "appointment.held": Said(_("Time of a visit taken again")),
    "appointment.alone_again": Said(_("No longer booked beside another visit")),
    "appointment.left_outside": Said(_("Left outside the hours on purpose")),
    "appointment.taken_up": Said(_("No longer left outside the hours")),
    "appointment.undone": Said(_("Undone within the minute")),
}
_SERIES = {
    "series.begun": Said(_("Series begun")),
    "series.joined": Said(_("Comes to a series of visits"), "calendar"),
    "series.day_skipped": Said(_("A series leaves out a day")),
    "series.topped_up": Said(_("Next visits of a series put into the calendar")),
    "series.left": Said(_("Comes to a series no more"), "calendar-x"),
    "series.ended": Said(_("Series ended")),
}
_CATALOGUE = {
    "type.added": Said(_("Appointment type added")),
    "type.changed": Said(_("Appointment type changed")),
    "type.retired": Said(_("Appointment type retired")),
    "type.restored": Said(_("Appointment type in use again")),
    "type.instructed": Said(_("Instructions for patients changed")),
    "type_offer.added": Said(_("Clinician offers a type")),
    "type_offer.turned": Said(_("Clinician offers a type, or no longer")),
    "type_place.added": Said(_("Type held at a location")),
    "type_place.turned": Said(_("Type held at a location, or no longer")),
    "room.added": Said(_("Room added")),
    "room.changed": Said(_("Room changed")),
    "room.closed": Said(_("Room closed")),
    "room.reopened": Said(_("Room open again")),
    "protected_time.added": Said(_("Time protected from visits")),
    "protected_time.withdrawn": Said(_("Time open to visits again")),
    "calendar_rules.changed": Said(_("Rules of the calendar changed")),
    "duty.extra_added": Said(_("Extra hours added")),
    "risk_rule.learnt": Said(_("Learnt anew which visits are missed")),
    "duty.extra_dropped": Said(_("Extra hours taken back")),
}

_DAY = {
    "delay.said": Said(_("Begins later")),
    "delay.taken_back": Said(_("Begins on time after all")),
    "check_in.asked": Said(_("Asked where they are, for a video visit"), "video"),
    "appointment.room_changed": Said(_("Visit in another room")),
    "appointment.by_video_again": Said(_("By video after all"), "video"),
    "appointment.by_phone": Said(_("Failed video: by phone"), "phone"),
    "clearing.made": Said(_("Clinician falls out: visits seen to")),
    "clearing.undone": Said(_("Clinician does not fall out after all")),
    "cleared_visit.chosen": Said(_("What becomes of a visit of who falls out")),
}
_FEEDS = {
    "calendar_feed.made": Said(_("Calendar feed made")),
    "calendar_feed.ended": Said(_("Calendar feed ended")),
    "busy_calendar.added": Said(_("Calendar elsewhere is read")),
    "busy_calendar.ended": Said(_("Calendar elsewhere is read no more")),
    "seen.feed_calendar": Said(_("Calendar feed")),
    "seen.visit_link_new": Said(_("Link to a visit")),
}

_SEEN_ON_BOARD = {
    "board": _("Day board"),
    "call_list": _("Call list"),
    "call_made": _("Call, noted"),
    "call_undo": _("Call, taken back"),
    "phone_note": _("Phone note"),
    "walk_in": _("Walk-in"),
    "clinician_away": _("Clinician ill: what becomes of the visits"),
    "clearing": _("Clinician ill: what became of the visits"),
    "close_day": _("Close the day"),
    "late_arrival": _("Came late"),
    "room_change": _("Another room"),
    "room_put": _("Another room"),
    "telehealth_check_in": _("Check-in of a video visit"),
    "video_to_phone": _("Video visit, by phone"),
    "video_again": _("Video visit, by phone"),
}


def _of_settings(words: StrOrPromise) -> RecordWords:
    return RecordWords(words, "", "id", Capability.READ_SETTINGS)


WORDS = TrailWords(
    kinds={
        **_VISITS,
        **_SERIES,
        **_CATALOGUE,
        **_DAY,
        **_FEEDS,
        **{f"seen.{page}": Said(words) for page, words in _SEEN_ON_BOARD.items()},
    },
    records={
        "attendee": RecordWords(_("Patient of a visit"), "patient", "patient_id"),
        "appointment": _of_settings(_("Visit")),
        "appointmenttype": _of_settings(_("Appointment type")),
        "typeoffer": _of_settings(_("Offer of a type")),
        "typeplace": _of_settings(_("Place of a type")),
        "typeinstructions": _of_settings(_("Instructions for patients")),
        "room": _of_settings(_("Room")),
        "protectedtime": _of_settings(_("Protected time")),
        "calendarrules": _of_settings(_("Rules of the calendar")),
        "calendarfeed": RecordWords(
            _("Calendar feed"), "feeds", "", Capability.USE_FEEDS
        ),
        "busycalendar": RecordWords(
            _("Calendar elsewhere"), "feeds", "", Capability.USE_FEEDS
        ),
        "series": _of_settings(_("Series")),
        "seriesmember": RecordWords(_("Patient of a series"), "patient", "patient_id"),
        "delay": _of_settings(_("Later beginning of a visit")),
        "telehealthcheckin": RecordWords(
            _("Check-in of a video visit"), "patient", "patient_id"
        ),
        "clearing": _of_settings(_("Clinician who falls out")),
        "clearedvisit": _of_settings(_("Visit of who falls out")),
        "riskrule": _of_settings(_("What is known of missed visits")),
        "seriesskip": _of_settings(_("Day that a series leaves out")),
    },
    subjects={
        "attendee": _("Visits of patients"),
        "appointment": _("Times of visits"),
        "calendar_feed": _("Calendar feeds"),
        "busy_calendar": _("Calendars elsewhere"),
        "series": _("Series"),
        "delay": _("Later beginnings"),
        "check_in": _("Check-ins of video visits"),
        "clearing": _("Clinicians who fall out"),
        "cleared_visit": _("Visits of who falls out"),
        "type": _("Appointment types"),
        "type_offer": _("Who offers what"),
        "type_place": _("What is held where"),
        "room": _("Rooms"),
        "protected_time": _("Protected time"),
        "risk_rule": _("Missed visits"),
        "calendar_rules": _("Rules of the calendar"),
    },
)
