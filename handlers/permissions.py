"""Who may do what: the one table. A command or flow that has no row here is open to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from handlers.records.people import PeopleReads, Person, Role, Unit

Scope = Literal["own", "below", "province", "any"]
"""On what: one's own unit; one's own unit and those below it; what is the same for the whole province, and nothing for
those who sit below it; everything."""

_ROLES: tuple[Role, ...] = ("cadre", "staff", "supervisor", "admin")

_TABLE: dict[str, tuple[Scope | None, Scope | None, Scope | None, Scope | None]] = {
    # command or flow   cadre    staff    supervisor  admin
    "trogiup": ("own", "own", "own", "own"),
    "lenh": ("own", "own", "own", "own"),
    "trangchinh": ("own", "own", "own", "own"),
    "huy": ("own", "own", "own", "own"),
    "tieptuc": ("own", "own", "own", "own"),
    "start": ("own", "own", "own", "own"),
    "hoi": ("any", "any", "any", "any"),
    "vanban": ("any", "any", "any", "any"),
    "nguyenvan": ("any", "any", "any", "any"),
    "lienquan": ("any", "any", "any", "any"),
    "khongdung": ("own", "own", "own", "own"),
    "chuatraloi": (None, "below", None, "any"),
    "traloi": (None, "below", None, "any"),
    "cautraloi": (None, "province", None, "any"),
    "han": ("own", "below", "below", "any"),
    "xemhan": (None, "below", "below", "any"),
    "lich": ("own", "below", "below", "any"),
    "nhaclai": ("own", "own", "own", "own"),
    "hanmoi": (None, "below", None, "any"),
    "suahan": (None, "below", None, "any"),
    "tamdunghan": (None, "below", None, "any"),
    "tieptuchan": (None, "below", None, "any"),
    "ketthuchan": (None, "below", None, "any"),
    "baocao": ("own", "own", None, None),
    "gui": ("own", "own", None, None),
    "nhap": ("own", "own", None, None),
    "dagui": ("own", "own", None, None),
    "dadoc": ("own", "own", "own", "own"),
    "themvanban": (None, "province", None, "any"),
    "duyethan": (None, "province", None, "any"),
    "thongbao": (None, "below", None, "any"),
    "nhom": (None, "below", None, "any"),
    "bonhom": (None, "below", None, "any"),
    "theodoi": (None, "below", "below", "any"),
    "hengui": (None, "below", "below", "any"),
    "suatin": (None, "below", None, "any"),
    "duyettin": (None, "below", None, "any"),
    "duyethai": (None, None, None, "any"),
    "moi": (None, "below", None, "any"),
    "mamoi": (None, "below", None, "any"),
    "thuma": (None, "below", None, "any"),
    "bangiao": (None, "below", None, "any"),
    "danhba": (None, "below", None, "any"),
    "nguoi": (None, "below", None, "any"),
    "gopnguoi": (None, "below", None, "any"),
    "xoanguoi": (None, None, None, "any"),
    "lienket": ("own", "own", "own", "own"),
    "taikhoan": ("own", "own", "own", "own"),
    "gotaikhoan": ("own", "own", "own", "own"),
    "dulieucuatoi": ("own", "own", "own", "own"),
    "suaten": ("own", "own", "own", "own"),
    "suadulieu": ("own", "own", "own", "own"),
    "xoadulieu": ("own", "own", "own", "own"),
    "rutdongy": ("own", "own", "own", "own"),
    "yeucau": (None, "below", None, "any"),
    "nhatky": (None, None, None, "any"),
    "tonghop": (None, "below", "below", "any"),
    "chuanop": (None, "below", "below", "any"),
    "xem": ("own", "below", "below", "any"),
    "xuat": (None, "below", "below", "any"),
    "lichsu": ("own", "below", "below", "any"),
    "sosanh": ("own", "below", "below", "any"),
    "suabaocao": ("own", "own", None, None),
    "duyet": (None, "below", "below", "any"),
    "xetduyet": (None, "below", "below", "any"),
    "duyetke": (None, "below", "below", "any"),
    "chapnhan": (None, "below", None, "any"),
    "duyetca": (None, "below", None, "any"),
    "tralai": (None, "below", None, "any"),
    "maubaocao": (None, "province", None, "any"),
    "nhapmau": (None, "province", None, "any"),
    "taimau": (None, "province", None, "any"),
    "rutmau": (None, "province", None, "any"),
    "sapnhap": (None, "below", None, "any"),
    "doiten": (None, "below", None, "any"),
    "chitiet": (None, "below", "below", "any"),
    "bieudo": (None, "below", "below", "any"),
    "tim": (None, "below", "below", "any"),
    "solieu": ("own", "below", "below", "any"),
    "nhacnop": (None, "below", "below", "any"),
    "maubaocaotonghop": (None, "province", None, "any"),
    # open conversations
    "ask": ("any", "any", "any", "any"),
    "unanswered": (None, "below", None, "any"),
    "report": ("own", "own", None, None),
    "document": (None, "province", None, "any"),
    "deadline": (None, "below", None, "any"),
    "announce": (None, "below", None, "any"),
    "correct": (None, "below", None, "any"),
    "invite": (None, "below", None, "any"),
    "same": (None, "below", None, "any"),
    "review": (None, "below", None, "any"),
    "publish": (None, "province", None, "any"),
    "privacy": ("own", "own", "own", "own"),
    "request": (None, "below", None, "any"),
    "template": (None, "province", None, "any"),
}

_MAY_INVITE: dict[Role, tuple[Role, ...]] = {
    # Who can change what others see (staff, admin) is let in by an admin or the operator only.
    "staff": ("cadre", "supervisor"),
    "admin": ("cadre", "staff", "supervisor", "admin"),
}


def may_invite(person: Person) -> tuple[Role, ...]:
    """The roles for which this person may make enrolment codes."""
    return _MAY_INVITE.get(person.role, ())


def scope(person: Person, action: str) -> Scope | None:
    """How far this person's right to an action reaches; ``None``: not at all."""
    far = reach(person.role, action)
    if far != "province":
        return far
    return "any" if person.central else None


def reach(role: Role, action: str) -> Scope | None:
    """How far the right of this role to an action reaches; ``None``: not at all."""
    row = _TABLE.get(action)
    return row[_ROLES.index(role)] if row else None


def central(unit: Unit, reads: PeopleReads) -> bool:
    """Whether who belongs to this unit acts for the province: it is the province, or an office of it."""
    above = reads.unit(unit.parent_id) if unit.parent_id is not None else None
    return unit.parent_id is None or (unit.kind == "office" and above is not None and above.parent_id is None)


def governs(person: Person, action: str, reads: PeopleReads) -> bool:
    """Whether this person's right to an action reaches the whole province."""
    return any(unit.parent_id is None for unit in units_for(person, action, reads))


def units_for(person: Person, action: str, reads: PeopleReads) -> Sequence[Unit]:
    """The units on which this person may do it; empty where not at all.

    Staff and supervisors who sit in an office of the province act for the unit that the office belongs to.
    """
    far = scope(person, action)
    if far is None:
        return ()
    if far == "own":
        return (person.unit,)
    top = person.unit.parent_id if person.unit.kind == "office" and person.unit.parent_id else person.unit.id
    if far == "any":
        while (unit := reads.unit(top)) is not None and unit.parent_id is not None:
            top = unit.parent_id
    return reads.units_within(top)
