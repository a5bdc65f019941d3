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

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Each box has an id below the field's own, whatever the form's prefix."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        for part in widget["subwidgets"]:
            box = part["name"].rpartition("_")[2]
            part["attrs"]["id"] = f"{widget['attrs'].get('id', name)}_{box}"
        return context
