"""Questions that are refused whatever the documents say."""

from __future__ import annotations

import re
from typing import Final

from knowledge.answering.cues import any_of
from knowledge.fold import fold

_INSTRUCTION: Final = any_of(
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
_PERSONAL: Final = any_of(
    "so (?:dien thoai|can cuoc|cccd|cmnd|tai khoan|chung minh)|cccd|cmnd|can cuoc cong dan|chung minh nhan dan",
    "dia chi nha|nha rieng|so nha|ngay sinh|ngay thang nam sinh|email cua|zalo cua|luong cua|tien an|ly lich",
    "danh sach (?:cac |nhung )?(?:ho|nguoi|ca nhan|dang vien|hoi vien|tin do|cong dan|giao dan|gia dinh|can bo)",
    r"(?:ho|nha|nguoi|gia dinh|ai) (?:nao )?(?:dang |o \w+ )?(?:theo dao|theo ton giao|bi benh|nhiem|khieu nai)",
    "(?:ten|tuoi|que quan) (?:cac |nhung )?(?:ho|nguoi)",
    "cho (?:xin |biet |minh |em |toi |tui )*(?:ho )?ten(?! (?:van ban|day du|cuoc|phong|mo hinh|de an|chuong))",
    r"(?:nhung|cac) (?:ai|ho nao|nguoi nao) (?:\w+ ){0,4}dang\b",
)

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
