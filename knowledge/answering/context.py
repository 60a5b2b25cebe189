"""One question against one library: which documents are meant, and what is asked about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from knowledge.answering.asked import Asked
from knowledge.answering.coverage import Wanted, wanted
from knowledge.answering.evidence import association, named, of_type, titles
from knowledge.answering.places import naming_words
from knowledge.fold import fold
from knowledge.library import Held, Known, Library, PassageRow
from knowledge.mentions import TYPES, Mention
from knowledge.search.wording import flat, folded_word

_SURE: Final = 0.6
_NEARLY: Final = 0.45
"""So much will do, too, where no other title holds half of it."""
_TOP_BODIES: Final = (
    "bo chinh tri",
    "ban bi thu",
    "ban chap hanh trung uong",
    "thu tuong",
    "chinh phu",
    "quoc hoi",
    "uy ban thuong vu quoc hoi",
)
_ISSUED_BY: Final = re.compile(
    r"\bdo ((?:(?:ban|uy ban|bo|so|phong|hoi|tinh|huyen|thi|thanh|dang|ubnd|quoc|chinh|thu|van)\b ?)(?:\w+ ){0,6}?)"
    r"(?:ban hanh|ra|ky)\b"
    r"|^((?:ban|uy ban|bo|thu tuong|chinh phu|quoc hoi|tinh uy|huyen uy|hdnd|hoi dong)\b ?(?:\w+ ){0,4}?)"
    rf"(?:da |co )?(?:ban hanh|ra|ky) (?:{'|'.join(TYPES)})\b.*\b(?:khong|chua)$"
)
"""By whom a document is said to have been issued."""
_ROWS: Final = 40
_FEW: Final = 200
"""So many documents are looked through whole."""
_FOLLOW_UP_WORDS: Final = 2
_WHOLE: Final = 2
"""So many words of its own make a question whole."""
_REPORTING: Final = frozenset({"bao", "cao", "nop", "gui"})


@dataclass(frozen=True, slots=True)
class Context:
    """What answering a question needs to know of it."""

    library: Library
    asked: Asked
    about: Held | None
    targets: tuple[Known, ...]
    """The documents that a number in the question can mean; more than one: it is ambiguous."""
    mentioned: tuple[Known, ...]
    """Of each number in the question the document that it most likely means."""
    unknown: Mention | None
    """A number that no known document has."""
    named: tuple[Held, ...]
    """Stored documents that the question names by place, type, year or body."""
    scope: frozenset[int] | None
    """Keys of the stored documents to look into; ``None``: all."""
    follows: bool
    """Whether it is taken to stay with the document just shown."""
    want: Wanted
    """Everything the question is about."""
    topic: Wanted
    """The same without the words that only name the document."""

    @property
    def target(self) -> Known | None:
        """The one document that is asked for by its number."""
        return self.targets[0] if self.targets else None

    @property
    def only_named(self) -> Known | None:
        """The one stored document that the question names, without its number."""
        return self.known_of(self.named[0]) if len(self.named) == 1 and not self.mentioned else None

    @property
    def pointed(self) -> Known | None:
        """The document just shown, where the question points at it."""
        return self.known_of(self.about) if self.about and self.follows and self.asked.goes_on else None

    @property
    def leans(self) -> bool:
        """Whether only the document just shown makes it whole: "còn hạn nộp?", "văn bản này giao cho ai"."""
        asked = self.asked
        whole = asked.months or asked.years or len(_own_words(asked, self.topic)) >= _WHOLE
        return self.follows and (asked.points or not whole)

    @property
    def has_topic(self) -> bool:
        """Whether anything that the texts know of is asked beyond the document itself."""
        known = self.library.passages.vocabulary.folded
        return any(word in known for word in self.topic.sure)

    @property
    def matter(self) -> frozenset[str]:
        """What is asked about beyond the document and the words that any official sentence may have."""
        carrying = {folded_word(self.asked.words[place]) for place in self.asked.carrying}
        return frozenset(self.topic.words) - carrying

    def known_of(self, held: Held) -> Known:
        """A stored document among the known ones."""
        return self.library.known_of(held.key)

    def differs(self, known: Known) -> dict[str, str]:
        """What the question takes for granted of a document and is not so: ``{"differs": "date" | "issuer"}``."""
        asked = self.asked
        if known.date and (asked.days and known.date not in asked.days):
            return {"differs": "date"}
        if known.date and asked.years and known.date.year not in asked.years:
            text = known.text
            if not any(str(year) in text for year in asked.years):
                return {"differs": "date"}
        if known.held and known.issuer:
            strange = set(self.library.marks.standing("place", asked.flat)) - known.held.names
            if strange and (asked.yes_or_no or any(_by_body_of(place).search(asked.flat) for place in strange)):
                return {"differs": "issuer"}
        if known.issuer and (said := _ISSUED_BY.search(asked.flat)) and not _share(said[1] or said[2], known.issuer):
            return {"differs": "issuer"}
        issuer = set(flat(known.issuer or "").split())
        for body in _TOP_BODIES:
            if issuer and f" cua {body} " in f" {asked.flat} " and not set(body.split()) & issuer - {"ban"}:
                return {"differs": "issuer"}
        return {}

    def fits_type(self, known: Known) -> bool:
        """Whether a document is of a type that the question names, or none is named."""
        types = self.asked.looked_for or self.asked.types
        return not types or of_type(known, types)

    def rows(self, words: Sequence[str]) -> list[PassageRow]:
        """The passages of the documents that are meant, else the likeliest of all for these words."""
        library = self.library
        if self.scope is None:
            places = [place for place, _ in library.passages.search(words, _ROWS)]
        else:
            places = [place for key in sorted(self.scope) for place in library.rows_of(key)]
        return [library.passage_rows[place] for place in places]

    def likely(self, words: Sequence[str]) -> frozenset[int]:
        """The documents to look through: those that are meant, else those to which these words lead; all of a few."""
        if self.scope is not None:
            return self.scope
        if len(self.library.held) <= _FEW:
            return frozenset(self.library.held)
        titled = (self.library.title_rows[row].held for row, _ in self.library.titles.search(list(words), _ROWS))
        return frozenset(row.held.key for row in self.rows(words)) | {held.key for held in titled if held}

    def subject(self, held_only: bool = False) -> tuple[Known | None, float]:
        """The document that the question is about, with confidence: by number, by name, by title, or just shown."""
        if self.target:
            return self.target, 1.0
        candidates = [known for held in self.named if self.fits_type(known := self.known_of(held))]
        if len(candidates) == 1:
            return candidates[0], 0.9
        if candidates:
            return max(candidates, key=lambda known: self.want.covered(known.text)), 0.7
        if self.about and self.follows:
            return self.known_of(self.about), 0.9
        ranked = titles(self.library, self.asked, self.want)
        ranked = [(known, score) for known, score in ranked if known.held or not held_only]
        if ranked and _NEARLY <= ranked[0][1] < _SURE:
            second = ranked[1][1] if len(ranked) > 1 else 0.0
            return (ranked[0][0], _SURE) if ranked[0][1] >= 2 * second else (None, 0.0)
        if not ranked or ranked[0][1] < _SURE:
            return None, 0.0
        # Of titles that all hold the words, the one that says little else is meant.
        alike = [(known, score) for known, score in ranked if score >= ranked[0][1] - 0.02]
        return min(alike, key=lambda pair: len((pair[0].title or "").split()))


@lru_cache(maxsize=1 << 8)
def _by_body_of(place: str) -> re.Pattern[str]:
    """Wording that has the body of a place issue a document: "của Huyện ủy Bình Sơn"."""
    bodies = "ban thuong vu|huyen uy|tinh uy|thi uy|thanh uy|dang uy|uy ban nhan dan|hoi dong nhan dan"
    return re.compile(rf"\b(?:cua|do) (?:(?:{bodies}) )+(?:(?:{'|'.join(_LEVELS)}) )?{re.escape(place)}\b")


def _share(said: str, issuer: str) -> bool:
    """Whether the body that is said to have issued a document may be the one that did: "huyện ủy", its committee."""
    own, told = set(flat(issuer).split()), set(said.split())
    return told <= own or own <= told


def read(library: Library, asked: Asked, about: int | None) -> Context:
    """Work out the context of a question."""
    shown = library.held.get(about) if about is not None else None
    targets: tuple[Known, ...] = ()
    unknown: Mention | None = None
    leave_out: set[str] = {part for clause in asked.clauses for part in re.findall(r"\w+", clause)}
    mentioned: list[Known] = []
    for mention in _asked_first(library, asked):
        matches = library.matches(mention) or _of_another_body(library, mention)
        if matches:
            targets = targets or tuple(matches)
            mentioned += [known for known in matches[:1] if known not in mentioned]
            leave_out |= {*mention.written.split("/"), mention.written, str(mention.number)}
            leave_out |= set((mention.type or "").split()) | set(fold(matches[0].type).split())
        elif not mention.weak or not asked.words:
            unknown = unknown or mention
    if not asked.mentions:
        targets, bare = _bare_number(library, asked)
        leave_out |= bare
    if shown and asked.points:
        leave_out |= {word for kind in asked.types for word in kind.split()}
    want = wanted(library, asked, leave_out)
    left_out = len(leave_out)
    if len(targets) > 1:
        ranked = sorted(((want.covered(known.text), i) for i, known in enumerate(targets)), reverse=True)
        if ranked[0][0] > ranked[1][0] + 0.15:
            targets = (targets[ranked[0][1]],)
    told = tuple(named(library, asked)) if not targets or not targets[0].held else ()
    if targets and (told := _acting_on(targets[0], told, asked)):
        targets = ()
    scope: frozenset[int] | None = None
    if targets and (held := targets[0].held):
        scope = frozenset({held.key})
        leave_out |= naming_words(asked.flat, _folded(held.document.text)) | _place_words(asked, (held,)) - _LEVEL_WORDS
        leave_out |= _issuer_words(held, asked.flat)
    elif told:
        scope = frozenset(held.key for held in told)
        leave_out |= _naming_words(asked, told)
    topic = want if len(leave_out) == left_out else wanted(library, asked, leave_out)
    follows = shown is not None and not targets and not told and _follows(asked, topic, shown)
    if follows and shown:
        scope = frozenset({shown.key})
    return Context(library, asked, shown, targets, tuple(mentioned), unknown, told, scope, follows, want, topic)


def _asked_first(library: Library, asked: Asked) -> list[Mention]:
    """The numbers of a question, first those of stored documents that are asked what they say of the others.

    Of "ai chỉ đạo theo kế hoạch 36 trong công văn 447" it is 447, which cites the other.
    """
    if asked.clauses or len(asked.mentions) < 2 or asked.intent in _OF_ITSELF:
        return list(asked.mentions)
    known = {mention: library.matches(mention)[:1] for mention in asked.mentions}
    keys = {cited.held.key for found in known.values() for one in found if not one.held for cited in one.cited}
    citing = {mention: any(one.held and one.held.key in keys for one in found) for mention, found in known.items()}
    return sorted(asked.mentions, key=lambda mention: not citing[mention])


def _of_another_body(library: Library, mention: Mention) -> list[Known]:
    """The one document of this number and type where the body typed after it is one within its own: "290 bdvtw".

    Or one whose letters were only swapped: "2765/kh-ubdn".
    """
    letters = sorted(_LETTER.findall(mention.written))
    known = library.numbered(mention.number)
    swapped = [one for one in known if letters and sorted(_LETTER.findall(fold(one.number or ""))) == letters]
    if len(swapped) == 1:
        return swapped
    if mention.type is None or re.search(r"[-/]", mention.written):
        return []
    near = library.matches(replace(mention, letters=frozenset()))
    if len(near) == 1 and mention.letters <= _ACTING:
        return list(near)
    own = re.findall(r"[a-z]+", fold(near[0].number or ""))[-1:] if len(near) == 1 else []
    return list(near) if own and any(one.endswith(own[0]) for one in mention.letters) else []


_LETTER: Final = re.compile(r"[a-z]")
_ACTING: Final = frozenset({"mttq", "ubnd", "hdnd"})
"""Bodies that may be asked about beside a number that is not theirs: "cv 447 mttq phải làm gì"."""
_OF_ITSELF: Final = frozenset(
    {"which", "number", "date", "issuer", "title", "validity", "cites", "cited-by", "meaning"}
)


def _acting_on(cited: Known, told: tuple[Held, ...], asked: Asked) -> tuple[Held, ...]:
    """Of the stored documents that are named, those that carry out the numbered one, where they are asked about.

    "Hương Thủy bắt đầu làm Chỉ thị 52 từ khi nào" asks the document of Hương Thủy; a place, type or body that the
    numbered document itself has names no other.
    """
    confirms = asked.whether or asked.yes_or_no or asked.folded.endswith(" khong")
    if asked.intent in _OF_ITSELF:
        return ()
    if asked.intents == ("other",) and not (asked.wants_content or asked.either or confirms):
        return ()
    own = f" {flat(cited.issuer or '')} "
    text = f" {asked.flat} "
    citing = {spot.held.key for spot in cited.cited}
    return tuple(
        held
        for held in told
        if held.key in citing
        and not (asked.intents == ("other",) and _same_body(cited, held))
        and (
            not any(f" {name} " in text and f" {name} " in own for name in held.names)
            or ((name := association(held)) and f" {name} " in text)
        )
    )


def _same_body(cited: Known, citing: Held) -> bool:
    """Whether both are of the same body of the same place: "36-KH/HU" within "447-CV/HU"."""
    symbol = citing.document.header.number
    if cited.issuer and citing.body and f"{citing.body} ".startswith(f"{flat(cited.issuer)} "):
        return True
    return bool(cited.number and symbol and cited.number.rsplit("/")[-1] == symbol.value.rsplit("/")[-1])


def _bare_number(library: Library, asked: Asked) -> tuple[tuple[Known, ...], set[str]]:
    """The one document that a number of three or four digits without any letters can mean ("447 gửi ai")."""
    if asked.types and (match := _OF_YEAR.search(fold(asked.typed))):
        matches = [known for known in library.numbered(int(match[1])) if f"/{match[2]}/" in (known.number or "")]
        if len(matches) == 1:
            return tuple(matches), {match[1], match[2]}
    for word in asked.words:
        if word.isdecimal() and 3 <= len(word) <= 4 and int(word) not in asked.years:
            matches = library.numbered(int(word))
            if len(matches) == 1:
                return tuple(matches), {word}
    return (), set()


_OF_YEAR: Final = re.compile(r"(?<!thang )(?<![\d/])\b(\d{1,4})/((?:19|20)\d\d)\b(?!/\d)")
"""The number of a law as people write it: "luật dân chủ 10/2022"."""
_LEVEL_WORDS: Final = frozenset({"huyen", "tinh", "xa", "thi"})
_LEVELS: Final = ("tinh", "huyen", "thi xa", "thanh pho", "xa", "phuong", "thi tran")


def _naming_words(asked: Asked, told: tuple[Held, ...]) -> set[str]:
    text = f" {asked.flat} "
    words = {str(year) for year in asked.years} | {"nam"}
    for kind in asked.types:
        words |= set(kind.split())
    for held in told:
        words |= _body_words(held, text)
    return words | _place_words(asked, told)


def _place_words(asked: Asked, told: tuple[Held, ...]) -> set[str]:
    text = f" {asked.flat} "
    words = {word for held in told for name in held.names if f" {name} " in text for word in name.split()}
    return words | _LEVEL_WORDS if words else words


def _body_words(held: Held, text: str) -> set[str]:
    """The words of the issuer if the question names it, fully or without its level ("hội cựu chiến binh")."""
    if not held.body:
        return set()
    if f" {held.body} " in text:
        return set(held.body.split())
    core = held.body
    for part in (*held.names, *_LEVELS):
        core = core.removesuffix(f" {part}")
    others = "|".join(level for level in _LEVELS if not held.body.startswith(f"{core} {level}"))
    found = re.search(rf" {re.escape(core)} (?!(?:{others}) )", text)
    return set(core.split()) if found and len(core.split()) > 1 else set()


def _own_words(asked: Asked, topic: Wanted) -> list[str]:
    """What is asked about beyond the asking and the reporting."""
    reporting = _REPORTING if asked.about_reports else frozenset[str]()
    return [word for word in topic.words if word not in reporting and not word.isdecimal()]


def _issuer_words(held: Held, asked: str) -> set[str]:
    """The words of the issuer where the number stands with it: "công văn 447 của Huyện ủy Hớn Quản"."""
    return set(held.body.split()) if held.body and f" cua {held.body} " in f" {asked} " else set()


def _follows(asked: Asked, topic: Wanted, shown: Held) -> bool:
    words = _own_words(asked, topic)
    few = len(words) <= _FOLLOW_UP_WORDS * (1 + asked.goes_on)
    if asked.points or (few and not (asked.types and len(words) > 1)):
        return True
    return topic.covered(_folded(shown.document.text)) >= _SURE


@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    """People ask several questions of the document that was just shown."""
    return flat(text)
