"""Report forms as data: what a form file may say, and reading it. A form file is a TOML file in ``knowledge/forms``.

::

    title = "Đối thoại với Nhân dân"
    periods = ["month"]              # ad-hoc (by day), week, month, quarter, half-year, year
    version = 1                      # raise it when a question is added, dropped or changes its meaning
    spellings = ["doi thoai"]        # what people may type for the form's name
    jump = 10                        # ask back above 10 times (or below a tenth of) the last period's number
    checks = ["nguoi = nam + nu", "nam <= nguoi"]    # questions by name; =, <= or >=

    [[question]]
    name = "nguoi"                   # small letters, digits, underscores; never changes
    kind = "whole"                   # text whole decimal money choice several date yes-no photo file
    title = "Người tham gia"         # short: the column's heading
    labels = ["người dự", "số người"]    # other words for it in a report typed as one message
    help = "Tổng số người dự."       # said with the question, and more fully on "?"
    required = true                  # the default
    unit = "người"                   # of a whole or decimal number
    min = 0                          # bounds of a number; characters of a text; options picked; files sent
    max = 5000
    options = ["Tốt", "Khá"]         # of choice and several
    sums = "sum"                     # sum, latest, count or list: how the units' answers become one
    jump = 5                         # this question's own; 0 for never
    show_if = "co_doi_thoai = Có"    # asked only then: an earlier question, =, !=, <, <=, >, >= and a value,
                                     # or its name alone: if it has an answer

What may be answered to a question, and how answers are written and added up, is in ``knowledge.forms.values``; what
follows from ``show_if``, ``checks`` and ``jump`` in ``knowledge.forms.rules``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal, cast, get_args

from knowledge.fold import fold
from knowledge.forms.rules import Check, Condition, read_check, read_condition
from knowledge.numbers import parse_number
from knowledge.period import Kind as PeriodKind

Kind = Literal["text", "whole", "decimal", "money", "choice", "several", "date", "yes-no", "photo", "file"]
Sums = Literal["sum", "latest", "count", "list"]

NUMBERS: Final = frozenset({"whole", "decimal", "money"})
OPTIONS: Final = frozenset({"choice", "several"})
PROOFS: Final = frozenset({"photo", "file"})

_LONGEST_TEXT: Final = 2000
_LARGEST: Final[Mapping[str, int]] = {"whole": 10**9, "decimal": 10**12, "money": 10**14}
_MOST_FILES: Final = 10


_ENTRIES: Final = (
    "name",
    "kind",
    "title",
    "labels",
    "help",
    "required",
    "unit",
    "min",
    "max",
    "options",
    "sums",
    "jump",
    "show_if",
)


class FormError(ValueError):
    """A form file that cannot be used: which file, which line, and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    ``minimum`` and ``maximum`` bound a number (in ``unit``; money is in đồng), the characters of a text, the options
    picked, or the files sent.
    """

    name: str
    kind: Kind
    title: str
    """Short, fit for a column heading."""
    help: str = ""
    required: bool = True
    unit: str = ""
    minimum: int = 0
    maximum: int = 0
    options: tuple[str, ...] = ()
    sums: Sums = "list"
    """How the answers of many units become one: added; the latest of each unit added; counted; listed."""
    labels: tuple[str, ...] = ()
    """Other words for it, in a report that is typed as one message."""
    jump: int = 0
    """How many times the last period's number is so much that it is asked back; 0 for never."""
    show_if: Condition | None = None
    """When it is asked; ``None`` for always."""


@dataclass(frozen=True, slots=True)
class Form:
    """A report form: what is asked, for which kinds of period."""

    name: str
    title: str
    periods: tuple[PeriodKind, ...]
    questions: tuple[Question, ...]
    version: int = 1
    spellings: tuple[str, ...] = ()
    """Other names that people type for it, folded."""
    checks: tuple[Check, ...] = ()
    """Numbers that must agree before a report is sent."""

    def question(self, name: str) -> Question | None:
        """The question of this name."""
        return next((question for question in self.questions if question.name == name), None)


def load_forms(folder: Traversable | None = None) -> dict[str, Form]:
    """Every ``*.toml`` file of a folder as a form, by its name: of ``knowledge/forms`` unless told otherwise.

    Raises :class:`FormError` for the first bad one.
    """
    folder = folder or resources.files("knowledge") / "forms"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    forms = [read_form(file.name, file.read_text(encoding="utf-8")) for file in files]
    seen: dict[str, str] = {}
    for form in forms:
        for spelling in {fold(form.name), fold(form.title), *form.spellings}:
            if spelling in seen:
                raise FormError(f"{form.name}.toml", 1, f'"{spelling}" already means the form {seen[spelling]}')
            seen[spelling] = form.name
    return {form.name: form for form in forms}


