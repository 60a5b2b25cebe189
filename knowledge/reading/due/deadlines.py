"""The deadlines that a text prints: what, who, to whom, by when, word for word; never a date that is not there.

Only a sentence that tells somebody to report, send, finish or review something can hold one. Dates of cited
documents, of anniversaries, events and plan years are none.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.document import FoundDeadline, Header, Instance, Passage, Recurrence
from knowledge.fold import fold, symbol_key
from knowledge.reading.cited.citations import Mention
from knowledge.reading.due.orders import find_orders, is_only_told_of, is_recalled
from knowledge.reading.due.parties import (
    asked_of,
    body_of_heading,
    is_gone,
    is_said_above,
    named_whole,
    receiver_of,
    subject_of,
    who_is_told,
)
from knowledge.reading.due.printed_days import (
    CADENCE,
    IN_PERIOD,
    NOT_A_DEADLINE,
    ON_EVENT,
    ONE_OFF,
    RECURRING,
    RHYTHM,
    UNDATED,
    Day,
    every_of,
    find_days,
    instances_of_periods,
    read_days,
)
from knowledge.reading.due.sentences import Sentence, find_sentences, leads_of, mended, without_citations
from knowledge.reading.due.tables import deadline_of, read_tasks
from knowledge.reading.due.terms import Term, find_terms
from knowledge.reading.head.news import LOOKS_BACK
from knowledge.reading.head.presented import is_news
from knowledge.reading.page.flow import Flow

_DELIVER: Final = re.compile(
    r"\b(?:báo cáo|gửi|nộp|trình|tổng hợp|hoàn thành|hoàn thiện|hoàn tất|đăng ký|cung cấp|phản hồi|góp ý"
    r"|tham gia ý kiến|đề xuất"
    r"|ban hành|xây dựng|triển khai|tổ chức|rà soát|niêm yết|công khai|sơ kết|tổng kết|đánh giá|thực hiện"
    r"|cập nhật|thông báo"
    r"|kiểm tra|phê duyệt|giải quyết|trả lời|chuyển|lấy ý kiến|báo về|xong|lắp đặt|bố trí|khắc phục|xử lý|thành lập"
    r"|kiện toàn|bàn giao|lập|nhập|mở|cấp|chi trả|bầu|phổ biến|quán triệt|ký kết|kê khai|bổ sung|điều chỉnh|sửa đổi"
    r"|thẩm định|bình xét|cử|phân công|trao đổi|tiếp thu|rút kinh nghiệm|công bố|lưu giữ|thông tin|hạn cuối"
    r"|hạn chót|hạn nhận|phải (?:tới|đến|về|có mặt))\b",
    re.IGNORECASE,
)


_REPORT: Final = re.compile(
    r"\b(?:báo cáo|gửi|nộp|tổng hợp|sơ kết|tổng kết|đánh giá|thông tin|rà soát|kiểm tra|phản ánh|tự kiểm tra"
    r"|giao ban)\b",
    re.IGNORECASE,
)


_HANDS_OVER: Final = re.compile(
    rf"{_REPORT.pattern}|\b(?:hoàn thành|hoàn thiện|hoàn tất|xong|trình|ban hành|đăng ký|kiện toàn|thẩm định)\b",
    re.IGNORECASE,
)
"""What can be due within a whole period; anything else that is done then is only planned for it."""


_REPORT_TO: Final = re.compile(r"\bbáo cáo\b[^;.¶]{0,220}\b(?:về|cho|với|gửi)\s+[A-ZĐỦ]")
"""A report with its receiver, however far before the words that say how often."""


_PERIODIC: Final = re.compile(r"\bđịnh\s+kỳ\b", re.IGNORECASE)


_REVIEW: Final = re.compile(
    r"\b(?:sơ kết,?\s+(?:và\s+)?tổng kết|sơ kết|tổng kết)\b[^.;¶]{0,140}?(?:\bnăm\s+\d{4}"
    r"|theo quy định)",
    re.IGNORECASE,
)


_ASKED_WITHIN: Final = 2000


_DAY_OR_RHYTHM: Final = re.compile(
    r"\d|ngay sau|thời hạn|có \w* ?(?:vướng|khó|phát)|hàng|hằng|mỗi|định\s+kỳ|nếu|khi|sơ kết|tổng kết|thứ"
    r"|báo cáo|phản ánh",
    re.IGNORECASE,
)
"""What a sentence must hold to be worth a closer look."""


def read_deadlines(
    original: str, flow: Flow, mentions: Sequence[Mention], passages: Sequence[Passage], header: Header
) -> list[FoundDeadline]:
    """Every deadline or reporting rhythm of the body, in order; none is inferred, none moved."""
    found: list[FoundDeadline] = []
    issuer_gone = bool(header.issuer and is_gone(header.issuer.value))
    addressees = "; ".join(f.value for f in header.addressees if re.search(r"[^\W\d_]{2}", f.value)) or None
    starts = [p.start for p in passages]
    tasks = read_tasks(original)
    rows = [task.start for task in tasks]
    text = mended(flow.text)
    for sentence in find_sentences(text, without_citations(text, mentions)):
        if not (_DAY_OR_RHYTHM.search(sentence.uncited)):
            continue
        source = flow.source(sentence.start)
        row = bisect.bisect_right(rows, source) - 1
        if row >= 0 and source < tasks[row].end:
            continue  # a table says who and when in columns of their own
        place = passages[max(bisect.bisect_right(starts, source) - 1, 0)]
        if place.path in {"tiêu đề", "kính gửi", "nơi nhận", "chữ ký", "ngoài văn bản"}:
            continue
        for piece in _read_sentence(sentence, place, header, recalls=not _is_own(sentence, mentions, header)):
            printed = flow.text[piece.start : piece.end].rstrip(" ;¶")
            start, end = flow.span(piece.start, piece.start + len(printed))
            who = piece.who or asked_of(sentence.text) or _responsible(place, text, sentence)
            told_before = text[max(sentence.start - _ASKED_WITHIN, 0) : sentence.start]
            if who is None and (piece.instances or piece.recurrence):
                who = addressees or asked_of(told_before)
            elif who is not None and is_said_above(who):
                who = asked_of(told_before) or who
            to_whom = piece.to_whom or _led_to(piece, text, sentence)
            if to_whom is not None and " " not in to_whom:
                to_whom = named_whole(to_whom, told_before)
            gone = is_gone(to_whom) if to_whom else issuer_gone
            found.append(
                FoundDeadline(
                    quote=original[start:end],
                    start=start,
                    who_reports=who,
                    to_whom=to_whom,
                    rule=piece.rule,
                    instances=piece.instances,
                    recurrence=piece.recurrence,
                    term=piece.term,
                    receiver_gone=gone or (who is not None and is_gone(who)),
                )
            )
    in_tables = (deadline_of(original, task, header, issuer_gone) for task in tasks)
    return sorted([*found, *(one for one in in_tables if one)], key=lambda one: one.start)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    rule: str
    who: str | None
    to_whom: str | None
    instances: tuple[Instance, ...] = ()
    recurrence: Recurrence | None = None
    term: str | None = None


def _is_own(sentence: Sentence, mentions: Sequence[Mention], header: Header) -> bool:
    """Whether a paper that a sentence tells of is the one that the page itself presents, as news does."""
    cited = [symbol_key(m.number) for m in mentions if sentence.start <= m.start < sentence.end]
    if header.number:
        return symbol_key(header.number.value) in cited
    return not cited and not LOOKS_BACK.search(sentence.text) and (header.type is None or is_news(header.type.value))


def _led_to(piece: _Piece, text: str, sentence: Sentence) -> str | None:
    """The receiver that leads a list of days, where its entries name none."""
    if not (piece.instances or piece.recurrence):
        return None
    return next((to for lead in leads_of(text, sentence.paragraph) if (to := receiver_of(lead))), None)


def _read_sentence(sentence: Sentence, place: Passage, header: Header, *, recalls: bool) -> list[_Piece]:
    text = sentence.uncited
    purpose = bool(re.search(r"muc dich|yeu cau", fold(place.heading)))
    # What stands in a citation ("ngày 24/02/2022 của …") has no bound word before it, so it is not matched here.
    days = [x for x in find_days(text) if not (recalls and is_recalled(text, x.start))]
    if days and (_DELIVER.search(text) or _DELIVER.search(place.heading)):
        return _dated(sentence, days, header)
    periods = [
        m
        for m in IN_PERIOD.finditer(text)
        if not NOT_A_DEADLINE.search(text[max(m.start() - 30, 0) : m.end()])
        and not (recalls and is_recalled(text, m.start()))
    ]
    if (
        periods
        and not purpose
        and not _FINDING.search(text)
        and (_HANDS_OVER.search(text[: periods[0].end()]) or periods[0]["bound"].lower().startswith("thời gian"))
    ):
        return [_in_periods(sentence, periods)]
    terms = [] if purpose or _FINDING.search(text) else find_terms(text)
    if terms and _delivers(text, terms, place.heading):
        return _with_terms(sentence, terms)
    pieces = _rhythms(sentence, purpose)
    if not purpose:
        for start, told, rule in find_orders(text):
            start, end = _clause_start(text, start) if rule == UNDATED else start, _clause_end(text, told)
            if not any(p.start < sentence.start + end and sentence.start + start < p.end for p in pieces):
                pieces.append(_piece(sentence, start, end, rule))
        for review in _REVIEW.finditer(text):
            if _is_order(text, review.start()) and not any(
                p.start <= sentence.start + review.start() < p.end for p in pieces
            ):
                start = _clause_start(text, review.start())
                pieces.append(_piece(sentence, start, review.end(), UNDATED))
    return sorted(pieces, key=lambda p: p.start)


_FINDING: Final = re.compile(
    r"\bcòn (?:chậm|thiếu|hạn chế|để|nhiều|một số|tình trạng)\b|\bđể (?:phát sinh|xảy ra)\b", re.IGNORECASE
)
"""What was found within a period orders nothing for it."""
_PROCEDURE: Final = frozenset({"cử", "phân công", "mở", "bầu"})
"""What is done within a term but handed over to nobody."""


def _delivers(text: str, terms: Sequence[Term], heading: str) -> bool:
    """Whether something is to be delivered within a term; "kể từ khi nhận thông báo" itself delivers nothing."""
    verbs = [m.group().lower() for m in _DELIVER.finditer(text) if not any(t.start <= m.start() < t.end for t in terms)]
    return any(verb not in _PROCEDURE for verb in verbs) if verbs else bool(_DELIVER.search(heading))


def _is_order(text: str, at: int) -> bool:
    """Whether a review is told to somebody, not mentioned: it opens the clause, or somebody is to help with it."""
    before = text[:at].rstrip()
    return not before.strip(" -+0123456789.)") or (
        bool(re.search(r"(?:[;,:]|\b(?:giúp|tổ chức|tiến hành|chủ trì|phối hợp)(?:\s+\S+){0,6})$", before))
        and not re.search(r"kịp thời(?:\s+tổ chức)?$", before, re.IGNORECASE)
    )


def _dated(sentence: Sentence, days: Sequence[Day], header: Header) -> list[_Piece]:
    """One deadline for all full dates of a sentence, and one for each recurring day."""
    text = sentence.text
    instances, recurring = read_days(sentence.uncited, days, header)
    who, to_whom = who_is_told(text), receiver_of(text)
    start, end = sentence.start, sentence.end
    pieces = []
    if instances:
        pieces.append(_Piece(start, end, ONE_OFF, who, to_whom, tuple(instances)))
    # What is done every week is a duty of its own; handed in is only what is reported.
    recurring = [r for r in recurring if r.every != "week" or _REPORT.search(text)]
    pieces += [_Piece(start, end, RECURRING, who, to_whom, (), r) for r in recurring]
    if not pieces and _REPORT.search(text):
        pieces.append(_Piece(start, end, ONE_OFF, who, to_whom))
    return pieces


def _with_terms(sentence: Sentence, terms: Sequence[Term]) -> list[_Piece]:
    """A deadline for each term: on the event that it runs from, or a rhythm where that comes round by itself."""
    pieces = []
    bounds = [*(term.start for term in terms[1:]), len(sentence.text)]
    start = 0
    for term, bound in zip(terms, bounds, strict=True):
        end = min(bound, len(sentence.text)) if bound == len(sentence.text) else _before_next(sentence.text, bound)
        clause = sentence.text[start:end]
        rule = CADENCE if term.recurrence else ON_EVENT
        printed = " ".join(sentence.text[term.start : term.end].replace("*", "").split())
        pieces.append(
            _Piece(
                sentence.start + start, sentence.start + end, rule, who_is_told(clause), receiver_of(clause), (),
                term.recurrence, printed,
            )
        )  # fmt: skip
        start = end + len(sentence.text[end:]) - len(sentence.text[end:].lstrip(" ;,"))
    return pieces


def _before_next(text: str, at: int) -> int:
    """Where the clause of the next term begins: after the last comma or semicolon before it."""
    cut = max(text.rfind(";", 0, at), text.rfind(",", 0, at))
    return cut if cut > 0 else at


def _in_periods(sentence: Sentence, periods: Sequence[re.Match[str]]) -> _Piece:
    """ "hoàn thành trong quý II/2024": the last day of the quarter; "trước quý IV/2024": the day before it begins."""
    instances = instances_of_periods(periods)
    text = sentence.text
    return _Piece(sentence.start, sentence.end, ONE_OFF, who_is_told(text), receiver_of(text), tuple(instances))


def _rhythms(sentence: Sentence, purpose: bool) -> list[_Piece]:
    """Rhythms without a day: "định kỳ hằng năm báo cáo …"."""
    text = sentence.uncited
    pieces: list[_Piece] = []
    for match in [*_PERIODIC.finditer(text), *RHYTHM.finditer(text)]:
        if any(p.start <= sentence.start + match.start() < p.end for p in pieces):
            continue
        if match.re is RHYTHM and not (match["every"] or match["every2"] or match["quarter"]):
            continue
        near = text[max(match.start() - 45, 0) : match.end() + 60]
        report = _REPORT.search(near)
        start, end = _clause_start(text, match.start()), _clause_end(text, match.end())
        if report is None and match.re is _PERIODIC:
            report = _REPORT_TO.search(text, text.rfind(";", 0, match.start()) + 1, match.start())
            start = min(start, report.start()) if report else start
        if not report or NOT_A_DEADLINE.search(near) or is_only_told_of(text, match.start(), match.end()):
            continue
        told = match.re is _PERIODIC or re.search(
            r"\b(?:báo cáo|gửi|nộp|sơ kết|tổng kết|đánh giá)\b", near, re.IGNORECASE
        )
        if not told or (purpose and not re.search(r"báo cáo|gửi", near)):
            continue
        every = every_of(text[start:end])
        recurrence = Recurrence(every) if every else None
        piece = _piece(sentence, start, end, CADENCE)
        pieces.append(_Piece(piece.start, piece.end, CADENCE, piece.who, piece.to_whom, (), recurrence))
    return pieces


def _piece(sentence: Sentence, start: int, end: int, rule: str) -> _Piece:
    clause = sentence.text[start:end]
    return _Piece(sentence.start + start, sentence.start + end, rule, who_is_told(clause), receiver_of(clause))


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


def _responsible(place: Passage, text: str, sentence: Sentence) -> str | None:
    """Who is told to do it where the sentence does not say: the heading's body, else the paragraph's subject."""
    own = place.heading.split(" › ")[-1] if place.heading else ""
    if given := body_of_heading(own):
        return given
    if led := next((who for lead in leads_of(text, sentence.paragraph) if (who := who_is_told(lead))), None):
        return led
    before = re.split(r"(?<=\.)\s+", text[max(sentence.paragraph, sentence.start - 1500) : sentence.start])
    told = (who for said in reversed(before) if said.strip() and (who := subject_of(said)))
    return subject_of(text[sentence.paragraph : sentence.paragraph + 260]) or next(told, None)
