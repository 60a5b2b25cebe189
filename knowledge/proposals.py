"""From the deadlines that a document prints to rules for the calendar, for staff to confirm or mend."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.calendar import Every, Rule, period_of, rule_of
from knowledge.document import Document, FoundDeadline, Instance
from knowledge.fold import fold, one_line
from knowledge.numbers import parse_date

_MONTHS: Final[dict[str, int]] = {"quarter": 3, "half-year": 6, "year": 12}
_WORDING: Final[Sequence[tuple[Every, str]]] = (
    ("half-year", r"\b(?:(?:hang|moi|dinh ky) )?(?:0?6|sau) thang(?: mot lan)?\b"),
    ("year", r"\b(?:hang|moi|dinh ky) nam\b|\bnam mot lan\b"),
    ("quarter", r"\b(?:hang|moi|dinh ky) quy\b|\bquy mot lan\b"),
    ("month", r"\b(?:hang|moi|dinh ky) thang\b|\bthang mot lan\b"),
    ("week", r"\b(?:hang|moi|dinh ky) tuan\b|\btuan mot lan\b"),
    ("once", r"\b(?:chi |mot |duy nhat )+lan\b"),
)
_EVERY: Final = tuple((every, re.compile(pattern)) for every, pattern in _WORDING)
_EXCLUSIVE: Final = re.compile(r"^truoc\b(?: ngay)?")
_INCLUSIVE: Final = re.compile(r"^(?:cham nhat|muon nhat|den|vao|han|het)\b(?: (?:la|vao|den))?(?: ngay)?")
_ONLY_DAY: Final = re.compile(r"(?:ngay |mung |mong )?(\d{1,2})")
_WEEKDAY: Final = re.compile(r"thu ([2-7])|(chu nhat|cn)")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One deadline of a document as the calendar could keep it."""

    found: FoundDeadline
    instance: Instance | None
    """The printed date that it is, where the text gives concrete dates."""
    rule: Rule | None
    """``None`` for a cadence whose date the text does not give: staff must supply it."""
    every: str
    """"once", or how often it recurs."""

    def past(self, today: dt.date) -> bool:
        """Whether it is a single day that is over. It never rolls forward by itself."""
        return self.instance is not None and self.instance.last_admissible_day < today


def proposals(document: Document) -> list[Proposal]:
    """All that a document's deadlines propose, one for each concrete date or rule: dated ones first, then cadences.

    Otherwise in the order of the text.
    """
    found: list[Proposal] = []
    for deadline in document.deadlines:
        again = deadline.recurrence
        if again is not None:
            found.append(Proposal(deadline, None, rule_of(again), again.every))
        elif deadline.instances:
            found += [Proposal(deadline, one, _once(one), "once") for one in deadline.instances]
        else:
            found.append(Proposal(deadline, None, None, "once"))
    return sorted(found, key=lambda one: (one.rule is None, one.every == "once" and one.rule is None))


def _once(instance: Instance) -> Rule:
    exclusive = instance.last_admissible_day < instance.date
    rule = Rule("once", date=instance.date, exclusive=exclusive)
    kind = _period_kind(instance.period)
    if kind is None:
        return rule
    # What a half-yearly or yearly report of that day is about does not depend on its being due once only.
    shape = Rule(kind, month=1, day=1)
    return replace(rule, period=period_of(shape, instance.last_admissible_day).code)


def _period_kind(printed: str | None) -> Every | None:
    words = one_line(fold(printed or ""))
    if re.search(r"\b(?:0?6|sau) thang\b", words):
        return "half-year"
    kinds: tuple[tuple[str, Every], ...] = (("quy", "quarter"), ("thang", "month"), ("nam", "year"))
    return next((every for word, every in kinds if re.search(rf"\b{word}\b", words)), None)


def typed_rule(text: str, every: str, today: dt.date) -> Rule | None:
    """The rule that somebody types for a deadline which recurs as ``every`` says, or ``None`` where it is no date.

    "30/10", "trước ngày 30/10 hằng năm", "ngày 5 hằng tháng", "thứ 6 hằng tuần", "15/12/2027". A year makes it a
    single day unless words say that it recurs; "trước" leaves the day itself out.
    """
    if len(text) > 80:
        return None
    words = one_line(fold(text)).strip(" .!?;,")
    said = next((name for name, pattern in _EVERY if pattern.search(words)), None)
    for _, pattern in _EVERY:
        words = pattern.sub(" ", words)
    words = one_line(words)
    exclusive = bool(_EXCLUSIVE.match(words))
    words = one_line(_INCLUSIVE.sub("", _EXCLUSIVE.sub("", words))).strip(" ,")
    chosen = said or every
    if chosen == "week" and (weekday := _WEEKDAY.fullmatch(words)):
        return Rule("week", day=int(weekday[1]) - 1 if weekday[1] else 7, exclusive=exclusive)
    if chosen == "month" and (only := _ONLY_DAY.fullmatch(words)) and 1 <= int(only[1]) <= 31:
        return Rule("month", day=int(only[1]), exclusive=exclusive)
    date = parse_date(words, today, ahead=True) or parse_date(f"ngày {words}", today, ahead=True)
    if date is None:
        return None
    if chosen == "once" or (said is None and re.search(r"\d{4}", words)):
        return Rule("once", date=date, exclusive=exclusive)
    if chosen == "month":
        return Rule("month", day=date.day, exclusive=exclusive)
    if chosen in _MONTHS:
        month = (date.month - 1) % _MONTHS[chosen] + 1
        return Rule(chosen, month=month, day=date.day, exclusive=exclusive)  # type: ignore[arg-type]
    return None
