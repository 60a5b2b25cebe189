"""The body as a tree of sections, flattened: every passage knows how it is cited and where it stands.

Lines are first put together to paragraphs again (hard line breaks, page breaks, page numbers), then each paragraph
finds its place under the numbered sections above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from knowledge.document import Passage
from knowledge.fold import fold, one_line
from knowledge.reading.due.parties import who_is_told
from knowledge.reading.grammar import NUMBER, TYPE_AT
from knowledge.reading.head.formal_lines import DASH, MARKER, type_title
from knowledge.reading.head.zones import Zone, Zoned
from knowledge.reading.page.flow import Flow, flow_pieces
from knowledge.reading.page.layout import Line, is_rule

PATHS: Final[dict[Zone, str]] = {
    "title": "tiêu đề",
    "addressees": "kính gửi",
    "recipients": "nơi nhận",
    "signature": "chữ ký",
    "outside": "ngoài văn bản",
}
OPENING: Final = "mở đầu"
CLOSING: Final = "kết"


@dataclass(slots=True)
class Block:
    """Lines that make one paragraph, heading or list entry; page numbers between them are part of its span."""

    zone: Zone
    lines: list[Line] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.lines[-1].end

    @property
    def text(self) -> str:
        """Its words on one line, punctuation made plain."""
        return " ".join(x.text for x in self.lines if not x.chrome).strip()


_TERMINAL: Final = re.compile(r"[.;:!?…][\"”’)\]*]*$|\./\.")
_UNFINISHED: Final = re.compile(
    r"(?:[,(-]|\b(?:và|của|với|về|theo|số|ngày|tháng|năm|giữa|tại|cho|do|từ|đến|các|những|là|trong|trên|việc"
    r"|thực hiện|(?:của|với|giám đốc) (?:sở|bộ|ban|phòng|hội|cục|ủy|tỉnh|đảng)"
    r"|hoặc|bằng|để|được|trước|nhất|không quá|thay thế|căn cứ|gắn|nhất là))$",
    re.IGNORECASE,
)
_CLOSER: Final = re.compile(
    r"^(?:(?:chi thi|ket luan|nghi quyet|quyet dinh|quy dinh|ke hoach(?: phoi hop)?|huong dan|thong bao|cong van"
    r"|chuong trinh(?: phoi hop)?|luat|phap lenh|quy che)(?: nay)? (?:nay|duoc|da|co (?:hieu luc|gia tri)|pho bien"
    r"|thay the)|tren day la|yeu cau |de nghi |can cu (?:ke hoach|noi dung|huong dan|cong van|chi thi) nay|nhan duoc"
    r"|trong qua trinh|qua trinh|giao |ban hanh kem|noi dung nay"
    r"|(?:ubnd|ban thuong vu|uy ban nhan dan) .{0,60}(?:yeu cau|de nghi))"
)


def read_blocks(zoned: Sequence[Zoned]) -> list[Block]:
    """The paragraphs of a text, in order; every line is in exactly one of them."""
    width = _wrap_width([z.line for z in zoned if z.zone == "body"])
    blocks: list[Block] = []
    pending: list[Line] = []  # page numbers and rules, which belong to the paragraph only if it goes on after them
    for item in zoned:
        line, zone = item.line, item.zone
        skipped = is_rule(line) or (zone == "outside" and line.folded.strip("- ").isdecimal())
        if skipped and blocks and blocks[-1].zone == "body":
            pending.append(line)
            continue
        if skipped and zone == "body":
            zone = "outside"
        last = blocks[-1] if blocks else None
        if (
            last
            and last.zone == zone
            and (zone != "body" or not pending or not is_rule(pending[-1]))
            and _joins(last, line, width, after_break=bool(pending))
        ):
            last.lines += [replace(x, chrome=True) for x in pending] + [line]
        else:
            blocks += [Block("outside", [x]) for x in pending] + [Block(zone, [line])]
        pending = []
    return blocks + [Block("outside", [x]) for x in pending]


def _wrap_width(lines: Sequence[Line]) -> int | None:
    """The width at which lines were broken by hand or by a page, or ``None`` where a line is a paragraph."""
    lengths = sorted(len(x.text) for x in lines if not is_rule(x))
    if len(lengths) < 4:
        return None
    width = lengths[int(len(lengths) * 0.85)]
    return width if 40 <= width <= 130 else None


def _joins(block: Block, line: Line, width: int | None, *, after_break: bool) -> bool:
    """Whether a line goes on with the paragraph before it."""
    if block.zone != "body":
        return True
    if line.columns > 2 or block.lines[-1].columns > 2:
        return line.column > 0  # a row of a table stays together, and stands alone
    before = next((x for x in reversed(block.lines) if not x.chrome), block.lines[-1])
    first = line.text[:1]
    unterminated = not _TERMINAL.search(before.text)
    if marker_of(line) is not None:
        return False
    if DASH.match(line.text):
        return unterminated and not line.gap and bool(re.match(r"^[-–]\s*\d{4}\b", line.text))
    if first.islower():
        return not before.text.endswith("./.")
    if line.gap or after_break:
        return unterminated and bool(_UNFINISHED.search(before.text)) and not line.shouting
    if before.shouting or line.shouting:
        return unterminated and before.shouting and line.shouting and type_title(before) is None
    word = line.text.split(" ", 1)[0]
    full = width is not None and len(before.text) + 1 + len(word) > 0.85 * width
    if not unterminated:
        return full and not _CLOSER.match(line.folded) and not before.text.endswith((":", ";", "./."))
    headed = len(block.lines) == 1 and marker_of(before) is not None and not _UNFINISHED.search(before.text)
    if headed and width is not None and len(before.text) + 1 + len(word) <= width and who_is_told(line.text):
        return False  # a heading with room for the next word: somebody is told to do something below it
    cited = TYPE_AT.match(line.text)
    names_document = bool(cited and NUMBER.search(line.text[: cited.end() + 16]))
    return full or bool(_UNFINISHED.search(before.text)) or names_document


@dataclass(frozen=True, slots=True)
class Marker:
    """What a numbered or dashed paragraph begins with."""

    rank: int
    label: str
    end: int
    """Where the words begin after it."""


_ORDINALS: Final = {
    "nhất": "I", "hai": "II", "ba": "III", "tư": "IV", "năm": "V", "sáu": "VI", "bảy": "VII", "tám": "VIII",
    "chín": "IX", "mười": "X",
}  # fmt: skip
_RANKS: Final = {"phụ lục": 0, "phần": 1, "chương": 2, "mục": 4, "tiểu mục": 4, "điều": 5}
_LETTER_PART, _ROMAN, _NUMBER, _POINT, _DASH = 2, 3, 6, 9, 10


def marker_of(line: Line) -> Marker | None:
    """The number, letter or article that a line begins with; dashes are told apart by :data:`DASH`."""
    match = MARKER.match(line.text)
    if not match:
        return None
    found = match.groupdict()
    if found["part"]:
        part = found["part"].lower()
        name = _ORDINALS.get(found["name"].lower(), found["name"].upper())
        follows = line.text[match.end() : match.end() + 2].strip()
        if (
            part in {"mục", "điều", "phần", "chương"}
            and follows
            and not follows[:1].isupper()
            and follows[0] not in '"“('
        ):
            return None  # "Điều 3 của Quy chế này" in mid-sentence
        return Marker(
            _RANKS[part], f"{'Điều' if part == 'điều' else part.capitalize()} {name.lstrip('0')}", match.end()
        )
    if found["roman"]:
        if found["roman"].islower():
            return Marker(_POINT, found["roman"], match.end())
        return Marker(_ROMAN, found["roman"], match.end())
    if found["decimal"]:
        return Marker(_NUMBER + found["decimal"].count("."), found["decimal"], match.end())
    if found["number"]:
        return Marker(_NUMBER, str(int(found["number"])), match.end())
    letter = found["letter"]
    return Marker(_LETTER_PART if letter.isupper() else _POINT, letter, match.end())


@dataclass(slots=True)
class _Section:
    rank: int
    label: str
    heading: str
    paragraphs: int = 0
    dashes: int = 0


def read_passages(original: str, blocks: Sequence[Block]) -> list[Passage]:
    """Every block as a passage with its path; a bare heading takes the paragraph below it with it."""
    passages: list[Passage] = []
    stack: list[_Section] = []
    root = ""
    sections_seen = False
    signed = False
    bare = False  # whether the last passage is a heading that still waits for its first paragraph
    for at, block in enumerate(blocks):
        signed = signed or block.zone == "signature"
        if block.zone != "body":
            before = blocks[at - 1] if at else None
            if before and before.zone == block.zone and passages:
                passages[-1] = _extended(original, passages[-1], block)
            else:
                passages.append(_passage(original, PATHS[block.zone], "", [block], 0))
            bare = False
            continue
        if signed and (kind := type_title(block.lines[0])):
            root, stack, sections_seen = f"{kind} kèm theo", [], False
        elif signed and block.lines[0].shouting and fold(block.text).startswith("phu luc"):
            root, stack, sections_seen = "Phụ lục", [], False
        marker = marker_of(block.lines[0]) if block.lines[0].columns < 3 else None
        if marker:
            sections_seen = True
            while stack and stack[-1].rank >= marker.rank:
                stack.pop()
            if marker.rank == 0:
                root, marker = "", Marker(0, marker.label, marker.end)
            heading = _heading(blocks, at, marker)
            stack.append(_Section(marker.rank, marker.label, heading))
            passages.append(_passage(original, _path(root, stack), _headings(stack), [block], len(stack)))
            bare = bool(heading) and marker.rank < _DASH
            continue
        if sections_seen and _is_closing(blocks, at):
            stack = []
            passages.append(_passage(original, _prefixed(root, CLOSING), "", [block], 0))
            bare = False
            continue
        if DASH.match(block.lines[0].text) and stack:
            stack[-1].dashes += 1
            path = f"{_path(root, stack)}, gạch đầu dòng {stack[-1].dashes}"
            passages.append(_passage(original, path, _headings(stack), [block], len(stack) + 1))
            bare = False
            continue
        if bare and stack and (not block.lines[0].shouting or block.text == stack[-1].heading):
            passages[-1] = _extended(original, passages[-1], block)
            stack[-1].paragraphs += 1
            bare = False
            continue
        if not stack:
            path = _prefixed(root, CLOSING if passages and passages[-1].path.endswith(CLOSING) else OPENING)
            passages.append(_passage(original, path, "", [block], 0))
            continue
        while len(stack) > 1 and stack[-1].rank == _POINT:
            stack.pop()  # after a list of points an unnumbered paragraph speaks for their section again
        stack[-1].paragraphs += 1
        number = stack[-1].paragraphs + (0 if stack[-1].heading else 1)
        path = _path(root, stack) + (f", đoạn {number}" if number > 1 else "")
        passages.append(_passage(original, path, _headings(stack), [block], len(stack)))
        bare = False
    return _covering(original, passages)


def _covering(original: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages with the pipes between table cells, which belong to no line, so that nothing is left out."""
    covered: list[Passage] = []
    for at, passage in enumerate(passages):
        start = passage.start
        if at == 0 and original[:start].strip():
            start = len(original) - len(original.lstrip())
        limit = passages[at + 1].start if at + 1 < len(passages) else len(original)
        end = passage.end + len(original[passage.end : limit].rstrip())
        covered.append(
            replace(passage, start=start, end=end) if (start, end) != (passage.start, passage.end) else passage
        )
    return covered


