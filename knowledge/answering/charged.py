"""What a body is told to do, where nothing else is asked: "Sở Nội vụ được giao việc gì"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import chain
from typing import Final

from knowledge.answer import Answer, Source
from knowledge.answering.asked import STOP
from knowledge.answering.context import Context
from knowledge.answering.sources import from_document, naming, status_of
from knowledge.document import Duty
from knowledge.library import Held
from knowledge.search.wording import flat

_ASKING: Final = re.compile(
    r"\b(?:(?:(?:công )?việc|nhiệm vụ|trách nhiệm)(?: của| cho)?|giao(?! thông)(?: cho)?|thì|được|bị|phải|cần|nên|sẽ"
    r"|chịu|làm|thực hiện|triển khai|gì|nào|thế nào|ra sao|là|gồm|có(?= (?:nhiệm|trách|việc|phải|những|gì)\b)"
    r"|(?:những|các)(?= (?:việc|công việc|nhiệm|trách|gì)\b))(?= |$)"
)
"""What asks for somebody's duties; the rest of such a question is somebody."""
_DUTIES: Final = re.compile(r"\b(?:giao|làm|việc|nhiệm vụ|trách nhiệm)\b")
_CARRIED_ALONG: Final = STOP - {"các", "vụ"}
_AND: Final = re.compile(r"[;,]|\bvà\b")
_LEVELS: Final = frozenset({"tinh", "huyen", "thi", "xa", "thanh", "pho"})
_MOST: Final = 5
_LEAST: Final = 2
"""Words that name a body: one may be any."""
_CLEARLY: Final = 0.4
_EACH: Final = 0.1
"""How well "các sở" names each of them; other words for bodies begin other things, too: "phòng chống"."""


_ORGAN: Final = re.compile(
    r"(?:so|ban|phong|hoi|doan|cuc|chi cuc|vien|truong|trung tam|cong an|toa an|kho bac|cong ty) \w"
)
_OWN_NAME: Final = 3
"""Words of a body's name that tell it from others; after them its level and place may stand."""


def charged(context: Context, intent: str) -> Answer | None:
    """What the documents charge the body with that is asked about, that first which names it most exactly.

    The refusal where they charge it with nothing, and no text as much as names it.
    """
    body = _body(context)
    told = _charging(context, body) if body else []
    if not told:
        strange = body and len(body) == 1 and _ORGAN.match(" ".join(body[0])) and not _named_anywhere(context, body[0])
        return Answer("refusal", intent, {}, reason="out-of-scope", score=1.0) if strange else None
    first, *others = [context.known_of(held) for held, _ in told]
    sources = [*_whole(*told[0]), *(_whole(held, duties)[0] for held, duties in told[1:])]
    who = dict.fromkeys(duty.who for duty in told[0][1] if duty.who)
    facts = naming(first) | {"who": "; ".join(who), "path": sources[0].path or ""}
    if others:
        facts["others"] = "; ".join(one.name for one in others)
    status, detail = status_of(first)
    return Answer("answer", intent, facts, tuple(sources[:_MOST]), status, detail, score=0.9)


def _charging(context: Context, bodies: Sequence[Sequence[str]]) -> list[tuple[Held, list[Duty]]]:
    """The documents that charge these bodies, with the duties that name them most exactly."""
    found: list[tuple[float, bool, int, dt.date, Held, list[Duty]]] = []
    for key in sorted(context.likely([word for body in bodies for word in body])):
        held = context.library.held[key]
        places = {word for name in held.names for word in name.split()} if context.named else set[str]()
        worth = [(duty, _named(bodies, duty.who, places)) for duty in held.document.duties if duty.who]
        if best := max((share for _, share in worth), default=0.0):
            duties = [duty for duty, share in worth if share == best]
            by_name = [duty for duty in duties if duty.who != _sent_to(held)]
            day = context.known_of(held).date or dt.date.min
            found.append((best, bool(by_name), len(duties), day, held, by_name or duties))
    found.sort(key=lambda one: one[:4], reverse=True)
    return [(held, duties) for best, *_, held, duties in found if best > _EACH or found[0][0] == _EACH]


def _named_anywhere(context: Context, body: Sequence[str]) -> bool:
    name = f" {' '.join(body[:_OWN_NAME])} "
    return any(name in f" {flat(row.passage.heading)} . {flat(row.passage.text)} " for row in context.rows(body))


def _whole(held: Held, duties: Sequence[Duty]) -> list[Source]:
    """Where duties stand, those that follow each other in one piece."""
    spans: list[tuple[int, int]] = []
    for duty in duties:
        end = duty.start + len(duty.quote)
        if spans and not re.search(r"\w", held.document.text[spans[-1][1] : duty.start]):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((duty.start, end))
    return [from_document(held, begin, end) for begin, end in spans]


def _sent_to(held: Held) -> str:
    """The bodies that a document is addressed to: what names nobody is for them all."""
    return "; ".join(field.value for field in held.document.header.addressees)


def _body(context: Context) -> list[list[str]] | None:
    """The words of the bodies that are asked about; ``None``: more is asked, or something else."""
    asked = " ".join(context.asked.words)
    if context.mentioned or not _DUTIES.search(asked):
        return None
    rest = [words for part in _ASKING.split(asked) if (words := _trimmed(part.split()))]
    if len(rest) != 1:
        return None
    parts = [flat(part).split() for part in _AND.split(" ".join(rest[0])) if part.strip()]
    return parts if sum(map(len, parts)) >= _LEAST else None


def _trimmed(words: list[str]) -> list[str]:
    """The words without those at either end that only carry a sentence along: "xin hỏi", "bên", "ạ"."""
    while words and words[0] in _CARRIED_ALONG:
        words = words[1:]
    while words and words[-1] in _CARRIED_ALONG:
        words = words[:-1]
    return words


def _named(bodies: Sequence[Sequence[str]], who: str, places: set[str]) -> float:
    """From 0 to 1: how exactly these bodies are among those that a duty names; 0: one of them is not."""
    parts = [flat(part).split() for part in _AND.split(who)]
    if len(bodies) == 1 and any(_begins(list(chain(*parts[at:])), bodies[0]) for at in range(len(parts))):
        return 1.0
    worth = [max((_alike(body, part, places) for part in parts), default=0.0) for body in bodies]
    return min(worth, default=0.0)


def _begins(part: Sequence[str], body: Sequence[str]) -> bool:
    """Whether a list of bodies begins with this one, or these: "các sở ban ngành"."""
    return list(part[: len(body)]) == list(body) or list(part[1 : len(body) + 1]) == list(body)


def _alike(body: Sequence[str], part: Sequence[str], places: set[str]) -> float:
    if places:  # the document is that of the place: it need not name it
        body = [word for word in body if word not in places and (word in part or word not in _LEVELS)]
    if list(part) == ["cac", "so"] and body[:1] == ["so"]:
        return _EACH
    if _begins(part, body):
        return 1.0
    if body[:1] == ["cac"]:
        return 0.0  # "các xã" are not "các đảng ủy xã"
    rest = iter(part)
    share = len(body) / max(1, len(part)) if body and all(word in rest for word in body) else 0.0
    return share if share >= _CLEARLY else 0.0
