"""The deadlines that a text prints: what, who, to whom, by when, word for word; never a date that is not there.

Only a sentence that tells somebody to report, send, finish or review something can hold one. Dates of cited
documents, of anniversaries, events and plan years are none.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.citations import Mention
from knowledge.document import FoundDeadline, Header, Instance, Passage, Recurrence
from knowledge.fold import fold, one_line
from knowledge.grammar import body_end, find_body, to_date
from knowledge.layout import Flow
from knowledge.period import Kind, Period

ONE_OFF, RECURRING, CADENCE, ON_EVENT, UNDATED = "one-off", "recurring", "cadence", "on-event", "undated"
"""Kinds of rule: with a date, with a yearly or shorter rhythm, a rhythm without a date, when something happens, or a
review that is ordered without saying when."""

_DELIVER: Final = re.compile(
    r"\b(?:báo cáo|gửi|nộp|trình|tổng hợp|hoàn thành|hoàn thiện|hoàn tất|đăng ký|cung cấp|phản hồi|góp ý"
    r"|tham gia ý kiến|đề xuất"
    r"|ban hành|xây dựng|triển khai|tổ chức|rà soát|niêm yết|công khai|sơ kết|tổng kết|đánh giá|thực hiện"
    r"|cập nhật|thông báo"
    r"|kiểm tra|phê duyệt|giải quyết|trả lời|chuyển|lấy ý kiến|báo về)\b",
    re.IGNORECASE,
)
_REPORT: Final = re.compile(
    r"\b(?:báo cáo|gửi|nộp|tổng hợp|sơ kết|tổng kết|đánh giá|thông tin|rà soát|kiểm tra|phản ánh|tự kiểm tra"
    r"|giao ban)\b",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(
    r"(?P<bound>trước(?:\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2})?(?:\s*phút)?,?)?|chậm nhất(?:\s+(?:là|đến|vào))*"
    r"|muộn nhất(?:\s+(?:là|đến|vào))*"
    r"|không muộn hơn|không quá|hạn cuối(?:\s+(?:là|đến))*|thời hạn(?:\s+\w+){0,3}:?"
    r"|hạn(?:\s+\w+){0,2}\s+(?:là|đến|trước):?"
    r"|đến(?:\s+hết)?|xong\s+trước|vào|hết)\s+"
    r"(?:(?P<label>ngày|thứ)\s+)?"
    r"(?:(?P<d>\d{1,2})(?:\s*[/.-]\s*(?P<m>\d{1,2})(?:\s*[/.-]\s*(?P<y>\d{4}))?"
    r"|\s+tháng\s+(?P<m2>\d{1,2})(?:(?:\s*,)?\s+năm\s+(?P<y2>\d{4}))?)?"
    r"|(?P<weekday>hai|ba|tư|năm|sáu|bảy|Hai|Ba|Tư|Năm|Sáu|Bảy|[2-7])\b)(?![\d%])",
    re.IGNORECASE,
)
_PLAIN_DAY: Final = re.compile(
    r"\bngày\s+(?P<d>\d{1,2})(?:\s*/\s*(?P<m>\d{1,2}))?(?=\s*(?:\)?\s*)(?:của\s+)?(?:hàng|hằng|tháng cuối|mỗi"
    r"|tháng đầu))",
    re.IGNORECASE,
)
_IN_PERIOD: Final = re.compile(
    r"\b(?P<bound>(?:xong\s+|hoàn thành\s+)?(?:trong|trước)|đến hết|hết|thời gian(?: hoàn thành"
    r"| thực hiện)?\s*:(?:\s*trong)?)\s+"
    r"(?P<what>quý\s+(?:IV|I{1,3}|[1-4])|tháng\s+\d{1,2}|6 tháng (?:đầu|cuối) năm|06 tháng (?:đầu|cuối) năm)"
    r"\s*(?:[/,-]|\s+năm)?\s*(?P<y>\d{4})\b",
    re.IGNORECASE,
)
_RHYTHM: Final = re.compile(
    r"\b(?:(?:hàng|hằng|mỗi)\s+(?P<every>năm|quý|tháng|tuần)"
    r"|(?P<count>0?6|sáu|0?3|ba|01|1|một)\s+(?P<unit>tháng|năm)(?:\s+một lần|/lần|/01 lần)?"
    r"|định\s+kỳ\s+(?:(?:hàng|hằng)\s+)?(?P<every2>năm|quý|tháng|tuần)|(?P<quarter>tháng cuối (?:của )?(?:mỗi )?quý))",
    re.IGNORECASE,
)
_PERIODIC: Final = re.compile(r"\bđịnh\s+kỳ\b", re.IGNORECASE)
_EVENT: Final = re.compile(
    r"\b(?:nếu có|nếu|khi có|khi)\s+(?:\w+\s+){0,3}?(?:vướng mắc|khó khăn|phát sinh|vấn đề)[^.¶]{0,80}?"
    r"(?P<verb>phản ánh|báo cáo|kiến nghị|đề xuất|trao đổi|thông tin|gửi ý kiến)\b",
    re.IGNORECASE,
)
_REVIEW: Final = re.compile(
    r"\b(?:sơ kết,?\s+(?:và\s+)?tổng kết|sơ kết|tổng kết)\b[^.;¶]{0,140}?(?:\bnăm\s+\d{4}|theo quy định)", re.IGNORECASE
)
_NOT_A_DEADLINE: Final = re.compile(
    r"có hiệu lực|kỷ niệm|ngày truyền thống|kể từ|ban hành trước|giai đoạn|nhiệm kỳ|chào mừng|khai mạc|diễn ra"
    r"|sinh ngày|dự kiến",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[^\s.;:TK])(?:\./\.|\.(?=\s+[A-ZĐÀ-Ỹ“\"-])|\.(?=¶))|¶|;(?=\s|¶)|[.!?](?=\s*$)")
_GONE: Final = re.compile(
    r"\b(?:huyen|quan|thi xa|thi tran|thi uy|quan uy|huyen uy|ban dan van|bdv|bdvtu|bdvhu|hu|phong (?:noi vu"
    r"|ldtb|lao dong|van hoa)"
    r"|ban tuyen giao(?! va dan van))\b"
)


_LONGEST_SENTENCE: Final = 3000
_DAY_OR_RHYTHM: Final = re.compile(r"\d|hàng|hằng|mỗi|định\s+kỳ|nếu|khi|sơ kết|tổng kết|thứ", re.IGNORECASE)
"""What a sentence must hold to be worth a closer look."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    text: str
    uncited: str
    """The sentence with the documents that it cites blanked out: their dates and titles order nothing."""
    paragraph: int


