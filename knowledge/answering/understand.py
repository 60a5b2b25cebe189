"""What a question asks for: its words made right, the documents it numbers, and the kind of answer it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from knowledge.fold import fold
from knowledge.index import words
from knowledge.mentions import TYPES, Mention, find_mentions
from knowledge.query import Speller

_INSTRUCTION: Final = re.compile(
    r"\b(?:bo qua (?:het |moi |cac |nhung |tat ca )*(?:van ban|huong dan|quy dinh|tai lieu|chi dan|lenh|nguon)"
    r"|cu (?:tra loi|noi|bao|ghi|viet|bia)|quen (?:het|di|moi|cac|tat ca|nhung)|hay bia|bia (?:ra|cho|dai|mot|dum)"
    r"|ignore|disregard|jailbreak|system prompt|developer mode|prompt|dong vai|gia vo|gia su ban|ban la mot"
    r"|tu nghi ra|doan dai|noi dai|khong can (?:trich|nguon|can cu|van ban|dung))\b"
)
_PERSONAL: Final = re.compile(
    r"\b(?:so (?:dien thoai|can cuoc|cccd|cmnd|tai khoan|chung minh)|cccd|cmnd|can cuoc cong dan|chung minh nhan dan"
    r"|dia chi nha|nha rieng|ngay thang nam sinh|ngay sinh|email cua|zalo cua|luong cua|tien an|ly lich|so nha"
    r"|danh sach (?:cac |nhung )?(?:ho|nguoi|ca nhan|dang vien|hoi vien|tin do|cong dan|giao dan|gia dinh|can bo)"
    r"|(?:ho|nha|nguoi|gia dinh|nhung ai|ai) (?:nao )?(?:dang |o \w+ )?(?:theo dao|theo ton giao|bi benh|nhiem|khieu nai)"
    r"|(?:ten|tuoi|que quan) (?:cac |nhung )?(?:ho|nguoi) )\b"
)

_CUES: Final = tuple(
    (intent, re.compile(pattern))
    for intent, pattern in (
        ("signer", r"\bai (?:la nguoi |da |duoc )?ky\b|\bnguoi ky\b|\bky (?:ten|boi)\b|\bdo ai ky\b|\bai dung ten\b"),
        ("recipients", r"\bnoi nhan\b|\bluu o dau\b|\bluu (?:dau|tai)\b"),
        ("title", r"\btrich yeu\b|\btieu de\b"),
        (
            "validity",
            r"\bthay the\b|\bhieu luc\b|\bbai bo\b|\bsua doi\b|\bcon (?:ap dung|dung duoc|gia tri)\b",
        ),
        (
            "cites",
            r"\b(?:dan|vien dan|trich dan|can cu|dua|dan chieu)(?: vao| tren| ra| den)? "
            r"(?:nhung |cac |may )?(?:van ban|chi thi|nghi quyet|tai lieu|cai|can cu)? ?(?:nao|gi|dau)\b"
            r"|\bcan cu nao\b|\bdua vao dau\b",
        ),
        (
            "cited-by",
            r"\b(?:van ban|tai lieu|cong van|ke hoach|noi|don vi|ai)(?: nao)? (?:co |da |dang )?"
            r"(?:dan|vien dan|nhac|trich dan|nhac den|dan chieu|noi den|dan den)\b.*\d",
        ),
        (
            "addressees",
            r"\bkinh gui\b|\bgui (?:cho |den |toi )?(?:nhung |cac )?(?:ai|don vi nao|co quan nao|noi nao|dia phuong nao)\b",
        ),
        (
            "deadline",
            r"\bhan (?:nop|chot|bao cao|gui|ngay|la|cuoi|cua|nao|khi|chua|may|den)\b|\b(?:den|con|co|het|ghi|qua|toi) han\b|^ ?han\b"
            r"|\btruoc (?:ngay|thang)\b|\bmay (?:ky|lan|dot)\b|\bdinh ky\b|\bthoi han\b|\bdeadline\b|\bbao lau\b|\bcham nhat\b"
            r"|\b(?:nop|gui|bao cao)\b.*\b(?:khi nao|luc nao|bao gio|ngay nao|ngay may|thang may|thang nao)\b"
            r"|\b(?:khi nao|luc nao|bao gio|ngay nao|ngay may)\b.*\b(?:nop|gui|bao cao)\b|\bhan\b ?\?*$",
        ),
        (
            "holder",
            r"\b(?:chu tich|bi thu|truong ban|giam doc|chanh van phong|truong phong)\b.*\bla ai\b|\bai la\b|\b(?:ong|ba) .*\bla ai\b",
        ),
        (
            "date",
            r"\b(?:ky|ban hanh|ra|co|ban ra|de|la) (?:ngay|khi|luc|thang|nam|vao)\b|\bngay (?:nao|may|bao nhieu)\b"
            r"|\bngay thang nao\b|\bngay ban hanh\b|\bban hanh (?:khi nao|bao gio)\b|\bnam nao\b|\bcua ai ngay\b",
        ),
        ("number", r"\bso (?:may|bao nhieu|hieu)\b|\bky hieu\b|\bso nao\b"),
        (
            "which",
            r"\b(?:van ban|" + "|".join(t.replace(" ", r"\s") for t in TYPES) + r")(?: so| chi dao| quy dinh)? nao\b"
            r"|\b(?:van ban|tai lieu|quy dinh) gi (?:ve|chi dao|noi|quy dinh)\b|\bo dau (?:quy dinh|noi|ghi)\b"
            r"|\b(?:co|tim|xin|cho|can) (?:van ban|tai lieu)\b",
        ),
        (
            "issuer",
            r"\bcua ai\b|\b(?:ai|co quan nao|don vi nao|cap nao|noi nao) (?:da |la )?(?:ban hanh|ra)\b|\bdo ai ban hanh\b",
        ),
        (
            "where",
            r"\b(?:ve|o|cho|den|toi|qua) (?:dau|noi nao)\b|\bgui dau\b|\b(?:bao cao|bao|gui|phan anh) (?:cho |ve |voi )?(?:ai|co quan nao|don vi nao)\b",
        ),
        ("when", r"\b(?:khi nao|luc nao|bao gio|thoi gian nao|tu khi)\b"),
        ("quantity", r"\bbao nhieu\b|\bmay\b"),
        (
            "meaning",
            r"\b(?:nghia la|viet tat|the nao la|hieu (?:la|the nao)|nghia gi|la cai gi|y nghia|khai niem|dinh nghia)\b|\bla gi\b",
        ),
        (
            "duty",
            r"\b(?:lam gi|lam nhung gi|viec gi|nhiem vu|trach nhiem gi|yeu cau gi|chu trong gi|dan gi|phai gi|the nao|ra sao|lam sao|sao)\b",
        ),
        (
            "who",
            r"\bai\b|\b(?:don vi|co quan|phong|ban|cap|noi|dia phuong) nao\b|\btrach nhiem\b|\bchu tri\b|\bphu trach\b",
        ),
    )
)

_REPORT: Final = re.compile(r"\b(?:bao cao|nop|han|gui|truoc ngay)\b")
_CONTENT_WANTED: Final = re.compile(
    r"\b(?:quy dinh|noi|noi dung|yeu cau|ve)(?: ve)?(?: viec| cai| nhung| van de)? (?:gi|nao)\b|\bnoi dung\b"
)
_DEICTIC: Final = re.compile(r"\b(?:nay|do|tren|vua roi|con|vay|the con|no)\b")

STOP: Final = frozenset(
    words(
        "nào gì là ở có không thì ai phải làm theo về của cho bao nhiêu mấy khi lúc được như thế này đó và trong đến "
        "vậy sao những các đâu số hãy tôi mình em anh chị xin hỏi biết với để từ tới vào ra còn hay một cái việc nói "
        "văn bản chỉ đạo quy định nội dung nằm đây ghi cần muốn bị do tại trên vì nên rồi cũng đã đang sẽ phải đấy ạ "
        "giờ ban hành ký trích yếu nao gi la o co khong thi phai ve cua lam nhung luc bị trả lời bao giờ ngày hạn "
        "thế hồ sơ kính nhận lưu hiệu lực thay nghĩa viết tắt trách nhiệm vừa"
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as understood."""

    typed: str
    words: tuple[str, ...]
    """All its words with accents restored, document numbers left out."""
    folded: str
    """The same without accents, one space between words."""
    mentions: tuple[Mention, ...]
    intents: tuple[str, ...]
    """Every kind of answer that the wording asks for, the most specific first; never empty."""
    years: frozenset[int]
    months: frozenset[int]
    types: frozenset[str]
    """Folded document types that are named ("ke hoach")."""

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
    def deictic(self) -> bool:
        """Whether it points at something said before."""
        return bool(_DEICTIC.search(self.folded))


