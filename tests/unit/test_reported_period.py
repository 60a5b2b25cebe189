"""Which period a report is about that is due on some day."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.records.deadlines import reported_period
from knowledge.calendar import Rule, next_occurrences
from knowledge.forms.form import Form, Question
from knowledge.period import Kind

TODAY = dt.date(2026, 10, 1)


def form(*periods: Kind) -> Form:
    return Form("mau", "Mẫu", periods, (Question("a", "whole", "A"),))


@pytest.mark.parametrize(
    ("rule", "of", "code"),
    [
        (Rule("year", month=10, day=30), form("year"), "2026"),
        (Rule("year", month=10, day=30), None, "2026"),
        (Rule("month", day=5), form("month"), "2026-09"),
        (Rule("month", day=20), form("month"), "2026-10"),
        (Rule("quarter", month=1, day=5), form("quarter"), "2026-Q3"),
        (Rule("year", month=12, day=15), form("month"), "2026-12"),
        (Rule("year", month=1, day=5), form("half-year", "year"), "2026"),
        (Rule("year", month=1, day=5), form("half-year"), "2026-H2"),
        (Rule("once", date=dt.date(2026, 12, 20)), form("quarter"), "2026-Q4"),
        (Rule("once", date=dt.date(2026, 10, 3)), form("quarter"), "2026-Q3"),
        (Rule("once", date=dt.date(2026, 12, 20), period="2026-H2"), form("half-year"), "2026-H2"),
        (Rule("once", date=dt.date(2026, 12, 20)), form("ad-hoc"), "2026-12-20"),
        (Rule("month", day=20), form("ad-hoc"), "2026-10-20"),
    ],
)
def test_the_rule_says_the_period_where_the_form_has_it_else_the_forms_own_kind_does(
    rule: Rule, of: Form | None, code: str
) -> None:
    occurrence = next_occurrences(rule, TODAY, 1)[0]
    assert reported_period(occurrence, rule, of).code == code