def read_deadlines(
    original: str, flow: Flow, mentions: Sequence[Mention], passages: Sequence[Passage], header: Header
) -> list[FoundDeadline]:
    """Every deadline or reporting rhythm of the body, in order; none is inferred, none moved."""
    found: list[FoundDeadline] = []
    issuer_gone = bool(header.issuer and is_gone(header.issuer.value))
    addressees = "; ".join(field.value for field in header.addressees) or None
    starts = [p.start for p in passages]
    for sentence in _sentences(flow.text, _without_citations(flow.text, mentions)):
        if not (_DAY_OR_RHYTHM.search(sentence.uncited)):
            continue
        place = passages[max(bisect.bisect_right(starts, flow.source(sentence.start)) - 1, 0)]
        if place.path in {"tiêu đề", "kính gửi", "nơi nhận", "chữ ký", "ngoài văn bản"}:
            continue
        for piece in _read_sentence(sentence, place, header):
            printed = flow.text[piece.start : piece.end].rstrip(" ;¶")
            start, end = flow.span(piece.start, piece.start + len(printed))
            who = piece.who or _responsible(place, flow.text, sentence)
            if who is None and (piece.instances or piece.recurrence):
                who = addressees
            gone = is_gone(piece.to_whom) if piece.to_whom else issuer_gone
            found.append(
                FoundDeadline(
                    quote=original[start:end],
                    start=start,
                    who_reports=who,
                    to_whom=piece.to_whom,
                    rule=piece.rule,
                    instances=piece.instances,
                    recurrence=piece.recurrence,
                    receiver_gone=gone or (who is not None and is_gone(who)),
                )
            )
    return found


def is_gone(body: str) -> bool:
    """Whether a body no longer exists since the district level and the Ban Dân vận ended in 2025."""
    return bool(_GONE.search(fold(body)))


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    rule: str
    who: str | None
    to_whom: str | None
    instances: tuple[Instance, ...] = ()
    recurrence: Recurrence | None = None


