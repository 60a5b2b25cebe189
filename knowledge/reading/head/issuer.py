"""Who issued a document: the body that its head, its headline or its first sentences name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.document import Field
from knowledge.fold import fold
from knowledge.reading.cited.cited_by import central_bodies
from knowledge.reading.grammar import (
    NUMBER,
    cased_name,
    find_body,
    symbol_of,
)
from knowledge.reading.head.formal_lines import (
    is_motto,
    is_number_line,
    is_place_and_date,
    is_subject,
    type_title,
)
from knowledge.reading.head.news import own_title
from knowledge.reading.head.quotes import Quotes
from knowledge.reading.page.layout import SYMBOL_LABELS, Line, is_rule

_HEAD_BODY: Final = re.compile(
    r"^(?:uy ban|hoi dong|so |phong |ban |bo |tinh uy|huyen uy|thi uy|thanh uy|quan uy|dang uy|dang bo"
    r"|van phong|trung tam|hoi |tieu ban |chi bo|lien doan|lien hiep|mat tran|chi cuc|cuc |thanh tra|truong |doan "
    r"|chinh phu|quoc hoi|thu tuong|chu tich|ubnd"
    r"|hdnd|ubmttq|mttq|cong (?:an|doan)|tong |vien |toa an|bch|btv"
    r"|(?:ban|hoi|uy|so|bo|tong|lien|doan|dang|tinh|huyen|van)$)"
)
_PART_OF: Final = re.compile(
    r"^(?:ban (?!chap hanh|thuong vu)|ban (?:chap hanh|thuong vu)(?: trung uong)?$|van phong$|thanh tra$"
    r"|uy ban kiem tra$|doan chu tich$)"
)
_WHOLE: Final = re.compile(
    r"^(?:\w+ uy\b|hoi (?:lhpn|lien hiep|nong dan|cuu chien binh|ccb|nguoi cao tuoi|chu thap do)\b"
    r"|lien doan lao dong\b|uy ban (?:nhan dan|mttq|mat tran|trung uong)|ubnd|ubmttq|mttq|mat tran|hoi dong nhan dan"
    r"|hdnd|ban chap hanh trung uong$)"
)
_LEVEL: Final = re.compile(r"^(?:tinh|huyen|xa|phuong|quan|thi xa|thi tran|thanh pho|tp\.?|dac khu)\s+(?!uy\b)")


_UNION: Final = re.compile(r"^doan (?:tncs|thanh nien cong san) ho chi minh$")
"""What the Youth Union prints as others print the State's or the Party's name."""


def read_issuer(quotes: Quotes, head: Sequence[Line], body: Sequence[Line]) -> Field | None:
    """The body that a document is by, as its head prints it, or the line above what it decides."""
    deciding = next(
        (m for x in body[:12] if x.shouting and (m := re.match(r"^(.{5,60}?)\s+(?:QUYẾT ĐỊNH|QUYẾT NGHỊ)", x.text))),
        None,
    )
    if deciding:
        line = next(x for x in body if x.text.startswith(deciding.group()))
        if not fold(deciding[1]).startswith(("chu tich", "giam doc", "bo truong", "truong ban")):
            return quotes.of_lines(cased_name(deciding[1]), [line])
    if acting := _acting_body(quotes, head):
        return acting
    if groups := _bodies(_letterhead(head)) or _bodies(head):
        chosen = groups[-1]
        above = groups[-2] if len(groups) > 1 else []
        if full := _named_in_full(chosen, [*head, *body[:10]]):
            return quotes.of_lines(cased_name(full.text), [full])
        if _is_superior(chosen, head):
            return who_speaks(quotes, body)
        if above and _are_joint(above, chosen):
            return quotes.of_lines(f"{_name(above)} và {_name(chosen)}", [*above, *chosen])
        if above and _PART_OF.match(_words(chosen[0])) and _WHOLE.match(" ".join(map(_words, above))):
            # A board is named with its committee, an office with its own: "Ban Dân vận Tỉnh ủy Bình Lâm".
            return quotes.of_lines(_name([*chosen, *above]), [*above, *chosen])
        if any(_UNION.match(_words(x)) for x in head) and _words(chosen[-1]).endswith("trung uong"):
            return quotes.of_lines(f"{_name(chosen)} Đoàn", chosen)
        return quotes.of_lines(_name(chosen), chosen)
    return None


def _letterhead(head: Sequence[Line]) -> Sequence[Line]:
    """The head down to its last formal line; what stands below it in capitals is the title, or who decides."""
    typed = next((at for at, x in enumerate(head) if _is_type(x)), len(head))
    formal = (at for at, x in enumerate(head[:typed]) if is_motto(x) or is_number_line(x) or is_place_and_date(x))
    return head[: max(formal, default=-1) + 1]


def _is_type(line: Line) -> bool:
    return bool(type_title(line)) and not SYMBOL_LABELS.match(_words(line)) and not own_title(line)


def _bodies(head: Sequence[Line]) -> list[list[Line]]:
    """The bodies that a head names above its type, each with its lines."""
    groups: list[list[Line]] = []
    for line in head:
        words = _words(line)
        if _is_type(line):
            break
        cut = words == "viet nam" or (words == "nam" and groups and _words(groups[-1][-1]).endswith(" viet"))
        if cut and groups and line.start - groups[-1][-1].end < 3:
            groups[-1].append(line)
            continue
        formal = (
            is_rule(line) or is_motto(line) or is_number_line(line) or is_place_and_date(line) or is_subject(line)
            or type_title(line) or SYMBOL_LABELS.match(words) or own_title(line)
        )  # fmt: skip
        if formal or not line.shouting or _TERM.match(words):
            continue
        starts = bool(_HEAD_BODY.match(words)) and not (groups and _completes(groups[-1], words))
        if starts or not groups:
            groups.append([line])
        else:
            groups[-1].append(line)
    return [g for g in groups if _HEAD_BODY.match(_words(g[0])) and not _UNION.match(_words(g[0]))]


_TERM: Final = re.compile(r"^(?:khoa|ky hop|nhiem ky)\b")
"""What a council or a committee prints below its name."""
_BARE: Final = re.compile(
    r"^(?:uy ban (?:nhan dan|mttq viet nam|mat tran to quoc viet nam)|hoi dong nhan dan|tong lien doan lao dong)$"
)
"""A body that many places have: the line with its place was lost."""


def _bare(lines: Sequence[Line]) -> str | None:
    words = " ".join(map(_words, lines))
    return words if _BARE.match(words) else None


def _named_in_full(chosen: Sequence[Line], lines: Sequence[Line]) -> Line | None:
    """Where a body whose letterhead lost its place is printed with it: as who decides, below the title."""
    bare = _bare(chosen)
    if bare is None:
        return None
    named = (x for x in lines if x.shouting and x.start > chosen[-1].start and x.folded.startswith(f"{bare} "))
    return next((x for x in named if _LEVEL.match(x.folded[len(bare) + 1 :])), None)


def _is_superior(chosen: Sequence[Line], head: Sequence[Line]) -> bool:
    """Whether a letterhead without its place names the body above the one whose letters the number bears."""
    bare = _bare(chosen)
    number = next((m for x in head if is_number_line(x) and (m := NUMBER.search(x.text))), None)
    if bare is None or number is None:
        return False
    initials = "".join(word[0] for word in bare.split())
    letters = re.findall(r"[a-z]{2,}", fold(number["symbol"]))
    return not any(part == "ct" or initials.startswith(part) or part.startswith(initials) for part in letters)


def _are_joint(above: Sequence[Line], below: Sequence[Line]) -> bool:
    """Whether two bodies that stand one above the other issue together: one place, printed below both."""
    both = _bare(above) and _WHOLE.match(_words(below[0]))
    return bool(both) and len(below) > 1 and bool(_LEVEL.match(_words(below[-1])))


def _name(lines: Sequence[Line]) -> str:
    """The name in usual case; a board of the Central Committee is said to be of the centre."""
    name = " ".join(x.text.lstrip(" /.-") for x in lines)
    return cased_name(re.sub(r"(?<=\S )BAN CHẤP HÀNH (?=TRUNG ƯƠNG$)", "", name))


def _words(line: Line) -> str:
    return line.folded.lstrip(" /.-")


_OF_BODY: Final = re.compile(r"^(?:CỦA|Của|của)\s+(?=[A-ZĐỦ])")


def _acting_body(quotes: Quotes, head: Sequence[Line]) -> Field | None:
    """Who gives a Party document, printed below its type: "CHỈ THỊ" / "CỦA BAN THƯỜNG VỤ TỈNH ỦY" / "về …"."""
    for at, line in enumerate(head[1:], start=1):
        found = _OF_BODY.match(line.text)
        if found and line.shouting and type_title(head[at - 1]) and not own_title(head[at - 1]):
            name = re.split(r"\s+VỀ\s|\s+VỀ$|,\s", line.text[found.end() :])[0]
            if _HEAD_BODY.match(fold(name)):
                return quotes.of_lines(cased_name(name), [line])
    return None


def _completes(group: Sequence[Line], words: str) -> bool:
    """Whether a line goes on with the body's name above it: "ỦY BAN NHÂN DÂN" / "TỈNH …", "BAN" / "CHẤP HÀNH …"."""
    above = group[-1].folded
    return (
        bool(_LEVEL.match(words))
        or above in {"ban", "hoi", "so", "uy ban", "van phong"}
        or " " not in above
        or (above.startswith("uy ban") and words.startswith(("mat tran", "quoc hoi")))
        or above.endswith((" va", ","))
    )


