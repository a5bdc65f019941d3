"""A date of birth as people know it: day, month by name, year."""

from __future__ import annotations

from typing import Any

from django.forms import SelectDateWidget


class BirthDateBoxes(SelectDateWidget):
    """Three boxes; the order follows the language, what was typed stays."""

    template_name = "components/birth_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The year is typed, so the list of years that Django would offer is not used.
        super().__init__(attrs=attrs, years=())
