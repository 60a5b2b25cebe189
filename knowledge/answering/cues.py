"""By which words a question shows the kind of answer it wants, the type of document it looks for, and the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.fold import fold
from knowledge.mentions import TYPES


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Any of these, as whole words of folded text."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


_WHAT: Final = "(?:nao|gi|dau)"
WHO: Final = "(?:ai|don vi nao|co quan nao|noi nao|dia phuong nao|cap nao)"
_ORGAN: Final = "(?:don vi|co quan|noi|dia phuong|cap|phong|ban|to chuc|doan the)"
_DAY: Final = "(?:bua|hom|dip|(?<!dai )hoi|chung) nao"
_WHEN: Final = f"(?:khi nao|luc nao|bao gio|ngay nao|ngay may|thang may|thang nao|{_DAY})"
_OFFICE: Final = "(?:chu tich|bi thu|truong ban|giam doc|chanh van phong|truong phong)"
_TYPE: Final = "(?:van ban|tai lieu|" + "|".join(TYPES) + ")"

_SENT: Final = "(?:van ban|" + "|".join(kind for kind in TYPES if kind != "bao cao") + ")"
"""What is sent as a document, not as a report on something."""
_WHOM: Final = (
    rf"(?:{WHO}|dau|cho nao|(?:cap tren|lanh dao|bo|ban|so_?|phong) nao|(?:co quan|lanh dao|noi) (?:\w+ ){{0,3}}nao)"
)

_CITING: Final = "(?:dan|neu|vien dan|nhac|trich dan|dan chieu|noi den|noi toi|can cu(?: vao)?(?! nao)|de cap)"

CUES: Final = (
    (
        "phrase",
        any_of(
            "(?:noi|viet|ghi|doc|trich) (?:ra |cho )?(?:day du|du|tron ven|tron cau) (?:la|ra|the nao|nhu)",
            "(?:noi|viet|ghi|doc|trich) nguyen cau",
            "(?:bat|mo) (?:dau|_) (?:bang|la chu)|la mo (?:dau|_) cua",
            "cau (?:nao )?co (?:chu|cum)",
            "(?:ten |cau )?(?:day du|noi du|ghi du|ten du) (?:la|gom|co|the nao|nhu the nao|ra sao)",
            "nguyen (?:cau|van) (?:la gi|the nao|ra sao)",
            "(?:day du|noi du|ghi du) (?:la |gom |co )?may (?:y|ve|chu|cum)",
            r"(?:phuong cham|khau hieu) (?:\w+ ){2,}gom (?:co |nhung |cac )*gi",
            "con (?:gi|nhung gi|chu gi|ve gi) nua",
        ),
    ),
    (
        "signer",
        any_of("(?:ai|nao) (?:la nguoi |da |duoc |dung ra |dat but )?ky", "nguoi ky", "ky (?:ten|boi)", "ai dung ten"),
    ),
    (
        "recipients",
        any_of(
            "noi nhan",
            "luu (?:o )?(?:dau|tai)|luu (?:o |tai )(?:van phong|vp|phong|noi|cho) nao",
            rf"gui (?:\w+ ){{0,5}}{_WHOM} (?:\w+ ){{0,2}}de (?:bao cao|biet|phoi hop|theo doi)",
            rf"{_SENT} (?:\w+ ){{0,6}}gui (?:len |toi |den |cho )?(?:\w+ ){{0,2}}"
            "(?:cap tren nao|lanh dao nao)",
            rf"{_WHOM} (?:\w+ ){{0,4}}(?:duoc )?nhan (?:duoc )?{_SENT}",
            r"bao cao (?:len |cho |voi )?(?:nhung |cac )?(?:co quan |cap |noi |don vi |bo )+(?:nao|trung uong)"
            r"(?: o| cua| thuoc)? (?:trung uong|nao)",
        ),
    ),
    ("title", any_of("trich yeu", "tieu de", rf"(?:{'|'.join(TYPES)}) ten (?:day du|goi)")),
    (
        "validity",
        any_of(
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
        any_of(
            # "dặn gì" folds like "dẫn gì": the object has to be named.
            "(?:dan|vien dan|trich dan|can cu|dua|dan chieu)(?: vao| tren| ra| den)? (?:nhung |cac |may )?"
            f"(?:van ban|chi thi|nghi quyet|tai lieu|can cu) {_WHAT}",
            f"(?:vien dan|trich dan|dan chieu|can cu vao|dua vao|dua tren) (?:nhung |cac )?{_WHAT}",
            "can cu nao",
        ),
    ),
    (
        "cited-by",
        any_of(
            rf"(?:van ban|tai lieu|ai|(?:cai|noi|don vi|{_TYPE})(?: nao| gi))(?: nao| gi)?(?: khac)?"
            rf" (?:co |da |dang )?{_CITING}",
            rf"(?:co mat|xuat hien) (?:trong|o) (?:nhung |cac |may )?{_TYPE}",
            rf"(?:duoc|bi) (?:\w+ )?{_CITING}(?: den| toi| ra| lai)? (?:trong|o|tai|boi)",
            f"{_CITING}(?: den| toi| ra| lai)? o (?:dau|nhung dau|van ban)",
        ),
    ),
    ("addressees", any_of("kinh gui", rf"gui (?:[a-z]+ ){{0,3}}(?:nhung |cac |may )?(?:{WHO}|(?<!cho )cho nao)")),
    (
        "deadline",
        any_of(
            "^han",
            "han (?:nop|chot|bao cao|gui|ngay|la|cuoi|cua|nao|khi|chua|may|den)",
            "(?:den|con|co|het|ghi|toi|thoi) han|qua han (?:chua|khong|roi|nop|bao cao)",
            "che do (?:thong tin )?bao cao",
            "(?<!qua )han$",
            "truoc (?:ngay|thang)",
            "may (?:ky|lan|dot)",
            "dinh ky|deadline|bao lau|cham nhat",
            "(?:nop|gui) bao cao",
            r"bao cao .*\b(?:tuan|thang|quy|nam) hay (?:\w+ )?(?:tuan|thang|quy|nam)",
            f"(?:nop|gui|bao cao) .*{_WHEN}",
            f"{_WHEN} .*(?:nop|gui|bao cao)",
            "(?:nop|gui) .*bao cao .*(?:dau|ai|noi nao)|bao cao .*(?:ve|cho|len|o|gui|nop) (?:dau|ai|noi nao)",
        ),
    ),
    ("holder", any_of(f"{_OFFICE} .*la ai", "ai la", "(?:ong|ba) .*la ai")),
    (
        "date",
        any_of(
            "(?:ky|ban hanh|ra|co|ban ra|(?<!chu )de|la) (?:ngay|khi|luc|thang|nam|vao)",
            f"(?:ky|ban hanh|ra) {_DAY}",
            "ngay (?:nao|may|bao nhieu|thang nao|ban hanh)",
            "ban hanh (?:khi nao|bao gio)",
            "nam nao",
        ),
    ),
    (
        "located",
        any_of(
            "(?:cua|o) (?:(?:uy ban|hoi dong) nhan (?:dan|_) |dang uy )?"
            "(?:tinh|huyen|thi xa|thanh pho|xa|phuong|dia phuong) nao"
        ),
    ),
    (
        "number",
        any_of(
            "(?<!chi )(?<!dan )(?<!tham )so (?:may|bao nhieu|hieu|nao)",
            "ky hieu",
            f"{_TYPE} (?:may|bao nhieu)$",
        ),
    ),
    (
        "which",
        any_of(
            f"{_TYPE}(?: so| chi dao| quy dinh| moi| trung uong| cua (?!{_ORGAN} )[a-z]+ [a-z]+)? nao",
            "(?:van ban|tai lieu|quy dinh) gi (?:ve|chi dao|noi|quy dinh)",
            "o dau (?:quy dinh|noi|ghi)",
            "cai nao (?:quy dinh|noi|ghi|nhac|chi dao)",
            "(?:co|tim|xin|cho|can) (?:van ban|tai lieu)",
        ),
    ),
    (
        "issuer",
        any_of(
            "(?<!viec )(?<!chu ky )cua ai",
            f"cua {_ORGAN} nao",
            f"{WHO} (?:da |la )?(?:ban hanh|ra)(?! ke hoach)",
            "do (?:ai|dau|noi nao|cap nao|don vi nao|co quan nao) (?:ban hanh|ra|ky|lap)",
            r"ra hay (?:\w+ ){1,8}ra",
        ),
    ),
    (
        "where",
        any_of("(?:ve|o|cho|den|toi|qua|gui) (?:dau|noi nao)", f"(?:bao cao|bao|gui|phan anh) (?:cho |ve |voi )?{WHO}"),
    ),
    ("when", any_of(f"khi nao|luc nao|bao gio|thoi gian nao|tu khi|(?:giai doan|nhiem ky|quy|nam) (?:nao|may)|{_DAY}")),
    ("quantity", any_of(r"bao nhieu|may(?! \w+(?: \w+)? nao)|so luong")),
    (
        "meaning",
        any_of(
            "nghia la|viet tat|the nao la|hieu (?:la|the nao)|nghia gi|y nghia|khai niem|dinh nghia",
            "la (?:cai )?gi",
            "(?:chu de|phuong cham|khau hieu) (?:gi|nao)",
        ),
    ),
    (
        "duty",
        any_of(
            "(?:lam|lam nhung|viec|yeu cau|chu trong|dan|phai|trach nhiem) gi|nhiem vu",
            "the nao|ra sao|lam sao|sao",
        ),
    ),
    ("who", any_of(WHO, "(?:phong|so_|(?<!dia )ban) nao", "trach nhiem|chu tri|phu trach")),
)

_CLAUSE: Final = re.compile(
    r"\b(muc|dieu|khoan|phan|chuong) ((?:[ivx]{1,5}|\d{1,3})(?:\.\d{1,2}){0,2})(?![\w/-])"
    r"|\b(diem) ([a-z])\b(?! [a-z]\b)"
)


_LOOKED_FOR: Final = re.compile(
    rf"\b({'|'.join(TYPES)})(?: so| chi dao| moi| trung uong| (?:cua|thuoc) (?!{_ORGAN} )\w+ \w+)?"
    r" (?:nao|gi(?! ve)|may|bao nhieu|so hieu)\b"
)


_ISSUED_WITH: Final = re.compile(
    r"\bvan ban (?:nao|gi)\b.* ban hanh (?:kem theo )?(?:quy che|quy dinh|dieu le|noi quy)\b"
)
"""A regulation is issued with a decision (Decree 30/2020/NĐ-CP, appendix III, form 1.3)."""


def looked_for(wording: str, intents: Sequence[str], types: set[str]) -> frozenset[str]:
    """The type of document that the answer has to be, of the wording as :func:`cued` gives it."""
    if asked := _LOOKED_FOR.findall(wording):
        return frozenset(asked[-1:])
    if _ISSUED_WITH.search(wording):
        return frozenset({"quyet dinh"})
    if "number" in intents and types and "van ban" not in wording:
        return frozenset([min(types, key=wording.find)])
    return frozenset()


def clauses(question: str) -> tuple[str, ...]:
    """The clauses that are named; "chương Vì" is no chapter six."""
    return tuple(" ".join(part for part in match.groups() if part) for match in clause_spans(question))


def clause_spans(question: str) -> list[re.Match[str]]:
    """Where clauses are named in the folded question."""
    folded = fold(question)
    typed = question if len(question) == len(folded) else folded
    return [match for match in _CLAUSE.finditer(folded) if typed[match.end() - 1].isascii()]


_DAN_BEFORE: Final = frozenset(["nhân", "công", "nông", "người", "với", "vì", "của", "cho", "hộ", "lòng"])
_DAN_AFTER: Final = frozenset(
    ["vận", "chủ", "tộc", "cư", "quân", "sự", "số", "sinh", "biết", "bàn", "làm", "kiểm", "trí"]
)


_NO_CUES: Final = frozenset(["máy", "mày", "mây", "may", "hàn", "hán", "đầu", "đậu", "đấu", "giữ", "kỹ", "kĩ", "cúi"])
"""Words that fold like words of asking and are none: "bộ máy" asks for no number."""


_DONE: Final = frozenset(["len", "lam", "phai", "chu", "lo", "phu", "giup", "xay", "theo", "huong", "tham", "kiem"])
"""What a body is asked to have done: "sở nào chủ trì", typed "so nao chu tri"."""


def cued(words_: Sequence[str], typed: str) -> str:
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