def _prefixed(root: str, path: str) -> str:
    return f"{root}, {path}" if root else path


def _path(root: str, stack: Sequence[_Section]) -> str:
    """How the innermost section is cited: "mục II.5", "Điều 3, khoản 2, điểm a", "Phần I, mục 2"."""
    parts: list[str] = [root] if root else []
    numbered: list[str] = []
    inside_article = any(s.label.startswith("Điều") for s in stack)
    for section in stack:
        words = section.label
        if section.rank == _RANKS["điều"]:
            parts, numbered = [p for p in parts if not p.startswith(("Chương", "Mục", "Tiểu"))], []
            parts.append(words)
        elif section.rank < _ROMAN and words[:1].isupper() and len(words) > 1:
            parts.append(words)
        elif section.rank == _POINT:
            parts += _numbered(numbered)
            numbered = []
            parts.append(f"điểm {words}")
        elif inside_article and section.rank >= _NUMBER:
            parts.append(f"khoản {words}")
        elif section.rank > _NUMBER and numbered and words.startswith(f"{numbered[-1]}."):
            numbered[-1] = words
        elif section.rank == _RANKS["mục"]:
            parts.append(words)
        else:
            numbered.append(words)
    return ", ".join(parts + _numbered(numbered))


def _numbered(labels: Sequence[str]) -> list[str]:
    return [f"mục {'.'.join(labels)}"] if labels else []


