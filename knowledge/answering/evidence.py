"""Finding what answers a question: the documents that it names, and the passages that hold its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.answering.asked import Asked
from knowledge.answering.coverage import Seen, Wanted
from knowledge.fold import fold
from knowledge.library import Held, Known, Library, PassageRow
from knowledge.search import marks
from knowledge.search.ranking import ranked as likeliest
from knowledge.search.wording import flat

THRESHOLD: Final = 0.55
"""Below this confidence an answer is a refusal. Chosen on development questions, see tests/bench."""
_ROWS: Final = 40
_READ: Final = 8
"""So many of the likeliest passages of all documents are looked at closely."""
_SURER: Final = 16
"""What the ranking's score is divided by, to be weighed against :data:`FORMAL`."""
_NAMED: Final = 0.25
_REPLACED: Final = 0.15
"""By so much a document that was replaced has to fit better than what replaced it."""
# How clearly a mark names a document, and how clearly one has to be named.
_BY_PLACE, _BY_TYPE, _BY_YEAR, _BY_BODY, _BY_ASSOCIATION, _CLEAR = 6, 3, 4, 3, 6, 6


FORMAL: Final = {"nơi nhận": 0.6, "chữ ký": 0.6, "kính gửi": 0.3, "tiêu đề": 0.2, "mở đầu": 0.1, "kết": 0.1}
"""Formal parts say who and why, seldom what to do."""


def association(held: Held) -> str | None:
    """The name of the association that a document is by, without its level: "hoi cuu chien binh"."""
    return marks.association(held.body)


def named(library: Library, asked: Asked) -> list[Held]:
    """The stored documents that a question names without their number, the clearest first; empty if none is named."""
    told = library.marks
    clear: Counter[int] = Counter()
    for worth, keys in (
        (_BY_PLACE, told.keys("place", told.standing("place", asked.flat))),
        (_BY_TYPE, told.keys("type", asked.types)),
        (_BY_YEAR, told.keys("year", map(str, asked.years))),
        (_BY_BODY, told.keys("body", told.standing("body", asked.flat))),
    ):
        clear.update(dict.fromkeys(keys, worth))
    own = told.keys("association", told.standing("association", asked.flat))
    if len(own) == 1:
        clear.update(dict.fromkeys(own, _BY_ASSOCIATION))
    best = max(clear.values(), default=0)
    if best < _CLEAR:
        return []
    return [library.held[key] for key in sorted(clear, key=lambda key: (-clear[key], key)) if clear[key] >= best - 1]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer, with a score to rank by and a confidence between 0 and 1."""

    row: PassageRow
    score: float
    confidence: float
    own: float
    """How much of what is wanted the passage holds itself, without what its document is about."""
    beyond: float
    """How much it holds of those wanted words that do not stand in what its document is about."""


def passages(library: Library, asked: Asked, want: Wanted, scope: Collection[int] | None) -> list[Found]:
    """The passages that hold what is wanted, best first; ``scope`` limits them to some stored documents."""
    within = None
    if scope is not None:
        rows = sorted(row for key in scope for row in library.rows_of(key))
        if asked.clauses:
            rows = [i for i in rows if in_clauses(library.passage_rows[i].passage.path, asked.clauses)] or rows
        within = np.array(rows, np.int64)
    ranked = [
        (score / _SURER - FORMAL.get(library.passage_rows[place].passage.path, 0.0), library.passage_rows[place])
        for place, score in likeliest(library.passages, asked.searched, within=within, limit=_ROWS)
    ]
    ranked.sort(key=lambda pair: -pair[0])
    subjects: dict[int, Seen] = {}
    result: list[Found] = []
    for score, row in ranked if scope is not None else ranked[:_READ]:
        text = want.seen(f"{flat(row.passage.heading)} . {flat(row.passage.text)}")
        if row.held.key not in subjects:
            subjects[row.held.key] = want.seen(flat(row.held.subject))
        subject = subjects[row.held.key]
        whole = want.together(text, subject)
        if scope is not None and len(scope) == 1:  # the document is named: only the place in it is in doubt
            whole = _NAMED + (1 - _NAMED) * whole
        result.append(Found(row, score, whole, want.together(text), want.beyond(subject, text)))
    return result


def in_clauses(path: str, clauses: Collection[str]) -> bool:
    """Whether a path names all these clauses: "Điều 3, khoản 1" names "dieu 3" and "khoan 1"."""
    folded = fold(path)
    return all(re.search(rf"\b{re.escape(clause)}(?![\w.])", folded) for clause in clauses)


def titles(library: Library, asked: Asked, want: Wanted) -> list[tuple[Known, float]]:
    """The documents whose title, issuer, type and place hold what is wanted, with confidence, best first."""
    best: dict[int, tuple[Known, float]] = {}
    for row, _ in library.titles.search(list(asked.words), _ROWS):
        known = library.title_rows[row]
        if id(known) not in best:
            best[id(known)] = (known, want.covered(known.text))
    pairs = list(best.values())
    if types := asked.looked_for or asked.types:
        fitting = [(known, score) for known, score in pairs if of_type(known, types)]
        if fitting and max(score for _, score in fitting) >= 0.4:
            pairs = fitting
    pairs = [(known, score - _REPLACED * replaced(library, known, asked)) for known, score in pairs]
    return sorted(pairs, key=lambda pair: (-round(pair[1], 2), known_rank(pair[0])))


def replaced(library: Library, known: Known, asked: Asked) -> bool:
    """Whether another document has taken its place, and the question does not name its year.

    What stored documents cite stands as long as these speak of no successor: the answer names that beside it.
    """
    directive = known.directive
    if directive is None or directive.status != "replaced" or (known.date and known.date.year in asked.years):
        return False
    return not in_store(known) or any(in_store(by) for number in directive.replaced_by for by in library.find(number))


def in_store(known: Known) -> bool:
    """Whether a document is stored, or a stored one cites it; the register alone knows of the others."""
    return bool(known.held or known.cited)


def known_rank(known: Known) -> tuple[bool, bool, int, int]:
    """Of documents that fit alike: what the register lists and was not replaced comes first, then the most cited."""
    replaced = known.directive is not None and known.directive.status == "replaced"
    return replaced, known.directive is None, -len(known.cited), known.order


def of_type(known: Known, types: Collection[str]) -> bool:
    """Whether a document is of one of these types; a joint programme is a programme, too."""
    kind = f" {known.kinds} "
    return any(f" {one} " in kind for one in types)
