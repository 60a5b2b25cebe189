"""What a question asks for: its words made right, the documents it numbers, and the kind of answer it wants."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.fold import fold, nfc
from knowledge.mentions import TYPES, Mention, find_mentions
from knowledge.search.query import Speller
from knowledge.search.telex import untelex
from knowledge.search.wording import folded_word, typed_words, words


def _any(*alternatives: str) -> re.Pattern[str]:
    """Any of these, as whole words of folded text."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


_WHAT: Final = "(?:nao|gi|dau)"
_WHO: Final = "(?:ai|don vi nao|co quan nao|noi nao|dia phuong nao|cap nao)"
_ORGAN: Final = "(?:don vi|co quan|noi|dia phuong|cap|phong|ban|to chuc|doan the)"
_DAY: Final = "(?:bua|hom|dip|hoi|chung) nao"
_WHEN: Final = f"(?:khi nao|luc nao|bao gio|ngay nao|ngay may|thang may|thang nao|{_DAY})"
_OFFICE: Final = "(?:chu tich|bi thu|truong ban|giam doc|chanh van phong|truong phong)"
_TYPE: Final = "(?:van ban|" + "|".join(TYPES) + ")"

_CITING: Final = "(?:dan|neu|vien dan|nhac|trich dan|dan chieu|noi den|can cu vao|de cap)"

_INSTRUCTION: Final = _any(
    "bo qua (?:het |moi |cac |nhung |tat ca )*(?:van ban|huong dan|quy dinh|tai lieu|chi dan|lenh|nguon)",
    "cu (?:tra loi|noi|bao|ghi|viet|bia)",
    "quen (?:het|di|moi|cac|tat ca|nhung)",
    "hay bia|bia (?:ra|cho|dai|mot|dum)|tu nghi ra|doan dai|noi dai",
    "ignore|disregard|jailbreak|prompt|developer mode",
    "hay (?:viet|noi|ghi|xac nhan|tra loi|khang dinh|tuyen bo) (?:rang|la)",
    "(?:chi dan|huong dan|cau lenh|lenh|quy tac) he thong|system prompt",
    "dong vai|gia vo|gia su ban|ban la mot",
    "(?:toi|minh|anh|chi|em|day) la (?:quan tri|admin|lap trinh|nguoi tao|nha phat trien)",
    "(?:tu gio|tu nay|bay gio|ke tu gio) (?:ban |may |em |bot )?(?:phai|hay|la)\\b",
    "(?:ban|may|bot|em) phai (?:noi|tra loi|xac nhan|khang dinh|ghi|viet|dong y)",
    "khong can (?:trich|nguon|can cu|van ban|dung)",
)
_PERSONAL: Final = _any(
    "so (?:dien thoai|can cuoc|cccd|cmnd|tai khoan|chung minh)|cccd|cmnd|can cuoc cong dan|chung minh nhan dan",
    "dia chi nha|nha rieng|so nha|ngay sinh|ngay thang nam sinh|email cua|zalo cua|luong cua|tien an|ly lich",
    "danh sach (?:cac |nhung )?(?:ho|nguoi|ca nhan|dang vien|hoi vien|tin do|cong dan|giao dan|gia dinh|can bo)",
    r"(?:ho|nha|nguoi|gia dinh|ai) (?:nao )?(?:dang |o \w+ )?(?:theo dao|theo ton giao|bi benh|nhiem|khieu nai)",
    "(?:ten|tuoi|que quan) (?:cac |nhung )?(?:ho|nguoi)",
)