def _without_citations(text: str, mentions: Sequence[Mention]) -> str:
    parts, at = [], 0
    for mention in mentions:
        if mention.end > at:
            start = max(mention.start, at)
            parts += [text[at:start], "·" * (mention.end - start)]
            at = mention.end
    return "".join([*parts, text[at:]])


def _sentences(text: str, uncited: str) -> Iterator[_Sentence]:
    start = paragraph = 0
    for stop in _SENTENCE.finditer(text):
        while stop.start() - start > _LONGEST_SENTENCE:  # no sentence, but a table or noise
            end = start + _LONGEST_SENTENCE
            yield _Sentence(start, end, text[start:end], uncited[start:end], paragraph)
            start += _LONGEST_SENTENCE
        if stop.group() == ";" and text.count("(", start, stop.start()) > text.count(")", start, stop.start()):
            continue
        end = stop.start() if stop.group() == "¶" else stop.end()
        if text[start:end].strip(" ¶"):
            lead = len(text[start:end]) - len(text[start:end].lstrip(" ¶"))
            yield _Sentence(start + lead, end, text[start + lead : end], uncited[start + lead : end], paragraph)
        start = stop.end()
        if stop.group() == "¶":
            paragraph = start
    if text[start:].strip(" ¶"):
        yield _Sentence(start, len(text), text[start:], uncited[start:], paragraph)


def _read_sentence(sentence: _Sentence, place: Passage, header: Header) -> list[_Piece]:
    text = sentence.uncited
    purpose = bool(re.search(r"muc dich|yeu cau", fold(place.heading)))
    # What stands in a citation ("ngày 24/02/2022 của …") has no bound word before it, so it is not matched here.
    days = _days(text)
    if days and (_DELIVER.search(text) or _DELIVER.search(place.heading)):
        return _dated(sentence, days, header)
    periods = [
        m for m in _IN_PERIOD.finditer(text) if not _NOT_A_DEADLINE.search(text[max(m.start() - 30, 0) : m.end()])
    ]
    if (
        periods
        and not purpose
        and (_DELIVER.search(text[: periods[0].end()]) or periods[0]["bound"].lower().startswith("thời gian"))
    ):
        return [_in_periods(sentence, periods)]
    pieces = _rhythms(sentence, purpose)
    event = _EVENT.search(text)
    if event:
        end = _clause_end(text, event.end())
        pieces.append(_piece(sentence, event.start(), end, ON_EVENT))
    if not purpose:
        for review in _REVIEW.finditer(text):
            if _is_order(text, review.start()) and not any(
                p.start <= sentence.start + review.start() < p.end for p in pieces
            ):
                start = _clause_start(text, review.start())
                pieces.append(_piece(sentence, start, review.end(), UNDATED))
    return sorted(pieces, key=lambda p: p.start)


def _is_order(text: str, at: int) -> bool:
    """Whether a review is told to somebody, not mentioned: it opens the clause, or somebody is to help with it."""
    before = text[:at].rstrip()
    return not before.strip(" -+0123456789.)") or (
        bool(re.search(r"(?:[;,:]|\b(?:giúp|tổ chức|tiến hành|chủ trì|phối hợp)(?:\s+\S+){0,6})$", before))
        and not re.search(r"kịp thời(?:\s+tổ chức)?$", before, re.IGNORECASE)
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """A printed day with its bound: "trước ngày 15/6", the second one of "trước ngày 15/6 và 15/12"."""

    start: int
    end: int
    bound: str
    exclusive: bool
    day: int
    month: int | None
    year: int | None
    weekday: bool = False


_RECURS: Final = re.compile(r"\b(?:hàng|hằng|mỗi|định\s+kỳ)\b", re.IGNORECASE)
_AND_DAY: Final = re.compile(
    r"\s*(?:,|;|và|,\s*và)\s*(?:ngày\s+)?(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})(?:\s*/\s*(?P<y>\d{4}))?(?![\d/])"
)
_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}


