"""The chaos story in short: kills and troubles under mixed load lose nothing, and double only what was under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Size, play

SIZE = Size(kills=4, people=60, cadres=20, rate=60, away=2)


@pytest.mark.xdist_group("plug")
@pytest.mark.parametrize("workers", [1, 3])
async def test_nothing_is_lost_and_only_what_was_under_way_is_doubled(
    workers: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if workers == 1:
        url = f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}"
    else:
        server: str = request.getfixturevalue("postgres_server")
        url = f"{server.rsplit('/', 1)[0]}/chaos"
    story = await play("CI", url, tmp_path, workers, SIZE, seed=20261118)
    print("\n".join(story.lines()))
    assert story.verdict.lost == []
    assert story.receipts_lost == []
    assert story.verdict.waiting == 0
    assert story.doubled <= story.in_flight + story.cut
    assert story.filed
