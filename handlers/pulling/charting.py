"""What a chart of the reports shows, as plain data for whoever draws it: titles, panels, bars and their texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from handlers.pulling.consolidated import share
from handlers.pulling.summary import Summary, SummaryReads, summarise, totals_of
from handlers.records.people import Unit
from handlers.texts import say
from knowledge.forms.form import NUMBERS, Form, Question
from knowledge.forms.values import fits, show_number
from knowledge.numbers import format_number
from knowledge.period import Period

_ROWS: Final = 16
"""Bars that a phone shows well; of more units the first and the last are shown."""
_FIRST, _LAST = 10, 5
_PERIODS: Final = 6
Row = tuple[str, float | None, str, str]
"""Name, length, text and colour of a bar."""


def chart(
    reads: SummaryReads,
    kind: str,
    form: Form,
    period: Period,
    units: Sequence[Unit],
    question: Question | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """The chart of a kind: "progress" and "units" for one period, "filing" and "trend" over the periods up to it."""
    found = summarise(reads, form, period, units)
    if question is None or question.kind not in NUMBERS:
        shown = _progress(reads, found) if kind == "progress" else _filing(reads, found)
    else:
        shown = _by_unit(reads, found, question) if kind == "units" else _trend(reads, found, question)
    source = say("chart.source", form=form.title, filed=len(found.filed), units=len(found.units), now=now)
    return {**shown, "source": source}


def _back(period: Period, count: int = _PERIODS) -> list[Period]:
    """The last periods up to this one, the oldest first."""
    found = [period]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def _brief(amount: Decimal) -> str:
    """A number in few letters: "5,6 tỷ", "12,3 triệu", "3.264"."""
    for scale, name in ((10**9, "billion"), (10**6, "million")):
        if amount >= scale:
            return say(f"chart.{name}", number=format_number(round(amount / scale, 1)))
    return format_number(amount)


def _short(period: Period) -> str:
    year = f"{period.year % 100:02}"
    return say("chart.short", kind=period.kind, index=period.index, day=period.start, year=year)


def _progress(reads: SummaryReads, found: Summary) -> dict[str, Any]:
    """How many filed in time, late, not at all; and how regularly each unit did in the last periods."""
    periods = [one for one in _back(found.due.period) if reads.filings(found.form.name, one.code)]
    filings = [reads.filings(found.form.name, one.code) for one in periods]
    times = {unit.id: sum(unit.id in one for one in filings) for unit in found.units}
    counts = (("on_time", len(found.filed) - found.late, "good"), ("late", found.late, "late"))
    parts = [
        [say(f"chart.part_{name}", count=count, share=share(count, len(found.units))), count, colour]
        for name, count, colour in (*counts, ("missing", len(found.missing), "bad"))
    ]
    panels: list[dict[str, Any]] = [{"kind": "stack", "parts": parts}]
    if filings:
        panels += _regularity(found, times, len(filings))
    return {
        "title": say("chart.progress", form=found.form.title),
        "subtitle": say(
            "chart.progress_sub", period=found.due.period.label, filed=len(found.filed), units=len(found.units)
        ),
        "panels": panels,
    }


def _regularity(found: Summary, times: Mapping[int, int], periods: int) -> list[dict[str, Any]]:
    """A bar for each unit; of many units the groups, and by name those who filed least."""
    least_first = sorted(found.units, key=lambda unit: times[unit.id])

    def row(unit: Unit) -> Row:
        count = times[unit.id]
        text = say("chart.of_periods", count=count, periods=periods)
        return unit.name, count, text, "good" if count == periods else "late" if count else "bad"

    if len(found.units) <= _ROWS:
        rows = [row(unit) for unit in least_first[::-1]]
        return [{"kind": "bars", "title": say("chart.regularity", periods=periods), "rows": rows, "most": periods}]
    groups: list[Row] = []
    for count in range(periods, -1, -1):
        size = sum(times[unit.id] == count for unit in found.units)
        if not size:
            continue
        colour = "good" if count == periods else "late" if count else "bad"
        label = say("chart.of_periods", count=count, periods=periods)
        groups.append((label, size, say("chart.units", count=size), colour))
    panels: list[dict[str, Any]] = [{"kind": "bars", "title": say("chart.groups", periods=periods), "rows": groups}]
    least = [row(unit) for unit in least_first[:_FIRST] if times[unit.id] < periods]
    if least:
        title = say("chart.least", count=len(least))
        panels.append({"kind": "bars", "title": title, "rows": least, "most": periods})
    return panels


def _filing(reads: SummaryReads, found: Summary) -> dict[str, Any]:
    """In time, late and missing, period by period."""
    summaries = [summarise(reads, found.form, one, found.units) for one in _back(found.due.period)]
    summaries = [one for one in summaries if one.filed] or [found]
    series = [
        [say("chart.on_time"), "good", [len(one.filed) - one.late for one in summaries]],
        [say("chart.late"), "late", [one.late for one in summaries]],
        [say("chart.missing"), "pale", [len(one.missing) for one in summaries]],
    ]
    panel = {
        "kind": "columns",
        "labels": [_short(one.due.period) for one in summaries],
        "series": series,
        "texts": [share(len(one.filed), len(one.units)) for one in summaries],
    }
    return {
        "title": say("chart.filing", form=found.form.title),
        "subtitle": say("chart.filing_sub", period=found.due.period.label),
        "panels": [panel],
    }


def _by_unit(reads: SummaryReads, found: Summary, question: Question) -> dict[str, Any]:
    """The answers to a question of each unit, the largest first; of many units the first and the last."""
    reports = reads.reports(found.form.name, found.due.period.code, found.filed)
    given = [
        (Decimal(value), report.unit.name)
        for report in reports
        if (value := report.answers.get(question.name)) is not None and fits(question, value)
    ]
    given.sort(key=lambda pair: (-pair[0], pair[1]))
    rows = [(name, float(number), _value(question, number), "plain") for number, name in given]
    panels: list[dict[str, Any]]
    if len(rows) <= _ROWS:
        panels = [{"kind": "bars", "rows": rows}]
    else:
        most = {"kind": "bars", "title": say("chart.most", count=_FIRST), "rows": rows[:_FIRST]}
        fewest = {"kind": "bars", "title": say("chart.fewest", count=_LAST), "rows": rows[-_LAST:]}
        # One scale for both, so that their lengths can be compared.
        panels = [most, {**fewest, "most": rows[0][1]}]
    total = next(one for one in totals_of(reads, found) if one.question.name == question.name)
    return {
        "title": say("chart.by_unit", question=question.title),
        "subtitle": say(
            "chart.by_unit_sub",
            period=found.due.period.label,
            total=show_number(question, total.amount) if total.amount is not None else "",
            units=len(rows),
        ),
        "panels": panels,
    }


def _value(question: Question, number: Decimal) -> str:
    return _brief(number) if question.kind == "money" else show_number(question, number)


def _trend(reads: SummaryReads, found: Summary, question: Question) -> dict[str, Any]:
    """What the answers to a question came to, period by period."""
    columns = []
    for one in _back(found.due.period):
        summary = summarise(reads, found.form, one, found.units)
        total = next(total for total in totals_of(reads, summary) if total.question.name == question.name)
        if total.answered and total.amount is not None:
            columns.append((one, total.amount, len(summary.filed)))
    panel = {
        "kind": "columns",
        "labels": [say("chart.column", period=_short(one), filed=filed) for one, _, filed in columns],
        "series": [[question.title, "plain", [float(amount) for _, amount, _ in columns]]],
        "texts": [_brief(amount) for _, amount, _ in columns],
    }
    return {
        "title": say("chart.trend", question=question.title),
        "subtitle": say("chart.trend_sub", unit=question.unit, period=found.due.period.label),
        "panels": [panel],
    }
