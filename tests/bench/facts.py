"""Reading against hand-made facts: precision and recall for each field, on the shared gold and on own documents.

``python -m tests.bench.facts`` prints the table; ``--wrong`` also lists every value that differs.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.facts import facts
from knowledge.fold import fold, symbol_key
from knowledge.reading.parse import parse

SHARED = Path(__file__).resolve().parents[3] / "shared"
OWN = Path(__file__).resolve().parents[1] / "documents"
HEADER = (
    "doc_type", "number", "symbol", "date", "place", "issuer", "trich_yeu", "addressees", "signer", "signer_title",
    "signing_authority", "noi_nhan",
)  # fmt: skip
CITED = ("type", "date", "issuer", "about", "relation", "occurrences")
_ABBREVIATIONS = {
    "bdvtu": "ban dan van tinh uy", "bcsd": "ban can su dang", "ubnd": "uy ban nhan dan", "btv": "ban thuong vu",
    "bch": "ban chap hanh", "duk": "dang uy khoi", "ccb": "cuu chien binh", "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc", "ldld": "lien doan lao dong", "lhpn": "lien hiep phu nu",
}  # fmt: skip
_REMARK = re.compile(r"not stated|implied|from the symbol")
"""A value of the gold that is a remark on the document, not a value to be read from it."""

Gold = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """How one field came out."""

    expected: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what should be found that was; 1 where there was nothing to find."""
        return self.right / self.expected if self.expected else 1.0


@dataclass(slots=True)
class Score:
    """All fields of some documents, and what differs."""

    fields: dict[str, Tally] = field(default_factory=dict)
    wrong: list[tuple[str, str, object, object]] = field(default_factory=list)

    def count(self, name: str, key: str, want: object, have: object) -> None:
        """One value; ``None`` and "" mean that there is none."""
        tally = self.fields.setdefault(key, Tally())
        same = alike(want, have)
        tally.expected += bool(want)
        tally.found += bool(have)
        tally.right += bool(want) and same
        if not same:
            self.wrong.append((name, key, want, have))

    def together(self, prefix: str) -> Tally:
        """All fields whose names begin so, as one."""
        tallies = [tally for key, tally in self.fields.items() if key.startswith(prefix)]
        return Tally(*(sum(getattr(t, name) for t in tallies) for name in Tally.__slots__))


def _words(value: object) -> list[str]:
    text = re.sub(r"\([^)]*\)|“|”|\*", " ", str(value))
    tokens = re.findall(r"[a-z0-9]+", fold(text))
    return " ".join(_ABBREVIATIONS.get(t, t) for t in tokens).split()


def alike(expected: object, found: object) -> bool:
    """Equal but for spelling, abbreviations and a place that only one of the two adds in brackets or at the end."""
    if not expected or not found:
        return not expected and not found
    if not isinstance(expected, str):
        return expected == found
    a, b = _words(expected), _words(found)
    if not a or not b:
        return a == b
    return a == b or set(a) <= set(b) or (set(b) <= set(a) and len(b) >= 0.5 * len(a))


def official() -> Iterator[tuple[str, Gold, str]]:
    """The shared gold on two official documents: name, gold, text."""
    gold = json.loads((SHARED / "gold/document_facts.json").read_text(encoding="utf-8"))
    for entry in gold["documents"]:
        yield entry["file"], entry, (SHARED / "corpus/official" / entry["file"]).read_text(encoding="utf-8")


def web() -> Iterator[tuple[str, Gold, str]]:
    """The shared gold on pages of the web."""
    gold = json.loads((SHARED / "gold/web_facts.json").read_text(encoding="utf-8"))
    for entry in gold["pages"]:
        yield entry["file"], entry, (SHARED / "corpus/web" / entry["file"]).read_text(encoding="utf-8")


