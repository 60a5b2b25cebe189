"""Tables of tasks: rows that pipes or tabs hold apart, with a column that says who and one that says by when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from knowledge.document import FoundDeadline, Header, Instance, Recurrence
from knowledge.fold import fold, one_line
from knowledge.reading.due.parties import is_gone, receiver_of
from knowledge.reading.due.printed_days import (
    CADENCE,
    IN_PERIOD,
    NOT_A_DEADLINE,
    ON_EVENT,
    ONE_OFF,
    RECURRING,
    every_of,
    find_days,
    instances_of_periods,
    read_days,
)
from knowledge.reading.due.terms import find_terms

_LINE: Final = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_WHEN: Final = re.compile(r"^(?:thoi gian|thoi han|han|ngay|tien do|ky han)\b")
_DUE: Final = re.compile(r"\bhan\b|hoan thanh|xong|bao cao|gui|nop|tien do")
_WHO: Final = re.compile(
    r"^(?:(?:co quan|don vi|bo phan|noi)(?: |$)(?!.*phoi hop|(?:tiep )?nhan\b)|chu tri"
    r"|nguoi thuc hien|don vi thuc hien)"
)
_WHAT: Final = re.compile(r"\b(?:nhiem vu|noi dung|cong viec|viec|hoat dong|(?:ten|loai) bao cao)\b")
_TO: Final = re.compile(r"^(?:(?:noi|co quan|don vi|nguoi) (?:tiep )?nhan|gui (?:ve|den|cho))\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with its place in the original, blanks around it left out."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a table of tasks. ``original[start:end]`` is the row word for word."""

    start: int
    end: int
    what: str
    who: str | None
    to_whom: str | None
    when: Cell
    due: bool
    """Whether the column says that the time is a bound ("Thời hạn", "Hoàn thành"), not when work is planned."""


def read_tasks(original: str) -> list[Task]:
    """The rows of every table that has a heading with a column for the time, in order."""
    tasks: list[Task] = []
    columns: tuple[int, int | None, int, int | None] | None = None
    width, due = 0, False
    for row in _rows(original):
        if row is None or (columns and len(row) != width):
            columns = None
        if row is None:
            continue
        if columns is None:
            columns, width = _columns(row), len(row)
            due = columns is not None and bool(_DUE.search(fold(row[columns[0]].text)))
            continue
        when, who, what, to = (row[i] if i is not None else None for i in columns)
        if when and when.text:
            said = what.text if what else ""
            told, receiver = ((cell and cell.text) or None for cell in (who, to))
            tasks.append(Task(row[0].start, row[-1].end, said, told, receiver, when, due))
    return tasks


def _rows(original: str) -> Iterator[list[Cell] | None]:
    """Every line as cells; ``None`` for a line that is no row. Rules between rows are passed over."""
    for match in _LINE.finditer(original):
        line = match.group()
        separator = "|" if line.count("|") >= 2 else "\t" if line.strip().count("\t") >= 2 else None
        if separator is None:
            if line.strip():
                yield None
            continue
        if re.fullmatch(r"[\s|:+=-]*", line):
            continue
        start, end = match.start(), match.end()
        if separator == "|":
            start += len(line) - len(line.lstrip(" |")) if line.lstrip().startswith("|") else 0
            end -= len(line) - len(line.rstrip(" \t|")) if line.rstrip().endswith("|") and line.count("|") > 2 else 0
        yield _cells(original, start, max(start, end), separator)


def _cells(original: str, start: int, end: int, separator: str) -> list[Cell]:
    cells = []
    for part in original[start:end].split(separator):
        lead = len(part) - len(part.lstrip())
        words = part.strip()
        cells.append(Cell(one_line(words.replace("*", "")), start + lead, start + lead + len(words)))
        start += len(part) + 1
    return cells


