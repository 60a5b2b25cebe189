"""What stored documents can be told by without their numbers, to be looked up at any number of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from knowledge.fold import fold
from knowledge.mentions import TYPES

Kind = Literal["place", "type", "year", "body", "association"]
Mark = tuple[Kind, str]

PROVINCES: Final = (
    "an giang|ba ria vung tau|bac lieu|bac giang|bac kan|bac ninh|ben tre|binh duong|binh dinh|binh phuoc|binh thuan"
    "|ca mau|cao bang|can tho|da nang|dak lak|dak nong|dien bien|dong nai|dong thap|gia lai|ha giang|ha nam|ha noi"
    "|ha tinh|hai duong|hai phong|hau giang|hoa binh|ho chi minh|hung yen|khanh hoa|kien giang|kon tum|lai chau"
    "|lang son|lao cai|lam dong|long an|nam dinh|nghe an|ninh binh|ninh thuan|phu tho|phu yen|quang binh|quang nam"
    "|quang ngai|quang ninh|quang tri|soc trang|son la|tay ninh|thai binh|thai nguyen|thanh hoa|thua thien hue"
    "|tien giang|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai"
)
"""The provinces and cities before and after July 2025."""
_PROVINCE: Final = re.compile(rf"(?<!phong cach )(?<!tu tuong )(?<!chu tich )\b(?:{PROVINCES})\b")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ASSOCIATION: Final = re.compile(r"^((?:hoi|doan|lien doan) .+?)(?: (?:tinh|huyen|thi xa|thanh pho|xa|phuong)\b.*)?$")


def marks(names: Iterable[str], kind: str, subject: str, body: str) -> Iterator[Mark]:
    """The marks of one document; everything is folded.

    :param names: the places that it names
    :param kind: its type
    :param subject: what it is about, with its years
    :param body: its issuer; that of an association is a mark without its level, too: "hoi cuu chien binh"
    """
    yield from (("place", name) for name in names)
    yield from (("type", one) for one in TYPES if f" {one} " in f" {kind} ")
    yield from (("year", year) for year in set(_YEAR.findall(subject)))
    if body:
        yield "body", body
    if name := association(body):
        yield "association", name


def provinces(text: str) -> set[str]:
    """The provinces that a text names in capitals, folded: "(Quang Binh Portal)" is of "quang binh"."""
    folded = fold(text)
    if len(folded) != len(text):
        return set()
    return {match[0] for match in _PROVINCE.finditer(folded) if text[match.start() : match.end()].istitle()}


def association(body: str) -> str | None:
    """The name of an association without its level; ``None`` for another body."""
    match = _ASSOCIATION.match(body)
    return match[1] if match and " " in match[1] else None


class Marks:
    """The keys of documents by their marks."""

    def __init__(self) -> None:
        self._keys: dict[Mark, set[int]] = {}
        self._longest = 0
        """Words of the longest mark."""

    def add(self, key: int, some: Iterable[Mark]) -> None:
        """Let a document be told by these marks."""
        for mark in some:
            self._keys.setdefault(mark, set()).add(key)
            self._longest = max(self._longest, mark[1].count(" ") + 1)

    def remove(self, key: int, some: Iterable[Mark]) -> None:
        """Forget that a document was told by these marks."""
        for mark in some:
            keys = self._keys.get(mark, set())
            keys.discard(key)
            if not keys:
                self._keys.pop(mark, None)

    def standing(self, kind: Kind, text: str) -> list[str]:
        """The marks of a kind that a folded text holds as whole words."""
        words = text.split()
        phrases = (
            " ".join(words[first:last])
            for first in range(len(words))
            for last in range(first + 1, min(first + self._longest, len(words)) + 1)
        )
        return [phrase for phrase in dict.fromkeys(phrases) if (kind, phrase) in self._keys]

    def keys(self, kind: Kind, values: Iterable[str]) -> set[int]:
        """The documents that have any of these marks."""
        found: set[int] = set()
        return found.union(*(self._keys.get((kind, value), ()) for value in values))
