"""Everything that questions are answered from: the stored documents, what they cite, and the register."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import numpy as np

from knowledge.document import Citation, Document, Passage
from knowledge.fold import fold, symbol_key
from knowledge.mentions import TYPES, Mention, find_mentions
from knowledge.places import place_names
from knowledge.register import Directive, load_register
from knowledge.search.index import Index, Rows
from knowledge.search.marks import Mark, Marks, marks, provinces
from knowledge.search.query import Speller
from knowledge.search.vocabulary import Vocabulary
from knowledge.search.wording import flat

_NEAR: Final = 3
"""How far a number may lie from one that is not known, to be offered instead: six off, or two digits mistyped."""
_HEAD: Final = 600
"""Characters within which a text has said whose it is."""
OUTSIDE: Final = "ngoài văn bản"
"""Path of what surrounds a document on a web page; it answers nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """One stored document."""

    key: int
    name: str
    """Its file name."""
    document: Document
    names: frozenset[str]
    """Places that it names, folded: "binh son"."""
    body: str
    """Its issuer, folded: "uy ban nhan dan tinh"."""
    subject: str
    """What the whole document is about, in the words of its header and its places."""


@dataclass(frozen=True, slots=True, eq=False)
class Cited:
    """One place where a stored document cites another."""

    held: Held
    citation: Citation


