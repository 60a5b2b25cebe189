"""One's own accounts: /lienket adds one on another application, /taikhoan shows them and lets one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from handlers.people.codes import hash_code, new_link_code, typed_link_code
from handlers.people.persons import channel_name, who
from handlers.records.people import IssueCode, Linked, UnlinkAccount
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Push, Turn, say_only, typed_key

_MINUTES: Final = 10
"""For which a code can be used: long enough to change to another application, short enough to be worth no guessing."""


def _link(turn: Turn, words: str) -> Outcome:
    if words:
        return say_only(say("accounts.linked_already", **who(turn.me)), Choice(say("accounts.to_list"), "taikhoan"))
    code, me = new_link_code(turn.fresh), turn.me
    until = turn.now + dt.timedelta(minutes=_MINUTES)
    return Outcome(
        replies=(Reply(say("accounts.code", code=code, minutes=_MINUTES), secret=code),),
        effects=(IssueCode(hash_code(code), me.unit.id, me.role, None, until, links_to=me.id),),
    )


def unasked(turn: Turn) -> Outcome | None:
    """What follows from "lien ket 4821-9930", where it is typed on an account that is known already."""
    code = typed_link_code(turn.message.text) if turn.message.action is None else None
    return _link(turn, code) if code else None


def _accounts(turn: Turn, words: str) -> Outcome:
    mine = _mine(turn)
    lines = [
        say("accounts.line", channel=channel_name(one), here=one.id == turn.account.id, at=one.last_used_at)
        for one in mine
    ]
    drop = [
        Choice(say("accounts.drop", channel=channel_name(one), at=one.last_used_at), f"gotaikhoan {one.id}")
        for one in mine
        if len(mine) > 1
    ]
    return say_only(say("accounts.list", lines=lines, name=turn.me.name), Choice(say("accounts.add"), "lienket"), *drop)


def _unlink(turn: Turn, words: str) -> Outcome:
    words, sure = (words.removesuffix(" dongy"), True) if words.endswith(" dongy") else (words, False)
    mine, key = _mine(turn), typed_key(words)
    account = next((one for one in mine if one.id == key), None)
    if account is None:
        return _accounts(turn, "")
    channel, here = channel_name(account), account.id == turn.account.id
    if len(mine) == 1:
        return say_only(say("accounts.only_one"), Choice(say("accounts.add"), "lienket"))
    if not sure:
        yes = Choice(say("accounts.yes_drop"), f"gotaikhoan {account.id} dongy")
        return say_only(
            say("accounts.ask_drop", channel=channel, here=here), yes, Choice(say("labels.menu"), "trogiup")
        )
    told = Push(
        turn.me.id,
        Reply(say("accounts.was_dropped")),
        "notice",
        f"unlinked:{turn.fresh}",
        account_id=account.id,
    )
    return Outcome(
        replies=() if here else (Reply(say("accounts.dropped", channel=channel)),),
        effects=(UnlinkAccount(account.id),),
        pushes=(told,),
    )


def _mine(turn: Turn) -> list[Linked]:
    return list(turn.reads.accounts([turn.me.id]).get(turn.me.id, ()))


COMMANDS = (
    Command("lienket", _link, ("lien ket", "lien ket tai khoan")),
    Command("taikhoan", _accounts, ("tai khoan", "tai khoan cua toi")),
    Command("gotaikhoan", _unlink, ("go tai khoan",)),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