def _headings(stack: Sequence[_Section]) -> str:
    return " › ".join(s.heading for s in stack if s.heading)


def _heading(blocks: Sequence[Block], at: int, marker: Marker) -> str:
    """The title of a section, or "" where the numbered paragraph is itself the text."""
    text = blocks[at].text[marker.end :].strip(" *-")
    following = next((b for b in blocks[at + 1 : at + 9] if b.zone != "outside"), None)
    if not text and following and following.zone == "body" and following.lines[0].shouting:
        return following.text  # "Chương I" / "QUY ĐỊNH CHUNG" on a line of its own
    if not text or len(text) > 250 or following is None or following.zone != "body":
        return text if blocks[at].lines[0].shouting and len(text) < 250 else ""
    below = marker_of(following.lines[0])
    has_content = below.rank > marker.rank if below else True
    if text.endswith(":") and has_content:
        return text.rstrip(" :")
    if re.search(r"[.;]$", text) and not re.match(r"^[^.;]{1,80}\.$", text):
        return ""
    if text.endswith((".", ";")) and below is None and not DASH.match(following.lines[0].text):
        return ""
    return text.rstrip(" .") if has_content and not (following.text and _is_closing(blocks, at + 1)) else ""


def _is_closing(blocks: Sequence[Block], at: int) -> bool:
    """Whether an unnumbered paragraph near the end speaks for the whole document again."""
    block = blocks[at]
    if block.zone != "body" or marker_of(block.lines[0]) or DASH.match(block.lines[0].text):
        return False
    after = [b for b in blocks[at + 1 : at + 16] if b.zone != "outside"]
    near_end = next((i for i, b in enumerate(after) if b.zone in {"recipients", "signature"}), len(after))
    if near_end > 3 or any(marker_of(b.lines[0]) for b in after[:near_end]):
        return False
    return bool(_CLOSER.match(fold(block.text).strip(" *-")))


