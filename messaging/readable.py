"""Which conversations open to whom, as conditions that the database reads.

Written out like the one of charts (practice.models.opening), for the same reason: the
rail of every page counts by them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func

if TYPE_CHECKING:
    from practice.models.opening import OpensTo

_CHART = "JOIN practice_patient AS chart ON chart.id = {whose} WHERE {opens} AND"
_THEIRS = """EXISTS (
    SELECT 1 FROM messaging_message AS came
    {whose came.patient_id} came.conversation_id = {pk}
  ) OR EXISTS (
    SELECT 1 FROM messaging_delivery AS went
    {whose went.patient_id} went.address = {address} AND went.channel = {channel}
  ) OR EXISTS (
    SELECT 1 FROM messaging_deliverypart AS part
    JOIN messaging_delivery AS went ON went.id = part.delivery_id
    {whose part.patient_id} went.address = {address} AND went.channel = {channel})"""
# On a chart of theirs, with somebody who cares for one, or on nobody's.
_STANDS = """(EXISTS (
    SELECT 1 FROM practice_contactpoint AS point {whose point.patient_id} {at}
  ) OR EXISTS (
    SELECT 1 FROM practice_contactpoint AS point
    JOIN practice_caregiving AS cared
    ON cared.caregiver_id = point.caregiver_id AND NOT cared.is_withdrawn
    {whose cared.patient_id} {at}
  ) OR NOT EXISTS (SELECT 1 FROM practice_contactpoint AS point WHERE {at}))"""
_PHONE = "point.ended_at IS NULL AND point.phone = {address}"
_MAIL = """point.ended_at IS NULL AND point.kind = 'email'
    AND LOWER(point.email) = {address}"""
_ABOUT_THEIRS = """({channel} <> 'mail' AND {phone}
  OR {channel} = 'mail' AND {mail})"""
_LOOSE = """EXISTS (
    SELECT 1 FROM messaging_message AS loose
    WHERE loose.conversation_id = {pk} AND loose.patient_id IS NULL
  ) AND {about_theirs}"""


def _whole(text: str) -> str:
    """With its parts put in, but for what depends on who asks."""
    parts = {"phone": _STANDS.replace("{at}", _PHONE)}
    parts |= {"mail": _STANDS.replace("{at}", _MAIL)}
    text = text.replace("{about_theirs}", _ABOUT_THEIRS)
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return re.sub(r"\{whose (\S+)\}", lambda at: _CHART.replace("{whose}", at[1]), text)


class _Condition(Func):
    """Of a conversation, against the charts that open to somebody."""

    output_field = BooleanField()
    conditional = True
    written = ""

    def __init__(self, opens: OpensTo) -> None:
        super().__init__(F("pk"), F("address"), F("channel"))
        self._opens = opens

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> Any:
        pk, address, channel = (
            compiler.compile(one)[0] for one in self.source_expressions
        )
        opens, parameters = self._opens.written(connection, "chart")
        times = self.written.count("{opens}")
        sql = self.written.format(pk=pk, address=address, channel=channel, opens=opens)
        return f"({sql})", parameters * times


class HasTheirs(_Condition):
    """Something came from, or went to, a chart that opens to them."""

    written = _whole(_THEIRS)


class AboutTheirs(_Condition):
    """The number may be of a chart that opens to them, or is on no chart."""

    written = _whole(_ABOUT_THEIRS)


class HasLoose(_Condition):
    """Something in it is on no chart, and is theirs to file."""

    written = _whole(_LOOSE)
