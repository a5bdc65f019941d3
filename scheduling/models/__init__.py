"""Tables of the scheduling floor."""

from scheduling.models.appointments import Appointment, Attendee
from scheduling.models.day import (
    Choice,
    ClearedVisit,
    Clearing,
    Delay,
    TelehealthCheckIn,
)
from scheduling.models.feeds import (
    BusyCalendar,
    BusySource,
    CalendarFeed,
    ExternalBusy,
    FeedNames,
    FeedUse,
    Trouble,
)
from scheduling.models.reminders import (
    LeftToPeople,
    PlannedVisit,
    Reminder,
    ReminderPlan,
    ReminderStep,
)
from scheduling.models.risk import RiskRule, VisitRisk
from scheduling.models.rules import CalendarRules
from scheduling.models.series import Rhythm, Series, SeriesMember, SeriesSkip
from scheduling.models.types import (
    AppointmentType,
    Modality,
    ProtectedTime,
    Room,
    TypeInstructions,
    TypeOffer,
    TypePlace,
)

__all__ = [
    "Appointment",
    "AppointmentType",
    "Attendee",
    "BusyCalendar",
    "BusySource",
    "CalendarFeed",
    "CalendarRules",
    "Choice",
    "ClearedVisit",
    "Clearing",
    "Delay",
    "ExternalBusy",
    "FeedNames",
    "FeedUse",
    "LeftToPeople",
    "Modality",
    "PlannedVisit",
    "ProtectedTime",
    "Reminder",
    "ReminderPlan",
    "ReminderStep",
    "Rhythm",
    "RiskRule",
    "Room",
    "Series",
    "SeriesMember",
    "SeriesSkip",
    "TelehealthCheckIn",
    "Trouble",
    "TypeInstructions",
    "TypeOffer",
    "TypePlace",
    "VisitRisk",
]
