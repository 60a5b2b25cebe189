"""A flood from one account is bounded, told of once, and forgotten when it is over; nobody else notices it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.base import NewUpdate
from bot.floods import ALLOWANCES, STRANGER, Floods
from bot.storage import Store
from bot.storage.schema import account, inbox, outbox
from handlers.records.people import Role
from handlers.texts import say
from tests.support.pictures import jpeg
from tests.support.world import Chat, World


class Seconds:
    """A clock that the test winds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """So late it is."""
        return self.now


async def judged(floods: Floods, role: Role | None, times: int, key: str = "a") -> list[str]:
    async def asked() -> Role | None:
        return role

    return [await floods.judge(key, asked) for _ in range(times)]


@pytest.mark.parametrize("role", ALLOWANCES)
async def test_a_burst_is_taken_then_it_is_told_once_then_there_is_silence(role: Role | None) -> None:
    burst = ALLOWANCES[role].burst
    said = await judged(Floods(Seconds()), role, burst + 500)
    assert said == ["take"] * burst + ["tell"] + ["aside"] * 499


@pytest.mark.parametrize("role", ALLOWANCES)
async def test_whoever_pauses_is_heard_again_within_minutes_however_much_there_was(role: Role | None) -> None:
    seconds = Seconds()
    floods = Floods(seconds)
    allowance = ALLOWANCES[role]
    await judged(floods, role, 20 * allowance.burst)
    seconds.now += allowance.burst / 2 / allowance.rate + 1.1 / allowance.rate
    assert seconds.now < 180
    assert await judged(floods, role, 1) == ["take"]


@pytest.mark.parametrize("role", ALLOWANCES)
async def test_a_steady_flood_is_never_heard_again_and_never_told_again(role: Role | None) -> None:
    seconds = Seconds()
    floods = Floods(seconds)
    said = []
    for _ in range(2000):
        seconds.now += 0.4 / ALLOWANCES[role].rate
        said += await judged(floods, role, 1)
    assert said.count("tell") == 1
    assert set(said[said.index("tell") + 1 :]) == {"aside"}


async def test_a_pace_that_people_keep_is_never_met_all_day_long() -> None:
    seconds = Seconds()
    floods = Floods(seconds)
    for _ in range(5000):
        seconds.now += 2.0
        assert await judged(floods, "cadre", 1) == ["take"]


async def test_strangers_get_less_and_each_account_is_counted_alone() -> None:
    floods = Floods(Seconds())
    assert STRANGER.burst < min(one.burst for role, one in ALLOWANCES.items() if role)
    await judged(floods, None, 1000, "flooder")
    assert await judged(floods, None, STRANGER.burst, "other") == ["take"] * STRANGER.burst


async def test_accounts_at_rest_are_forgotten_so_that_memory_is_bounded() -> None:
    seconds = Seconds()
    floods = Floods(seconds)
    for number in range(20_000):
        seconds.now += 1.0
        await judged(floods, None, 1, str(number))
    assert len(floods._buckets) <= 4096


class Town(World):
    """A commune where messages are counted; its clock stands still."""

    lan: Chat
    other: Chat


async def town(store: Store, folder: Path) -> Town:
    made = Town(store, folder, floods=Floods(Seconds()))
    root = await made.unit("Tỉnh Hải Lâm", "province")
    commune = await made.unit("Xã Sơn Hà", "commune", root)
    made.lan = await made.person("Lò Thị Lan", "cadre", commune)
    made.other = await made.person("Vi Văn Hoa", "cadre", commune)
    return made