_CUES: Final = (
    ("signer", _any("(?:ai|nao) (?:la nguoi |da |duoc )?ky", "nguoi ky", "ky (?:ten|boi)", "ai dung ten")),
    ("recipients", _any("noi nhan", "luu (?:o )?(?:dau|tai)")),
    ("title", _any("trich yeu", "tieu de")),
    (
        "validity",
        _any(
            "thay the",
            "thay (?:cho|bang|boi)",
            "(?:bi|duoc) (?:[a-z]+ ){0,4}thay",
            "hieu luc",
            "bai bo",
            "sua doi",
            "con (?:ap dung|dung duoc|gia tri|xai)|con dung khong",
            f"ap dung (?:tu|ke tu|{_WHEN})",
        ),
    ),
    (
        "cites",
        _any(
            # "dặn gì" folds like "dẫn gì": the object has to be named.
            "(?:dan|vien dan|trich dan|can cu|dua|dan chieu)(?: vao| tren| ra| den)? (?:nhung |cac |may )?"
            f"(?:van ban|chi thi|nghi quyet|tai lieu|can cu) {_WHAT}",
            f"(?:vien dan|trich dan|dan chieu|can cu vao|dua vao|dua tren) (?:nhung |cac )?{_WHAT}",
            "can cu nao",
        ),
    ),
    (
        "cited-by",
        _any(
            rf"(?:van ban|tai lieu|cong van|ke hoach|noi|don vi|ai|{_TYPE})(?: nao| gi)? (?:co |da |dang )?{_CITING}",
            rf"(?:duoc|bi) (?:\w+ )?{_CITING}(?: den| toi| ra| lai)? (?:trong|o|tai|boi)",
            f"{_CITING}(?: den| toi| ra| lai)? o (?:dau|nhung dau|van ban)",
        ),
    ),
    ("addressees", _any("kinh gui", rf"gui (?:[a-z]+ ){{0,3}}(?:nhung |cac |may )?{_WHO}")),
    (
        "deadline",
        _any(
            "^han",
            "han (?:nop|chot|bao cao|gui|ngay|la|cuoi|cua|nao|khi|chua|may|den)",
            "(?:den|con|co|het|ghi|toi|thoi) han|qua han (?:chua|khong|roi|nop|bao cao)",
            "che do (?:thong tin )?bao cao",
            "(?<!qua )han$",
            "truoc (?:ngay|thang)",
            "may (?:ky|lan|dot)",
            "dinh ky|deadline|bao lau|cham nhat",
            "(?:nop|gui) bao cao",
            f"(?:nop|gui|bao cao) .*{_WHEN}",
            f"{_WHEN} .*(?:nop|gui|bao cao)",
            "(?:nop|gui) .*bao cao .*(?:dau|ai|noi nao)|bao cao .*(?:ve|cho|len|o|gui|nop) (?:dau|ai|noi nao)",
        ),
    ),
    ("holder", _any(f"{_OFFICE} .*la ai", "ai la", "(?:ong|ba) .*la ai")),
    (
        "date",
        _any(
            "(?:ky|ban hanh|ra|co|ban ra|de|la) (?:ngay|khi|luc|thang|nam|vao)",
            f"(?:ky|ban hanh|ra) {_DAY}",
            "ngay (?:nao|may|bao nhieu|thang nao|ban hanh)",
            "ban hanh (?:khi nao|bao gio)",
            "nam nao",
        ),
    ),
    ("located", _any("(?:cua|o) (?:tinh|huyen|thi xa|thanh pho|xa|phuong|dia phuong) nao")),
    ("number", _any("so (?:may|bao nhieu|hieu|nao)", "ky hieu", f"{_TYPE} (?:may|bao nhieu)$")),
    (
        "which",
        _any(
            f"{_TYPE}(?: so| chi dao| quy dinh| moi| trung uong| cua (?!{_ORGAN} )[a-z]+ [a-z]+)? nao",
            "(?:van ban|tai lieu|quy dinh) gi (?:ve|chi dao|noi|quy dinh)",
            "o dau (?:quy dinh|noi|ghi)",
            "(?:co|tim|xin|cho|can) (?:van ban|tai lieu)",
        ),
    ),
    ("issuer", _any("cua ai", f"cua {_ORGAN} nao", f"{_WHO} (?:da |la )?(?:ban hanh|ra)(?! ke hoach)")),
    (
        "where",
        _any("(?:ve|o|cho|den|toi|qua|gui) (?:dau|noi nao)", f"(?:bao cao|bao|gui|phan anh) (?:cho |ve |voi )?{_WHO}"),
    ),
    ("when", _any(f"khi nao|luc nao|bao gio|thoi gian nao|tu khi|(?:giai doan|nhiem ky|quy|nam) (?:nao|may)|{_DAY}")),
    ("quantity", _any("bao nhieu|may|so luong")),
    (
        "meaning",
        _any(
            "nghia la|viet tat|the nao la|hieu (?:la|the nao)|nghia gi|y nghia|khai niem|dinh nghia", "la (?:cai )?gi"
        ),
    ),
    (
        "duty",
        _any(
            "(?:lam|lam nhung|viec|yeu cau|chu trong|dan|phai|trach nhiem) gi|nhiem vu",
            "the nao|ra sao|lam sao|sao",
        ),
    ),
    ("who", _any(_WHO, "(?:phong|so_|(?<!dia )ban) nao", "trach nhiem|chu tri|phu trach")),
)