@dataclass(slots=True, eq=False)
class Known:
    """One document of the world as far as it is known here: held, cited, in the register, or several of these.

    Identity is number, date and issuer together: two directives of one number and different dates are two.
    """

    type: str
    number: str | None
    """``None`` only for a held document whose number was left blank."""
    date: dt.date | None
    issuer: str | None
    title: str | None
    order: int
    """When it became known; the register comes first, in its own order."""
    held: Held | None = None
    cited: list[Cited] = field(default_factory=list)
    directive: Directive | None = None
    _told: tuple[tuple[object, ...], str] | None = None

    @property
    def text(self) -> str:
        """Everything that it may be called by, folded; put together again when something was learnt of it."""
        state = (self.title, self.issuer, self.date, self.held, *self.cited)
        if self._told is None or self._told[0] != state:
            self._told = state, self._text()
        return self._told[1]

    def _text(self) -> str:
        parts = [self.type, self.number, self.issuer, f"{self.type} {self.title or ''}"]
        if self.date:
            parts.append(f"{self.date.day}/{self.date.month}/{self.date.year}")
        parts += [cited.citation.about for cited in self.cited]
        parts += [cited.citation.issuer for cited in self.cited]
        if self.directive:
            parts += [self.directive.title, *self.directive.keywords]
        if self.held:
            parts.append(self.held.subject)
        return " . ".join(flat(part) for part in parts if part)

    @property
    def kinds(self) -> str:
        """The folded types that it is asked for by, see :func:`goes_by`."""
        return goes_by(self.type, self.title)

    @property
    def name(self) -> str:
        """Type and number: "Kết luận 120-KL/TW"; the title stands in for a number that was left blank."""
        return " ".join(part for part in (self.type, self.number or self.title) if part)


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One searchable passage."""

    held: Held
    passage: Passage


class Library:
    """The documents in memory, searchable. Built at start from what is stored; adding costs no rebuild."""

    def __init__(self, register: Iterable[Directive] | None = None) -> None:
        self._held: dict[int, Held] = {}
        self._by_number: dict[str, dict[str, list[Known]]] = {}
        """By the bare number, then by the whole symbol."""
        self._unnumbered: dict[int, Known] = {}
        self._known_of: dict[int, Known] = {}
        self._cited_in: dict[int, list[tuple[Known, Cited]]] = {}
        self._all: list[Known] | None = None
        self._typed: dict[str, list[Known]] | None = None
        """The same by their folded types."""
        self._due: dict[int, list[int]] = {}
        self.marks = Marks()
        self.listed: list[Known] = []
        """What the register lists, in its order."""
        vocabulary = Vocabulary()
        self.passages = Index(vocabulary)
        self.passage_rows: list[PassageRow] = []
        self.titles = Index(vocabulary)
        self.speller = Speller(vocabulary, (self.passages, self.titles))
        self.title_rows: list[Known] = []
        self._rows_of: dict[int, tuple[range, list[int]]] = {}
        for directive in load_register() if register is None else register:
            known = self._merge(directive.type, directive.number, directive.date, directive.issuer, directive.title)
            known.directive = directive
            self.listed.append(known)
            self._add_title(known, " ".join([directive.title or "", *directive.keywords]))

    @property
    def held(self) -> Mapping[int, Held]:
        """The stored documents by their keys."""
        return self._held

    def known(self) -> Sequence[Known]:
        """Every document known here."""
        if self._all is None:
            groups = (group for symbols in self._by_number.values() for group in symbols.values())
            numbered = sorted((known for group in groups for known in group), key=lambda known: known.order)
            self._all = numbered + list(self._unnumbered.values())
        return self._all

    def of_type(self, kinds: Iterable[str]) -> list[Known]:
        """The known documents of these folded types; a joint programme is a programme, too."""
        by_type = self._by_type()
        names = [name for name in by_type if any(f" {kind} " in f" {name} " for kind in kinds)]
        return [known for name in names for known in by_type[name]]

    def _by_type(self) -> dict[str, list[Known]]:
        if self._typed is None:
            self._typed = {}
            for known in self.known():
                self._typed.setdefault(known.kinds, []).append(known)
        return self._typed

    def due_rows(self) -> Rows:
        """The passages that print a deadline, ascending."""
        return np.array(sorted(chain.from_iterable(self._due.values())), np.int64)

    def known_of(self, key: int) -> Known:
        """A stored document among the known ones.

        :raises KeyError: there is none with this key.
        """
        return self._known_of[key]

    def cited_in(self, key: int) -> list[tuple[Known, Cited]]:
        """What a stored document cites, in the order of its text, with the places."""
        return self._cited_in.get(key, [])

    def add(self, key: int, name: str, document: Document) -> None:
        """Take in a stored document; one of the same key is replaced."""
        if key in self._held:
            self.remove(key)
        self._all = self._typed = None
        header = document.header
        written = place_names(document)
        places = written | provinces(document.text[:_HEAD])
        subject = " . ".join(
            part
            for part in (
                *(found.value for found in (header.type, header.number, header.issuer, header.title) if found),
                header.date.value[:4] if header.date else "",
                *sorted(places),
            )
            if part
        )
        names = frozenset(flat(place) for place in places)
        held = self._held[key] = Held(
            key, name, document, names, flat(header.issuer.value) if header.issuer else "", subject
        )
        self.marks.add(key, _marks(held))
        for place in written:
            self.speller.add_name(place)
        titles: list[int] = []
        value = {
            part: found.value if (found := getattr(header, part)) else None
            for part in ("type", "number", "date", "issuer", "title")
        }
        date = dt.date.fromisoformat(value["date"]) if value["date"] else None
        if value["number"]:
            known = self._merge(value["type"] or "Văn bản", value["number"], date, value["issuer"], value["title"])
        else:
            known = Known(value["type"] or "Văn bản", None, date, value["issuer"], value["title"], len(self.title_rows))
            self._unnumbered[key] = known
        known.held = held
        self._known_of[key] = known
        known.issuer = known.issuer or value["issuer"]
        titles.append(self._add_title(known, f"{value['title'] or ''} {' '.join(sorted(places))}"))
        for citation in document.citations:
            cited = self._merge(citation.type, citation.number, citation.date, citation.issuer, citation.about)
            spot = Cited(held, citation)
            cited.cited.append(spot)
            self._cited_in.setdefault(key, []).append((cited, spot))
            titles.append(self._add_title(cited, citation.about or ""))
        rows = [PassageRow(held, passage) for passage in document.passages if passage.path != OUTSIDE]
        self.passage_rows += rows
        texts = ((f"{row.passage.heading} {subject}", row.passage.text) for row in rows)
        added = self.passages.add(texts)
        self._rows_of[key] = (added, titles)
        days = [found.start for found in document.deadlines]
        printing = zip(added, rows, strict=True)
        due = [place for place, row in printing if any(row.passage.start <= day < row.passage.end for day in days)]
        if due:
            self._due[key] = due

    def remove(self, key: int) -> None:
        """Forget a stored document, and what was known only from it.

        :raises KeyError: there is none with this key.
        """
        held = self._held.pop(key)
        self._due.pop(key, None)
        self._all = self._typed = None
        self.marks.remove(key, _marks(held))
        passages, titles = self._rows_of.pop(key)
        self.passages.remove(passages)
        self.titles.remove(titles)
        self._unnumbered.pop(key, None)
        touched = [self._known_of.pop(key)]
        if touched[0].held is held:
            touched[0].held = None
        for known, spot in self._cited_in.pop(key, []):
            known.cited = [cited for cited in known.cited if cited is not spot]
            touched.append(known)
        for known in touched:
            if known.number is None or known.held or known.cited or known.directive:
                continue
            symbol = symbol_key(known.number)
            group = self._group(symbol)
            if known in group:
                group.remove(known)
            if not group:
                del self._by_number[_bare(symbol)][symbol]

    def find(self, text: str) -> tuple[Known, ...]:
        """Every known document that a number as typed can mean: "kl 120", "chi thi 33 ttg", "120-kl/tw", "nq25"."""
        found: list[Known] = []
        for mention in find_mentions(text):
            found += [known for known in self.matches(mention) if known not in found]
        return tuple(found)

    def matches(self, mention: Mention) -> list[Known]:
        """The known documents that one mention can mean, the held ones first, then the most cited."""
        return sorted((known for known in self.numbered(mention.number) if _fits(mention, known)), key=_rank)

    def numbered(self, number: int) -> list[Known]:
        """The known documents of this bare number, whatever their letters."""
        return [known for group in self._by_number.get(str(number), {}).values() for known in group]

    def neighbours(self, mention: Mention, limit: int = 3) -> list[Known]:
        """Known documents whose numbers lie near one that is not known: same letters, or same number."""
        asked = set(mention.letters) | ({mention.code} if mention.code else set())
        near: list[tuple[float, Known]] = []
        for number, symbols in self._by_number.items():
            gap = abs(int(number) - mention.number) if number.isdecimal() else 10_000
            apart = min(gap / 2, _digits_differ(number, str(mention.number)))
            if apart > _NEAR:
                continue
            for symbol, group in symbols.items():
                letters = {part for part in symbol.split("/") if not part.isdecimal()}
                if asked and not asked & letters and gap:
                    continue
                distance = apart + 2 * len(asked - letters)
                near += [(distance, known) for known in group if distance <= _NEAR]
        near.sort(key=lambda pair: (pair[0], _rank(pair[1])))
        return [known for _, known in near[:limit]]

    def rows_of(self, key: int) -> range:
        """The rows that a stored document's passages have in :attr:`passages`.

        :raises KeyError: there is none with this key.
        """
        return self._rows_of[key][0]

    def _group(self, symbol: str) -> list[Known]:
        return self._by_number.setdefault(_bare(symbol), {}).setdefault(symbol, [])

    def _add_title(self, known: Known, about: str) -> int:
        text = " ".join(part for part in (known.type, known.number, known.issuer, about) if part)
        self.title_rows.append(known)
        return self.titles.add([("", text)])[0]

    def _merge(self, kind: str, number: str, date: dt.date | None, issuer: str | None, title: str | None) -> Known:
        group = self._group(symbol_key(number))
        for known in group:
            if _same(known, date, issuer):
                known.date, known.issuer = known.date or date, known.issuer or issuer
                known.title = known.title or title
                return known
        group.append(Known(kind, number, date, issuer, title, len(self.title_rows)))
        return group[-1]


_PUT_IN_FORCE: Final = re.compile(
    r"(?:(?:ve|viec) )*(?:ban hanh (?:kem theo )?)?(quy che|quy dinh|dieu le|noi quy)\b",
)
"""Rules that are issued with a decision (Decree 30/2020/NĐ-CP, appendix III, form 1.3); a plan may be one by itself."""


def goes_by(kind: str, title: str | None) -> str:
    """The folded types by which a document is asked for: its own, and of a decision that of what it puts in force.

    "Quyết định … ban hành Quy chế …" is the answer to "quy chế nào".
    """
    folded = flat(kind)
    issued = _PUT_IN_FORCE.match(flat(title or "")) if folded == "quyet dinh" else None
    return f"{folded} . {issued[1]}" if issued else folded


def _marks(held: Held) -> Iterable[Mark]:
    kind = held.document.header.type
    return marks(held.names, flat(kind.value) if kind else "", held.subject, held.body)


def _bare(symbol: str) -> str:
    return symbol.split("/", 1)[0]


def _rank(known: Known) -> tuple[bool, bool, int]:
    return known.held is None, known.directive is None, -len(known.cited)


def _same(known: Known, date: dt.date | None, issuer: str | None) -> bool:
    """One identity: equal dates, or a date missing on one side and issuers that can be the same."""
    mine, theirs = _issuer_words(known.issuer), _issuer_words(issuer)
    agree = not mine or not theirs or mine <= theirs or theirs <= mine
    if known.date and date:
        return known.date == date and (agree or bool(mine & theirs))
    return agree


def _issuer_words(issuer: str | None) -> set[str]:
    return set(flat(issuer or "").split())


def _fits(mention: Mention, known: Known) -> bool:
    parts = symbol_key(known.number or "").split("/")
    letters = set(parts[1:])
    if mention.year is not None and str(mention.year) not in letters:
        return False
    if not all(
        part in letters or (part == "qh" and any(_TERM.fullmatch(one) for one in letters)) for part in mention.letters
    ):
        return False
    if mention.type is None or mention.type in (kind := fold(known.type)):
        return True
    # A page that passes a Công văn on is asked for as "cv", too.
    if any(TYPES[name] == mention.code and name in kind for name in TYPES if mention.code):
        return True
    if mention.type in TYPES and TYPES[mention.type] not in letters:
        return False
    return mention.code in letters or TYPES.get(kind) == mention.code != ""


_TERM: Final = re.compile(r"qh\d+")
"""The term of the Quốc hội that passed it, which people leave out: "10/2022/qh"."""


def _digits_differ(left: str, right: str) -> float:
    if len(left) == len(right):
        wrong = sum(a != b for a, b in zip(left, right, strict=True))
        return 0 if not wrong else (1.5 if sorted(left) == sorted(right) else wrong * 1.5)
    return 2.0 if left in right or right in left else 10.0
