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
    """The result of one question. ``kind`` says whether it asserts something; the words are put by the caller."""

    kind: Literal["answer", "refusal", "choice"]
    intent: str
    """What was understood: "which", "document", "deadline", "who", "duty", "meaning", "cites", "other"…"""
    facts: dict[str, str]
    """Values for the sentence that leads the answer, by name; the template of the intent says which."""
    sources: tuple[Source, ...] = ()
    status: str | None = None
    """What the register knows about the document's validity: "replaced", "amended", or ``None``: unknown."""
    status_detail: str | None = None
    reason: str | None = None
    """Of a refusal: "unknown-number", "not-stated", "out-of-scope", "personal-data", "instruction"."""
    suggestions: tuple[Suggestion, ...] = ()
    score: float = 0.0