_CLAUSE: Final = re.compile(
    r"\b(muc|dieu|khoan|phan|chuong) ((?:[ivx]{1,5}|\d{1,3})(?:\.\d{1,2}){0,2})(?![\w/-])"
    r"|\b(diem) ([a-z])\b(?! [a-z]\b)"
)
_ATTRIBUTE: Final = re.compile(
    r"\b(?:phuong cham|khau hieu|chu de|cau)\b"
    r"|^(?:\w+ )?(?:muc (?:dich|tieu)|yeu cau|noi dung|nhiem vu|chu de|phuong cham|tieu chi|trach nhiem|hinh thuc"
    r"|thanh phan|dia diem|thoi gian|pham vi|doi tuong|ket qua|nguyen tac|giai phap|khau hieu|dieu kien|minh chung"
    r"|kinh phi|chuc vu|can cu|ly do)\b|^(?:mau|nhung|cac|ngay|han|ten|so|viec)\b"
)
_DEFINITION: Final = re.compile(
    r"\b(?:la (?:cai )?gi|nghia la|nghia gi|the nao la|hieu (?:la|the nao)|khai niem|dinh nghia)\b"
)
_REPORT: Final = re.compile(r"\b(?:bao cao|nop|han|gui|truoc ngay)\b")
_CONTENT_WANTED: Final = re.compile(
    r"\b(?:quy dinh|noi|noi dung|yeu cau|ve)(?: ve)?(?: viec| cai| nhung| van de)? (?:gi|nao)\b|\bnoi dung\b"
)
_ASKS_WHO: Final = re.compile(rf"\b{_WHO}\b")
_PROVISIONS_WANTED: Final = re.compile(
    r"\bquy dinh (?:cu the |chi tiet )?(?:nhung |cac )?(?:noi dung |dieu |viec )?(?:gi|nao|ra sao|the nao)\b"
)
_WHETHER: Final = re.compile(
    r"\bco (?:ghi|noi|neu|an dinh|quy dinh|de cap|nhac|yeu cau|dan|bat|han|doi)\b.*\bkhong\b|\bco (?:ghi|noi|neu)$"
)
_DEICTIC: Final = re.compile(r"\b(?:nay|do|tren|vua roi|con|vay|the con|no)\b")

STOP: Final = frozenset(
    words(
        "nào gì là ở có không thì ai phải làm theo về của cho mấy khi lúc được như thế này đó và trong đến "
        "vậy sao những các đâu số hãy tôi mình em anh chị xin hỏi biết với để từ tới vào ra còn hay một cái việc nói "
        "nằm đây ghi cần muốn bị do tại trên vì nên rồi cũng đã đang sẽ phải đấy ạ "
        "giờ ký nao gi la o co khong thi phai ve cua lam nhung luc ngày hạn "
        "thế chào bạn dặn bảo nêu vừa bắt mà hả à lâu rõ giúp chỉ bằng khác giống xem đọc tìm giùm dùm nhỉ "
        "kêu bữa hôm hồi bên chuyện lo dịp đòi vụ kiểu gọi mang luôn thôi vẫn cứ cùng lên đi đứng chừng nhằm cỡ "
        "thấy nghe tính bấy nọ kia ấy nhờ tui tụi lắm đứa coi hén hông hổng vầy quá cả kể đủ"
    )
)
"""Words that ask, or only carry a sentence along."""
_STOP_PAIRS: Final = frozenset(
    tuple(words(pair)) for pair in (
        "văn bản", "chỉ đạo", "quy định", "nội dung", "bao nhiêu", "bao giờ", "bao lâu", "ban hành", "trích yếu",
        "hồ sơ", "hiệu lực", "nghĩa là", "viết tắt", "cảm ơn", "ý nghĩa", "cơ quan nào", "đơn vị nào", "tài liệu",
        "cụ thể", "liên quan", "nói riêng",
    )
)  # fmt: skip
"""The same of two words, of which each alone may well be asked about: "quy định", but "quy chế"."""

