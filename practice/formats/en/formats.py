"""Dates and times in English: the weekday is said, the month is a word."""

DATE_FORMAT = "l j F Y"  # Tuesday 24 November 2026
MONTH_DAY_FORMAT = "l j F"  # Tuesday 24 November
SHORT_DATE_FORMAT = "D j M Y"  # Tue 24 Nov 2026
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = "g:i A"  # 2:30 PM
DATETIME_FORMAT = "l j F Y, g:i A"
SHORT_DATETIME_FORMAT = "D j M Y, g:i A"
FIRST_DAY_OF_WEEK = 0
# ISO first: <input type="date"> and type="time" accept and send nothing else.
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%I:%M %p"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
