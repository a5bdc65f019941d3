"""Which charts open to whom, as one condition that the database reads.

Written out, because every page asks it several times: Django drew it anew for each,
which took a tenth of the time of a page (python -m bench.pages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func

from practice.prepared import as_parameter

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models.staff import StaffMember

_FREE = """({merged} IS NULL AND NOT {restricted} OR EXISTS (
    SELECT 1 FROM practice_patient AS head
    WHERE head.id = {merged} AND NOT head.is_restricted))"""
_PLACES = """SELECT place.location_id FROM practice_stafflocation AS place
    WHERE place.staff_id = %s AND place.is_current"""
# Homes of a whole place are looked up chart by chart; few charts are merged ones.
_AT_HOME = """(EXISTS (
    SELECT 1 FROM practice_homelocation AS home
    WHERE home.patient_id = {head} AND home.is_current
    AND home.location_id IN ({places})
  ) OR {head} IN (
    SELECT merged.merged_into_id FROM practice_homelocation AS home
    JOIN practice_patient AS merged ON merged.id = home.patient_id
    WHERE merged.merged_into_id IS NOT NULL AND home.is_current
    AND home.location_id IN ({places})))"""
# Of one person there are few, so that they are read as a whole.
_THEIRS = """{{head}} IN (
    SELECT COALESCE(chart.merged_into_id, chart.id) FROM {table} AS theirs
    JOIN practice_patient AS chart ON chart.id = theirs.patient_id
    WHERE theirs.staff_id = %s AND theirs.ended_at IS NULL{also})"""
_IN_TEAM = _THEIRS.format(table="practice_careteammember", also="")
_BY_GLASS = _THEIRS.format(
    table="practice_breakglass", also=" AND theirs.expires_at > %s"
)
_COLUMNS = ("pk", "merged_into", "is_restricted")


class OpensTo(Func):
    """Whether a chart opens to somebody; to filter charts by.

    As usual, by location or care team: managers reach every location, auditors none,
    and a restricted chart opens to its care team only. With `glass_at`, also by
    break-glass that holds then. Charts merged into one are one: the places and the
    team of each count for all, and so does the restriction of the one that stands
    for them.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, staff: StaffMember, glass_at: datetime | None = None) -> None:
        super().__init__(*map(F, _COLUMNS))
        self._staff, self._glass_at = staff, glass_at

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> Any:
        columns = [compiler.compile(one)[0] for one in self.source_expressions]
        return self._of(connection, *columns)

    def written(self, connection: Any, chart: str) -> tuple[str, list[Any]]:
        """The condition on the chart of that alias, with its parameters."""
        columns = ("id", "merged_into_id", "is_restricted")
        return self._of(connection, *(f"{chart}.{name}" for name in columns))

    def _of(
        self, connection: Any, pk: str, merged: str, restricted: str
    ) -> tuple[str, list[Any]]:
        ways, parameters = self._ways(connection)
        head = f"COALESCE({merged}, {pk})"
        sql = " OR ".join(ways).format(merged=merged, restricted=restricted, head=head)
        return f"({sql})", parameters

    def _ways(self, connection: Any) -> tuple[list[str], list[Any]]:
        """How a chart may open, with the parameters of each way."""
        staff = self._staff
        ways, parameters = [], []
        if staff.is_manager:
            ways.append(_FREE)
        elif staff.is_front_desk or staff.is_clinician:
            ways.append(f"{_FREE} AND {_AT_HOME}".replace("{places}", _PLACES))
            parameters += [staff.pk, staff.pk]
        if ways:
            ways.append(_IN_TEAM)
            parameters.append(staff.pk)
        if self._glass_at is not None:
            ways.append(_BY_GLASS)
            parameters += [staff.pk, as_parameter(self._glass_at, connection)]
        return ways or ["1 = 0"], parameters