_CARRIERS: Final = frozenset(
    tuple(words(pair)) for pair in (
        "thực hiện", "triển khai", "tổ chức", "yêu cầu", "đề nghị", "nhiệm vụ", "tiến hành", "tiếp tục", "công tác",
        "đơn vị", "giao cho", "bắt đầu", "dự kiến", "theo dõi", "kế hoạch",
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
        stop = self.stop
        single = {place for place, word in enumerate(self.words) if word in stop}
        return frozenset(single | self._places(_STOP_PAIRS))

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
    def deictic(self) -> bool:
        """Whether it points at something said before."""
        return bool(_DEICTIC.search(self.folded))


_SUM: Final = re.compile(
    r"^tinh (?:giup|ho|tong|xem|toan)\b.*\d|\d ?(?:\+|\*|cong|tru|nhan|chia) ?\d|\d ?(?:%|phan tram) cua \d|\d ?= ?\?*$"
)


def is_sum(question: str) -> bool:
    """Whether it wants something reckoned: no document answers that."""
    return bool(_SUM.search(fold(question).strip()))


def forbidden(question: str, restored: str) -> str | None:
    """The reason why a question is refused whatever the documents say: "instruction", "personal-data" or none."""
    for text in (fold(question), fold(restored)):
        if _INSTRUCTION.search(text):
            return "instruction"
        if _PERSONAL.search(text):
            return "personal-data"
    return None


def understand(question: str, speller: Speller, known: Container[str] = ()) -> Asked:
    """Read a question. Numbers of documents are taken out first: their letters are no abbreviations.

    ``known`` tells which accented words there are, so that the keys of a word ("hanj") are taken for it.
    """
    question = nfc(question)
    mentions = tuple(find_mentions(question))
    text = re.sub(r"(?<![^\W_])([^\W\d_]{2,3})(\d+)(?!\w)", r"\1 \2", question)  # "nq25" → "nq 25"
    for mention in mentions:
        if mention.letters or mention.year:
            text = _without(text, mention)
    meant = [made if (made := untelex(word)) in known else word for word in typed_words(text)]
    read = _written_out(_pith(speller.read(meant)))
    restored = tuple(word for word, _ in read)
    folded = " ".join(fold(word) for word in restored)
    cued = _cued(restored, nfc(question).lower())
    intents = tuple(intent for intent, cue in _CUES if cue.search(cued))
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)}
    months = {int(month) for month in re.findall(r"\bthang (\d{1,2})\b", folded) if 1 <= int(month) <= 12}
    types = {kind for kind in TYPES if re.search(rf"\b{kind}\b", folded)}
    types = {kind for kind in types if not any(kind != other and kind in other for other in types)}
    if "addressees" in intents and re.search(r"\b(?:bao cao|nop)\b", folded):
        intents = ("deadline", *(intent for intent in intents if intent != "addressees"))
    looked_for = _looked_for(cued, intents, types)
    if not intents and looked_for and not mentions:
        intents = ("which",)
    days = {
        dt.date(int(year), int(month), int(day))
        for day, month, year in re.findall(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", text)
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 28 + (int(month) != 2) * 2
    }
    return Asked(
        question,
        restored,
        tuple(trust for _, trust in read),
        folded,
        mentions,
        intents or ("other",),
        frozenset(years),
        frozenset(months),
        frozenset(types),
        looked_for,
        _clauses(question),
        frozenset(days),
    )


_LOOKED_FOR: Final = re.compile(
    rf"\b({'|'.join(TYPES)})(?: so| chi dao| moi| trung uong| (?:cua|thuoc) (?!{_ORGAN} )\w+ \w+)?"
    r" (?:nao|gi(?! ve)|may|bao nhieu|so hieu)\b"
)


def _looked_for(cued: str, intents: Sequence[str], types: set[str]) -> frozenset[str]:
    if asked := _LOOKED_FOR.findall(cued):
        return frozenset(asked[-1:])
    if "number" in intents and types and "van ban" not in cued:
        return frozenset([min(types, key=cued.find)])
    return frozenset()


def _clauses(question: str) -> tuple[str, ...]:
    """The clauses that are named; "chương Vì" is no chapter six."""
    folded = fold(question)
    typed = question if len(question) == len(folded) else folded
    found = (match for match in _CLAUSE.finditer(folded) if typed[match.end() - 1].isascii())
    return tuple(" ".join(part for part in match.groups() if part) for match in found)


_LONG: Final = 26
_BEFORE, _AFTER = 15, 12
_ASKING_WORDS: Final = frozenset(["nào", "gì", "ai", "đâu", "mấy", "bao", "sao", "khi"])


def _pith(read: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """What is asked of a long message: the words around its last word of asking. The rest tells a story."""
    if len(read) <= _LONG:
        return read
    asking = [place for place, (word, _) in enumerate(read) if word in _ASKING_WORDS]
    last = asking[-1] if asking else len(read)
    return read[max(0, last - _BEFORE) : last + _AFTER]


_DAN_BEFORE: Final = frozenset(["nhân", "công", "nông", "người", "với", "vì", "của", "cho", "hộ", "lòng"])
_DAN_AFTER: Final = frozenset(
    ["vận", "chủ", "tộc", "cư", "quân", "sự", "số", "sinh", "biết", "bàn", "làm", "kiểm", "trí"]
)


_NO_CUES: Final = frozenset(["máy", "mày", "mây", "may", "hàn", "hán", "đầu", "đậu", "đấu", "giữ", "kỹ", "kĩ", "cúi"])
"""Words that fold like words of asking and are none: "bộ máy" asks for no number."""


_DONE: Final = frozenset(["len", "lam", "phai", "chu", "lo", "phu", "giup", "xay", "theo", "huong", "tham", "kiem"])
"""What a body is asked to have done: "sở nào chủ trì", typed "so nao chu tri"."""


def _cued(words_: Sequence[str], typed: str) -> str:
    """The words folded, to look for cues in; "dân" is left out where it is no mistaken "dẫn"."""
    parts: list[str] = []
    for place, word in enumerate(words_):
        beside = words_[place - 1] in _DAN_BEFORE if place else False
        beside = beside or (place + 1 < len(words_) and words_[place + 1] in _DAN_AFTER)
        # "Sở nào" asks for a body, "số nào" for a number; a body does something.
        after = tuple(fold(one) for one in words_[place + 1 : place + 3])
        if word in _NO_CUES:
            parts.append("_")
            continue
        acts = word == "số" and "số" not in typed and after[:1] == ("nao",) and after[1:] and after[1] in _DONE
        body = (word == "sở" and ("sở" in typed or place + 2 < len(words_))) or acts
        parts.append("_" if word == "dân" and (beside or "dân" in typed) else "so_" if body else fold(word))
    return " ".join(parts)


def _written_out(read: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """ "Cấp xã" stands in the texts as the body that acts there, "UBND các xã"."""
    result: list[tuple[str, float]] = []
    for place, (word, trust) in enumerate(read):
        follows = read[place + 1][0] if place + 1 < len(read) else ""
        before = read[place - 1][0] if place else ""
        if word == "cấp" and follows in ("xã", "huyện", "tỉnh") and before not in ("các", "chính", "cung"):
            result += [(part, trust) for part in ("ủy", "ban", "nhân", "dân")]
        else:
            result.append((word, trust))
    return result


def as_typed(question: str, mention: Mention) -> str:
    """The number as it stands in the question, with its type where no letters follow ("Nghị quyết 26")."""
    span = _span(question, mention, with_type=not mention.letters)
    return " ".join((question[slice(*span)] if span else mention.written).split())


def _without(text: str, mention: Mention) -> str:
    """The text without the digits and letters of a number."""
    span = _span(text, mention, with_type=False)
    return f"{text[: span[0]]} {text[span[1] :]}" if span else text


def _span(text: str, mention: Mention, with_type: bool) -> tuple[int, int] | None:
    text = nfc(text)
    folded = fold(text)
    if len(folded) != len(text):
        return None
    parts = [re.escape(part) for part in re.findall(r"[^\W_]+", mention.written)]
    pattern = r"(?<![^\W_])" + r"[\W_]*".join(parts)
    if with_type and mention.type:
        kind = r"\s+".join(mention.type.split())
        pattern = rf"(?<![^\W_]){kind}\W*(?:so\W+)?" + r"[\W_]*".join(parts)
    match = re.search(pattern, folded)
    return match.span() if match else None