def forbidden(question: str, restored: str) -> str | None:
    """The reason why a question is refused whatever the documents say: "instruction", "personal-data" or none."""
    for text in (fold(question), fold(restored)):
        if _INSTRUCTION.search(text):
            return "instruction"
        if _PERSONAL.search(text):
            return "personal-data"
    return None


def understand(question: str, speller: Speller) -> Asked:
    """Read a question. Numbers of documents are taken out first: their letters are no abbreviations."""
    mentions = tuple(find_mentions(question))
    text = question
    for mention in mentions:
        if mention.letters or mention.year:
            text = _without(text, mention)
    restored = tuple(speller.restore(words(text)))
    folded = " ".join(fold(word) for word in restored)
    intents = tuple(intent for intent, cue in _CUES if cue.search(folded))
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)}
    months = {int(month) for month in re.findall(r"\bthang (\d{1,2})\b", folded) if 1 <= int(month) <= 12}
    types = {kind for kind in TYPES if re.search(rf"\b{kind}\b", folded)}
    types = {kind for kind in types if not any(kind != other and kind in other for other in types)}
    return Asked(
        question,
        restored,
        folded,
        mentions,
        intents or ("other",),
        frozenset(years),
        frozenset(months),
        frozenset(types),
    )


def _without(text: str, mention: Mention) -> str:
    """The text without the digits and letters of a number; folding changes no count of words."""
    parts = re.findall(r"[^\W_]+", mention.written)
    pattern = r"[\W_]*".join(re.escape(part) for part in parts)
    folded = fold(text)
    if len(folded) != len(text):
        return re.sub(pattern, " ", folded, count=1)
    match = re.search(pattern, folded)
    return text[: match.start()] + " " + text[match.end() :] if match else text
