"""Questions in our own words, right answers beside them, and how they are typed: the table of ``fresh_questions.tsv``.

.venv/bin/python -m tests.bench.fresh [--wrong] [--spelling NAME] [--only KIND]
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from bot.demo import documents
from handlers.asking.answers import render
from knowledge.answer import Answer
from knowledge.answering import THRESHOLD, answer
from knowledge.fold import fold, nfc, symbol_key
from knowledge.library import Library
from knowledge.reading.parse import parse
from knowledge.search.wording import flat

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TABLE = Path(__file__).with_name("fresh_questions.tsv")
_DEMO = Path(documents.__file__).parent if getattr(documents, "__file__", None) else Path(documents.__path__[0])
_DEMO_DATES = {
    "nam": "2026",
    "nam_goc": "2026",
    "nam_truoc": "2025",
    "ky_cham": "quý III năm 2026",
    "han_cham": "25/10/2026",
    "ngay_don_doc": "ngày 16 tháng 9 năm 2026",
    "thang": "tháng 10 năm 2026",
    "han_gui_som": "28/10/2026",
    "ngay_thong_bao": "ngày 12 tháng 10 năm 2026",
}


@dataclass(frozen=True)
class Fresh:
    """One question with what is right."""

    library: str
    kind: str
    about: str | None
    expected: str
    question: str
    mobile: str

    @property
    def to_refuse(self) -> bool:
        """Whether there is no answer to it."""
        return self.expected.startswith("!") and "|" not in self.expected


@cache
def fresh_questions(path: Path = TABLE) -> tuple[Fresh, ...]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(
        Fresh(row[0], row[1], None if row[2] == "-" else row[2], row[3], row[4], row[5] if len(row) > 5 else row[4])
        for row in rows
    )


@cache
def library(name: str) -> Library:
    """The documents of a corpus, read as they are."""
    made = Library()
    folders = {"official": ["official"], "web": ["web"], "all": ["official", "web"], "demo": []}[name]
    paths = [path for folder in folders for path in sorted((SHARED / "corpus" / folder).glob("*.txt"))]
    for key, path in enumerate(paths, start=1):
        made.add(key, path.name, parse(path.read_text(encoding="utf-8")))
    if name == "demo":
        for key, path in enumerate(sorted(_DEMO.glob("*.txt")), start=1):
            text = Template(path.read_text(encoding="utf-8")).substitute(_DEMO_DATES)
            made.add(key, path.name, parse(nfc(text)))
    return made


def ask(one: Fresh, typed: str, threshold: float = THRESHOLD, corpus: str | None = None) -> Answer:
    """What is answered to a question, typed in some way."""
    held = library(corpus or one.library)
    about = next((key for key, doc in held.held.items() if one.about and doc.name.startswith(one.about)), None)
    return answer(held, typed, about, threshold=threshold)


def judge(one: Fresh, given: Answer) -> str:
    """One of "right", "wrong", "refused"."""
    shown = flat(nfc(render(given).text + " " + " ".join(c.label for c in render(given).choices)))
    if any(all(_holds(part, given, shown) for part in way.split("&")) for way in one.expected.split("|")):
        return "right"
    if given.kind == "answer":
        return "wrong"
    return "wrong" if one.to_refuse else "refused"


def _holds(part: str, given: Answer, shown: str) -> bool:
    what, value = part[0], part[1:]
    first = given.sources[0] if given.sources else None
    if part == "ok":
        return given.kind == "answer"
    if what == "!":
        return given.kind == "refusal"
    if what == "?":
        return given.kind == "choice"
    if what == "=":
        named = given.facts.get("number") or (first.number if first else None) or ""
        return given.kind == "answer" and symbol_key(named) == symbol_key(value)
    if what == "@":
        name, _, path = value.partition(":")
        there = first.path or "" if first else ""
        inside = not path or bool(re.match(re.escape(path) + r"(?![\dIVX])", there))
        return given.kind == "answer" and first is not None and first.source.startswith(name) and inside
    if what == "~":
        return f" {flat(nfc(value))} " in f" {shown} "
    assert what == "^", part
    return f" {flat(nfc(value))} " not in f" {shown} "


# --- ways of typing ---

_TELEX = {
    "â": "aa", "ă": "aw", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd",
}  # fmt: skip
_TONE = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_LETTER = "abcdefghijklmnopqrstuvwxyz"


def bare(text: str) -> str:
    return "".join(fold(char) if char.isalpha() else char for char in nfc(text))


def slipped(text: str, seed: int, every: float = 0.25) -> str:
    """One slip of a finger in about a quarter of the longer words; numbers and symbols stay."""
    dice = random.Random(f"{seed}{text}")
    return " ".join(_slip(word, dice) if len(word) >= 4 and dice.random() < every else word for word in text.split())


def _slip(word: str, dice: random.Random) -> str:
    if not word.isalpha():
        return word
    place = dice.randrange(1, len(word))
    match dice.randrange(4):
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        case 2:
            return word[:place] + dice.choice(_LETTER) + word[place + 1 :]
        case _:
            return word[:place] + word[place] + word[place:]


def half_accented(text: str) -> str:
    dice = random.Random(text)
    return " ".join(bare(word) if dice.random() < 0.5 else word for word in text.split())


def wrong_tones(text: str) -> str:
    """A hook for a tilde and the other way round, in some words: "dân chũ"."""
    import unicodedata

    dice = random.Random(text)
    swap = str.maketrans({"\u0309": "\u0303", "\u0303": "\u0309"})
    return " ".join(
        nfc(unicodedata.normalize("NFD", word).translate(swap)) if dice.random() < 0.7 else word
        for word in text.split()
    )


def telex_left(text: str) -> str:
    """Some words as they look where the keyboard made no accents of the keys: "hanj"."""
    import unicodedata

    dice = random.Random(text)

    def keys(word: str) -> str:
        out, tone = "", ""
        for char in nfc(word):
            parts = unicodedata.normalize("NFD", char)
            tone = next((_TONE[mark] for mark in parts if mark in _TONE), tone)
            letter = nfc("".join(mark for mark in parts if mark not in _TONE))
            out += _TELEX.get(letter.lower(), letter)
        return re.sub(r"^([^\W\d_]+)", lambda m: m[1] + tone, out)

    return " ".join(keys(word) if dice.random() < 0.2 else word for word in text.split())


SPELLINGS = {
    "accented": lambda one: one.question,
    "mobile": lambda one: one.mobile,
    "mobile_typo": lambda one: slipped(one.mobile, 1),
    "typo 2": lambda one: slipped(bare(one.question).lower(), 2),
    "typo 3": lambda one: slipped(one.mobile, 3, 0.35),
    "half": lambda one: half_accented(one.question),
    "capitals": lambda one: one.question.upper(),
    "wrong tones": lambda one: wrong_tones(one.question),
    "telex left": lambda one: telex_left(one.question),
}


def table(threshold: float = THRESHOLD, corpus: str | None = None) -> dict[str, Counter[str]]:
    """Verdicts by spelling; "right refusals" and "to refuse" beside them."""
    counts: dict[str, Counter[str]] = {}
    for spelling, typed in SPELLINGS.items():
        tally = counts[spelling] = Counter()
        for one in fresh_questions():
            if corpus and one.library not in ("official", "web"):
                continue
            verdict = judge(one, ask(one, typed(one), threshold, corpus))
            tally[verdict] += 1
            if one.to_refuse:
                tally["to refuse"] += 1
                tally["right refusals"] += verdict == "right"
    return counts


def show(counts: dict[str, Counter[str]], title: str) -> None:
    print(f"{title:24} {'right':>7} {'wrong':>7} {'refused':>8} {'right refusals':>15}")
    for spelling, tally in counts.items():
        total = tally["right"] + tally["wrong"] + tally["refused"]
        print(
            f"{spelling:24} {tally['right'] / total:7.1%} {tally['wrong'] / total:7.1%} "
            f"{tally['refused'] / total:8.1%} {tally['right refusals'] / tally['to refuse']:15.1%}"
        )


def main() -> None:
    if "--wrong" in sys.argv:
        only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else None
        name = sys.argv[sys.argv.index("--spelling") + 1] if "--spelling" in sys.argv else "accented"
        print(f"{name}:")
        for number, one in enumerate(fresh_questions()):
            if only and one.kind != only:
                continue
            given = ask(one, SPELLINGS[name](one))
            verdict = judge(one, given)
            if verdict != "right" or only:
                first = given.sources[0] if given.sources else None
                print(f"{verdict:7} {number} [{one.library} {one.kind}] {SPELLINGS[name](one)!r} ≠ {one.expected}")
                print(
                    f"        {given.kind}/{given.intent}/{given.reason} {given.score:.2f} "
                    f"{given.facts.get('number')} {first and (first.source[:12], first.path, first.quote[:80])} "
                    f"{[s.label for s in given.suggestions][:4]}"
                )
        return
    for threshold in (0.45, THRESHOLD, 0.65):
        show(table(threshold), f"threshold {threshold:.2f}")
    show(table(corpus="all"), "all documents in one")


if __name__ == "__main__":
    main()
