"""Answering a question from the library."""

from __future__ import annotations

from knowledge.answer import Answer
from knowledge.library import Library


def answer(library: Library, question: str, about: int | None = None) -> Answer:
    """Answer a question as typed, from the library alone, or refuse.

    ``about`` is the key of the document that was just shown: a follow-up ("còn hạn nộp?") stays with it.
    """
    del library, question, about
    return Answer("refusal", "other", {}, reason="out-of-scope")
