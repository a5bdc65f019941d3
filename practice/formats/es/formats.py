"""Dates and times in Spanish: the weekday is said, the month is a word."""

DATE_FORMAT = r"l j \d\e F \d\e Y"  # martes 24 de noviembre de 2026
MONTH_DAY_FORMAT = r"l j \d\e F"  # martes 24 de noviembre
SHORT_DATE_FORMAT = "D j M Y"
YEAR_MONTH_FORMAT = r"F \d\e Y"
TIME_FORMAT = "g:i a"  # 2:30 p.m.
DATETIME_FORMAT = r"l j \d\e F \d\e Y, g:i a"
SHORT_DATETIME_FORMAT = "D j M Y, g:i a"
FIRST_DAY_OF_WEEK = 0
# ISO first: <input type="date"> and type="time" accept and send nothing else.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%I:%M %p"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
