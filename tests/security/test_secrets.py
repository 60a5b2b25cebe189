"""What an operator reads holds no secret and nobody's words: logs, probes, metrics, ``danvan check``, a ``repr``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import turns
from bot.check import problems
from bot.floods import STRANGER
from bot.logs import set_up_logging
from handlers.turn import Outcome, Turn
from tests.support.live import Live
from tests.support.pictures import telling_jpeg
from tests.support.platform import proxy_page
from tests.support.telegram_server import telegram_server, too_many
from tests.support.zalo_server import refused, zalo_server

NAME, PHONE, WORDS = "Quàng Thị Bí Ẩn", "0905 123 987", "chuyện riêng của thôn Nà Khoa"
PHOTO = telling_jpeg()


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


async def test_a_long_bad_day_leaves_no_secret_and_no_name_behind(
    tmp_path: Path,
    unused_tcp_port: int,
    capsys: pytest.CaptureFixture[str],
    logging_as_before: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Telegram and Zalo over HTTP, with everything going wrong that can, and every word of it captured."""
    decide = turns.route

    def stumbling(turn: Turn) -> Outcome:
        if "vấp" in turn.message.text:
            raise RuntimeError(f"cannot deal with {turn.message.text} of {turn.person}")
        return decide(turn)

    monkeypatch.setattr(turns, "route", stumbling)
    set_up_logging(logging.DEBUG)
    async with telegram_server() as telegram, zalo_server() as zalo:
        bot = Live(telegram, tmp_path / "data", port=unused_tcp_port, zalo=zalo)
        await bot.start()
        try:
            home = await bot.unit("Xã Sơn Hà", parent=await bot.unit("Tỉnh Tân Giang", "province"))
            code = await bot.code(home, "cadre")
            mai = await bot.enrolled(7, NAME, home, "cadre")
            linking = await _one_more_account(mai, zalo.user("z", NAME))
            telegram.trouble("sendMessage", too_many(0))
            telegram.trouble("sendMessage", proxy_page())
            telegram.trouble("sendMessage", "drop")
            telegram.trouble("getFile", proxy_page(), times=2)
            zalo.trouble("sendMessage", refused(401, f"Unauthorized bot{zalo.token}"))
            zalo.trouble("sendMessage", "drop")
            mai.says(f"{WORDS}, gọi {PHONE}")
            mai.says(f"vấp {WORDS} {PHONE}")
            await mai.hears("trục trặc", patience=20)
            mai.sends_photo(PHOTO, WORDS)
            await mai.hears("chưa được dùng", patience=30)
            zalo.users["z"].says(f"/hoi {WORDS}")
            flooder = telegram.user(9, f"Kẻ {NAME}")
            for number in range(STRANGER.burst + 9):
                flooder.says(f"{WORDS} {number}")
            base = f"http://127.0.0.1:{unused_tcp_port}"
            shown = [repr(bot.settings), str(bot.settings), repr(bot.program), repr(vars(bot.program or object()))]
            async with httpx.AsyncClient(base_url=base) as http:
                for path, header in (
                    ("/telegram", "x-telegram-bot-api-secret-token"),
                    ("/zalo", "x-bot-api-secret-token"),
                ):
                    for secret in ("", "wrong", code):
                        answer = await http.post(path, headers={header: secret}, content=WORDS)
                        assert answer.status_code in {403, 404}
                        shown.append(answer.text + str(answer.headers))
                for path in (
                    "/metrics",
                    "/healthz",
                    "/livez",
                    "/readyz",
                    "/f/" + "A" * 80,
                    "/",
                    "/docs",
                    "/api/people",
                ):
                    shown.append((await http.get(path)).text)
            await problems(bot.settings, shown.append)
            await flooder.hears("gửi nhanh quá")
            secrets = _secrets(bot)
        finally:
            await bot.stop()
    out = capsys.readouterr()
    everything = "\n".join([out.out, out.err, *shown])
    assert "writes too fast" in everything, "the log was captured"
    assert "RuntimeError" in everything
    for secret in (*secrets, code, code.replace("-", ""), linking):
        assert secret not in everything
    for private in (NAME, "Bí Ẩn", PHONE, "0905", WORDS, "Nà Khoa", "Nguyen Van Lo"):
        assert private not in everything, [line[:300] for line in everything.splitlines() if private in line][:3]


async def _one_more_account(mai: Any, other: Any) -> str:
    """Somebody's second account, on Zalo; gives the code that was used."""
    mai.says("/lienket")
    found = re.search(r"\d{4}-\d{4}", (await mai.hears("phút")).text)
    assert found
    other.says(found[0])
    await other.hears(NAME)
    return found[0]


def _secrets(bot: Live) -> list[str]:
    program = bot.program
    assert program is not None
    hooks = [channel._webhook.secret for channel in program.channels.values()]  # type: ignore[attr-defined]
    tokens = [bot.settings.telegram_token, bot.settings.zalo_token]
    return [
        *hooks,
        *(token.get_secret_value().partition(":")[2] or token.get_secret_value() for token in tokens if token),
    ]


def test_the_lock_files_pin_every_package_by_its_hash() -> None:
    """What is installed is what was looked at, whatever an index says tomorrow."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (Path(__file__).parents[2] / name).read_text()
        entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)[1:]
        assert len(entries) > 20
        for entry in entries:
            assert re.match(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==[^\s;\\]+", entry), entry[:60]
            assert "--hash=sha256:" in entry, entry[:60]
        assert "git+" not in lock
        assert "://" not in re.sub(r"(?m)^\s*#.*$", "", lock), "no address but the index"