def _columns(row: list[Cell]) -> tuple[int, int | None, int, int | None] | None:
    """Which columns say when, who, what and to whom; ``None`` where the row is no heading of a table of tasks."""
    names = [fold(cell.text).strip(" *") for cell in row]
    when = next((i for i, name in enumerate(names) if _WHEN.match(name) and len(name) < 60), None)
    what = next((i for i, name in enumerate(names) if _WHAT.search(name) and i != when), None)
    if when is None or what is None:
        return None
    who, to = (
        next((i for i, name in enumerate(names) if column.match(name) and i not in (when, what)), None)
        for column in (_WHO, _TO)
    )
    return when, who, what, to


_BARE_DAY: Final = re.compile(r"(?:ngày\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}", re.IGNORECASE)
_BARE_PERIOD: Final = re.compile(r"(?:quý|tháng|0?6 tháng)\b.*", re.IGNORECASE)
_SPAN: Final = re.compile(r"\d\s*[-–]\s*(?:ngày |tháng |quý )?\d|\btừ\b.*\bđến\b|[-–]\s*(?:tháng|quý)", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


_SENDS: Final = re.compile(r"\s+(?:gửi|báo cáo|nộp|trình)\s+(?=(?:về\s+|cho\s+|đến\s+)?[A-ZĐỦ])")
_ON_DEMAND: Final = re.compile(r"(?:ngay )?(?:khi|theo yêu cầu|nếu)\b", re.IGNORECASE)
_DELIVERED: Final = re.compile(r"báo cáo|gửi|nộp|trình|hoàn thành|sơ kết|tổng kết|đăng ký|tổng hợp", re.IGNORECASE)


def deadline_of(original: str, task: Task, header: Header, issuer_gone: bool) -> FoundDeadline | None:
    """The deadline of a row: a day, a whole period, a term or a rhythm; ``None`` for "thường xuyên" and the like."""
    printed = task.when.text.rstrip(" .;")
    when = printed
    if NOT_A_DEADLINE.search(when):
        return None
    if _BARE_DAY.fullmatch(when):
        when = f"chậm nhất {when}"
    elif _BARE_PERIOD.fullmatch(when) and not _SPAN.search(when):
        if not (task.due or _DELIVERED.search(task.what)):
            return None  # a schedule says when work is done, not by when
        years = set(_YEAR.findall(header.title.value if header.title else ""))
        when = f"trong {when}" + ("" if _YEAR.search(when) or len(years) != 1 else f" năm {next(iter(years))}")
    text = f"{task.what} báo cáo {when}"
    instances: list[Instance] = []
    recurring: list[Recurrence] = []
    if days := find_days(text):
        instances, recurring = read_days(text, days, header)
    elif periods := list(IN_PERIOD.finditer(text)):
        instances = instances_of_periods(periods)
    terms = [] if instances or recurring else find_terms(text)
    every = every_of(when)
    again: Recurrence | None = None
    if instances:
        rule = ONE_OFF
    elif recurring:
        rule, again = RECURRING, recurring[0]
    elif terms:
        rule, again = ON_EVENT, terms[0].recurrence
    elif _ON_DEMAND.match(when) and (task.to_whom or _DELIVERED.search(task.what)):
        rule = ON_EVENT
    elif every and re.search(r"báo cáo|gửi|tổng hợp|giao ban", task.what, re.IGNORECASE):
        rule, again = CADENCE, Recurrence(every)
    else:
        return None
    who, to_whom = task.who, task.to_whom or receiver_of(task.what)
    if who and (sends := _SENDS.search(who)):
        who, to_whom = who[: sends.start()], to_whom or receiver_of(who)
    gone = is_gone(to_whom) if to_whom else issuer_gone
    return FoundDeadline(
        quote=original[task.start : task.end],
        start=task.start,
        who_reports=who,
        to_whom=to_whom,
        rule=rule,
        instances=tuple(instances),
        recurrence=again,
        term=printed if terms or (rule == ON_EVENT) else None,
        receiver_gone=gone or (who is not None and is_gone(who)),
    )
