"""TRAIL_WORDS: what people read of this floor's lines, and of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice.access import Capability
from practice.contributions import RecordWords, Said, TrailWords
from practice.whose import AboutCharts
from scheduling.models import (
    Appointment,
    Attendee,
    ClearedVisit,
    Delay,
    Series,
    SeriesMember,
    SeriesSkip,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Kinds with an icon appear on the chart's timeline.
_VISITS = {
    "attendee.booked": Said(_("Visit booked"), "calendar"),
    "attendee.confirmed": Said(_("Visit confirmed"), "check"),
    "attendee.unconfirmed": Said(_("Moved: to be confirmed again")),
    "attendee.expected_again": Said(_("Expected again: not confirmed"), "calendar"),
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
    "attendee.left_cancelled": Said(
        _("Visits that were still booked cancelled"), "calendar-x", sums_up=True
    ),
    "attendee.left_again": Said(
        _("Visits that were still booked stand again"), "undo", sums_up=True
    ),
    "appointment.booked": Said(_("Time taken for a visit")),
    "appointment.moved": Said(_("Visit moved")),
    "appointment.changed": Said(_("Room, way to meet or note of a visit changed")),
    "appointment.freed": Said(_("Time of a visit free again")),
    "appointment.held": Said(_("Time of a visit taken again")),
    "appointment.carried_over": Said(_("Visit goes on in the changed series")),
    "appointment.alone_again": Said(_("No longer booked beside another visit")),
    "appointment.beside_again": Said(_("Beside another visit again")),
    "appointment.left_outside": Said(_("Left outside the hours on purpose")),
    "appointment.taken_up": Said(_("No longer left outside the hours")),
    "appointment.undone": Said(_("Time of a visit as it was before")),
}
_SERIES = {
    "series.begun": Said(_("Series begun"), sums_up=True),
    "series.joined": Said(_("Comes to a series of visits"), "calendar"),
    "series.day_skipped": Said(_("A series leaves out a day")),
    "series.topped_up": Said(_("Next visits of a series put into the calendar")),
    "series.left": Said(_("Comes to a series no more"), "calendar-x"),
    "series.one_left": Said(_("One comes to a series no more"), sums_up=True),
    "series.changed": Said(_("Series changed from a day on"), sums_up=True),
    "series.ended": Said(_("Series ended"), sums_up=True),
    "series.handed_on": Said(_("Series go on with another clinician"), sums_up=True),
    "series.taken_back": Said(
        _("Series: with the first clinician again"), sums_up=True
    ),
    "series.undone": Said(_("Series: undone within the minute"), sums_up=True),
    "series.put_back": Said(_("Series: as it was before")),
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
    "calendar_feed.made_again": Said(_("Calendar feed under another address")),
    "calendar_feed.ended": Said(_("Calendar feed ended")),
    "busy_calendar.added": Said(_("Calendar elsewhere is read")),
    "busy_calendar.ended": Said(_("Calendar elsewhere is read no more")),
    "seen.feed_calendar": Said(_("Calendar feed")),
    "seen.visit_link_new": Said(_("Link to a visit")),
}

_REMINDERS = {
    "reminder_plan.added": Said(_("Plan of reminders added")),
    "reminder_plan.changed": Said(_("Plan of reminders changed")),
    "reminder_plan.retired": Said(_("Plan of reminders given up")),
    "reminder_plan.restored": Said(_("Plan of reminders in use again")),
    "reminder_step.added": Said(_("Reminder of a plan added")),
    "reminder_step.changed": Said(_("Reminder of a plan changed")),
}

_SEEN_ON_BOARD = {
    "board": _("Day board"),
    "todays_board": _("Day board"),
    "call_list": _("Call list"),
    "call_made": _("Call, noted"),
    "call_undo": _("Call, taken back"),
    "phone_note": _("Phone note"),
    "walk_in": _("Walk-in"),
    "clinician_away": _("Clinician ill: what becomes of the visits"),
    "clinician_behind_at": _("Clinician behind"),
    "clearing": _("Clinician ill: what became of the visits"),
    "close_day": _("Close the day"),
    "late_arrival": _("Came late"),
    "room_change": _("Another room"),
    "room_put": _("Another room"),
    "telehealth_check_in": _("Check-in of a video visit"),
    "video_to_phone": _("Video visit, by phone"),
    "video_again": _("Video visit, by phone"),
}

_SEEN_AT_VISITS = {
    "calendar": _("Calendar"),
    "calendar_visit": _("Visit, in the calendar"),
    "visit": _("Visit"),
    "visit_join": _("Visit"),
    "visit_move": _("Moving a visit"),
    "visit_cancel": _("Cancelling a visit"),
    "visit_who": _("Check-in: who has come"),
    "visit_correct": _("Setting a visit right"),
    "visit_edit": _("Room, way to meet and note of a visit"),
    "book": _("Booking"),
    "book_people": _("Booking: search for people"),
    "suggest": _("Booking: suggested times"),
    "series": _("Series"),
    "series_new": _("Beginning a series"),
    "series_change": _("Changing a series"),
    "series_hand_on": _("Handing a series on"),
    "series_leave": _("One of a couple leaves a series"),
    "series_end": _("Ending a series"),
    "visits_left": _("Visits that are still booked"),
    "loose_ends": _("Loose ends"),
    "loose_end_leave": _("Loose ends"),
    "duty_edit": _("Hours: the visits that a change hits"),
    "closure_new": _("Closure: the visits that it hits"),
    "absence_new": _("Absence: the visits that it hits"),
    "room_close": _("Closing a room: the visits that it hits"),
}


# Whose what names no chart is; what is typed there is about everybody who comes.
ABOUT_CHARTS = (
    AboutCharts(Appointment, Attendee, "appointment", needs_all=True),
    AboutCharts(Delay, Attendee, "appointment__delays", needs_all=True),
    AboutCharts(ClearedVisit, Attendee, "appointment__clearings", needs_all=True),
    AboutCharts(Series, SeriesMember, "series", needs_all=True),
    AboutCharts(SeriesSkip, SeriesMember, "series__skips", needs_all=True),
)


def _of_settings(words: StrOrPromise, part_of: str = "") -> RecordWords:
    return RecordWords(words, "", "id", Capability.READ_SETTINGS, part_of)


def _of_visits(words: StrOrPromise) -> RecordWords:
    """What its patients' charts open, and where nobody is on it, this."""
    return RecordWords(words, "", "id", Capability.MANAGE_CALENDAR)