def _days(text: str) -> list[_Day]:
    """The days of a sentence that something is due by, in order."""
    days: list[_Day] = []
    for match in _BOUND.finditer(text):
        if not _is_deadline(match, text):
            continue
        bound, exclusive = _bound_word(match["bound"])
        if match["weekday"] and not match["d"]:
            word = match["weekday"].lower()
            weekday = _WEEKDAYS.get(word) or int(word) - 1
            days.append(_Day(match.start(), match.end(), bound, exclusive, weekday, None, None, weekday=True))
            continue
        month, year = match["m"] or match["m2"], match["y"] or match["y2"]
        days.append(_Day(match.start(), match.end(), bound, exclusive, int(match["d"]), _int(month), _int(year)))
        while more := _AND_DAY.match(text, days[-1].end):
            day = _Day(more.start(), more.end(), bound, exclusive, int(more["d"]), int(more["m"]), _int(more["y"]))
            days.append(day)
    for match in _PLAIN_DAY.finditer(text):
        if not any(d.start <= match.start() < d.end for d in days):
            days.append(_Day(match.start(), match.end(), "ngày", False, int(match["d"]), _int(match["m"]), None))
    return sorted(days, key=lambda d: d.start)


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _is_deadline(match: re.Match[str], text: str) -> bool:
    bound = match["bound"].lower()
    around = text[max(match.start() - 45, 0) : match.end() + 25]
    if _NOT_A_DEADLINE.search(around):
        return False
    if match["weekday"] and not match["d"]:
        return (match["label"] or "").lower() == "thứ"
    if not match["m"] and not match["m2"]:
        # "trước ngày 15" alone is a day of a rhythm; "đến 5 mô hình" is no date at all.
        if (match["label"] or "").lower() != "ngày":
            return False
        return bool(_RHYTHM.search(text)) and int(match["d"]) <= 31
    if bound.startswith(("đến", "vào", "hết")):
        # "từ ngày 1/7 đến ngày 30/7" is a span of time; "vào ngày 19/8" is an event, unless it recurs as a report.
        since = re.search(
            r"\btừ\s+(?:ngày\s+)?[\d/ ]+(?:tháng[\d\s]+)?(?:năm \d{4}\s*)?$", text[: match.start()], re.IGNORECASE
        )
        report = re.search(r"\b(?:báo cáo|gửi|nộp|hoàn thành|hạn)\b", text, re.IGNORECASE)
        recurs = _RHYTHM.search(text)
        return since is None and bool(report) and (bound.startswith(("đến hết", "hết")) or bool(recurs))
    return True


def _dated(sentence: _Sentence, days: Sequence[_Day], header: Header) -> list[_Piece]:
    """One deadline for all full dates of a sentence, and one for each recurring day."""
    text = sentence.uncited
    instances: list[Instance] = []
    recurring: list[Recurrence] = []
    for at, day in enumerate(days):
        previous = days[at - 1].end if at else 0
        following = days[at + 1].start if at + 1 < len(days) else len(text)
        period = _period_before(text[previous : day.start])
        if day.weekday:
            recurring.append(Recurrence("week", day.day, None, day.exclusive))
            continue
        if day.month and day.year:
            date = to_date(day.year, day.month, day.day)
            if date:
                instances.append(_instance(period, day.bound, day.exclusive, date))
            continue
        rhythm = _rhythm_around(text, previous, day.end, following)
        if day.month and (rhythm is None or not _RECURS.search(text)):
            date = _date_of_the_year(text, day.month, day.day, header)
            if date:
                instances.append(_instance(period, day.bound, day.exclusive, date))
            continue
        if rhythm is None or to_date(2024, day.month or 1, day.day) is None:
            continue
        every = "year" if day.month else rhythm
        recurring.append(
            Recurrence(every, day.day, 3 if every == "quarter" and not day.month else day.month, day.exclusive)
        )
    who, to_whom = _who(text), _to_whom(text)
    start, end = sentence.start, sentence.end
    pieces = []
    if instances:
        pieces.append(_Piece(start, end, ONE_OFF, who, to_whom, tuple(instances)))
    pieces += [_Piece(start, end, RECURRING, who, to_whom, (), r) for r in _half_years(recurring)]
    if not pieces and _REPORT.search(text):
        pieces.append(_Piece(start, end, ONE_OFF, who, to_whom))
    return pieces