def own() -> Iterator[tuple[str, Gold, str]]:
    """Documents of our own about invented provinces, in the layouts that exist, each with its facts beside it."""
    for path in sorted(OWN.glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8")), path.with_suffix(".txt").read_text("utf-8")


def measure(documents: Iterable[tuple[str, Gold, str]]) -> Score:
    """Read every document and compare with what a careful reader found."""
    score = Score()
    for name, gold, text in documents:
        found: Gold = facts(parse(text))
        _header(score, name, gold, found)
        _citations(score, name, gold, found)
        _deadlines(score, name, gold, found)
        stated = {(r["kind"], r["target"]) for r in gold.get("relations", []) if "source" not in r}
        have = {(r["kind"], r["target"]) for r in found["relations"]}
        for one in sorted(stated | have):
            score.count(name, "relations", str(one) if one in stated else None, str(one) if one in have else None)
        references = [fold(r["name"]) for r in found.get("unnumbered_references", [])]
        for reference in gold.get("unnumbered_references", []):
            named = fold(reference["name"])
            if re.match(r"luat|bo luat|phap lenh|nghi quyet|nghi dinh|quy che", named):
                score.count(name, "references", named, named if named in references else None)
        for path in gold.get("sections", {}).get("paths", []):
            score.count(name, "sections", path, path if path in {s["path"] for s in found["sections"]} else None)
        if "contradictions" in gold or score is None:
            kinds = [c["kind"] for c in found["contradictions"]]
            score.count(name, "contradictions", str([c["kind"] for c in gold["contradictions"]]), str(kinds))
    return score


def _header(score: Score, name: str, gold: Gold, found: Gold) -> None:
    expected = gold["header"] | {k: gold[k] for k in HEADER if k in gold}
    for key in HEADER:
        if key not in expected:
            continue
        want, have = expected[key], found["header"][key]
        if not isinstance(want, list):
            score.count(name, f"header.{key}", want, have)
            continue
        for place in range(max(len(want), len(have))):
            pair = (entries[place] if place < len(entries) else None for entries in (want, have))
            score.count(name, f"header.{key}", *pair)


def _citations(score: Score, name: str, gold: Gold, found: Gold) -> None:
    remaining = list(found["citations"])
    for citation in gold.get("citations", []):
        same = [c for c in remaining if symbol_key(c["number"]) == symbol_key(citation["number"])]
        have = next((c for c in same if c["date"] == citation.get("date")), same[0] if same else None)
        score.count(name, "citations.number", citation["number"], have and have["number"])
        if have is None:
            continue
        remaining.remove(have)
        for key in CITED:
            if key in citation and not _REMARK.search(str(citation[key])):
                score.count(f"{name} {citation['number']}", f"citations.{key}", citation[key], have[key])
    for extra in remaining:
        score.count(name, "citations.number", None, extra["number"])


def _deadlines(score: Score, name: str, gold: Gold, found: Gold) -> None:
    remaining = list(found["deadlines"])
    for deadline in gold.get("deadlines", []):
        quote = fold(deadline["quote"])
        near = [d for d in remaining if quote[:40] in fold(d["quote"]) or fold(d["quote"]) in quote]
        days = [tuple(i.values()) if isinstance(i, dict) else tuple(i) for i in deadline.get("instances", [])]
        if near and "date" in str(deadline.get("instances", "")):
            days = [(i["date"], i["last_admissible_day"]) for i in deadline["instances"]]
        have = next((d for d in near if _days(d) == days), near[0] if near else None)
        if have is None and deadline.get("optional"):
            continue
        score.count(name, "deadlines.quote", deadline["quote"], deadline["quote"] if have else None)
        if have is None:
            continue
        remaining.remove(have)
        score.count(f"{name} {quote[:30]}", "deadlines.instances", str(days), str(_days(have)))
        recurrence = have["recurrence"] or {}
        for key in ("who_reports", "to_whom", "term", "receiver_gone", "every", "month", "day"):
            if key in deadline and deadline[key] and not _REMARK.search(str(deadline[key])):
                value = have[key] if key in have else recurrence.get(key)
                score.count(f"{name} {quote[:30]}", f"deadlines.{key}", deadline[key], value)
        if "periods" in deadline:
            periods = [i["period"] for i in have["instances"]]
            score.count(f"{name} {quote[:30]}", "deadlines.period", str(deadline["periods"]), str(periods))
    for extra in remaining:
        score.count(name, "deadlines.quote", None, extra["quote"])


def _days(deadline: Gold) -> list[tuple[str, str]]:
    return [(i["date"], i["last_admissible_day"]) for i in deadline["instances"]]


def main() -> None:
    """Print the tables."""
    sources = {"shared gold": (*official(), *web())} if SHARED.is_dir() else {}
    for title, documents in {**sources, "own documents": tuple(own())}.items():
        score = measure(documents)
        print(f"  {title}: {len(documents)} documents")
        print(f"    {'field':28} {'expected':>8} {'found':>6} {'precision':>9} {'recall':>7}")
        rows = {key: score.fields[key] for key in sorted(score.fields)}
        rows |= {f"all {name}": score.together(f"{name}.") for name in ("header", "citations", "deadlines")}
        for key, tally in rows.items():
            print(f"    {key:28} {tally.expected:8} {tally.found:6} {tally.precision:9.1%} {tally.recall:7.1%}")
        if "--wrong" in sys.argv:
            for one in score.wrong:
                print("      ", *one, sep=" | ")


if __name__ == "__main__":
    main()
