"""What each role can do, as choices and in words: the same list in the help, the welcome and the greeting."""

from __future__ import annotations

from handlers.permissions import reach, scope
from handlers.records.people import Person, Role
from handlers.reply import Choice
from handlers.texts import say

# In the order of use; shown as far as the person's role allows.
ITEMS = ("han", "baocao", "nhap", "dagui", "tonghop", "chuanop", "duyet", "xuat", "thongbao", "theodoi", "moi")


TYPED = (
    "baocao", "nhap", "dagui", "suabaocao", "han", "lich", "nhaclai",
    "vanban", "dadoc", "tonghop", "chuanop", "chitiet", "solieu", "bieudo",
    "tim", "xem", "lichsu", "xuat", "duyet", "thongbao", "theodoi",
    "hengui", "duyettin", "duyethai", "nhom", "xemhan", "hanmoi", "suahan",
    "themvanban", "maubaocao", "maubaocaotonghop", "chuatraloi", "cautraloi", "moi", "mamoi",
    "danhba", "bangiao", "gopnguoi", "xoanguoi", "sapnhap", "doiten", "yeucau", "nhatky",
    "taikhoan", "lienket", "dulieucuatoi", "suaten", "suadulieu", "xoadulieu", "rutdongy",
    "start", "tieptuc", "huy", "trogiup", "lenh",
)  # fmt: skip
"""Every command that people type; the others are only carried by buttons, which name what they mean by its key."""


def all_commands(person: Person) -> str:
    """Every command that this person can type, each with what it does."""
    return say("help.commands", lines=[(name, say(f"help.does_{name}")) for name in TYPED if scope(person, name)])


def menu(person: Person) -> tuple[Choice, ...]:
    """The person's commands to tap."""
    return tuple(Choice(say(f"help.menu_{name}"), name) for name in ITEMS if scope(person, name))


def commands(role: Role | None) -> tuple[tuple[str, str], ...]:
    """What a platform lists beside the keyboard, to this role or (``None``) a stranger: commands and their labels."""
    if role is None:
        return (("start", say("help.menu_start")),)
    names = (*ITEMS, "danhba", "yeucau", "nhatky", "lienket", "dulieucuatoi", "trogiup")
    return tuple((name, say(f"help.menu_{name}")) for name in names if reach(role, name))


def abilities(person: Person) -> str:
    """What the person can do, in a few lines."""
    pulls = scope(person, "tonghop") is not None
    return say(
        "help.abilities",
        adds_documents=scope(person, "themvanban") is not None,
        pulls=pulls,
        logs=scope(person, "nhatky") is not None,
        cadre=person.role == "cadre",
    )


def role_name(role: str) -> str:
    """A role as people call it."""
    return say(f"labels.role_{role}")