def read_form(file: str, text: str) -> Form:
    """The form that a file's text describes; its name is the file's name. Raises :class:`FormError`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise FormError(file, int(at[1]) if at else text.count("\n") + 1, str(error)) from error
    return _Reader(file, text, data.get("question")).form(data)


class _Reader:
    """Checks one file's data and knows on which line each part of it stands."""

    def __init__(self, file: str, text: str, entries: Any) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.entries = entries if isinstance(entries, list) else []
        self.starts = [at for at, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*question\s*\]\]", line)]

    def fail(self, reason: str, key: str = "", entry: int | None = None) -> FormError:
        first = 1 if entry is None else self.starts[entry]
        later = [start for start in self.starts if start > first]
        last = later[0] - 1 if later else len(self.lines)
        for at in range(first, last + 1):
            if key and re.match(rf"\s*{re.escape(key)}\s*=", self.lines[at - 1]):
                return FormError(self.file, at, reason)
        return FormError(self.file, first, reason)

    def fail_at(self, reason: str, words: str) -> FormError:
        """Of one line in a list: where its words stand."""
        at = next((at for at, line in enumerate(self.lines, 1) if words in line), 1)
        return FormError(self.file, at, reason)

    def take(self, data: Mapping[str, Any], key: str, kind: type, default: Any, entry: int | None = None) -> Any:
        value = data.get(key, default)
        if value is None:
            raise self.fail(f'"{key}" is missing', entry=entry)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f'"{key}" must be a {kind.__name__}', key, entry)
        if isinstance(value, str):
            value = value.strip()
            if key in data and not value:
                raise self.fail(f'"{key}" is empty', key, entry)
        return value

    def words(self, data: Mapping[str, Any], key: str, entry: int | None = None) -> tuple[str, ...]:
        values: list[Any] = self.take(data, key, list, [], entry)
        if any(not isinstance(value, str) or not value.strip() for value in values):
            raise self.fail(f'"{key}" must be a list of words', key, entry)
        if len({fold(value) for value in values}) < len(values):
            raise self.fail(f'"{key}" names one thing twice', key, entry)
        return tuple(value.strip() for value in values)

    def known(self, data: Mapping[str, Any], keys: Iterable[str], entry: int | None = None) -> None:
        for key in data:
            if key not in keys:
                raise self.fail(f'unknown entry "{key}"', key, entry)

    def form(self, data: Mapping[str, Any]) -> Form:
        self.known(data, ("title", "periods", "version", "spellings", "jump", "checks", "question"))
        name = self.file.removesuffix(".toml")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 40:
            raise self.fail("a form's file name is up to 40 small letters, digits and hyphens")
        periods = self.words(data, "periods")
        if not periods or not set(periods) <= set(get_args(PeriodKind)):
            raise self.fail(f'"periods" must be among {", ".join(get_args(PeriodKind))}', "periods")
        version = self.take(data, "version", int, 1)
        if version < 1:
            raise self.fail('"version" counts from 1', "version")
        entries = self.take(data, "question", list, None)
        if len(self.starts) != len(entries) or not entries:
            raise self.fail("questions are written as [[question]] entries, at least one")
        jump = self.jump(data, 0)
        questions = tuple(self.question(entry, at, jump) for at, entry in enumerate(entries))
        self.names(questions)
        questions = tuple(self.shown(questions, entry, at) for at, entry in enumerate(entries))
        title = self.take(data, "title", str, None)
        spellings = tuple(fold(spelling) for spelling in self.words(data, "spellings"))
        checks = self.checks(data, questions)
        return Form(name, title, cast(tuple[PeriodKind, ...], periods), questions, version, spellings, checks)

    def jump(self, data: Mapping[str, Any], default: int, entry: int | None = None) -> int:
        times: int = self.take(data, "jump", int, default, entry)
        if times != 0 and not 2 <= times <= 1000:
            raise self.fail('"jump" is a number of times from 2 to 1000, or 0 for never', "jump", entry)
        return times

    def names(self, questions: Sequence[Question]) -> None:
        """Each question by a name and words of its own: a report in one message names its answers by them."""
        seen: dict[str, str] = {}
        for at, question in enumerate(questions):
            if question.name in {earlier.name for earlier in questions[:at]}:
                raise self.fail(f'a second question named "{question.name}"', "name", at)
            for key, words in (("title", (question.title,)), ("labels", question.labels)):
                for folded in map(fold, words):
                    if seen.setdefault(folded, question.name) != question.name:
                        raise self.fail(f'"{folded}" already means the question "{seen[folded]}"', key, at)

    def shown(self, questions: Sequence[Question], data: Mapping[str, Any], at: int) -> Question:
        """The question with the condition on which it is asked."""
        written = self.take(data, "show_if", str, "", at)
        if not written:
            return questions[at]
        condition = read_condition(written)
        if condition is None:
            raise self.fail(f'"{written}" is no condition such as "a = Có" or "a > 0"', "show_if", at)
        place = next((n for n, question in enumerate(questions) if question.name == condition.name), None)
        if place is None:
            raise self.fail(f'no question named "{condition.name}"', "show_if", at)
        if place >= at:
            loop = self.loop(at)
            reason = f"{' → '.join(loop)} go in a loop" if loop else f'"{condition.name}" is asked later'
            raise self.fail(f"show_if looks at earlier answers only: {reason}", "show_if", at)
        value = _value(questions[place], condition)
        if value is None and condition.sign is not None:
            reason = f'"{questions[place].name}" ({questions[place].kind}) cannot be compared in "{written}"'
            raise self.fail(reason, "show_if", at)
        return replace(questions[at], show_if=replace(condition, value=value))

    def loop(self, at: int) -> list[str]:
        """The questions from this one along their conditions and back to it; empty where there is no way back."""
        needs = {}
        for entry in self.entries:
            condition = read_condition(str(entry.get("show_if", "")))
            needs[entry.get("name")] = condition.name if condition else None
        path = [self.entries[at]["name"]]
        while (following := needs.get(path[-1])) is not None and following not in path[1:]:
            path.append(following)
            if following == path[0]:
                return path
        return []

    def checks(self, data: Mapping[str, Any], questions: Sequence[Question]) -> tuple[Check, ...]:
        numbers = {question.name for question in questions if question.kind in NUMBERS}
        found = []
        for written in self.words(data, "checks"):
            check = read_check(written)
            if check is None:
                raise self.fail_at(f'"{written}" is no check such as "a = b + c" or "a <= b"', written)
            for name in (check.name, *check.others):
                if name not in numbers:
                    raise self.fail_at(f'"{name}" in "{written}" is no question that asks for a number', written)
            if check.name in check.others or len(set(check.others)) < len(check.others):
                raise self.fail_at(f'"{written}" names a question twice', written)
            found.append(check)
        return tuple(found)

    def question(self, data: Mapping[str, Any], at: int, jump: int) -> Question:
        self.known(data, _ENTRIES, at)
        name = self.take(data, "name", str, None, at)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise self.fail("a question's name is small letters, digits and underscores", "name", at)
        kind = cast(Kind, self.take(data, "kind", str, None, at))
        if kind not in get_args(Kind):
            raise self.fail(f'no kind "{kind}"; there are {", ".join(get_args(Kind))}', "kind", at)
        options = self.words(data, "options", at)
        if (kind in OPTIONS) != (len(options) >= 2):
            raise self.fail('"options" belong to a choice, at least two of them', "options", at)
        if any(";" in option or fold(option).isdecimal() for option in options):
            raise self.fail("an option holds no semicolon and is no bare number", "options", at)
        unit = self.take(data, "unit", str, "", at)
        if unit and (kind not in {"whole", "decimal"} or parse_number(f"1 {unit}") != Decimal(1)):
            raise self.fail(f'"{unit}" is no unit that can follow a number', "unit", at)
        minimum, maximum = self.bounds(data, kind, len(options), at)
        default = "sum" if kind in NUMBERS else "list" if kind in {"text", "date"} else "count"
        sums = cast(Sums, self.take(data, "sums", str, default, at))
        if sums not in get_args(Sums) or (sums in {"sum", "latest"} and kind not in NUMBERS):
            raise self.fail(f'answers of kind "{kind}" have no "{sums}"', "sums", at)
        return Question(
            name,
            kind,
            self.take(data, "title", str, None, at),
            self.take(data, "help", str, "", at),
            self.take(data, "required", bool, True, at),
            unit,
            minimum,
            maximum,
            options,
            sums,
            self.words(data, "labels", at),
            self.jump(data, jump if kind in NUMBERS else 0, at),
        )

    def bounds(self, data: Mapping[str, Any], kind: Kind, options: int, at: int) -> tuple[int, int]:
        most = {"text": _LONGEST_TEXT, "several": options, "photo": _MOST_FILES, "file": _MOST_FILES, **_LARGEST}
        if kind not in most:
            if "min" in data or "max" in data:
                raise self.fail(f'a question of kind "{kind}" has no bounds', "min" if "min" in data else "max", at)
            return 0, 0
        minimum = self.take(data, "min", int, 0 if kind in NUMBERS else 1, at)
        maximum = self.take(data, "max", int, most[kind], at)
        if not 0 <= minimum <= maximum <= most[kind]:
            raise self.fail(f"bounds must be 0 <= min <= max <= {most[kind]}", "min" if "min" in data else "max", at)
        return minimum, maximum


def _value(question: Question, condition: Condition) -> str | bool | Decimal | None:
    """The written value of a condition as the question's answers are; ``None`` where they cannot be compared."""
    written = str(condition.value)
    if question.kind in NUMBERS:
        return parse_number(written)
    if condition.sign not in {"=", "!="}:
        return None
    if question.kind == "yes-no":
        return {"co": True, "khong": False}.get(fold(written))
    return next((option for option in question.options if fold(option) == fold(written)), None)