def _passage(original: str, path: str, heading: str, blocks: Sequence[Block], depth: int) -> Passage:
    start, end = blocks[0].start, blocks[-1].end
    return Passage(path, heading, "\n".join(_words(original, b) for b in blocks), start, end, depth)


def _extended(original: str, passage: Passage, block: Block) -> Passage:
    text = f"{passage.text}\n{_words(original, block)}".strip()
    return Passage(passage.path, passage.heading, text, passage.start, block.end, passage.depth)


def block_pieces(original: str, block: Block) -> list[tuple[int, str]]:
    """The words of a block for a :class:`Flow`, page numbers left out."""
    pieces: list[tuple[int, str]] = []
    kept = [x for x in block.lines if not (x.chrome and block.zone == "body") and not is_rule(x)]
    for line in kept:
        if pieces:
            pieces.append((line.start - 1, " "))
        pieces += flow_pieces(original, line.start, line.end)
    return pieces


def _words(original: str, block: Block) -> str:
    separator = " " if block.zone == "body" else "\n"
    kept = [x for x in block.lines if not (x.chrome and block.zone == "body") and not is_rule(x)]
    words = (one_line("".join(w for _, w in flow_pieces(original, x.start, x.end))) for x in kept)
    return separator.join(w for w in words if w)


def text_flow(original: str, blocks: Sequence[Block]) -> Flow:
    """The whole document as running text, a ¶ after each block; furniture of the page is left out."""
    pieces: list[tuple[int, str]] = []
    for block in blocks:
        if block.zone != "outside":
            pieces += block_pieces(original, block)
            pieces.append((block.end, "¶"))
    return Flow(pieces)
