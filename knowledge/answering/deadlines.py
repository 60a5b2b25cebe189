"""Answers to "when is it due": from the deadlines that were found in the stored documents, none invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.answer import Answer, Source
from knowledge.answering.asked import Asked
from knowledge.answering.context import Context
from knowledge.answering.coverage import Wanted, wanted
from knowledge.answering.evidence import THRESHOLD
from knowledge.answering.header import not_stated, people
from knowledge.answering.said import said
from knowledge.answering.sources import from_document, naming, of_known, passage_at
from knowledge.document import FoundDeadline, Recurrence
from knowledge.library import Held
from knowledge.search.ranking import ranked
from knowledge.search.wording import flat

_DATE_DEMANDED: Final = re.compile(
    r"\bngay (?:nao|may|bao nhieu)\b|\btruoc (?:ngay\b|(?:hom|bua|khi|luc) nao)|\bthang (?:nao|may)\b"
)
_HOW_OFTEN: Final = re.compile(r"\bbao lau\b|\b(?:may|bao nhieu) (?:lan|ky|dot)\b")
_YEARLY: Final = re.compile(r"\b(?:bao cao|ky) (?:ca )?nam\b|\b0?1 nam\b|\bmot nam\b|\bcuoi nam\b")
_HALF: Final = re.compile(r"\b(?:0?6|sau) thang\b|\bnua nam\b")
_PERIODS: Final = (
    ("month", re.compile(r"\b(?:hang|moi|bao cao) thang(?! \d)|(?<!may )(?<!nhieu )\bthang (?:mot|nay)\b")),
    ("quarter", re.compile(r"\b(?:hang|moi|bao cao) quy\b|\bquy (?:[iv]+|\d)\b")),
    ("week", re.compile(r"\b(?:hang|moi|bao cao) tuan\b")),
)
_REPORT_WORDS: Final = frozenset(
    [
        "bao",
        "cao",
        "nop",
        "gui",
        "han",
        "truoc",
        "ngay",
        "thang",
        "ky",
        "lan",
        "nam",
        "dinh",
        "sap",
        "toi",
        "ghi",
        "yeu",
        "cau",
        "chot",
        "cham",
        "nhat",
        "cuoi",
        "thoi",
        "ket",
        "qua",
        "quy",
        "che",
        "do",
        "dot",
        "tuan",
        "hang",
        "moi",
    ]
)
_MOST: Final = 3
_FEW: Final = 200
"""So many deadlines are compared one by one."""
_ROWS: Final = 40
_SURE: Final = 0.6
_NEAREST: Final = 0.9
"""How sure it is that a document that was asked whether it sets a deadline sets only another one."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    held: Held
    found: FoundDeadline
    fit: float
    close: float
    """How much of what is asked the deadline's own sentence holds."""
    dated: bool


def deadline(context: Context, intent: str) -> Answer | None:
    """When something is due, how often, by whom and to whom."""
    asked = context.asked
    if _HOW_OFTEN.search(asked.folded) and not asked.about_reports:
        return None
    if context.target and not context.target.held:
        return not_stated(context, intent, context.target)
    topic = _topic(context)
    holders = _holders(context)
    candidates = [_candidate(held, found, topic, context) for held in holders for found in held.document.deadlines]
    if context.scope is not None and not candidates and len(holders) == 1:
        return _none(context, intent, holders[0], topic)
    one_holder = context.known_of(holders[0]) if context.scope is not None and len(holders) == 1 else None
    wants_half, wants_year = bool(_HALF.search(asked.folded)), bool(_YEARLY.search(asked.folded))
    of_time = _of_time(asked, candidates, wants_half and not wants_year)
    if of_time is None:
        return not_stated(context, intent, one_holder)
    candidates = of_time
    reports = [one for one in candidates if _HANDED_IN.search(flat(one.found.quote))]
    if asked.about_reports and one_holder and candidates and not reports:
        return Answer("answer", intent, naming(one_holder) | {"near": "yes"}, (_source(candidates[0]),), score=_NEAREST)
    candidates = reports or candidates
    demanded = bool(_DATE_DEMANDED.search(asked.folded)) or bool(asked.months)
    candidates.sort(
        key=lambda one: (-round(one.fit, 1), not one.dated, -one.close, -one.fit, one.found.rule != "recurring")
    )
    if not candidates:
        return None
    if demanded or _HOW_OFTEN.search(asked.folded):  # what is told with its days counts them, too
        least = candidates[0].fit - 0.25
        candidates.sort(key=lambda one: not (one.dated and one.fit >= least))
    best = candidates[0]
    if best.fit < _SURE and not asked.about_reports:
        return None  # "đối thoại mấy lần" asks for no report
    known = context.known_of(best.held)
    if _RECEIVER.search(asked.folded) and not demanded and (received := _received(context, topic, best)):
        return received
    if asked.whether and context.scope is not None and len(holders) == 1 and best.fit < THRESHOLD:
        facts = naming(known) | {"near": "yes"}
        nearest = said(context, "other").sources or (_source(best),)
        return Answer("answer", intent, facts, nearest, score=_NEAREST)
    sources = tuple(_source(one) for one in candidates[:_MOST] if one.fit >= best.fit - 0.1 and one.dated == best.dated)
    if demanded and not best.dated:
        return not_stated(context, intent, known, sources[:1])
    facts = naming(known) | _due(best.found, wants_half, wants_year)
    score = best.fit if topic.words else (0.9 if context.scope is not None else 0.7)
    return Answer("answer", intent, facts, sources, score=score)