WORDS = TrailWords(
    kinds={
        **_VISITS,
        **_SERIES,
        **_CATALOGUE,
        **_DAY,
        **_FEEDS,
        **_REMINDERS,
        **{
            f"seen.{page}": Said(words)
            for page, words in (_SEEN_ON_BOARD | _SEEN_AT_VISITS).items()
        },
    },
    records={
        "attendee": RecordWords(_("Patient of a visit"), "patient", "patient_id"),
        "appointment": _of_visits(_("Visit")),
        "appointmenttype": _of_settings(_("Appointment type")),
        "typeoffer": _of_settings(_("Offer of a type"), "type"),
        "typeplace": _of_settings(_("Place of a type"), "type"),
        "typeinstructions": _of_settings(_("Instructions for patients"), "type"),
        "room": _of_settings(_("Room"), "location"),
        "protectedtime": _of_settings(_("Protected time"), "clinician"),
        "calendarrules": _of_settings(_("Rules of the calendar")),
        "calendarfeed": RecordWords(
            _("Calendar feed"), "feeds", "", Capability.USE_FEEDS, "staff"
        ),
        "busycalendar": RecordWords(
            _("Calendar elsewhere"), "feeds", "", Capability.USE_FEEDS, "staff"
        ),
        "series": _of_visits(_("Series")),
        "seriesmember": RecordWords(_("Patient of a series"), "patient", "patient_id"),
        "delay": _of_visits(_("Later beginning of a visit")),
        "telehealthcheckin": RecordWords(
            _("Check-in of a video visit"), "patient", "patient_id"
        ),
        "clearing": _of_settings(_("Clinician who falls out"), "clinician"),
        "clearedvisit": _of_visits(_("Visit of who falls out")),
        "riskrule": _of_settings(_("What is known of missed visits"), "calendarrules"),
        "reminderplan": _of_settings(_("Plan of reminders")),
        "reminderstep": _of_settings(_("Reminder of a plan"), "plan"),
        "seriesskip": _of_visits(_("Day that a series leaves out")),
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
        "reminder_plan": _("Plans of reminders"),
        "reminder_step": _("Reminders of plans"),
        "calendar_rules": _("Rules of the calendar"),
    },
)