def _half_years(found: list[Recurrence]) -> list[Recurrence]:
    """Two yearly days half a year apart on the same day of the month are one half-yearly rhythm."""
    if len(found) == 2 and all(r.every == "year" and r.month for r in found) and found[0].day == found[1].day:
        first, second = sorted(r.month or 0 for r in found)
        if second - first == 6:
            return [Recurrence("half-year", found[0].day, first, found[0].exclusive)]
    return list(dict.fromkeys(found))


def _bound_word(printed: str) -> tuple[str, bool]:
    """The bound as printed, and whether the day itself is too late: "trước 16 giờ ngày" still includes it."""
    folded = fold(printed)
    if re.search(r"\d", folded):
        return f"{one_line(printed).strip(' ,').lower()} ngày", False
    if folded.startswith(("truoc", "xong")):
        return "trước ngày", True
    if folded.startswith(("cham", "muon", "khong", "han", "thoi han")):
        return "chậm nhất", False
    return "ngày", False


def _instance(period: str | None, bound: str, exclusive: bool, date: dt.date) -> Instance:
    last = date - dt.timedelta(days=1) if exclusive and date > dt.date.min else date
    return Instance(period, bound, date, last)


def _period_before(text: str) -> str | None:
    """The period that a date in brackets belongs to: "06 tháng (trước ngày 10/5/2021)"."""
    matches = list(
        re.finditer(
            r"(?:0?6|sáu|0?3|0?9|01|1|một)\s+(?:tháng|năm)(?:\s+(?:đầu|cuối)\s+năm)?|quý\s+(?:IV|I{1,3}"
            r"|[1-4])\b|tháng\s+\d{1,2}\b"
            r"|(?:báo cáo|kỳ)\s+(?:năm|quý|tháng)\b",
            text,
            re.IGNORECASE,
        )
    )
    near = [m for m in matches if len(text) - m.end() < 60]
    return one_line(re.sub(r"^(?:báo cáo|kỳ)\s+", "", near[-1].group(), flags=re.IGNORECASE)) if near else None


_EVERY: Final = {"năm": "year", "quý": "quarter", "tháng": "month", "tuần": "week"}


def _rhythm_around(text: str, previous: int, end: int, following: int) -> str | None:
    """The rhythm that a day belongs to: said right after it, else the nearest one before it, else any."""
    after = text[end : min(end + 40, following)]
    if re.match(r"[\s(]*(?:của\s+)?tháng cuối (?:của )?(?:mỗi )?quý", after):
        return "quarter"
    near = _RHYTHM.match(after.lstrip(" ,()"))
    before = list(_RHYTHM.finditer(text, previous, end))
    anywhere = near or (before[-1] if before else None) or _RHYTHM.search(text)
    return _rhythm_word(anywhere) if anywhere else None


def _date_of_the_year(text: str, month: int, day: int, header: Header) -> dt.date | None:
    """A day printed without its year: of the one year that the sentence names, else of the document's own date."""
    years = {int(y) for y in re.findall(r"(?:\bnăm\s+|\d{1,2}/\d{1,2}/)(\d{4})\b", text)}
    if len(years) == 1:
        return to_date(years.pop(), month, day)
    if header.date and not years:
        own = dt.date.fromisoformat(header.date.value)
        date = to_date(own.year, month, day)
        return date if date and date >= own else None
    return None


def _in_periods(sentence: _Sentence, periods: Sequence[re.Match[str]]) -> _Piece:
    """ "hoàn thành trong quý II/2024": the last day of the quarter; "trước quý IV/2024": the day before it begins."""
    instances = []
    for match in periods:
        what, year = fold(match["what"]), int(match["y"])
        kind: Kind = "quarter" if what.startswith("quy") else "half-year" if what[:1].isdigit() else "month"
        if kind == "quarter":
            word = what.split()[-1]
            index = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(word) or int(word)
        elif kind == "half-year":
            index = 2 if "cuoi" in what else 1
        else:
            index = int(what.split()[-1])
        if not 1 <= index <= 12 or not 1900 <= year <= 2999:
            continue
        period = Period(kind, year, index)
        before = fold(match["bound"]).endswith("truoc")
        date = period.start if before else period.end
        bound = "trước ngày" if before else "ngày"
        instances.append(_instance(one_line(f"{match['what']}/{match['y']}"), bound, before, date))
    text = sentence.text
    return _Piece(sentence.start, sentence.end, ONE_OFF, _who(text), _to_whom(text), tuple(instances))


