"""Made-up answers to the report forms: the same for the same commune and period on every machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from bot.demo.timeline import DEMOCRACY, GOVERNMENT, MODELS, Filing
from knowledge.period import Period

_TROUBLES = (
    "Người đi làm xa nhiều, họp thôn buổi tối vẫn vắng.",
    "Sau sắp xếp thôn, nhà văn hóa chung còn chật.",
    "Mùa mưa đường vào hai thôn bị chia cắt, khó tổ chức vận động.",
    "Công chức đầu mối mới nhận việc, còn lúng túng khi lấy số liệu.",
    "Kinh phí cho đợt ra quân quý này về chậm.",
)
_WISHES = (
    "Đề nghị mở thêm lớp kỹ năng vận động cho trưởng thôn.",
    "Đề nghị cấp tài liệu tuyên truyền khổ nhỏ, chữ to.",
    "Đề nghị hỗ trợ loa di động cho các thôn xa.",
)

_GRADES = ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành tốt", "Hoàn thành")


class Dice:
    """Numbers that look like chance and never change."""

    def __init__(self, *seed: object) -> None:
        self._seed = " ".join(map(str, seed))

    def between(self, name: str, low: float, high: float) -> int:
        """A whole number from ``low`` to ``high``."""
        share = int(sha256(f"{self._seed} {name}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
        return round(low + share * (high - low))

    def sometimes(self, name: str, words: Sequence[str]) -> str | None:
        """One of these sentences, or nothing, about as often."""
        at = self.between(name, 0, 2 * len(words) - 1)
        return words[at] if at < len(words) else None


def answers(filing: Filing, commune: str, size: float, proof: int) -> dict[str, Any]:
    """A commune's report: larger communes have larger figures, and later periods slightly larger ones."""
    dice = Dice(commune, filing.form, filing.period.code)
    scale = size * (1 + 0.06 * filing.step)
    return _FORMS[filing.form](dice, scale, filing.period) | ({"minh_chung": [proof]} if filing.form == MODELS else {})


def _models(dice: Dice, scale: float, period: Period) -> dict[str, Any]:
    registered = dice.between("registered", 3 + 3 * scale, 4 + 4 * scale)
    rounds = dice.between("rounds", 1 + 2 * scale, 2 + 4 * scale)
    return {
        "mo_hinh_dang_ky": registered,
        "mo_hinh_hieu_qua": dice.between("working", 0.55 * registered, 0.85 * registered),
        "mo_hinh_moi": dice.between("new", 0, 1.4),
        "dot_van_dong": rounds,
        "nguoi_tham_gia": rounds * dice.between("crowd", 35, 80),
        "buoi_doi_thoai": dice.between("dialogues", 0, 2),
        "vu_viec_giai_quyet": dice.between("cases", 2 * scale, 9 * scale),
        "kho_khan": dice.sometimes("trouble", _TROUBLES),
        "kien_nghi": dice.sometimes("wish", _WISHES),
    }


def _democracy(dice: Dice, scale: float, period: Period) -> dict[str, Any]:
    topics = ("Ngân sách", "Đất đai", "Quy hoạch", "Đầu tư công", "Chế độ, chính sách", "Thủ tục hành chính")
    met = period.start + dt.timedelta(days=dice.between("met", 5, 70))
    return {
        "hoi_nghi_cong_dong": dice.between("meetings", 6 * scale, 16 * scale),
        "noi_dung_cong_khai": [topic for topic in topics if dice.between(topic, 0, 3) or topic == topics[0]],
        "ban_thanh_tra": dice.between("inspectors", 0, 5) > 0,
        "ngay_doi_thoai": met.isoformat() if dice.between("dialogue", 0, 3) else None,
        "kien_nghi_giai_quyet": dice.between("requests", 4 * scale, 18 * scale),
        "kho_khan": dice.sometimes("trouble", _TROUBLES),
    }


def _government(dice: Dice, scale: float, period: Period) -> dict[str, Any]:
    length = 2 if period.kind == "year" else 1
    permille = dice.between("in time", 962, 998)
    return {
        "van_ban_ban_hanh": dice.between("documents", 3 * length, 7 * length),
        "ty_le_ho_so_dung_han": f"{permille // 10}.{permille % 10}" if permille % 10 else str(permille // 10),
        "luot_tiep_dan": length * dice.between("visitors", 70 * scale, 190 * scale),
        "don_da_giai_quyet": length * dice.between("petitions", 6 * scale, 22 * scale),
        "buoi_doi_thoai": dice.between("dialogues", length, length + 1),
        "nguon_luc_van_dong": str(length * dice.between("resources", 12 * scale, 60 * scale) * 5_000_000),
        "danh_gia": ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành tốt", "Hoàn thành")[
            dice.between("own", 0, 3)
        ],
        "kho_khan_kien_nghi": dice.sometimes("trouble", _TROUBLES),
    }


_FORMS: dict[str, Callable[[Dice, float, Period], dict[str, Any]]] = {
    MODELS: _models,
    DEMOCRACY: _democracy,
    GOVERNMENT: _government,
}
