"""Read-only views for other programs of the office: the same names, columns and rows on SQLite and on PostgreSQL.

They are derived from the tables, so they are no part of a migration: they are taken away before one, since a database
lets no table change under a view, and made anew after it, or when their definition has changed.
``deploy/views.md`` says what they hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.meta import Meta

NAMES: Final = ("reports", "answers", "missing", "deliveries")

_LITE: Final[Mapping[str, str]] = {
    "moment": "strftime('%Y-%m-%dT%H:%M:%S', {0}, '+7 hours')",
    "each": "json_each(r.answers) j",
    "is_null": "j.type = 'null'",
    "type": "CASE j.type WHEN 'true' THEN 'yes-no' WHEN 'false' THEN 'yes-no' WHEN 'array' THEN 'list'"
    " WHEN 'text' THEN 'text' ELSE 'number' END",
    "value": "CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(j.value AS TEXT) END",
    "number": "CASE WHEN j.type IN ('integer', 'real') THEN CAST(j.value AS REAL) WHEN j.type = 'text'"
    " AND j.value GLOB '[0-9]*' AND j.value NOT GLOB '*[^0-9.]*' AND j.value NOT GLOB '*.*.*' AND j.value NOT GLOB '*.'"
    " THEN CAST(j.value AS REAL) END",
    "has": "json_type(d.audience, '$.{0}') = 'array'",
    "in": "{1} IN (SELECT value FROM json_each(d.audience, '$.{0}'))",
    "kind": "json_extract(d.audience, '$.kind')",
}
_POSTGRES: Final[Mapping[str, str]] = {
    "moment": "to_char({0} AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    "each": "LATERAL json_each(r.answers) j",
    "is_null": "json_typeof(j.value) = 'null'",
    "type": "CASE json_typeof(j.value) WHEN 'boolean' THEN 'yes-no' WHEN 'array' THEN 'list'"
    " WHEN 'string' THEN 'text' ELSE 'number' END",
    "value": "(j.value #>> '{{}}')",
    "number": "CASE WHEN json_typeof(j.value) = 'number' OR (json_typeof(j.value) = 'string'"
    " AND (j.value #>> '{{}}') ~ '^[0-9]+([.][0-9]+)?$') THEN CAST((j.value #>> '{{}}') AS DOUBLE PRECISION) END",
    "has": "json_typeof(d.audience -> '{0}') = 'array'",
    "in": "{1} IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(d.audience -> '{0}'))",
    "kind": "(d.audience ->> 'kind')",
}


def _definitions(on_postgresql: bool) -> dict[str, str]:
    """The SELECT of each view."""
    dialect = _POSTGRES if on_postgresql else _LITE

    def say(name: str, *words: str) -> str:
        return dialect[name].format(*words)

    def concerns(unit: str) -> str:
        units = f"({say('has', 'units')} AND {say('in', 'units', f'{unit}.id')})"
        below = f"({say('in', 'within', f'{unit}.id')} OR {say('in', 'within', f'{unit}.parent_id')})"
        within = f"({say('has', 'within')} AND {below})"
        return f"(d.form = p.form AND d.state = 'active' AND ({units} OR {within} OR {say('kind')} = {unit}.kind))"

    # ``form`` and the other names are columns of our own, never a user's words.
    return {
        "reports": f"""
            SELECT r.id AS report_id, r.unit_id, u.name AS unit, u.successor_id, r.form, r.form_version, r.period,
                r.state, r.version, CASE WHEN r.late THEN 1 ELSE 0 END AS late, r.receipt, r.person_id,
                w.name AS person, {say("moment", "r.started_at")} AS started_at,
                {say("moment", "r.submitted_at")} AS submitted_at
            FROM report r JOIN unit u ON u.id = r.unit_id JOIN person w ON w.id = r.person_id
            WHERE r.state <> 'draft'""",  # noqa: S608
        "answers": f"""
            SELECT r.id AS report_id, r.unit_id, u.name AS unit, r.form, r.period, j.key AS question,
                {say("type")} AS type, {say("value")} AS value, {say("number")} AS number
            FROM report r JOIN unit u ON u.id = r.unit_id CROSS JOIN {say("each")}
            WHERE r.state <> 'draft' AND NOT {say("is_null")}""",  # noqa: S608
        "missing": f"""
            SELECT p.form, p.period, u.id AS unit_id, u.name AS unit
            FROM (SELECT DISTINCT form, period FROM report WHERE state <> 'draft') p CROSS JOIN unit u
            WHERE u.kind = 'commune' AND u.active
                AND NOT EXISTS (SELECT 1 FROM report r WHERE r.unit_id = u.id AND r.form = p.form
                    AND r.period = p.period AND r.state <> 'draft')
                AND (EXISTS (SELECT 1 FROM deadline d WHERE {concerns("u")})
                    OR NOT EXISTS (SELECT 1 FROM deadline d JOIN unit c ON c.kind = 'commune' AND c.active
                        WHERE {concerns("c")}))""",  # noqa: S608
        "deliveries": f"""
            SELECT o.id AS delivery_id, o.kind, o.channel, o.announcement_id, o.person_id, w.name AS person,
                u.id AS unit_id, u.name AS unit, o.state, o.attempts, o.uncertain, o.error,
                {say("moment", "o.created_at")} AS created_at, {say("moment", "o.due_at")} AS due_at,
                {say("moment", "o.done_at")} AS done_at
            FROM outbox o LEFT JOIN person w ON w.id = o.person_id LEFT JOIN unit u ON u.id = w.unit_id""",  # noqa: S608
    }


_NOTE: Final = "views"


def drop(connection: sa.Connection) -> None:
    """Take the views away, so that tables can change."""
    for name in NAMES:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS view_{name}")


def made(connection: sa.Connection) -> bool:
    """Whether the views are there as this program defines them."""
    noted = Meta(connection)
    return bool(noted.meta(_NOTE) == _digest(noted.on_postgresql))


def make(connection: sa.Connection) -> None:
    """Make the views, in place of what is there."""
    drop(connection)
    noted = Meta(connection)
    for name, select in _definitions(noted.on_postgresql).items():
        connection.exec_driver_sql(f"CREATE VIEW view_{name} AS {select}")
    noted.set_meta(_NOTE, _digest(noted.on_postgresql))


def _digest(on_postgresql: bool) -> str:
    return hashlib.sha256(repr(_definitions(on_postgresql)).encode()).hexdigest()


class Views(Room):
    """Reading the views."""

    def view(self, name: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a view, in a fixed order, a few at a time. Raises KeyError for a view that there is not."""
        statement = sa.text(f"SELECT * FROM view_{name} ORDER BY {_ORDER[name]}")  # noqa: S608
        for row in self.connection.execution_options(yield_per=500).execute(statement).mappings():
            yield dict(row)


_ORDER: Final = {
    "reports": "report_id",
    "answers": "report_id, question",
    "missing": "form, period, unit_id",
    "deliveries": "delivery_id",
}
