"""What the consolidated report of a province says: the fields that its template may hold, as plain values.

The names are Vietnamese without accents, since staff write them into templates in their word processor.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from handlers.pulling.summary import Summary, SummaryReads, period_before, summarise, totals_of
from handlers.records.people import Unit
from handlers.records.reports import Report
from handlers.texts import say
from knowledge.fold import fold
from knowledge.forms.form import NUMBERS, Form, Question
from knowledge.forms.grouping import grouped
from knowledge.forms.values import Total, fits, show_number
from knowledge.numbers import format_number
from knowledge.period import Period

_IN_MILLIONS: Final = 10**10
"""Sums from here on are written in millions: the columns of a page hold no more digits."""
_PARTY: Final = re.compile(
    r"\b(?:tinh uy|thanh uy|dang uy|trung uong|uy ban kiem tra"
    r"|ban (?:tuyen giao|dan van|to chuc|noi chinh|xay dung dang))\b"
)
"""How the names of bodies of the Party are told, folded."""
_TOP: Final = 3
"""Units that are named for the largest figures."""
_NAMED: Final = 3
"""Units that are named beside what they wrote."""

_PLAIN: Final = (
    "co_quan_chu_quan", "co_quan", "ten_co_quan", "ky_hieu", "dia_danh", "chuc_vu", "ngay", "thang", "nam", "mau", "ky",
    "ky_truoc", "so_don_vi", "da_nop", "dung_han", "nop_muon", "chua_nop", "ty_le", "han_nop",
)  # fmt: skip
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "chi_tieu": ("stt", "ten", "don_vi_tinh", "ky_nay", "ky_truoc", "tang_giam"),
    "lua_chon": ("ten", "noi_dung"),
    "noi_bat": ("ten", "noi_dung"),
    "y_kien": ("stt", "ten", "cac_y"),
    "y_kien[].cac_y": ("noi_dung", "so_don_vi", "don_vi"),
    "don_vi_chua_nop": ("stt", "ten"),
    "don_vi_nop_muon": ("stt", "ten"),
}


def plain_fields(form: Form) -> list[str]:
    """The fields that a template fills in as they stand, in the order of use."""
    return [*_PLAIN, *(f"tong.{question.name}" for question in form.questions if _adds_up(question))]


def list_fields() -> list[str]:
    """The lists that a template goes through, each with what its entries hold."""
    return [f"{name}: {', '.join(fields)}" for name, fields in _LISTS.items()]


def unknown_fields(used: Sequence[str], form: Form) -> list[str]:
    """Of the fields that a template uses, those that a report on this form does not have."""
    known = {
        *plain_fields(form),
        *_LISTS,
        *(f"{name}[].{field}" for name, fields in _LISTS.items() for field in fields),
    }
    return [field.replace("[]", "") for field in used if field not in known]


def fields(
    reads: SummaryReads, form: Form, period: Period, units: Sequence[Unit], office: Unit, today: dt.date
) -> dict[str, Any]:
    """Every field for one form and period over some units, as an office reports it on a day. JSON values."""
    found, before = (summarise(reads, form, one, units) for one in (period, period_before(reads, form, period)))
    reports = reads.reports(form.name, period.code, found.filed)
    totals = totals_of(reads, found)
    earlier = {total.question.name: total for total in (totals_of(reads, before) if before.filed else ())}
    late = [unit for unit in found.units if found.filed.get(unit.id)]
    return {
        **_office(reads, office),
        "ngay": f"{today.day:02}",
        "thang": f"{today.month:02}" if today.month < 3 else str(today.month),
        "nam": str(today.year),
        "mau": form.title,
        "ky": period.label,
        "ky_truoc": before.due.period.label,
        "so_don_vi": len(found.units),
        "da_nop": len(found.filed),
        "dung_han": len(found.filed) - found.late,
        "nop_muon": found.late,
        "chua_nop": len(found.missing),
        "ty_le": share(len(found.filed), len(found.units)),
        "han_nop": f"{found.due.day:%d/%m/%Y}" if found.due.day else "",
        "tong": {one.question.name: _number(one.amount) for one in totals if one.amount is not None},
        "chi_tieu": _figures(totals, earlier),
        "lua_chon": [
            {
                "ten": total.question.title,
                "noi_dung": "; ".join(
                    say("consolidated.option", name=name, count=count) for name, count in total.counts
                ),
            }
            for total in totals
            if total.counts
        ],
        "noi_bat": _highlights(form, reports),
        "y_kien": _opinions(form, reports, found),
        "don_vi_chua_nop": _numbered(found.missing),
        "don_vi_nop_muon": _numbered(late),
    }


def share(part: int, whole: int) -> str:
    """A part of a whole as people write it: "98,4%"; "0%" of nothing."""
    return f"{format_number(Decimal(round(1000 * part / whole)) / 10)}%" if whole else "0%"


def of_the_party(office: Unit) -> bool:
    """Whether an office is a body of the Party, whose documents look otherwise than those of the State.

    Told by its name: a committee of the Party or one of its own boards.
    """
    return bool(_PARTY.search(fold(office.name)))


def _office(reads: SummaryReads, office: Unit) -> dict[str, str]:
    """Who issues it: its names and letters as the head of a document has them."""
    province = office
    while province.parent_id is not None and (above := reads.unit(province.parent_id)) is not None:
        province = above
    place = province.name.split(maxsplit=1)[-1] if province.name.startswith(say("consolidated.tinh")) else province.name
    letters = "".join(
        word if word.isupper() else word[0].upper()
        for word in office.name.removesuffix(f" {say('consolidated.tinh').lower()}").split()
    )
    party = of_the_party(office)
    kind = "province" if office.id == province.id else office.name.split()[0]
    higher = say("consolidated.party_above" if party else "consolidated.above", province=province.name)
    name = say("consolidated.committee", province=province.name) if kind == "province" else office.name
    own = office.name
    if party:
        committee = say("consolidated.party_committee")
        own = higher if fold(own) == fold(committee) else own.removesuffix(f" {committee}")
        letters = "".join(word[0].upper() for word in office.name.split() if word != "và").replace("Ủ", "U")
    elif kind == "province":
        own = name
    return {
        "co_quan_chu_quan": "" if kind == "province" or own == higher else higher.upper(),
        "co_quan": own.upper(),
        "ten_co_quan": name,
        "ky_hieu": ("BC/" if party else "BC-") + ("UBND" if kind == "province" else letters),
        "dia_danh": place,
        "chuc_vu": say("consolidated.head", kind=kind),
    }


def _figures(totals: Sequence[Total], earlier: Mapping[str, Total]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for total in totals:
        if total.amount is None:
            continue
        question, now = total.question, total.amount
        before = earlier.get(question.name)
        amount = before.amount if before else None
        unit = say("export.currency") if question.kind == "money" else question.unit
        if question.kind == "money" and max(now, amount or now) >= _IN_MILLIONS:
            unit, now = say("consolidated.millions"), round(now / 10**6, 1)
            amount = round(amount / 10**6, 1) if amount is not None else None
        change = now - amount if amount is not None else None
        rows.append(
            {
                "stt": len(rows) + 1,
                "ten": question.title,
                "don_vi_tinh": unit,
                "ky_nay": _number(now),
                "ky_truoc": _number(amount) if amount is not None else "",
                "tang_giam": "" if change is None else ("+" if change > 0 else "") + _number(change),
            }
        )
    return rows


def _number(amount: Decimal | None) -> str:
    return format_number(amount) if amount is not None else ""


def _adds_up(question: Question) -> bool:
    return question.kind in NUMBERS and question.sums in {"sum", "latest"}


def _highlights(form: Form, reports: Sequence[Report]) -> list[dict[str, str]]:
    """Who stands out: of the questions about models, or the first ones of a form that has none."""
    adding = [question for question in form.questions if _adds_up(question)]
    chosen = [question for question in adding if question.name.startswith("mo_hinh")] or adding[:_TOP]
    lines = []
    for question in chosen:
        given = [
            (Decimal(value), report.unit.name)
            for report in reports
            if (value := report.answers.get(question.name)) is not None and fits(question, value) and Decimal(value) > 0
        ]
        given.sort(key=lambda pair: (-pair[0], pair[1]))
        best = ", ".join(
            say("consolidated.best", unit=unit, value=show_number(question, number)) for number, unit in given[:_TOP]
        )
        if best:
            lines.append({"ten": question.title, "noi_dung": best})
    return lines


def _opinions(form: Form, reports: Sequence[Report], found: Summary) -> list[dict[str, Any]]:
    """What was written in words, question by question; what says the same is one point with the count of units."""
    place = {unit.id: number for number, unit in enumerate(found.units)}
    in_order = sorted(reports, key=lambda report: place[report.unit.id])
    opinions: list[dict[str, Any]] = []
    for question in form.questions:
        if question.kind != "text":
            continue
        given = [
            (report.unit.name, value)
            for report in in_order
            if isinstance(value := report.answers.get(question.name), str)
        ]
        points = [
            {
                "noi_dung": group.text.rstrip(" .;"),
                "so_don_vi": len(group.units),
                "don_vi": say("consolidated.units", names=group.units[:_NAMED], count=len(group.units)),
            }
            for group in grouped(given)
        ]
        if points:
            opinions.append({"stt": len(opinions) + 1, "ten": question.title, "cac_y": points})
    return opinions


def _numbered(units: Sequence[Unit]) -> list[dict[str, Any]]:
    return [{"stt": number, "ten": unit.name} for number, unit in enumerate(units, 1)]
