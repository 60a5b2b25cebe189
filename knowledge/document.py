"""What a document says, as plain data: the shapes that reading produces and answering consumes.

Every value that was read carries where it stands in the original text, so that whatever is shown to a person
can be quoted word for word. A value that the text does not give is ``None``; nothing is filled in from outside.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a header: what it means (``value``) and the words it was read from (``quote``)."""

    value: str
    quote: str
    start: int
    """Offset of ``quote`` in the original text."""


@dataclass(frozen=True, slots=True)
class Header:
    """The formal parts of a document (thể thức văn bản), state layout or Party layout."""

    type: Field | None = None
    number: Field | None = None
    """Number and symbol together as cited, "109/KH-UBND"; ``None`` where the number was left blank."""
    symbol: Field | None = None
    """The symbol without its number, "KH-UBND", which is printed even where the number is blank."""
    date: Field | None = None
    """ISO date as value. Only a complete printed date counts; "ngày tháng năm 2022" gives ``None``."""
    place: Field | None = None
    issuer: Field | None = None
    title: Field | None = None
    """Trích yếu, on one line."""
    addressees: tuple[Field, ...] = ()
    signer: Field | None = None
    signer_title: Field | None = None
    signing_authority: Field | None = None
    recipients: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of the text: a part, chapter, section, article, clause, point, dash, or an unnumbered stretch.

    ``original[start:end]`` is the passage word for word, as stored, with its own heading and without its children.
    """

    path: str
    """How a cadre would cite it: "mục II.5", "mục 5, gạch đầu dòng 2", "mục II.5, đoạn 2", "Điều 3, khoản 2, điểm a".

    Unnumbered parts are "tiêu đề" (the formal head), "kính gửi", "mở đầu", "kết", "nơi nhận", "chữ ký"; "ngoài văn
    bản" is web-page furniture and stray rules, which is no part of the document.
    """
    heading: str
    """Headings of the enclosing sections and its own, joined by " › "; may be empty."""
    text: str
    """The words for reading and indexing: page breaks and hard line breaks repaired, mark-up removed."""
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that the text cites. Identity is number, date and issuer together, never the number alone."""

    type: str
    number: str
    date: dt.date | None
    issuer: str | None
    about: str | None
    quote: str
    start: int
    occurrences: int = 1
    relation: str | None = None
    """What the text says of it: one of :data:`knowledge.reading.cited.relations.RELATIONS`, or ``None``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that the text names without a number: "Luật Thực hiện dân chủ ở cơ sở năm 2022"."""

    type: str
    name: str
    """With its type, without its date."""
    date: dt.date | None
    year: int | None
    quote: str
    start: int
    occurrences: int = 1
    relation: str | None = None
    """As in :class:`Citation`."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One concrete date of a printed deadline."""

    period: str | None
    bound: str
    """"trước ngày" (exclusive); "chậm nhất", "ngày" or "trước 16 giờ ngày" (inclusive)."""
    date: dt.date
    """The printed date; never moved."""
    last_admissible_day: dt.date


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A calendar rule read from print: every year before 30/10, every month by the 15th, at the end of a quarter.

    ``month`` and ``day`` are those of the printed day; for a monthly rule ``month`` is ``None``. Both are ``None``
    for a cadence whose date the text does not give ("định kỳ 6 tháng"): staff must supply it.
    """

    every: str
    """"year", "half-year", "quarter", "month" or "week" (then ``day`` is the ISO weekday)."""
    day: int | None = None
    month: int | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class FoundDeadline:
    """A duty to report or deliver by some time, as found in a text, for staff to confirm, mend or drop."""

    quote: str
    start: int
    who_reports: str | None
    to_whom: str | None
    rule: str
    """"one-off", "recurring", "cadence" (recurring without a date), "on-event" or "undated" (ordered, no time said)."""
    instances: tuple[Instance, ...] = ()
    recurrence: Recurrence | None = None
    term: str | None = None
    """A term that runs from something that happens, as printed: "trong 15 ngày làm việc kể từ ngày nhận được văn bản
    này", "chậm nhất 05 ngày sau khi kết thúc quý". It holds no date, and none is computed from it."""
    receiver_gone: bool = False
    """True where the receiver no longer exists (district level, Ban Dân vận Huyện ủy, …): needs confirmation."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that the document tells somebody to do."""

    path: str
    quote: str
    start: int
    who: str | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that does not fit together, for staff to see; it is never resolved silently."""

    kind: str
    """"two-dates", "later-than-document", "out-of-order", "reversed-span", "no-such-day" or "wrong-weekday"."""
    about: str | None
    """The number of the document that is cited oddly, where it is about one."""
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A text and all that was read from it. ``text`` is the stored original (NFC), which every quote is part of."""

    text: str
    header: Header = field(default_factory=Header)
    passages: tuple[Passage, ...] = ()
    citations: tuple[Citation, ...] = ()
    references: tuple[Reference, ...] = ()
    deadlines: tuple[FoundDeadline, ...] = ()
    duties: tuple[Duty, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