def _rhythms(sentence: _Sentence, purpose: bool) -> list[_Piece]:
    """Rhythms without a day: "định kỳ hằng năm báo cáo …"."""
    text = sentence.uncited
    pieces: list[_Piece] = []
    for match in [*_PERIODIC.finditer(text), *_RHYTHM.finditer(text)]:
        if any(p.start <= sentence.start + match.start() < p.end for p in pieces):
            continue
        if match.re is _RHYTHM and not (match["every"] or match["every2"] or match["quarter"]):
            continue
        near = text[max(match.start() - 45, 0) : match.end() + 60]
        report = _REPORT.search(near)
        if not report or _NOT_A_DEADLINE.search(near):
            continue
        told = match.re is _PERIODIC or re.search(
            r"\b(?:báo cáo|gửi|nộp|sơ kết|tổng kết|đánh giá)\b", near, re.IGNORECASE
        )
        if not told or (purpose and not re.search(r"báo cáo|gửi", near)):
            continue
        start, end = _clause_start(text, match.start()), _clause_end(text, match.end())
        every = _every_of(text[start:end])
        recurrence = Recurrence(every) if every else None
        piece = _piece(sentence, start, end, CADENCE)
        pieces.append(_Piece(piece.start, piece.end, CADENCE, piece.who, piece.to_whom, (), recurrence))
    return pieces


def _every_of(text: str) -> str | None:
    rhythms = {_rhythm_word(m) for m in _RHYTHM.finditer(text)}
    order = ("week", "month", "quarter", "half-year", "year")
    return next((name for name in order if name in rhythms), None)


def _rhythm_word(match: re.Match[str]) -> str:
    if match["quarter"]:
        return "quarter"
    if word := match["every"] or match["every2"]:
        return _EVERY[word.lower()]
    count = {"sáu": 6, "ba": 3, "một": 1}.get(match["count"].lower()) or int(match["count"])
    if match["unit"].lower() == "năm":
        return "year"
    return {6: "half-year", 3: "quarter"}.get(count, "month")


def _piece(sentence: _Sentence, start: int, end: int, rule: str) -> _Piece:
    clause = sentence.text[start:end]
    return _Piece(sentence.start + start, sentence.start + end, rule, _who(clause), _to_whom(clause))


def _clause_start(text: str, at: int) -> int:
    """Where the clause begins that holds a place: after the last semicolon, or the last verb's own comma."""
    start = max(text.rfind(";", 0, at), text.rfind(":", 0, at)) + 1
    comma = text.rfind(",", start, at)
    verb = (
        _REPORT.match(text, comma + 1 + len(text[comma + 1 :]) - len(text[comma + 1 :].lstrip()))
        if comma >= 0
        else None
    )
    if comma >= 0 and verb is None and not re.search(r"(?:tổng hợp|báo cáo)$", text[start:comma].strip()):
        start = start if len(text[start:at]) < 90 else comma + 1
    joined = re.compile(r"\bvà\s+(?=định\s+kỳ)", re.IGNORECASE).search(text, start, at + 8)
    if joined:
        start = joined.end()
    return start + len(text[start:]) - len(text[start:].lstrip(" -+"))


def _clause_end(text: str, at: int) -> int:
    end = text.find(";", at)
    end = len(text) if end < 0 else end
    return at + len(text[at:end].rstrip(" .;/¶"))


