"""While the database fails nobody is told that anything was received."""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import Transaction
from tests.support.clumsy import FORM, Province


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR])
async def test_while_the_disk_is_full_nobody_is_told_received_and_then_it_is_received(
    province: Province, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The failure comes in the middle of the turn, at the statement that would keep the answer."""
    await province.an.says(FORM)
    apply, before = Transaction.apply, len(province.world.channel.sent)

    def full(tx: Transaction, effect: Any, person_id: int | None, now: dt.datetime) -> None:
        apply(tx, effect, person_id, now)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = code
        raise sa.exc.OperationalError("UPDATE", {}, error)

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "apply", full)
        assert await province.an.says("7") == ""
        assert await province.an.says("8") == ""
    assert len(province.world.channel.sent) == before
    await province.world.settle()
    assert "Câu 3/10" in province.an.messages[-1].text
    kept = await province.world.store.read(lambda tx: tx.report(province.son_ha, "dan-van-kheo", "2026-10"))
    assert kept is not None
    assert list(kept.answers.values()) == [7, 8]


async def test_an_update_that_could_not_be_written_down_is_not_confirmed(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(work: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(province.world.store, "write", full)
        with pytest.raises(sqlite3.OperationalError):
            await province.an.sends(text="/han", key="again")
    assert await province.an.says("/han", key="again"), "the platform hands it over again"