_RECEIVER: Final = re.compile(r"\b(?:gui|len|cho|ve|den) (?:\w+ ){0,3}(?:co quan|don vi|noi)(?: \w+){0,2} nao\b")


def _received(context: Context, topic: Wanted, best: _Candidate) -> Answer | None:
    """Who receives the document, where the receivers asked for are among these and not told with the deadline."""
    near = flat(" . ".join([best.found.quote, best.found.to_whom or "", best.held.subject]))
    listed = flat(" . ".join([*(field.value for field in best.held.document.header.recipients), best.held.subject]))
    return people(context, "recipients") if topic.held(listed) > topic.held(near) else None


def _holders(context: Context) -> list[Held]:
    """The documents whose deadlines may be meant; of very many those whose deadlines hold most of the words."""
    library = context.library
    if context.scope is not None:
        return [library.held[key] for key in sorted(context.scope)]
    rows = library.due_rows()
    if len(rows) > _FEW:
        likeliest = ranked(library.passages, context.asked.searched, within=rows, limit=_ROWS)
        rows = np.array(sorted(place for place, _ in likeliest), np.int64)
    return list(dict.fromkeys(library.passage_rows[row].held for row in rows))


def _of_time(asked: Asked, candidates: list[_Candidate], half: bool) -> list[_Candidate] | None:
    """Those of the month, the quarter or the rhythm that is asked for; ``None``: there is none of that time."""
    if asked.months:
        of_month = [one for one in candidates if _of_months(one.found) & asked.months]
        return of_month or [one for one in candidates if _months(one.found) & asked.months] or None
    quarters = {_QUARTERS[one] for one in _QUARTER.findall(asked.folded)}
    if of_quarter := [one for one in candidates if _of_quarters(one.found) & quarters]:
        return of_quarter
    for every, wording in _PERIODS:
        if wording.search(asked.folded) and not asked.either:
            return [one for one in candidates if one.found.recurrence and one.found.recurrence.every == every] or None
    if half and not asked.either:
        return [one for one in candidates if _of_half(one.found)] or None
    return candidates


_HANDED_IN: Final = re.compile(r"\b(?:bao cao|gui|nop|trinh|thong ke|phan anh|danh sach|ho so|dang ky)\b")
"""What a deadline of a report speaks of, beside other terms: "trả lời trong 15 ngày"."""


def _none(context: Context, intent: str, held: Held, topic: Wanted) -> Answer:
    """That a document states no deadline at all: an answer to just that question, else a refusal.

    Who takes for granted that something in it is due has no answer, unless "công văn có nói không" is the question.
    """
    known = context.known_of(held)
    nearest: tuple[Source, ...] = ()
    if set(topic.words) - set(flat(held.subject).split()) - {part for name in held.names for part in name.split()}:
        if not context.asked.whether:
            return not_stated(context, intent, known)
        nearest = said(context, "other").sources
    return Answer("answer", intent, naming(known) | {"none": "yes"}, nearest or of_known(known, 1), score=0.9)


