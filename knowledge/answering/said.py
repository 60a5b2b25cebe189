"""Answers to what the documents say about something: the passage and the sentence that hold its words best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering import header
from knowledge.answering.charged import charged
from knowledge.answering.choosing import Told, chosen, confidence, worth
from knowledge.answering.context import Context
from knowledge.answering.coverage import Wanted, share_of
from knowledge.answering.evidence import FORMAL, THRESHOLD, Found, passages
from knowledge.answering.fitting import ACTOR, Accept, anything, fitting, strictly
from knowledge.answering.quoting import best_quote, counted, sentence_at
from knowledge.answering.sources import from_citation, from_document, naming, status_of, suggestion
from knowledge.library import Cited, Held, Known, PassageRow
from knowledge.search.wording import flat, folded_word

_MOST: Final = 5
_TRIED: Final = 8
_LITTLE: Final = 0.1
_STRICT: Final = 0.1
_TOPS: Final = 3
_AHEAD: Final = 0.6
"""More of a lead makes no surer."""
_BELOW: Final = 0.1
_LEAST: Final = 2
_SAYS_SOMETHING: Final = 12
"""A shorter stretch is no sentence: the initials of who typed it."""
_STATED: Final = 0.7
_LABEL: Final = 90
"""Characters within which a passage that charges a body names it."""
_BODY_NAMED: Final = 0.5
_DONE_ABOUT: Final = frozenset({"who", "when", "where"})
"""What a document can say of another that it cites: what is to be done about it, not what stands in it."""
_TYPED: Final = (0.85, 0.75)
"""What a sentence of the right kind is worth: an amount, a time or a place more than somebody who acts."""
_AROUND: Final = 0.9
_LEAD: Final = 0.5
"""What a lead over the passages of every other document adds, where the quote holds the kind of fact asked for."""
_NOT_IN_TITLES: Final = frozenset({"when", "where", "quantity", "who", "meaning", "duty"})
_OF_PASSAGES: Final = frozenset({"duty", "who", "when", "where", "quantity", "meaning"})


def said(context: Context, intent: str) -> Answer:
    """What the documents say about X: the passage and the sentence that hold its words best."""
    asked, topic = context.asked, context.topic
    intent = {"date": "when", "deadline": "when"}.get(intent, intent if intent in _OF_PASSAGES else "other")
    if context.target and not context.target.held:
        return _from_citations(context, intent)
    if told := charged(context, intent):
        return told
    # "bắt đầu làm từ khi nào" asks nothing but the time, "văn bản này yêu cầu gì" nothing but what is to be done
    matter = context.matter if intent in ("when", "where", "quantity", "duty") else topic.words
    if not matter and context.scope is not None and len(context.scope) == 1:
        whole = context.library.held[next(iter(context.scope))]
        if intent in ("quantity", "when", "where"):
            return _anywhere(context, intent, whole)
        listed = _duties(context, intent, whole) if intent in ("who", "duty") else None
        if intent == "who" and not listed:
            return header.not_stated(context, intent, context.known_of(whole))
        return listed or header.described(context, context.known_of(whole))
    found = passages(context.library, asked, topic, context.scope)
    if intent in _NOT_IN_TITLES - {"duty"}:
        found = _with_below(context, found)
    if context.scope is None and len(topic.words) < _LEAST:
        return Answer("refusal", intent, {}, reason="out-of-scope")  # one syllable stands anywhere
    accept = fitting(context, intent)
    if told := _told(context, intent, found, accept, strictly(context, intent)):
        return told
    if asked.defines and intent == "meaning":
        near = dict.fromkeys(context.known_of(one.row.held) for one in found[:6] if one.confidence >= THRESHOLD)
        if not near:
            return Answer("refusal", intent, {}, reason="out-of-scope")
        refused_term = header.not_stated(context, intent, None)
        return replace(refused_term, suggestions=tuple(map(suggestion, list(near)[:3])))
    if found and accept is not anything and found[0].confidence >= THRESHOLD:
        return header.not_stated(context, intent, context.known_of(found[0].row.held) if context.scope else None)
    return Answer("refusal", intent, {}, reason="out-of-scope")


def _with_below(context: Context, found: list[Found]) -> list[Found]:
    """The same with what stands below the best: "1. Lễ kỷ niệm", and below it "Thời gian: …", without a word of it."""
    met = {(one.row.held.key, one.row.passage.start) for one in found[:_TRIED]}
    below: list[Found] = []
    for one in found[:_TOPS]:
        path, key = one.row.passage.path, one.row.held.key
        if path in FORMAL:
            continue
        for place in context.library.rows_of(key):
            row = context.library.passage_rows[place]
            under = row.passage.path.startswith((f"{path},", f"{path}.", f"{path};"))
            if under and (key, row.passage.start) not in met:
                met.add((key, row.passage.start))
                below.append(replace(one, row=row, score=one.score - _BELOW))
    return [*found[:_TRIED], *below, *found[_TRIED:]] if below else found


def _told(
    context: Context, intent: str, found: Sequence[Found], accept: Accept, strict: Accept | None
) -> Answer | None:
    """The answer of that passage whose sentence of the kind asked for tells most."""
    candidates = _candidates(context, intent, found, accept, strict)
    told = chosen(candidates)
    if told is None:
        return None
    return _answer(context, intent, told, confidence(_signs(context, intent, found, candidates, told)))


def _candidates(
    context: Context, intent: str, found: Sequence[Found], accept: Accept, strict: Accept | None
) -> list[Told]:
    """The best sentence of each passage that is of the kind asked for, with what speaks for it."""
    topic, typed = context.topic, accept is not anything
    subject = {folded_word(word) for word in context.asked.words[context.asked.focus + 1 :]} & set(topic.words)
    made: list[Told] = []
    for one in found[: _TRIED * 2 if context.scope is None else len(found)]:
        row = one.row
        if (intent in _NOT_IN_TITLES and row.passage.path == "tiêu đề") or (intent == "duty" and _only_names(row)):
            continue
        strictest = best_quote(row, topic, strict) if strict else None
        quote = strictest or best_quote(row, topic, accept if typed else None)
        if quote is None or (not typed and quote[1] - quote[0] < _SAYS_SOMETHING):
            continue
        begin, end, share = quote
        fits = _fits(topic, intent, row, begin, end) if typed else 0.0
        labelled = typed and _labelled(row, intent, begin)
        least = _LITTLE if strictest else 0.3
        if typed and max(share, fits, one.own - 0.2) < least and not labelled:
            continue
        speaks = {
            "score": one.score,
            "formal": FORMAL.get(row.passage.path, 0.0),
            "own": one.own,
            "beyond": one.beyond,
            "share": share,
            "fits": fits,
            "labelled": float(labelled),
            "strict": float(strictest is not None),
            "another's": float(_of_another(row, context.asked.flat)),
            "subject": _holding(row, subject),
        }
        made.append(Told(one, begin, end, typed, speaks))
    return made


def _of_another(row: PassageRow, asked: str) -> bool:
    """Whether a passage begins with the body that it charges, and the question does not name that."""
    label, colon, _ = row.passage.text[:_LABEL].partition(":")
    body = " ".join(word for word in flat(label).split() if not word.isdecimal())
    if not colon or not ACTOR.search(body):
        return False
    words = set(body.split())
    return len(words & set(asked.split())) / len(words) < _BODY_NAMED


def _answer(context: Context, intent: str, told: Told, sure: float) -> Answer:
    one, begin, end = told.found, told.begin, told.end
    announces = intent == "duty" and one.row.held.document.text[end - 1] == ":"  # "… nội dung sau:"
    if announces and (listed := _duties(context, intent, one.row.held)):
        return replace(listed, score=sure)
    sources = _whole_list(context, one.row) or (from_document(one.row.held, begin, end),)
    known = context.known_of(one.row.held)
    facts = naming(known) | {"path": sources[0].path or ""}
    if who := _who(context, one.row.held.key, begin, end):
        facts["who"] = who
    status, detail = status_of(known)
    return Answer("answer", intent, facts, sources, status, detail, score=sure)


def _whole_list(context: Context, row: PassageRow) -> tuple[Source, ...]:
    """Every item below a heading, where no more is asked than what that heading says, of what the document is about.

    "Mục đích của phong trào dân vận khéo" asks for all of "1. Mục đích", not for the item that repeats its words.
    """
    section, comma, _ = row.passage.path.partition(", gạch đầu dòng")
    heading = flat(row.passage.heading.rpartition("›")[2])
    if not comma or f" {heading} " not in f" {context.asked.flat} " or len(heading.split()) < _LEAST:
        return ()
    if set(context.topic.words) - set(heading.split()) - set(flat(row.held.subject).split()):
        return ()
    rows = (context.library.passage_rows[place] for place in context.library.rows_of(row.held.key))
    items = [one.passage for one in rows if one.passage.path.startswith(f"{section}{comma}")]
    return tuple(from_document(row.held, item.start, item.end) for item in items)


def _signs(
    context: Context, intent: str, found: Sequence[Found], candidates: Sequence[Told], told: Told
) -> dict[str, float]:
    """What tells how sure a sentence is to answer; see :data:`knowledge.answering.choosing.SURE`."""
    one, kind = told.found, told.found.confidence
    if told.typed:  # to be of the kind that is asked for tells, too
        kind = max(kind + _STRICT * told.speaks["strict"], _TYPED[intent == "who"] * told.speaks["fits"])
        if context.scope is None:
            others = max((other.confidence for other in found if other.row.held is not one.row.held), default=0.0)
            kind = min(1.0, kind + _LEAD * max(0.0, one.confidence - others))
    lead = one.score - max((other.score for other in found if other.row is not one.row), default=0.0)
    ahead = worth(told) - max((worth(other) for other in candidates if other is not told), default=worth(told))
    return {
        "kind": kind,
        "whole": one.confidence,
        "own": one.own,
        "lead": max(0.0, lead),
        "ahead": min(_AHEAD, ahead),
        "always": 1.0,
    }


def _only_names(row: PassageRow) -> bool:
    """Whether a passage of the opening says no more than that this document was issued, and about what."""
    number = flat(row.held.document.header.number.value) if row.held.document.header.number else None
    text = flat(row.passage.text)
    return row.passage.path in FORMAL and number is not None and "ban hanh" in text and f" {number} " in f" {text} "


def _holding(row: PassageRow, words: set[str]) -> float:
    """The share of these words that a passage holds."""
    text = f" {flat(row.passage.heading)} {flat(row.passage.text)} "
    return sum(f" {word} " in text for word in words) / max(1, len(words))


def _fits(topic: Wanted, intent: str, row: PassageRow, begin: int, end: int) -> float:
    """The share of what is wanted that a sentence holds together with the headings that it stands under."""
    heading, text = flat(row.passage.heading), row.held.document.text
    # "Tổng thống Mỹ là ai" is not answered by the words here and there.
    sentence = f"{heading} . {counted(text[begin:end])}"
    if intent == "who":
        return (topic.held(sentence) + topic.covered(sentence)) / 2
    around = counted(text[row.passage.start : row.passage.end])
    return max(topic.held(sentence), _AROUND * topic.held(f"{heading} . {around}"))


_LABELS: Final = {
    "when": ("thoi gian", "thoi han", "ngay"),
    "where": ("dia diem", "noi"),
    "quantity": ("so luong", "so", "kinh phi"),
    "who": ("thanh phan", "don vi", "nguoi"),
}
"""What stands before the answer in a document that is set out as a list: "Thời gian: …"."""


def _labelled(row: PassageRow, intent: str, begin: int) -> bool:
    line = row.held.document.text[begin : begin + 60].partition(":")
    return bool(line[1]) and flat(line[0]).startswith(_LABELS.get(intent, ("\0",)))


def _anywhere(context: Context, intent: str, held: Held) -> Answer:
    """An amount, a time or a place of a document, asked by nothing else: the one sentence that holds some."""
    accept = fitting(context, intent)
    told: tuple[int, int] | None = None
    for place in context.library.rows_of(held.key):
        row = context.library.passage_rows[place]
        if row.passage.path in FORMAL or not (quote := best_quote(row, context.topic, accept)):
            continue
        if _labelled(row, intent, quote[0]):
            told = quote[0], quote[1]
            break
        told = told or (quote[0], quote[1])
    if told:
        source = from_document(held, *told)
        facts = naming(context.known_of(held)) | {"path": source.path or ""}
        status, detail = status_of(context.known_of(held))
        return Answer("answer", intent, facts, (source,), status, detail, score=0.6)
    return header.not_stated(context, intent, context.known_of(held))


_IN_CHARGE: Final = re.compile(r"^(?:yeu cau|de nghi) |\b(?:giao|chu tri|dau moi|(?:chiu|co) trach nhiem)\b")


def _duties(context: Context, intent: str, held: Held) -> Answer | None:
    """Everything that one document charges somebody with."""
    duties = held.document.duties
    if not duties:
        return None
    charged = dict.fromkeys(duty.who for duty in duties if duty.who)
    if intent == "who":  # who is in charge goes before who takes part
        duties = tuple(sorted(duties, key=lambda duty: not _IN_CHARGE.search(flat(duty.quote))))
    facts = naming(context.known_of(held)) | {"count": str(len(duties))}
    if charged:
        facts["who"] = "; ".join(charged)
    sources = tuple(from_document(held, duty.start, duty.start + len(duty.quote)) for duty in duties[:_MOST])
    return Answer("answer", intent, facts, sources, score=0.8)


def _from_citations(context: Context, intent: str) -> Answer:
    """A document that is only cited: its citations may hold the answer, its own text is not here."""
    known = context.target
    assert known is not None
    accept = fitting(context, intent)
    if context.asked.defines:
        return header.described(context, known)
    if intent == "who" and (stated := _where_cited(context, intent, known, accept)):
        return stated  # "ai phải … để làm Quyết định 217" asks who acts, not whose it is
    for cited in known.cited:
        text = counted(cited.citation.quote)
        told = [cited.citation.quote, _sentence(cited), cited.held.subject]
        if accept(text) and (accept is not anything or share_of(context.topic, told) >= 0.7):
            status, detail = status_of(known)
            return Answer("answer", "document", naming(known), (from_citation(cited),), status, detail, score=0.9)
    if context.differs(known) or (context.topic.words and share_of(context.topic, [known.title, known.issuer]) >= 0.7):
        return header.described(context, known) or header.not_stated(context, intent, known)
    return _where_cited(context, intent, known, accept) or header.not_stated(context, intent, known)


def _sentence(cited: Cited) -> str:
    begin, end = sentence_at(cited.held, cited.citation.start)
    return cited.held.document.text[begin:end]


def _where_cited(context: Context, intent: str, known: Known, accept: Accept) -> Answer | None:
    """What a stored document says to do about one that it cites: "giao … theo dõi việc thực hiện Kế hoạch số 36"."""
    if len(context.topic.words) < _LEAST or intent not in _DONE_ABOUT:
        return None
    number = f" {flat(known.number or '')} "
    citing = {cited.held.key: cited.held for cited in known.cited}
    rows = [context.library.passage_rows[row] for key in citing for row in context.library.rows_of(key)]
    naming_it = [row for row in rows if number in f" {flat(row.passage.text)} "]
    best: tuple[float, PassageRow, int, int] | None = None
    for row in naming_it:
        quote = best_quote(row, context.topic, accept)
        if quote is None:
            continue
        # What is counted up stands in any order: "đôn đốc, kiểm tra" is "kiểm tra, đôn đốc".
        share = (quote[2] + context.topic.held(flat(row.held.document.text[quote[0] : quote[1]]))) / 2
        if best is None or share > best[0]:
            best = share, row, quote[0], quote[1]
    if best is None or best[0] < _STATED:
        return None
    share, row, begin, end = best
    source = from_document(row.held, begin, end)
    facts = naming(context.known_of(row.held)) | {"path": source.path or ""}
    if who := _who(context, row.held.key, begin, end):
        facts["who"] = who
    return Answer("answer", intent, facts, (source,), score=share)


def _who(context: Context, key: int, begin: int, end: int) -> str | None:
    for duty in context.library.held[key].document.duties:
        if duty.who and duty.start < end and begin < duty.start + len(duty.quote):
            return duty.who
    return None
