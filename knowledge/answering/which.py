"""Answers to "which document": by what documents are called and about, or by what their passages say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering import header
from knowledge.answering.context import Context
from knowledge.answering.evidence import FORMAL, in_store, of_type, passages, replaced, titles
from knowledge.answering.numbered import BEFORE_OR_AFTER
from knowledge.answering.quoting import best_quote, sentence_at
from knowledge.answering.sources import from_citation, from_document, naming, of_known, status_of, suggestion
from knowledge.library import Cited, Known
from knowledge.search.wording import flat, folded_word

_CLOSE: Final = 0.08
_DEEPER: Final = 0.12
_SPEAKS: Final = 0.8
_FOLLOWED: Final = 0.5
_LEAD: Final = 0.5
"""What a lead over every other document of the type that is looked for adds to the confidence."""
_SAID_OF: Final = 0.95
_LEAST: Final = 0.3
_OF_YEAR: Final = 0.2
_LITTLE_ELSE: Final = 0.2
"""Of titles that all hold the words, the one that says little else is meant."""
_NEWEST: Final = re.compile(r"\b(?:moi|gan) nhat\b")
_NEWLY: Final = 0.4
"""So much less a document that is newer may fit, where the newest is asked for."""
_BY_BODY: Final = 0.2
_NARROWER: Final = 0.1
"""So much less what a place issued is meant where none is named."""
_ALIKE: Final = 0.05
_LOCAL: Final = re.compile(r"\b(?:tinh|huyen|thi|thanh pho|xa|phuong|uy ban nhan dan|hoi dong nhan dan)\b")
_MOST: Final = 5
_TOP: Final = "bo chinh tri|ban bi thu|thu tuong|chinh phu|quoc hoi|tinh uy|huyen uy|trung uong"
_ISSUING: Final = re.compile(
    rf" ({_TOP})(?: \w+){{0,3}}? (?:ban hanh|ra) | (?:nao|may) (?:cua|do) (?:ban thuong vu )?({_TOP}) "
)


def which(context: Context, intent: str) -> Answer | None:
    """Which document covers X: by title first, by what the passages say otherwise. It is of the type looked for."""
    asked, library = context.asked, context.library
    if dated := _dated(context):
        return _listed(context, intent, dated, _quotes(context, dated), _SPEAKS)
    if apart := _before_or_after(context):
        return _listed(context, intent, apart, _quotes(context, apart), _SPEAKS)
    if followed := _followed(context):
        return _listed(context, intent, followed, _quotes(context, followed), _SPEAKS)
    if intent == "number" and (blank := header.blank_number(context)):
        return blank
    if intent == "number" and context.pointed and not context.topic.words:
        return header.described(context, context.pointed)
    if context.target and asked.wants_content and not asked.looked_for:
        return None
    if context.target and not (speaking := _beside(context, context.target)):
        if asked.looked_for and of_type(context.target, asked.looked_for):
            return header.described(context, context.target)
        if not context.target.held and context.target.cited and not asked.looked_for:
            return header.cited_by(context, "cited-by")  # "văn bản nào thi hành chỉ thị 33"
        if not context.target.held and any(
            f" {kind} " in f" {flat(context.target.title or '')} " for kind in asked.looked_for
        ):
            return header.described(context, context.target)  # its title tells what it carries out
    elif context.target:
        return _listed(context, intent, speaking, _quotes(context, speaking), _SPEAKS)
    ranked = _ranked(context)
    found = passages(library, asked, context.topic, context.scope)
    top = ranked[0][1] if ranked else 0.0
    deep = found[0].confidence if found else 0.0
    # A preamble says of its own document what the title says, too.
    own = bool(ranked and found and ranked[0][0].held is found[0].row.held and found[0].row.passage.path in FORMAL)
    if found and deep > top + _DEEPER and not own:
        inside = _cited_inside(context, found[0].row.held.key, found[0].row.passage.start, found[0].row.passage.end)
        fitting = [known for known, _ in inside if context.fits_type(known)]
        if ranked and _of_asked_year(context, ranked[0][0]):
            fitting = [known for known in fitting if _of_asked_year(context, known)]
        if inside and (asked.types or intent == "number") and (pick := _best_first(context, fitting)):
            spots = {id(known): cited for known, cited in reversed(inside)}
            sources = tuple(from_citation(spots[id(known)]) for known in pick)
            return _listed(context, intent, pick, sources, deep)
        of_kind = not asked.looked_for or not ranked or not of_type(ranked[0][0], asked.looked_for) or top < _LEAST
        if of_kind and (quote := best_quote(found[0].row, context.topic)):
            begin, end, _ = quote
            source = from_document(found[0].row.held, begin, end)
            known = context.known_of(found[0].row.held)
            status, detail = status_of(known)
            named = [*dict.fromkeys([known, *fitting])] if fitting else [known]
            facts = naming(known) | {"path": source.path or ""} | _others(named[1:])
            return Answer("answer", "which", facts, (source,), status, detail, score=deep)
    if not ranked:
        return None
    if asked.looked_for:
        least = _likely(context, *ranked[0]) - (_NEWLY if _NEWEST.search(asked.folded) else 2 * _CLOSE)
        best = [known for known, score in ranked[:_MOST] if _likely(context, known, score) >= least]
        best = _in_title(context, best[0]) or _newer_first(context, best, ranked)
        if _NEWEST.search(asked.folded):
            best.sort(key=lambda known: known.date or dt.date.min, reverse=True)
    else:
        best = [known for known, score in ranked if score >= top - _CLOSE][:_MOST]
    return _listed(context, intent, best, _quotes(context, best), min(1.0, top + _lead(context, ranked)))


def _beside_the_point(context: Context, known: Known) -> bool:
    """Whether nothing of what comes after "về" is known of a document: its type and its issuer alone tell nothing."""
    asked, want = context.asked, context.want
    subject = {folded_word(word) for word in asked.words[asked.focus + 1 :]}
    places = [place for place, word in enumerate(want.words) if word in subject]
    if not asked.looked_for or not places or known.held:
        return False
    told = [known.text, *(f"{flat(spot.held.subject)} . {flat(_clause_of(spot))}" for spot in known.cited)]
    hits = want.seen(" . ".join(told)).hits
    return not any(hits[place] for place in places)


def _newer_first(context: Context, best: list[Known], ranked: list[tuple[Known, float]]) -> list[Known]:
    """Of documents of one issuer and type that fit alike the newer is in force; but what only the register lists
    comes after what the stored documents cite."""
    scores = {id(known): _likely(context, known, score) for known, score in ranked[:_MOST]}
    alike = [
        known
        for known in best
        if known.issuer == best[0].issuer
        and known.type == best[0].type
        and scores[id(best[0])] - scores[id(known)] <= _ALIKE
    ]
    if context.scope is not None or context.asked.years:
        return best
    alike.sort(key=lambda known: (in_store(known), known.date or dt.date.min), reverse=True)
    return alike + [known for known in best if known not in alike]


def _in_title(context: Context, best: Known) -> list[Known]:
    """The document of the type looked for that the title of another names: the letter tells which plan it passes on."""
    if best.held is None or of_type(best, context.asked.looked_for):
        return []
    title = f" {flat(best.title or '')} "
    cited = [known for known, _ in context.library.cited_in(best.held.key) if of_type(known, context.asked.looked_for)]
    return [known for known in dict.fromkeys(cited) if known.number and f" {flat(known.number)} " in title]


def _ranked(context: Context) -> list[tuple[Known, float]]:
    """The documents that may be meant, of the type looked for if there are such, with confidence, best first.

    A document that is only cited may be asked for by what surrounds it: by who cites it, and in which sentence.
    """
    ranked = titles(context.library, context.asked, context.want)
    pool = [(known, score) for known, score in ranked if known is not context.target]
    if kinds := context.asked.looked_for:
        met = {id(known) for known, _ in pool}
        rest = (known for known in context.library.of_type(kinds) if id(known) not in met)
        of_kind = [(known, score) for known, score in pool if of_type(known, kinds)]
        of_kind += [(known, 0.0) for known in rest if known is not context.target]
        of_kind = [(known, max(score, _said_of(context, known))) for known, score in of_kind]
        likely = sorted(of_kind, key=lambda pair: -round(_likely(context, *pair), 2))
        pool = likely if likely and likely[0][1] >= _LEAST else pool
    return pool


def _likely(context: Context, known: Known, score: float) -> float:
    """What a document is ranked by: what surrounds it is true of its neighbours, too, but not what it is about."""
    topic, asked, own = context.topic, context.asked, known.text
    told = [own, *(f"{own} . {flat(_clause_of(cited))}" for cited in _cited(context, known))]
    of_year = _of_asked_year(context, known)
    title = set(flat(known.title or "").split())
    little_else = len(title & set(context.want.words)) / len(title) if title else 0.0
    signs = _OF_YEAR * (of_year - replaced(context.library, known, asked)) + _LITTLE_ELSE * little_else
    signs += _issued(context, known) - _NARROWER * _of_a_place(context, known)
    return score + max(map(topic.covered, told)) + signs


def _of_asked_year(context: Context, known: Known) -> bool:
    """Whether a document is of the year that is named, where no stored document is named by it."""
    return bool(known.date and known.date.year in context.asked.years and context.scope is None)


def _of_a_place(context: Context, known: Known) -> bool:
    """Whether a document is of a province, a district or a commune, and the question names none."""
    local = _LOCAL.search(flat(known.issuer or ""))
    return bool(local and context.scope is None and not _LOCAL.search(context.asked.flat))


def _issued(context: Context, known: Known) -> float:
    """A sign for a document of the body that the question has issue it, against one of another: "BCT ban hành …"."""
    issuing = _ISSUING.search(f" {context.asked.flat} ")
    if issuing is None or not known.issuer:
        return 0.0
    body = flat(known.issuer)
    if (issuing[1] or issuing[2]) == "trung uong":
        return 0.0  # any body of the centre
    return _BY_BODY if re.search(rf"\b{issuing[1] or issuing[2]}\b", body) else -_BY_BODY


def _cited(context: Context, known: Known) -> list[Cited]:
    """Where the documents that the question names cite it; anywhere if none is named."""
    return [cited for cited in known.cited if context.scope is None or cited.held.key in context.scope]


def _best_first(context: Context, cited: list[Known]) -> list[Known]:
    """What one passage cites, that first which the question speaks of most."""
    want = context.want
    worth = {id(known): max(want.covered(known.text), _said_of(context, known)) for known in cited}
    return sorted(dict.fromkeys(cited), key=lambda known: -round(worth[id(known)], 2))


def _said_of(context: Context, known: Known) -> float:
    want, own = context.want, known.text
    around = (f"{own} . {flat(cited.held.subject)} . {flat(_clause_of(cited))}" for cited in _cited(context, known))
    return _SAID_OF * max((want.covered(text) for text in around), default=0.0)


def _clause_of(cited: Cited) -> str:
    """What a sentence says of one document that it cites: from the citation before it to the one after."""
    begin, end = sentence_at(cited.held, cited.citation.start)
    for other in cited.held.document.citations:
        if begin < other.start + len(other.quote) <= cited.citation.start:
            begin = other.start + len(other.quote)
        if cited.citation.start < other.start < end:
            end = other.start
    return cited.held.document.text[begin:end]


def _lead(context: Context, ranked: list[tuple[Known, float]]) -> float:
    if not context.asked.looked_for:
        return 0.0
    return _LEAD * (ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0))


def _beside(context: Context, target: Known) -> list[Known]:
    """The documents that are named for the one in the question: "Kết luận nào tiếp tục thực hiện Chỉ thị 05"."""
    number, told = f" {flat(target.number or '')} ", f" {target.text} "
    kinds = context.asked.looked_for
    pool = context.library.of_type(kinds) if kinds else context.library.known()
    others = [known for known in pool if known is not target]
    beside = [known for known in others if kinds and known.number and f" {flat(known.number)} " in told]
    speaking = [known for known in others if number in f" {known.text} "]
    if not beside and not speaking and target.title:  # who carries a resolution out often takes its title over
        speaking = [known for known in others if known.title and flat(known.title) == flat(target.title)]
    ranked = {id(known): score for known, score in titles(context.library, context.asked, context.want)}
    return sorted(beside or speaking, key=lambda known: -ranked.get(id(known), 0.0))[:_MOST]


def _dated(context: Context) -> list[Known]:
    """The documents of the very day that is named, of the type looked for."""
    asked = context.asked
    if not asked.days or context.target or not (asked.looked_for or asked.types):
        return []
    of_type = context.library.of_type(asked.looked_for or asked.types)
    fitting = [known for known in of_type if known.date in asked.days]
    return _best_first(context, fitting)[:1]


def _before_or_after(context: Context) -> list[Known]:
    """The documents before or after the numbered one, where such are asked for: "trước Chỉ thị 33 có chỉ thị nào"."""
    target, kinds = context.target, context.asked.looked_for
    when = BEFORE_OR_AFTER.search(context.asked.flat)
    if when is None or target is None or target.date is None or not kinds or not of_type(target, kinds):
        return []
    ranked = [
        (known, _likely(context, known, score))
        for known, score in _ranked(context)
        if known.date and of_type(known, kinds) and (known.date < target.date) == (when[1] == "truoc")
    ]
    ranked = [(known, likely + _BY_BODY * (known.issuer == target.issuer)) for known, likely in ranked]
    ranked.sort(key=lambda pair: -pair[1])
    return [known for known, likely in ranked if likely >= max(_SPEAKS, ranked[0][1] - _CLOSE)][:_MOST]


_FOLLOWING: Final = re.compile(r"\b(?:theo|thuc hien|can cu|dua|trien khai|cu the hoa|de lam|thi hanh)\b")
_LEADING: Final = re.compile(r"\bmoi (?:co|ra|ban hanh)\b|\bma (?:\w+ ){0,4}ra\b|\bgui (?:xuong|ve)\b")
"""What leads to a document goes before it: "Tỉnh ủy gửi công văn nào mà Hớn Quản mới ra công văn 447"."""
_CARRIED_OUT: Final = ("thực hiện", "căn cứ")
_SURELY: Final = 0.2


def _followed(context: Context) -> list[Known]:
    """What the numbered document carries out, where that is asked: "ra công văn 447 theo công văn nào của Tỉnh ủy"."""
    target, kinds, text = context.target, context.asked.looked_for, f" {context.asked.flat} "
    leading = bool(_LEADING.search(text))
    target = target or context.only_named or context.pointed
    if target is None or target.held is None or not kinds:
        return []
    if not (leading or _FOLLOWING.search(text)):
        return []
    if not context.matter:  # nothing else is asked: what it carries out is the one that it cites
        of_kind = dict.fromkeys(
            known for known, _ in context.library.cited_in(target.held.key) if of_type(known, kinds)
        )
        return list(of_kind) if len(of_kind) == 1 else _in_title(context, target)
    worth: dict[int, float] = {}
    found = _ISSUING.search(text)
    issuing = (found[1] or found[2]) if found else None
    cited = [(known, spot) for known, spot in context.library.cited_in(target.held.key) if of_type(known, kinds)]
    for known, spot in cited:
        theirs = flat(known.issuer or "\0")
        of_body = bool(issuing and re.search(rf"\b{issuing}$", theirs))
        by_issuer = (f" {theirs} " in text or of_body) and theirs != flat(target.issuer or "")
        said = max(context.topic.covered(known.text), _FOLLOWED if by_issuer or leading else 0.0)
        worth[id(known)] = said + _SURELY * (spot.citation.relation in _CARRIED_OUT) + _SURELY * by_issuer
    fitting = [known for known in dict.fromkeys(known for known, _ in cited) if worth[id(known)] >= _FOLLOWED]
    return sorted(fitting, key=lambda known: -round(worth[id(known)], 2))[:1]


def _quotes(context: Context, best: list[Known]) -> tuple[Source, ...]:
    """Where these documents stand, first as the documents that the question names cite them."""
    sources = [source for known in best[:1] for source in of_known(known, 2)]
    sources += [source for known in best[1:] for source in of_known(known, 1)[:1]]
    near = [cited for known in best[:1] for cited in known.cited if cited.held.key in (context.scope or ())]
    if near and sources and sources[0].document not in (context.scope or ()) and best[0].held is None:
        sources = [from_citation(near[0]), *sources]
    return tuple(dict.fromkeys(sources))


def _listed(context: Context, intent: str, best: list[Known], sources: tuple[Source, ...], score: float) -> Answer:
    if intent == "number" and best[0].number is None:
        return header.not_stated(context, "number", best[0], sources[:1])
    anywhere = context.scope is None and not context.mentioned
    if anywhere and (_issued(context, best[0]) < 0 or _beside_the_point(context, best[0])):
        near = tuple(suggestion(known) for known in best[:1] if known.number)
        return Answer("refusal", "which", {}, reason="out-of-scope", suggestions=near, score=1.0)
    status, detail = status_of(best[0])
    facts = naming(best[0]) | _others(best[1:])
    return Answer("answer", "which", facts, sources, status, detail, score=score)


def _others(known: list[Known]) -> dict[str, str]:
    return {"others": "; ".join(one.name for one in known)} if known else {}


def _cited_inside(context: Context, key: int, start: int, end: int) -> list[tuple[Known, Cited]]:
    """What a passage cites, with the place where the document cites it first."""
    cited = context.library.cited_in(key)
    text = context.library.held[key].document.text[start:end]
    return [pair for pair in cited if start <= pair[1].citation.start < end or (pair[0].number or "\0") in text]
