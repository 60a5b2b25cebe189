"""A short storm of random and damaged updates; the long one is ``python -m tests.bench.channel_fuzz``."""

from pathlib import Path

import pytest

from tests.bench.channel_fuzz import CHANNELS, storm


@pytest.mark.parametrize("channel", CHANNELS)
async def test_whatever_comes_no_turn_fails_everybody_is_answered_and_nobody_is_stuck(
    channel: str, tmp_path: Path
) -> None:
    report = await storm(channel, 150, 7, tmp_path, witnesses=1)
    assert report.wrong == []
    assert report.heard > 80
    assert report.filed > 0
