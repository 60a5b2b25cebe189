"""An answer of the knowledge put into words: for a chat message, and as JSON for the command line."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from handlers.records.questions import QuestionReads, StoredAnswer
from handlers.reply import Choice, Reply
from handlers.texts import say
from knowledge.answer import Answer, Source
from knowledge.answering.same import same_question
from knowledge.library import Library

QUOTE_LENGTH: Final = 700
"""Characters after which a quote is cut, at the end of a sentence."""
_MOST_SOURCES: Final = 2
_MOST_SUGGESTIONS: Final = 5
_MOST_OTHERS: Final = 3
_SENTENCE_END: Final = re.compile(r"[.;!?](?=\s)|\n")


def render(answer: Answer) -> Reply:
    """The message that shows an answer: lead, quote, source, validity, and what can be asked next.

    Needs no turn, so that the command line prints the same text as the chat.
    """
    return Reply(_text(answer), tuple(_choices(answer)))


def told(stored: StoredAnswer, library: Library) -> Reply:
    """The message that gives what staff answered, marked as theirs, with its source and the documents it names."""
    day = f"{stored.at:%d/%m/%Y}"
    text = say("ask.told", day=day, text=stored.text, source=stored.source)
    named_there = library.find(stored.source) if stored.source else ()
    return Reply(text, tuple(Choice(known.name, f"vanban {known.name}") for known in named_there[:_MOST_OTHERS]))


def told_as_json(stored: StoredAnswer, library: Library) -> dict[str, Any]:
    """What staff answered, in the shape of :func:`to_json`: it quotes no document."""
    return {
        "kind": "answer",
        "text": told(stored, library).text,
        "citations": [],
        "suggestions": [],
        "score": 1.0,
    }


def answered_by_staff(reads: QuestionReads, key: str | None) -> StoredAnswer | None:
    """What staff answered to a question of this key (see ``knowledge.answering.same``), asked in any words."""
    same = same_question(key, reads.stored_keys()) if key else None
    return reads.stored_answer(same) if same else None


def held_by_name(library: Library, name: str) -> int | None:
    """The key of the stored document of a number as typed, or of a file name."""
    for known in library.find(name):
        if known.held:
            return known.held.key
    return next((key for key, held in library.held.items() if held.name == name), None)


def to_json(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values, with its quotes whole."""
    return {
        "kind": answer.kind,
        "text": _text(answer),
        "citations": [
            {
                "type": source.type,
                "symbol": source.number,
                "date": source.date,
                "issuer": source.issuer,
                "path": source.path,
                "quote": source.quote,
                "source": source.source,
            }
            for part in (answer, *answer.more)
            for source in part.sources
        ],
        "suggestions": [{"label": one.label, "question": one.question} for one in answer.suggestions],
        "score": answer.score,
    }


def quoted(quote: str, limit: int = QUOTE_LENGTH) -> str:
    """The words in quotation marks, exactly as they stand; a very long quote ends early, after a whole sentence."""
    # Not a template's business: templates tidy the ends of lines, and a quote must stay as it is.
    words = quote.strip()
    if len(words) > limit:
        ends = [match.end() for match in _SENTENCE_END.finditer(words)]
        end = max((end for end in ends if end <= limit), default=ends[0] if ends else len(words))
        if end < len(words):
            return f"“{words[:end].rstrip()}” {say('ask.cut')}"
    return f"“{words}”"


def named(kind: str | None, number: str | None, date: str | None, issuer: str | None, title: str | None = None) -> str:
    """How a document is named in a message: "Kết luận 120-KL/TW, ngày 07/01/2016, Bộ Chính trị".

    ``date`` is an ISO date. The title stands in where there is no number to know it by.
    """
    name = " ".join(part for part in (kind, number or title) if part) or say("labels.document")
    day = say("labels.of_day", day=f"{dt.date.fromisoformat(date):%d/%m/%Y}") if date else None
    return ", ".join(part for part in (name, day, issuer) if part)


def _text(answer: Answer) -> str:
    blocks = [block for part in (answer, *answer.more) for block in (_lead(part), *_quotes(part))]
    if answer.kind == "answer" and any(source.type or source.number for source in answer.sources):
        # "Còn hiệu lực" is never said: a text alone cannot know.
        status = answer.status if answer.status in ("replaced", "amended") else "unknown"
        blocks.append(say(f"ask.status_{status}", detail=answer.status_detail))
    return "\n\n".join(blocks)


def _lead(answer: Answer) -> str:
    facts: defaultdict[str, str] = defaultdict(str, answer.facts)
    known = [" ".join(part for part in (facts["type"], facts["number"]) if part) or say("labels.document")]
    if facts["date"]:
        known.append(say("labels.of_day", day=facts["date"]))
    if facts["issuer"]:
        known.append(facts["issuer"])
    values = {"intent": answer.intent, "facts": facts, "name": ", ".join(known)}
    if answer.kind == "refusal":
        return say("ask.refused", reason=answer.reason, nearby=bool(answer.suggestions), **values)
    return say("ask.choose" if answer.kind == "choice" else "ask.lead", **values)


def _quotes(answer: Answer) -> list[str]:
    sources = _distinct(answer)
    most = len(sources) if answer.intent == "compare" else _MOST_SOURCES
    blocks = [_source(source) for source in sources[:most]]
    if len(sources) > most:
        blocks.append(say("ask.more_sources", count=len(sources) - most))
    return blocks


def _distinct(answer: Answer) -> list[Source]:
    """The sources that tell something new: no quote twice, and no register entry beside the words of a document."""
    by_quote: dict[str, Source] = {}
    for source in answer.sources:
        by_quote.setdefault(source.quote, source)
    held = any(source.document is not None for source in answer.sources)
    about = answer.facts.get("number")
    return [one for one in by_quote.values() if one.document is not None or not held or one.number != about]


def _source(source: Source) -> str:
    name = named(source.type, source.number, source.date, source.issuer, source.title)
    if source.document is not None:
        below = say("ask.cited", name=name, path=source.path)
    elif source.type or source.number:
        below = say("ask.registered", name=name, source=source.source)
    else:
        below = say("ask.listed", source=source.source)
    return f"{quoted(source.quote)}\n{below}"


def _choices(answer: Answer) -> Iterator[Choice]:
    held = next((source for source in answer.sources if source.document is not None), None)
    if answer.kind == "answer" and held is not None:
        yield Choice(say("ask.verbatim"), f"nguyenvan {held.document} {held.path or ''}".strip())
        yield Choice(say("ask.related"), f"lienquan {held.document}")
    # Of the others only those that have a number can be asked for by their name alone.
    others = [
        name for name in answer.facts.get("others", "").split("; ") if any(map(str.isdecimal, name)) and "/" in name
    ]
    for name in others[:_MOST_OTHERS]:
        yield Choice(name, f"vanban {name}")
    for suggestion in answer.suggestions[:_MOST_SUGGESTIONS]:
        yield Choice(suggestion.label, f"hoi {suggestion.question}")
