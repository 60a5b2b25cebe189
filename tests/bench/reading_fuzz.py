"""The reader under many generated texts: ``nice python -m tests.bench.reading_fuzz 100000 [seed]``.

Texts are put together from realistic fragments, from cut and shuffled documents of our own, and from raw noise.
For every one: nothing crashes, not a character is lost, every quote stands where it says, the facts of what was
rendered again are the same, and reading takes no more than its share of time. A failing text is printed, made small.
"""

from __future__ import annotations

import json
import random
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from knowledge.document import Document, Field
from knowledge.facts import facts
from knowledge.reading.parse import parse

OWN = Path(__file__).resolve().parents[1] / "documents"
SECONDS_FOR_200_KB = 2.0
FRAGMENTS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN",
    "TỈNH BÌNH LÂM", "Số: 12/KH-UBND", "Số: /UBND-VX", "Số 5-CV/TU", "Số:", "V/v báo cáo", "KẾ HOẠCH", "QUYẾT ĐỊNH",
    "Bình Lâm, ngày 5 tháng 6 năm 2026", "Bình Lâm, ngày tháng năm 2026", "Hà", "Nội, ngày 5 tháng 6 năm 2026",
    "Kính gửi:", "- UBND các xã;", "Căn cứ Quyết định số 1-QĐ/TW, Quyết định số 2-QĐ/TW ngày 3/4/2020 của Bộ X",
    "Luật Thực hiện dân chủ ở cơ sở năm 2022", "Luật sửa đổi, bổ sung một số điều của Luật A",
    "Nghị quyết Đại hội XIII",
    "I. MỤC ĐÍCH", "1. Nội dung", "a) Điểm", "Điều 3. Thay thế", "Chương II", "Phần thứ nhất", "- gạch", "1.1.", "II-",
    "trước ngày 30/10 hàng năm", "các xã báo cáo về Sở Nội vụ", "định kỳ 6 tháng (trước ngày 10/6/2026)", "hằng quý",
    "trong 15 ngày làm việc kể từ ngày nhận được văn bản này", "chậm nhất 05 ngày sau khi kết thúc quý", "ngay sau khi",
    "9 tháng đầu năm", "quý II/2024", "trong quý III năm 2025", "trước ngày 15 tháng sau", "ngày 20 tháng đầu quý",
    "nếu có vướng mắc", "phản ánh về", "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH", "T/M BAN THƯỜNG VỤ", "(Đã ký)", "Nguyễn Văn Bình", "|", "*", "---", "2", "“", "”", '"', "(", ")",
    ";", "./.", "31/2/2020", "15/10/2030-15/10/2019", "Các tin khác", "Trang chủ", "\u00a0", "\u200b", "e\u0301",
    "\u0323", "| TT | Nhiệm vụ | Cơ quan chủ trì | Thời gian |", "| 1 | việc | Sở Nội vụ | Quý II/2024 |", "a\tb\tc",
    "\x00",
    "Thứ Hai, 15/7/2024", "Ngày 1/2/2024, UBND tỉnh ban hành Công văn số 3/UBND-VX về việc x", "thay thế", "bãi bỏ",
    "sửa đổi, bổ sung khoản 2 Điều 3 Nghị định số 5/2020/NĐ-CP", "được sửa đổi theo", "hết hiệu lực", "của", "và", "số",
    "PHỤ LỤC", "Ký bởi: ai đó", "KHẨN", "QUY CHẾ", "(Kèm theo Quyết định số 1/QĐ-UBND ngày 1/1/2024)", "1/1/0001", "٣",
)  # fmt: skip
SEPARATORS = ("\n", "\n\n", " ", " ", ", ", "; ", ". ", "\r\n", "\t", "    ", "\f", "\x85", "\u2028", "")


def generated(dice: random.Random, documents: list[str]) -> str:
    """One text: fragments, a damaged document, noise, or a mixture."""
    kind = dice.random()
    if kind < 0.45:
        return "".join(dice.choice(FRAGMENTS) + dice.choice(SEPARATORS) for _ in range(dice.randint(0, 30)))
    if kind < 0.8:
        return damaged(dice, dice.choice(documents))
    noise = "".join(chr(dice.choice((dice.randint(1, 0x2FF), dice.randint(0x300, 0x36F), dice.randint(0x1EA0, 0x1EFF),
                                     dice.randint(0x2000, 0x206F), dice.randint(0xE000, 0x10FFFF))))
                    for _ in range(dice.randint(0, 120)))  # fmt: skip
    return noise if kind < 0.9 else noise.join(dice.choices(FRAGMENTS, k=dice.randint(2, 8)))


def damaged(dice: random.Random, text: str) -> str:
    """A stretch of a real layout, its lines dropped, doubled, glued, broken, shuffled, or without accents."""
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    lines = lines[at : at + dice.randint(3, 40)]
    for _ in range(dice.randint(0, 8)):
        i = dice.randrange(len(lines))
        match dice.randrange(7):
            case 0:
                lines.pop(i) if len(lines) > 1 else None
            case 1:
                lines.insert(dice.randrange(len(lines)), lines[i])
            case 2:
                cut = dice.randint(0, len(lines[i]))
                lines[i : i + 1] = [lines[i][:cut], str(dice.randint(1, 9)), lines[i][cut:]]
            case 3:
                lines[i] = lines[i] + dice.choice((" ", "\t", "     ", "|")) + dice.choice(FRAGMENTS)
            case 4:
                lines[i] = unicodedata.normalize("NFD", lines[i])
            case 5:
                lines[i] = lines[i].upper() if dice.random() < 0.5 else lines[i].lower()
            case _:
                dice.shuffle(lines)
    return dice.choice(("\n", "\n", "\r\n", "\n\n", " ")).join(lines)


