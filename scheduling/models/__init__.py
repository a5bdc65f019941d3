"""Tables of the scheduling floor."""

from scheduling.models.appointments import Appointment, Attendee
from scheduling.models.day import (
    Choice,
    ClearedVisit,
    Clearing,
    Delay,
    TelehealthCheckIn,
)
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
    "CalendarRules",
    "Choice",
    "ClearedVisit",
    "Clearing",
    "Delay",
    "Modality",
    "ProtectedTime",
    "Rhythm",
    "Room",
    "Series",
    "SeriesMember",
    "SeriesSkip",
    "TelehealthCheckIn",
    "TypeInstructions",
    "TypeOffer",
    "TypePlace",
]
