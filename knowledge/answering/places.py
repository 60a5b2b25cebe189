"""Questions about somewhere else: the documents of one province say nothing of another."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from knowledge.fold import fold
from knowledge.search.marks import PROVINCES
from knowledge.search.wording import flat

if TYPE_CHECKING:
    from knowledge.answering.context import Context

_ANY: Final = re.compile(rf"\b(?:{PROVINCES})\b")
_PROVINCE: Final = re.compile(rf"\b(?:tinh|thanh pho|tp|o|cua|uy ban nhan dan) ({PROVINCES})\b")
_NAMED: Final = re.compile(r"(?:tỉnh|huyện|xã|phường|thị xã|thành phố|đặc khu)((?: [^\W\d_]+){2,4})")
_NO_PLACE: Final = re.compile(r"^(?:uy ban|hoi|ban|dang|doan|mat tran|so|phong|uy)\b")


def elsewhere(context: Context) -> str | None:
    """The place, folded, that a question names and no stored document does."""
    asked = context.asked
    places = [match[1] for match in _PROVINCE.finditer(f"{asked.flat} . {fold(asked.typed)}")]
    if not asked.typed.isupper():
        places += [flat(name) for match in _NAMED.finditer(asked.typed) if (name := _capitalised(match[1]))]
    for place in places:
        if not _NO_PLACE.match(place) and not _known(context, place):
            return place
    return None


def naming_words(asked: str, text: str) -> set[str]:
    """The words of the provinces in a folded question that a folded text names, too: they only say which text."""
    names = [match[0] for match in _ANY.finditer(asked) if re.search(rf"\b{match[0]}\b", text)]
    return {word for name in names for word in name.split()}


def _capitalised(words: str) -> str | None:
    """The first words, as long as they begin with capitals; a name has two at least."""
    name = list(takewhile(lambda word: word[0].isupper(), words.split()))
    return " ".join(name) if len(name) > 1 else None


def _known(context: Context, place: str) -> bool:
    library = context.library
    if library.marks.keys("place", [place]):
        return True
    rows = [row for row, _ in library.passages.search(place.split(), 8)]
    texts = [fold(" ".join(library.passage_rows[row].passage.text.split())) for row in rows]
    return any(place in text for text in texts)
