"""A question as understood: its words, which of them are asked about, and what its wording shows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from knowledge.answering.cues import WHO
from knowledge.mentions import TYPES, Mention
from knowledge.search.wording import folded_word, words

_ATTRIBUTE: Final = re.compile(
    r"\b(?:phuong cham|khau hieu|chu de|cau)\b"
    r"|^(?:\w+ )?(?:muc (?:dich|tieu)|yeu cau|noi dung|nhiem vu|chu de|phuong cham|tieu chi|trach nhiem|hinh thuc"
    r"|thanh phan|dia diem|thoi gian|pham vi|doi tuong|ket qua|nguyen tac|giai phap|khau hieu|dieu kien|minh chung"
    r"|kinh phi|chuc vu|can cu|ly do)\b|\b(?:muc (?:dich|tieu)|yeu cau|nhiem vu|nguyen tac|pham vi|doi tuong)"
    r" la (?:cai )?gi\b|^(?:mau|nhung|cac|ngay|han|ten|so|viec)\b"
)
_DEFINITION: Final = re.compile(
    r"\b(?:la (?:cai )?gi|nghia la|nghia gi|the nao la|hieu (?:la|the nao)|khai niem|dinh nghia)\b"
)
_REPORT: Final = re.compile(r"\b(?:bao cao|nop|han|gui|truoc ngay)\b")
_CONTENT_WANTED: Final = re.compile(
    r"\b(?:quy dinh|noi|noi dung|yeu cau|ve)(?: ve)?(?: viec| cai| nhung| van de)? (?:gi|nao)\b|\bnoi dung\b"
)
_ASKS_WHO: Final = re.compile(rf"\b{WHO}\b")
_PROVISIONS_WANTED: Final = re.compile(
    r"\bquy dinh (?:cu the |chi tiet )?(?:nhung |cac )?(?:noi dung |dieu |viec )?(?:gi|nao|ra sao|the nao)\b"
)
_WHETHER: Final = re.compile(
    r"\bco (?:ghi|noi|neu|an dinh|quy dinh|de cap|nhac|yeu cau|dan|bat|han|doi)\b.*\bkhong\b|\bco (?:ghi|noi|neu)$"
    r"|\bco (?!phai )(?:\w+ ){2,}khong$"
)
_WHETHER_IN_TIME: Final = re.compile(r"\b(?:tre|muon|kip)(?: \w+)? khong$")
_IN_TIME: Final = frozenset(["trễ", "muộn", "kịp", "đúng", "hẹn", "hạn", *map(str, range(1, 32))])
"""Words of whether some day is in time: the texts tell the last day, and no other."""
_POINTING: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(TYPES))}|van ban|tai lieu) (?:nay|do|tren|vua roi)\b"
    r"(?! (?:dia|mang|khong gian|toan|co so))"
    r"|\b(?:trong|o) do\b|^no\b|\bcua no\b"
)
_GOING_ON: Final = re.compile(r"\b(?:này|đó|nó|vậy|vừa rồi|thế còn|thì sao)\b|^c[oò]n\b|\btrên$")

STOP: Final = frozenset(
    words(
        "nào gì là ở có không thì ai phải làm theo về của cho mấy khi lúc được như thế này đó và trong đến "
        "vậy sao những các đâu số hãy tôi mình em anh chị xin hỏi biết với để từ tới vào ra còn hay một cái việc nói "
        "nằm đây ghi cần muốn bị do tại trên vì nên rồi cũng đã đang sẽ phải đấy ạ "
        "giờ ký nao gi la o co khong thi phai ve cua lam nhung luc ngày hạn "
        "thế chào bạn dặn bảo nêu vừa bắt mà hả à lâu rõ giúp chỉ bằng khác giống xem đọc tìm giùm dùm nhỉ "
        "kêu bữa hôm hồi bên chuyện lo dịp đòi vụ kiểu gọi mang luôn thôi vẫn cứ cùng lên đi đứng chừng nhằm cỡ "
        "thấy nghe tính bấy nọ kia ấy nó nhờ tui tụi lắm đứa coi hén hông hổng vầy quá cả kể đủ"
    )
)
"""Words that ask, or only carry a sentence along."""
_STOP_PAIRS: Final = frozenset(
    tuple(words(pair)) for pair in (
        "văn bản", "chỉ đạo", "quy định", "nội dung", "bao nhiêu", "bao giờ", "bao lâu", "ban hành", "trích yếu",
        "hồ sơ", "hiệu lực", "nghĩa là", "viết tắt", "cảm ơn", "ý nghĩa", "cơ quan nào", "đơn vị nào", "tài liệu",
        "cụ thể", "liên quan", "nói riêng", "giai đoạn nào", "giai đoạn mấy", "năm nào", "cấp trên nào", "viết đủ",
        "mới nhất", "gần nhất", "giao cho", "trách nhiệm chính", "năm nay",
    )
)  # fmt: skip
"""The same of two words, of which each alone may well be asked about: "quy định", but "quy chế"."""

_NO_STOPS: Final = frozenset(
    tuple(words(pair)) for pair in (
        "chỉ số", "chỉ tiêu", "số liệu", "dân số", "quân số", "ký cam kết", "ký kết", "làm chủ", "làm gương",
        "thời hạn", "số hóa", "chỉ huy", "hộ gia", "đi đầu", "đi cơ sở",
    )
)  # fmt: skip
"""Of these no word merely asks."""

_CARRIERS: Final = frozenset(
    tuple(words(pair)) for pair in (
        "thực hiện", "triển khai", "tổ chức", "yêu cầu", "đề nghị", "nhiệm vụ", "tiến hành", "tiếp tục", "công tác",
        "đơn vị", "bắt đầu", "dự kiến", "theo dõi", "kế hoạch", "kéo dài", "diễn ra", "áp dụng", "bắt tay",
    )
)  # fmt: skip
"""Words that any official sentence may have."""


LIGHT: Final = frozenset(
    words(
        "xuống lên lại qua sang về khỏi theo cùng nhau nay mai sớm muộn sau trước trong ngoài giữa dưới trên gần xa "
        "mọi mỗi từng vài nhiều ít hết xong mới cũ đã sẽ đang vừa rất quá lắm khá hơn nhất đều cũng vẫn còn thêm nữa "
        "nên phải cần nếu mà thì bởi do nhằm để cho với bằng như tuy dù vì tại từ đến tới tận chỉ chính ngay luôn "
        "thường hay đôi khi lúc chung riêng cả toàn hầu khác giống gồm loại thứ dạng kiểu cách chỗ nơi bao dùng giữ "
        "đưa lấy đem đặt chịu gặp nhận đi đứng ngồi thấy nghĩ tưởng định tính mong đòi khiến biểu kêu nhắc dặn nhắn "
        "bảo kể gọi tên hướng tinh thần mặt phía"
    )
)
"""Everyday words that texts may put in another way, or leave out: of little weight, however rare a library has them."""

_NO_CHOICE: Final = frozenset(["không", "chưa", "gì", "nhất", "bị", "được", "gặp", "có"])
"""After "hay" these ask for no choice: "có tính hay không", "hay gặp"."""

_CUE_WORDS: Final = {
    "recipients": frozenset(["nhận", "lưu", "nơi"]),
    "addressees": frozenset(["kính", "nhận"]),
    "validity": frozenset(["thay", "thế"]),
    "who": frozenset(["trách", "nhiệm", "chịu"]),
    "duty": frozenset(["trách", "nhiệm"]),
    "meaning": frozenset(["thuật", "ngữ", "từ", "cụm"]),
}
"""Words that only ask where this is asked: "nơi nhận", but "công nhận mô hình"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as understood."""

    typed: str
    words: tuple[str, ...]
    """All its words with accents restored, document numbers left out."""
    trust: tuple[float, ...]
    """How far each word can be trusted to be what was meant."""
    folded: str
    """The same without accents, one space between words."""
    mentions: tuple[Mention, ...]
    intents: tuple[str, ...]
    """Every kind of answer that the wording asks for, the most specific first; never empty."""
    years: frozenset[int]
    months: frozenset[int]
    types: frozenset[str]
    """Folded document types that are named ("ke hoach")."""
    looked_for: frozenset[str]
    """Those of them that the answer has to be: "Quy chế … theo quyết định nào" looks for a "quyet dinh"."""
    clauses: tuple[str, ...]
    """The clauses that are named, as paths are written, folded: "muc 2", "dieu 3", "khoan 1"."""
    days: frozenset[dt.date]
    """Whole dates that are named."""

    @property
    def stop(self) -> frozenset[str]:
        """Words that only ask, and are not asked about."""
        return STOP.union(*(_CUE_WORDS.get(intent, ()) for intent in self.intents))

    @property
    def silent(self) -> frozenset[int]:
        """The places of words that only ask; of "cơ quan nào" it is all three."""
        stop = self.stop | (_IN_TIME if _WHETHER_IN_TIME.search(self.folded) else frozenset())
        single = {place for place, word in enumerate(self.words) if word in stop} - self._places(_NO_STOPS)
        return frozenset(single | self._places(_STOP_PAIRS))

    @property
    def searched(self) -> tuple[str, ...]:
        """The words to look for. Of "… yêu cầu gì" the asking is none: it would find headings "Yêu cầu"."""
        asking = {
            place + step
            for place in range(len(self.words) - 2)
            if self.words[place : place + 2] == ("yêu", "cầu") and self.words[place + 2] in ("gì", "những", "sao")
            for step in (0, 1)
        }
        return tuple(word for place, word in enumerate(self.words) if place not in asking) or self.words

    @property
    def carrying(self) -> frozenset[int]:
        """The places of words that any official sentence may have: "thực hiện", "yêu cầu"."""
        return frozenset(self._places(_CARRIERS))

    @property
    def light(self) -> frozenset[int]:
        """The places of everyday words that tell little."""
        return frozenset(place for place, word in enumerate(self.words) if word in LIGHT)

    def _places(self, phrases: frozenset[tuple[str, ...]]) -> set[int]:
        found = set[int]()
        for place in range(len(self.words)):
            for size in (2, 3):
                if (phrase := self.words[place : place + size]) in phrases:
                    found.update(range(place, place + len(phrase)))
        return found

    @property
    def either(self) -> tuple[frozenset[int], frozenset[int]] | None:
        """The places of what it chooses between: "làm thường xuyên hay theo đợt"; ``None``: it gives no choice."""
        for place in range(1, len(self.words) - 1):
            if self.words[place] not in ("hay", "hoặc") or self.words[place + 1] in _NO_CHOICE:
                continue
            after = place + 1 + (self.words[place + 1] == "là")
            begin = max(0, place - 2)
            for back in range(place - 1, max(-1, place - 5), -1):  # "mỗi tháng hay mỗi quý"
                if after < len(self.words) and self.words[back] == self.words[after]:
                    begin = back
                    break
            end = min(len(self.words), after + place - begin)
            left = {at for at in range(begin, place) if self.words[at] not in self.words[after:end]} - self.silent
            while end < len(self.words) and self.silent.issuperset(range(after, end)):
                end += 1  # "hay lâu lâu một đợt"
            right = {at for at in range(after, end) if self.words[at] not in self.words[begin:place]} - self.silent
            if left and right:
                return frozenset(left), frozenset(right)
        return None

    @property
    def focus(self) -> int:
        """The place of the last "về": what comes after it is what the question is about."""
        return max((place for place, word in enumerate(self.words[:-1]) if word == "về"), default=len(self.words))

    @property
    def flat(self) -> str:
        """The words as :func:`knowledge.search.wording.flat` writes them, to compare with names."""
        return " ".join(folded_word(word) for word in self.words)

    @property
    def intent(self) -> str:
        """The most specific kind of answer asked for."""
        return self.intents[0]

    @property
    def about_reports(self) -> bool:
        """Whether reporting is the matter, so that "ngày nào" asks for a deadline."""
        return bool(_REPORT.search(self.folded))

    @property
    def wants_content(self) -> bool:
        """Whether what a document says is asked, not just which document it is."""
        return bool(_CONTENT_WANTED.search(self.folded))

    @property
    def asks_who(self) -> bool:
        """Whether somebody is asked for, in whichever role."""
        return bool(_ASKS_WHO.search(self.folded))

    @property
    def wants_provisions(self) -> bool:
        """Whether what a document lays down is asked: its title alone does not tell."""
        return bool(_PROVISIONS_WANTED.search(self.folded))

    @property
    def defines(self) -> bool:
        """Whether it asks what something is, not for the purpose, date or number of something."""
        asked = _DEFINITION.search(self.folded)
        return asked is not None and not _ATTRIBUTE.search(self.folded)

    @property
    def yes_or_no(self) -> bool:
        """Whether it only asks for a confirmation."""
        return bool(re.search(r"\b(?:phai|dung) khong\b|\bco phai\b|\bdung chua\b", self.folded))

    @property
    def whether(self) -> bool:
        """Whether it asks if a text says something at all: "có ghi hạn … không"."""
        return bool(_WHETHER.search(self.folded))

    @property
    def points(self) -> bool:
        """Whether it points at the document just shown: "văn bản này", "trong đó"."""
        return bool(_POINTING.search(self.folded))

    @property
    def goes_on(self) -> bool:
        """Whether its wording goes on from what was said before: "còn hạn nộp?", "tiếp dân thì sao"."""
        return self.points or bool(_GOING_ON.search(" ".join(self.words)))