_SUBJECT: Final = re.compile(
    r"^(?:(?i:hàng|hằng|mỗi)\s+(?:năm|quý|tháng|tuần),?\s+|(?i:định kỳ)[^,]{0,30},\s+|(?i:đề nghị|yêu cầu"
    r"|giao cho|giao)\s+"
    r"|(?i:trước|chậm nhất|định kỳ|căn cứ)[^;.]{0,80}?(?:,|\))\s+|[-+\d.)\s]+)*"
    r"(?P<who>(?:các|Các|UBND|Ủy ban|Uỷ ban|HĐND|Ban|Sở|Phòng|Hội(?! nghị| thi| thảo)|cấp ủy|đảng ủy|chi bộ"
    r"|Tỉnh|Huyện|Đảng|Thủ trưởng|Chủ tịch|Người đứng đầu"
    r"|Văn phòng|Mặt trận|Trung tâm|Cơ quan|Đơn vị|cơ quan|Thường trực|Công an|Bí thư|Trưởng|Liên đoàn|Đoàn"
    r"|Chi bộ|Đảng bộ"
    r"|Tổ(?! chức)|Khối|Thành viên|Lãnh đạo|Chính quyền|Bộ|Chỉ huy|Cấp ủy|Cán bộ|Xã|Phường|Đặc khu|Mỗi(?! năm"
    r"| quý| tháng))\b"
    r"(?:[^;:.¶]|;\s(?=(?:UBND|Ủy ban|Uỷ ban|Ban|các|Các|Hội|Sở)\b)){0,160}?),?\s+"
    r"(?=(?:chịu trách nhiệm|có trách nhiệm|chủ trì|gửi|báo cáo|nộp|tổng hợp|thực hiện|xây dựng|tổ chức"
    r"|triển khai|hoàn thành"
    r"|định kỳ|căn cứ|rà soát|theo dõi|chỉ đạo|phối hợp|tiếp tục|tăng cường|nghiêm túc|đăng ký|kịp thời"
    r"|tập trung|định hướng"
    r"|xác định|nêu cao|phân công|hướng dẫn|phát động|đẩy mạnh|quán triệt|chủ động|thường xuyên|nhận|quan tâm"
    r"|đã|chưa|phải|cần|thu nhận|tiếp nhận|vắng|cập nhật|xem|bảo đảm|đảm bảo|cử|lập|trả lời|ghi|kiểm tra|không"
    r"|vận động)\b)"
)


def _who(text: str) -> str | None:
    """Who is told to do it, where the sentence itself says so."""
    match = _SUBJECT.match(text.lstrip(" -+*"))
    if not match:
        return None
    who = one_line(match["who"].replace("*", "")).strip(" ,")
    if " " not in who:
        return None
    return who[:1].upper() + who[1:]


def subject_of(text: str) -> str | None:
    """Who is told to do something in a paragraph: its own subject, or the body that it is given to."""
    return _who(re.sub(r"^\W*(?:Điều\s+\d+|[IVX]+|\d+(?:\.\d+)*|[a-zđ])\s*[.):]\s*", "", text))


_RECEIVER: Final = re.compile(
    r"\b(?:về|cho|đến|tới|gửi|trình|giúp|báo cáo(?:\s+(?:định kỳ|kết quả))?|báo cáo với)\s+(?=[A-ZĐỦ])"
)


def _to_whom(text: str) -> str | None:
    """The receiver that a clause names, with "(qua …)" where it is said."""
    purpose = re.search(r"\bđể\s", text)
    found = list(_RECEIVER.finditer(text))
    # "gửi về Sở Nội vụ … để tổng hợp, báo cáo UBND tỉnh": the Sở receives it.
    found.sort(key=lambda m: (bool(purpose and m.start() > purpose.start()), -m.start()))
    for match in found:
        name = find_body(text, match.end())
        if name is None:
            continue
        end = body_end(text, match.end())
        through = re.compile(r"[^;.¶(]{0,40}?(\((?:qua|thông qua)\s+[^)]{3,80}\))").match(text, end)
        direct = re.compile(r"\s+qua\s+(?=[A-ZĐ])").match(text, end)
        if through:
            return f"{name} {one_line(through[1])}"
        if direct and (via := find_body(text, direct.end())):
            return f"{name} (qua {via})"
        return name
    return None


def _responsible(place: Passage, text: str, sentence: _Sentence) -> str | None:
    """Who is told to do it where the sentence does not say: the heading's body, else the paragraph's subject."""
    own = place.heading.split(" › ")[-1] if place.heading else ""
    given = re.sub(r"^(?:Giao|Đối với|Đề nghị|Trách nhiệm của)\s+(?:cho\s+)?", "", own).strip()
    if given and (find_body(given, 0) or re.match(r"^(?:Các|UBND|Ủy ban|Thủ trưởng|Cơ quan|Đơn vị)\b", given)):
        return given
    return subject_of(text[sentence.paragraph : sentence.paragraph + 260])