_ACTS: Final = re.compile(
    r"\s+(?:ban hành|lập|xây dựng|đề nghị|yêu cầu|ra|thông báo|báo cáo|hướng dẫn|tổ chức|triển khai)\b"
    r"(?:\s+(?:Kế hoạch|kế hoạch|Chương trình|Hướng dẫn|hướng dẫn|Báo cáo|Công văn))?"
)


def who_speaks(quotes: Quotes, body: Sequence[Line]) -> Field | None:
    """Who speaks in the opening paragraphs, where the head names nobody: "… Hội CCB tỉnh đề nghị …"."""
    for line in body[:6]:
        flow = quotes.flow([line])
        for match in re.finditer(r"(?:^|[.;,]\s+)(?=[A-ZĐỦ])", flow.text):
            name = find_body(flow.text, match.end())
            if not name:
                continue
            act = _ACTS.match(flow.text, match.end() + len(name))
            about_another = act and NUMBER.search(flow.text, act.end(), act.end() + 40)
            if act and not about_another:
                return quotes.of_flow(flow, name, match.end(), match.end() + len(name))
    return None


def spelt_by(quotes: Quotes, lines: Sequence[Line], number: str) -> Field | None:
    """The ministry, department or board that a text names and whose first letters the document's own number bears."""
    flow = quotes.flow([x for x in lines[:_SPELT_WITHIN] if not x.chrome])
    bodies = central_bodies(flow.text)
    name = next((bodies[part] for part in re.split(r"[-/]", fold(symbol_of(number))) if part in bodies), None)
    at = flow.text.find(name) if name else -1
    return quotes.of_flow(flow, name, at, at + len(name)) if name and at >= 0 else None


_SPELT_WITHIN: Final = 60
"""Lines."""
