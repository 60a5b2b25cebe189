"""Answering a question from the documents: an answer always carries its source, or it is a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer stands: one passage of one stored document, or one entry of the register."""

    document: int | None
    """Key of the stored document; ``None`` for an entry of the register."""
    type: str | None
    number: str | None
    date: str | None
    """ISO date, or ``None`` where the document does not give it."""
    issuer: str | None
    title: str | None
    path: str | None
    quote: str
    """Word for word: a substring of the stored original, or of the register's own facts."""
    source: str
    """File name of the document, or where the register has its facts from."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something nearby that is offered with a refusal or an answer, marked as what it is."""

    label: str
    question: str
    """What to ask to get it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one question. ``kind`` says whether it asserts something; the words are put by the caller.

    ``facts`` holds only what is known; a missing key means: not known. Days are written "07/01/2016". Nearly every
    answer, and a refusal about one document, names that document: **type**, **number**, **date**, **issuer**,
    **about** (what it is about, its trích yếu); **absent** = "yes": only its name is known, not its text;
    **differs** = "date", "issuer" or "signer_title": the question took another date, issuer or office for granted, to
    be put right. On top of these, by intent:

    - ``which`` (which document covers X; asking for a number, too): **others** (names of further documents, "; "
      between), **path** where a passage rather than a title told.
    - ``document`` (what is N): **held** = "yes" when its full text is stored; **cited_by** (names, "; " between).
    - ``compare`` (several numbers in one question): **items**, what each is.
    - ``date``, ``issuer``, ``title``: the naming facts are the answer.
    - ``signer``: **signer**, **signer_title**, **authority** ("KT. CHỦ TỊCH").
    - ``addressees``: **addressees**; ``recipients``: **recipients** ("; " between).
    - ``deadline``: **due** ("trước ngày 30/10/2021", several as "06 tháng: trước ngày …; 01 năm: trước ngày …"),
      missing where only a cadence is printed; **rule** as in :class:`knowledge.document.FoundDeadline`; **every**
      ("year", "half-year", "quarter", "month", "week") if it recurs; **count** of printed dates; **who** reports;
      **to_whom**; **receiver_gone** = "yes" where the receiver no longer exists; or **none** = "yes": the document
      that was asked about states no deadline at all; or **near** = "yes": not this one, and what is nearest is quoted.
    - ``duty``, ``who``, ``when``, ``where``, ``quantity``, ``other`` (what the documents say about X; the quote is
      the answer): **who** (whom the sentence charges), **path**; **others** (names of further documents that charge
      the same body); a follow-up without a subject lists every duty of
      the document: **who** (all who are charged), **count**.
    - ``meaning``: **term** and **meaning** for an abbreviation; else as ``other``.
    - ``cites``, ``cited-by``: **count**, **items** (names, "; " between).
    - ``validity``: **replaced_by** or **amended_by** (numbers); **relation** as printed ("thay thế");
      **replaces** (names) where that was asked, and with the refusal "not-stated" (nothing is known of its validity).

    A refusal "unknown-number" carries **number** as typed; its suggestions are the nearest documents there are.
    A ``choice`` has no facts: its suggestions are the documents that the question can mean.
    """

    kind: Literal["answer", "refusal", "choice"]
    intent: str
    """What was understood: one of the intents above."""
    facts: dict[str, str]
    """Values for the sentence that leads the answer, by name."""
    sources: tuple[Source, ...] = ()
    status: str | None = None
    """What the register knows about the document's validity: "replaced", "amended", or ``None``: unknown."""
    status_detail: str | None = None
    reason: str | None = None
    """Of a refusal: "unknown-number", "not-stated", "out-of-scope", "personal-data", "instruction"."""
    suggestions: tuple[Suggestion, ...] = ()
    more: tuple[Answer, ...] = ()
    """What else the message asked, of the same document: "ai ký và hạn nộp khi nào"."""
    score: float = 0.0
    """From 0 to 1: how sure it is that this answers the question; compare with the answering's threshold."""
