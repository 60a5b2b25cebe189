"""Whether two people ask the same: so that what staff answered once is given to everybody who asks it.

A wrong match is worse than none: another number, symbol, period, place or level never matches, and of the other words
at most a seventh may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from knowledge.answering.asked import Asked
from knowledge.answering.limits import forbidden
from knowledge.answering.understand import understand
from knowledge.fold import fold, nfc, tone_normal
from knowledge.library import Library
from knowledge.mentions import Mention
from knowledge.search.wording import abbreviations, folded_word, typed_words

_ALIKE: Final = 0.85
_LEAST: Final = 2
"""Words that a question must have to stand by itself; "còn hạn nộp?" lives from what was said before."""
_PARTS: Final = 5
_BETWEEN: Final = "|"
_LEVEL: Final = re.compile(
    r"\b(?:tỉnh|huyện|xã|phường|thôn|thị xã|thành phố|đặc khu|tinh|huyen|xa|phuong|thon)\s+(\S+\s+\S+)"
)
_DECIDES: Final = frozenset(
    typed_words(
        "khong chua chang pho truoc sau nay moi cu tinh huyen xa phuong thon ap bi duoc nam nu tre gia nhat hai ba bon "
        "tu thuong bat dau cuoi giua trong ngoai tren duoi tang giam them bot toi da thieu it nhieu"
    )
)
"""Small words that turn a question into another one."""
_FILLERS: Final = frozenset(typed_words("cho hoi xin em anh chi toi minh a oi nhe nha voi la thi cua ve nhi vay"))
_PERIOD: Final = re.compile(r"\b(?:quy|khoa|muc|chuong|phan|ky) ([ivx]+)\b")
_UNSURE: Final = "?"


def question_key(library: Library, question: str) -> str | None:
    """What is asked, as one line that is equal for equal questions, however they are typed.

    ``None`` where no answer may be kept for it: it asks for personal data, gives orders, or lives from its context.
    """
    asked = understand(question, library.speller, library.passages.vocabulary.accented)
    if forbidden(question, " ".join(asked.words)):
        return None
    words = _words(asked)
    numbers = sorted(set(map(_symbol, asked.mentions)) | set(_numbers(asked)))
    if len(words) + len(asked.mentions) < _LEAST or (asked.goes_on and not asked.mentions and len(words) < 4):
        return None
    places = _places(library, asked)
    parts = (asked.intent, " ".join(numbers), ", ".join(places), " ".join(sorted(words)), " ".join(_typed(asked)))
    return _BETWEEN.join(parts)


def same_question(key: str, others: Iterable[str]) -> str | None:
    """Of the keys of stored questions the one that asks the same as this; ``None``: it was not asked before."""
    mine = key.split(_BETWEEN)
    best: tuple[float, str] | None = None
    for other in others:
        theirs = other.split(_BETWEEN)
        if len(theirs) != _PARTS or mine[1:3] != theirs[1:3] or _UNSURE in mine[2]:
            continue
        if mine[0] != theirs[0] and mine[4] != theirs[4]:
            continue  # word for word the same is the same, however an abbreviation in it was understood
        alike = max(_alike(mine[3], theirs[3]), _alike(mine[4], theirs[4]))
        if alike >= _ALIKE and (best is None or alike > best[0]):
            best = (alike, other)
    return best[1] if best else None


def _alike(mine: str, theirs: str) -> float:
    left, right = set(mine.split()), set(theirs.split())
    return 0.0 if (left ^ right) & _DECIDES else len(left & right) / max(1, len(left | right))


def _symbol(mention: Mention) -> str:
    letters = mention.letters | ({mention.code} if mention.code else set())
    return "/".join([str(mention.number), *([str(mention.year)] if mention.year else []), *sorted(letters)])


def _words(asked: Asked) -> set[str]:
    """The words that are asked about, without accents."""
    stop = asked.stop - {"không", "bị", "được", "trước", "trong", "trên"}
    return {
        bare
        for word in asked.words
        if word not in stop and (bare := folded_word(word)) and not any(map(str.isdigit, bare))
    }


def _typed(asked: Asked) -> list[str]:
    """The same from the words as typed: what no document holds may have been mended into something else."""
    found: set[str] = set()
    for word in typed_words(asked.typed):
        long = abbreviations().get(word)
        found |= set(map(folded_word, long[0])) if long and len(long) == 1 else {folded_word(word)}
    return sorted(word for word in found - _FILLERS if not any(map(str.isdigit, word)))


def _numbers(asked: Asked) -> list[str]:
    found = [str(int(number)) for number in re.findall(r"\d+", fold(asked.typed)) if len(number) < 10]
    return found + _PERIOD.findall(asked.folded) + sorted(asked.types)


def _places(library: Library, asked: Asked) -> list[str]:
    """The names after "xã", "huyện" and the like, as typed: "Mộc Hà" is not "Mộc Hạ", and "moc ha" may be either."""
    found: list[str] = []
    text = tone_normal(nfc(asked.typed))
    for match in _LEVEL.finditer(text.lower()):
        name = " ".join(re.findall(r"[^\W_]+", match[1]))
        typed = text[match.start(1) : match.end(1)]
        if name.count(" ") != 1 or any(word in asked.stop for word in name.split()):
            continue
        capitals = all(part[0].isupper() for part in typed.split()) and not text.isupper()
        if capitals and not name.isascii():
            found.append(name)
        elif capitals or (match[0].split()[0] not in ("thôn", "thon") and _is_name(library, fold(name))):
            found.append(name if not name.isascii() else _UNSURE)
    return sorted(set(found))


def _is_name(library: Library, name: str) -> bool:
    """Whether two words after a level, typed without capitals, are a place: no text has them side by side otherwise."""
    if library.marks.keys("place", [name]):
        return True
    rows = [row for row, _ in library.passages.search(name.split(), 5)]
    return not any(name in fold(" ".join(library.passage_rows[row].passage.text.split())) for row in rows)
