"""Erasing on the command line; and what follows every erasure.

Bytes on disk that were only that person's go, and so does the account that was told of it.
"""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.cabinet import Cabinet
from bot.payload import pack
from bot.storage import Known, Message, Store, Transaction
from handlers.records.privacy import DecideRequest, ErasePerson
from handlers.reply import Reply
from handlers.texts import say
from knowledge.fold import fold


async def find_person(store: Store, who: str) -> Known:
    """Who is meant by a name or a key, also of those whose access has ended.

    Raises ValueError where it is nobody, or more than one.
    """
    people, words = await store.read(lambda tx: tx.everybody()), fold(who).split()
    found = (
        [one for one in people if str(one.id) == who.strip()]
        or [one for one in people if fold(one.name).split() == words]
        or [one for one in people if words and set(words) <= set(fold(one.name).split())]
    )
    if len(found) != 1:
        names = [say("units.person_key", key=one.id, label=named(one)) for one in found[:20]]
        raise ValueError(say("units.which_person", typed=who, names=names))
    return found[0]


def named(one: Known) -> str:
    """A person as an operator tells them apart."""
    return say("erasing.named", name=one.name, unit=one.unit_name, active=one.active)


async def erase(store: Store, key: int, now: dt.datetime) -> None:
    """Erase a person; what they asked for is answered with it, and the account they used last is told."""

    def work(tx: Transaction) -> None:
        asked = [one for one in tx.requests_of(key) if one.kind == "erase" and one.outcome is None]
        home = tx.reachable_account(key)
        for request in asked:
            tx.apply(DecideRequest(request.number, "done"), None, now)
        tx.apply(ErasePerson(key, say("privacy.erased_name")), None, now)
        if home is not None:
            channel, address = home
            told = say("request.granted_erase", number=asked[0].number) if asked else say("erasing.told")
            subject, payload = f"address:{channel}:{address}", pack(Reply(told))
            tx.enqueue([Message(f"erased:{key}:0", "notice", channel, address, subject, payload, now)], now)

    await store.write(work)


async def finish_erasing(store: Store, cabinet: Cabinet) -> None:
    """Finish what erasures have left. Safe to repeat: bytes go first, and only then is it forgotten that they must."""
    for sha256 in await store.write(lambda tx: tx.erased_files()):
        await asyncio.to_thread(cabinet.path(sha256).unlink, missing_ok=True)
    await store.write(lambda tx: tx.finish_erasing())
