"""Fields drawn by hand, for pages that ask much at once: a template takes four times
as long for each (python -m bench.slots).

They look as templates/django/forms/field.html says; a field with errors is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from practice.html import filled

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

HELP = '<div class="help" id="{}_helptext">{}</div>'
OPTIONAL = '<span class="optional">{}</span>'
TICK = (
    '<div class="field field-check"><label class="choice" for="{}">{}<span>{}</span>'
    "</label>{}</div>"
)
FIELD = '<div class="field"><label for="{}">{} {}</label>{}{}</div>'
GROUP = (
    '<div class="field"><fieldset id="{}_group"{}><legend>{} {}</legend>{}{}'
    "</fieldset></div>"
)


class DrawnField(BoundField):
    """A question of a form with its label and help."""

    def as_field_group(self) -> SafeString:
        if self.errors or not self.auto_id or not self.label:
            return super().as_field_group()
        words = filled(HELP, self.auto_id, self.help_text)
        told = words if self.help_text else ""
        if self.widget_type == "checkbox":
            return filled(TICK, self.id_for_label, self, self.label, told)
        optional = "" if self.field.required else filled(OPTIONAL, _("optional"))
        if self.use_fieldset:
            by = self.aria_describedby
            told_by = filled(' aria-describedby="{}"', by) if by else ""
            return filled(
                GROUP, self.auto_id, told_by, self.label, optional, told, self
            )
        return filled(FIELD, self.id_for_label, self.label, optional, told, self)