def _topic(context: Context) -> Wanted:
    leave_out = set(_REPORT_WORDS) | {str(month) for month in context.asked.months} | {"6", "06", "01", "1"}
    leave_out |= set(_QUARTER.findall(context.asked.folded))
    kept = set(context.topic.words) - leave_out
    return wanted(context.library, context.asked, {w for w in context.want.words if w not in kept} | leave_out)


def _candidate(held: Held, found: FoundDeadline, topic: Wanted, context: Context) -> _Candidate:
    passage = passage_at(held, found.start)
    near = [found.quote, found.who_reports or "", found.to_whom or ""]
    around = [*near, passage.heading if passage else "", held.subject]
    text = passage.text if passage else ""
    fit = max(
        topic.covered(flat(" . ".join(around))),
        0.85 * topic.covered(flat(" . ".join([*around, text]))),
    )
    if not topic.words:
        fit = 1.0
    dated = bool(found.instances) or bool(found.recurrence and found.recurrence.day)
    return _Candidate(held, found, fit, topic.covered(flat(" . ".join(near))), dated)


def _of_half(found: FoundDeadline) -> bool:
    every = found.recurrence.every if found.recurrence else None
    return every == "half-year" or any("tháng" in (instance.period or "") for instance in found.instances)


def _of_months(found: FoundDeadline) -> set[int]:
    """The months that it is due for, as printed: of "báo cáo tháng 11 … trước ngày 01/12" November."""
    if not found.instances:
        return set()
    return {int(month) for month in _MONTH.findall(flat(found.quote).partition(" truoc ngay ")[0])}


def _of_quarters(found: FoundDeadline) -> set[int]:
    """The quarters that it is due for, as printed."""
    return {_QUARTERS[one] for one in _QUARTER.findall(flat(found.quote))} if found.instances else set()


_QUARTERS: Final = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER: Final = re.compile(r"\bquy (iv|i{1,3}|[1-4])\b(?! \d{4} \d)")
_MONTH: Final = re.compile(r"\bthang (\d{1,2})\b")


def _months(found: FoundDeadline) -> set[int]:
    if found.recurrence and found.recurrence.every == "month":
        return set(range(1, 13))
    months = {instance.date.month for instance in found.instances}
    if found.recurrence and found.recurrence.month:
        months.add(found.recurrence.month)
    return months


def _due(found: FoundDeadline, half: bool, year: bool) -> dict[str, str]:
    instances = list(found.instances)
    if half != year and len(instances) > 1:
        fitting = [one for one in instances if one.period and ("tháng" in one.period) == half]
        instances = fitting or instances
    parts = [
        " ".join(part for part in (f"{one.period}:" if one.period else "", one.bound, f"{one.date:%d/%m/%Y}") if part)
        for one in instances
    ]
    facts = {"rule": found.rule}
    if parts:
        facts |= {"due": "; ".join(parts), "count": str(len(parts))}
    if again := found.recurrence:
        facts["every"] = again.every
        if not parts and again.day:
            facts["due"] = f"{'trước ngày' if again.exclusive else 'ngày'} {_day(again)}"
    if found.who_reports:
        facts["who"] = found.who_reports
    if found.to_whom:
        facts["to_whom"] = found.to_whom
    if found.receiver_gone:
        facts["receiver_gone"] = "yes"
    return facts


def _day(again: Recurrence) -> str:
    """The printed day of a rhythm: "30/10", "15 tháng cuối quý", "15/6 và 15/12"."""
    if again.month is None or again.day is None:
        return str(again.day)
    if again.every == "quarter":
        return f"{again.day} tháng {('cuối', 'đầu', 'giữa')[again.month % 3]} quý"
    days = [again.month, (again.month + 5) % 12 + 1] if again.every == "half-year" else [again.month]
    return " và ".join(f"{again.day}/{month}" for month in sorted(days))


def _source(one: _Candidate) -> Source:
    return from_document(one.held, one.found.start, one.found.start + len(one.found.quote))
