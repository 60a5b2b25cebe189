"""Finding units by the name that somebody typed: with or without accents, with or without "xã" and "phường".

Two communes of one province may share a name once accents are dropped (Sơn Hà, Sơn Hạ), so a search answers with all
units that can be meant. Whoever calls it asks when there is more than one, and never picks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

from handlers.records.people import PeopleReads, Unit
from knowledge.fold import fold, one_line, tone_normal

_KINDS = {
    "xa": "xa",
    "x": "xa",
    "phuong": "phuong",
    "p": "phuong",
    "dac khu": "dac khu",
    "dk": "dac khu",
    "thi tran": "thi tran",
    "tt": "thi tran",
    "tinh": "tinh",
    "thanh pho": "thanh pho",
    "tp": "thanh pho",
}
_CLOSE = 78
_MOST = 6


def find_units(text: str, units: Sequence[Unit]) -> list[Unit]:
    """All units that a typed name can mean, in the order given; empty where none is called so.

    A letter typed without its marks stands for any; a letter typed with marks must carry them ("Sơn Hạ" is not
    "Sơn Hà", "Son Ha" can be both). Only where that finds nothing are the accents left out of account.
    """
    kind, name = _parts(text)
    if not name:
        return []
    same = [unit for unit in units if _joined(_parts(unit.name)[1]) == _joined(name)]
    same = [unit for unit in same if _kinds_agree(kind, _parts(unit.name)[0])]
    return [unit for unit in same if _can_mean(name, _parts(unit.name)[1])] or same


def near_units(text: str, units: Sequence[Unit]) -> list[Unit]:
    """Units whose name is close to a typed one that no unit has: to be offered, never to be taken. Best first."""
    name = _letters(_parts(text)[1])
    if len(name) < 2:
        return []
    scored = [(fuzz.WRatio(name, _letters(_parts(unit.name)[1])), unit) for unit in units]
    close = sorted((pair for pair in scored if pair[0] >= _CLOSE), key=lambda pair: -pair[0])
    return [unit for _, unit in close[:_MOST]]


def with_former(units: Sequence[Unit], former: Sequence[Unit]) -> list[Unit]:
    """Units, and after them those that were merged into one of them, directly or by way of another one."""
    present = {unit.id for unit in units}
    successors = {unit.id: unit.successor_id for unit in former}

    def now(unit: Unit) -> int | None:
        at = unit.successor_id
        for _ in successors:
            if at not in successors:
                break
            at = successors[at]
        return at

    return [*units, *(unit for unit in former if now(unit) in present)]


def present_unit(reads: PeopleReads, unit: Unit) -> Unit:
    """The unit that stands in this one's place today: itself, or its last successor."""
    here = reads.unit(unit.id) or unit
    seen: set[int] = set()
    while here.successor_id is not None and here.id not in seen:
        seen.add(here.id)
        here = reads.unit(here.successor_id) or here
    return here


def _parts(text: str) -> tuple[str | None, str]:
    """What kind of unit the name says it is, and the name without that."""
    words = one_line(tone_normal(text).replace(".", " ")).split(" ")
    for length in (2, 1):
        kind = _KINDS.get(fold(" ".join(words[:length])))
        if kind and len(words) > length:
            return kind, " ".join(words[length:])
    return None, " ".join(words)


def _letters(text: str) -> str:
    return one_line(fold(text).replace("-", " "))


def _joined(text: str) -> str:
    """Letters alone: "SonHa" is "Sơn Hà" typed in a hurry."""
    return _letters(text).replace(" ", "")


def _kinds_agree(typed: str | None, printed: str | None) -> bool:
    return typed is None or printed is None or typed == printed


def _can_mean(typed: str, printed: str) -> bool:
    """Whether every mark that was typed stands on the same letter of the printed name."""
    have, want = _marked(printed), _marked(typed)
    return len(have) == len(want) and all(a == b and w <= h for (a, w), (b, h) in zip(want, have, strict=True))


def _marked(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each letter with its marks, "đ" as a "d" with a mark of its own."""
    letters: list[tuple[str, frozenset[str]]] = []
    for char in unicodedata.normalize("NFD", text.lower().replace("đ", "d\u0335").replace("-", " ")):
        if unicodedata.combining(char) and letters:
            letters[-1] = (letters[-1][0], letters[-1][1] | {char})
        elif not char.isspace():
            letters.append((char, frozenset()))
    return letters