def complaint(text: str) -> str | None:
    """What does not hold for a text, or ``None``."""
    begun = time.process_time()
    try:
        document = parse(text)
        found = facts(document)
        took = time.process_time() - begun
        if document.text != unicodedata.normalize("NFC", text):
            return "the stored text differs"
        if not _covered(document):
            return "a character is in no passage"
        if wrong := _misquoted(document):
            return f"a quote does not stand where it says: {wrong!r}"
        if json.loads(json.dumps(found, ensure_ascii=False)) != found:
            return "facts are no JSON"
        if facts(parse(document.text)) != found:
            return "reading again says something else"
        for deadline in document.deadlines:
            for one in deadline.instances:
                if (one.date - one.last_admissible_day).days != (one.bound == "trước ngày"):
                    return f"a day was moved: {deadline.quote!r}"
            if deadline.term is not None and deadline.instances:
                return f"a term was given a day: {deadline.quote!r}"
    except Exception as error:  # any failure at all is what is looked for
        return f"{type(error).__name__}: {error}"
    return f"slow: {took:.2f} s for {len(text)} characters" if took > 0.3 + len(text) * 1e-5 else None


def _covered(document: Document) -> bool:
    at = 0
    for passage in document.passages:
        if passage.start < at or passage.end <= passage.start or document.text[at : passage.start].strip():
            return False
        at = passage.end
    return not document.text[at:].strip()


def _misquoted(document: Document) -> str | None:
    values = [getattr(document.header, name) for name in document.header.__slots__]
    fields: list[Field] = [f for v in values for f in (v if isinstance(v, tuple) else (v,)) if f is not None]
    for item in (*fields, *document.citations, *document.references, *document.deadlines, *document.duties):
        if document.text[item.start : item.start + len(item.quote)] != item.quote:
            return item.quote
    return next((q for c in document.contradictions for q in c.quotes if q not in document.text), None)


def smaller(text: str, fails: Callable[[str], bool]) -> str:
    """A text that still fails, with stretches taken out while it does."""
    size = max(len(text) // 2, 1)
    while size:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if fails(shorter):
                text = shorter
            else:
                at += size
        size //= 2
    return text


def long_texts(documents: list[str]) -> list[str]:
    """Texts of 200 kB that a careless pattern would be slow on."""
    size = 200_000
    short = (
        " ", "\n", "a", "a ", "1", "1/", "-", "(", "“", "A ", "báo cáo ", "ngày ", "Luật A ", "và ", "của Ủy ban ",
        "số 1/KH-UBND, ", "a, ", "trước ", "điều ", "12/",
    )  # fmt: skip
    units = [*FRAGMENTS, *documents, *(f"{fragment} " for fragment in FRAGMENTS), *short]
    counted = (
        " ".join(f"số {n}/KH-UBND ngày {n % 28 + 1}/{n % 12 + 1}/2020;" for n in range(6000)),
        "\n".join(f"{n}. Các xã báo cáo Sở Nội vụ trước ngày {n % 28 + 1}/{n % 12 + 1}/2024." for n in range(3500)),
        "\n".join(f"| {n} | việc {n} | Sở Nội vụ | Quý II/2024 |" for n in range(5000)),
        " ".join(f"Luật A{'b' * (n % 90)} năm {1950 + n % 70}," for n in range(3500)),
    )
    return [*counted] + [(unit * (size // len(unit) + 1))[:size] for unit in units if unit]


def main() -> None:
    """Run the number of texts that is asked for; say how many were run and what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dice = random.Random(seed)
    documents = [path.read_text(encoding="utf-8") for path in sorted(OWN.glob("*.txt"))]
    seen: Counter[str] = Counter()
    for done in range(1, count + 1):
        text = generated(dice, documents)
        if found := complaint(text):
            kind = found.split(":")[0]
            seen[kind] += 1
            if seen[kind] <= 5:
                small = smaller(text, lambda t, kind=kind: (complaint(t) or "").startswith(kind))  # type: ignore[misc]
                print(f"{found}\n  {small!r}", flush=True)
        if done % 5000 == 0:
            print(f"{done} texts, {sum(seen.values())} complaints {dict(seen)}", flush=True)
    slow = 0
    for text in long_texts(documents):
        begun = time.process_time()
        facts(parse(text))
        if (took := time.process_time() - begun) > SECONDS_FOR_200_KB:
            slow += 1
            print(f"slow: {took:.1f} s for 200 kB of {text[:50]!r}", flush=True)
    print(f"{count} texts (seed {seed}): {sum(seen.values())} complaints {dict(seen)}; {slow} slow ones of 200 kB")


if __name__ == "__main__":
    main()
