"""The rules of a form: when a question is asked, which sums must agree, and what is a jump against the last period.

In a form file they are short lines of words: ``show_if = "co_doi_thoai = Có"``, ``checks = ["tong = nam + nu"]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, Literal, cast

if TYPE_CHECKING:
    from knowledge.forms.form import Form, Question

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]

_CONDITION: Final = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?:\s*(?P<sign>!=|<=|>=|=|<|>)\s*(?P<value>\S.*))?")
_CHECK: Final = re.compile(r"([a-z][a-z0-9_]*)\s*(=|<=|>=)\s*([a-z][a-z0-9_]*(?:\s*\+\s*[a-z][a-z0-9_]*)*)")


@dataclass(frozen=True, slots=True)
class Condition:
    """An earlier answer compared with a value; without a sign: that there is an answer."""

    name: str
    sign: Comparison | None = None
    value: str | bool | Decimal | None = None
    """An option, yes or no, or a number. "=" asks of several choices whether this one is among them."""


@dataclass(frozen=True, slots=True)
class Check:
    """Numbers of one report that must agree: one question, and the sum of others."""

    name: str
    sign: Comparison
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A check that does not hold."""

    check: Check
    amount: Decimal
    """What is reported."""
    sum: Decimal
    """What the others come to."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A number that is many times the last period's, or a small part of it: perhaps a slip."""

    question: Question
    before: Decimal
    now: Decimal


def read_condition(text: str) -> Condition | None:
    """A condition as a form file writes it, its value still as written; ``None`` where it is no condition."""
    match = _CONDITION.fullmatch(text.strip())
    return Condition(match["name"], cast(Comparison, match["sign"]), match["value"]) if match else None


def read_check(text: str) -> Check | None:
    """A check as a form file writes it; ``None`` where it is none."""
    match = _CHECK.fullmatch(text.strip())
    return Check(match[1], cast(Comparison, match[2]), tuple(re.split(r"\s*\+\s*", match[3]))) if match else None


def questions_for(form: Form, answers: Mapping[str, Any]) -> Sequence[Question]:
    """The questions that are asked, given these answers, in order.

    An answer to a question that is not asked counts for nothing: not for later conditions either.
    """
    if not any(question.show_if for question in form.questions):
        return form.questions
    found: list[Question] = []
    names: set[str] = set()
    for question in form.questions:
        condition = question.show_if
        if condition is None or (condition.name in names and _holds(condition, answers.get(condition.name))):
            found.append(question)
            names.add(question.name)
    return found


def relevant(form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers without those to questions that are not asked."""
    asked = questions_for(form, answers)
    if len(asked) == len(form.questions):
        return answers
    names = {question.name for question in asked}
    return {name: value for name, value in answers.items() if name in names}


def _holds(condition: Condition, answer: Any) -> bool:
    if answer is None or answer == []:
        return False
    wanted = condition.value
    if condition.sign is None:
        return True
    if isinstance(wanted, Decimal):
        number = _amount(answer)
        return number is not None and _compare(number, condition.sign, wanted)
    same = wanted in answer if isinstance(answer, list) else wanted == answer
    return same == (condition.sign == "=")


def _compare(left: Decimal, sign: Comparison, right: Decimal) -> bool:
    match sign:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def disagreements(form: Form, answers: Mapping[str, Any]) -> list[Disagreement]:
    """The checks that do not hold. A question that is skipped or not asked adds nothing to a sum, and a check is
    left out where its own question, or all the others, have no answer."""
    given = relevant(form, answers)
    found = []
    for check in form.checks:
        amount = _amount(given.get(check.name))
        parts = [part for name in check.others if (part := _amount(given.get(name))) is not None]
        if amount is None or not parts:
            continue
        total = sum(parts, Decimal(0))
        if not _compare(amount, check.sign, total):
            found.append(Disagreement(check, amount, total))
    return found


def jumps(form: Form, answers: Mapping[str, Any], before: Mapping[str, Any]) -> list[Jump]:
    """The numbers that are more than a question's ``jump`` times the last period's, or less than such a part of it.

    Nothing is a jump from nothing: where one of the two is 0 or missing there is no comparison.
    """
    given = relevant(form, answers)
    found = []
    for question in form.questions:
        was, now = _amount(before.get(question.name)), _amount(given.get(question.name))
        if question.jump and was and now and max(was, now) > question.jump * min(was, now):
            found.append(Jump(question, was, now))
    return found


def _amount(answer: Any) -> Decimal | None:
    if answer is None or isinstance(answer, bool | list):
        return None
    try:
        return Decimal(answer)
    except (InvalidOperation, TypeError, ValueError):
        return None