async def test_what_is_too_much_is_written_down_answered_once_and_takes_no_turn(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = await town(store, tmp_path)
    burst = ALLOWANCES["cadre"].burst
    with caplog.at_level(logging.WARNING):
        for _ in range(burst + 40):
            await here.lan.sends(text="/trogiup")
    await here.settle()
    said = [message.text for message in here.lan.messages]
    assert said.count(say("help.too_fast")) == 1
    assert len(said) == burst + 1
    states = await store.read(
        lambda tx: dict(
            tx.connection.execute(sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)).all()  # type: ignore[arg-type]
        )
    )
    assert states == {"done": burst, "aside": 40}
    assert [record.getMessage() for record in caplog.records] == [
        "test: an account writes too fast; it is told, and set aside for a while"
    ]
    assert await here.other.says("/han"), "nobody else notices"
    here.restart()
    await here.settle()
    assert len(here.lan.messages) == burst + 1, "what was set aside stays aside"


async def test_it_is_told_once_although_several_workers_see_the_flood(sqlite_store: Store, tmp_path: Path) -> None:
    here = await town(sqlite_store, tmp_path)
    journals = [here.journal]
    for _ in range(2):
        here.floods = Floods(Seconds())
        here.restart()
        journals.append(here.journal)
    for number in range(3 * (ALLOWANCES["cadre"].burst + 5)):
        await journals[number % 3]([NewUpdate(f"n{number}", here.lan.address, {"text": "/han"})])
    await here.settle()
    assert [message.text for message in here.lan.messages].count(say("help.too_fast")) == 1


async def test_files_of_a_flood_are_not_even_fetched(sqlite_store: Store, tmp_path: Path) -> None:
    here = await town(sqlite_store, tmp_path)
    stranger = here.stranger()
    for number in range(STRANGER.burst + 5):
        await stranger.sends(files={f"{number}.txt": b"anh"})
    assert len(await sqlite_store.read(lambda tx: tx.updates_to_fetch(1000))) == STRANGER.burst


async def test_a_cadre_who_fills_in_the_longest_form_with_an_album_never_meets_the_bound(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """The clock stands still: as if all of it came within one second, after the line was down."""
    here = await town(sqlite_store, tmp_path)
    longest = max(here.forms.values(), key=lambda form: len(form.questions))
    await here.lan.says(f"/baocao {longest.name}")
    for _ in longest.questions:
        await here.lan.says("1")
    for number in range(10):
        await here.lan.shows(f"{number}.jpg", jpeg(f"#0000{number:02x}"))
    for word in ("xong", "sửa", "1", "2", "gửi", "/dagui", "/trogiup"):
        await here.lan.says(word)
    asides = await sqlite_store.read(
        lambda tx: tx.connection.scalar(sa.select(sa.func.count()).where(inbox.c.state == "aside"))
    )
    assert asides == 0


async def test_guessing_codes_is_slowed_more_each_time_and_a_right_code_does_not_help_while_it_is(
    sqlite_store: Store, tmp_path: Path
) -> None:
    import datetime as dt

    from handlers.people.codes import hash_code
    from handlers.records.people import IssueCode

    world = World(sqlite_store, tmp_path)
    unit = await world.unit("Xã Sơn Hà")
    now = world.clock.now()
    issue = IssueCode(hash_code("K7QM-3F9X-W2AB"), unit, "cadre", None, now + dt.timedelta(days=30))
    await sqlite_store.write(lambda tx: tx.apply(issue, None, now))
    guesser = world.stranger()
    waits = []
    for _ in range(4):
        while True:
            await guesser.says("/start AAAA-BBBB-1111")
            row = (await sqlite_store.read(lambda tx: tx.connection.execute(account.select()).one()))._mapping
            if row["locked_until"] and row["locked_until"] > world.clock.now():
                break
        waits.append(row["locked_until"] - world.clock.now())
        assert "Chào" not in await guesser.says("/start K7QM-3F9X-W2AB"), "locked is locked"
        world.clock.shift += waits[-1]
    assert waits == sorted(waits)
    assert waits[0] >= dt.timedelta(minutes=5)
    assert waits[-1] >= dt.timedelta(hours=5)
    kept = await sqlite_store.read(lambda tx: [str(row) for row in tx.connection.execute(outbox.select())])
    assert kept
    assert not [row for row in kept if "K7QM" in row]
