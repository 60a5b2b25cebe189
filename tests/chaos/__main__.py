"""Run it at full size on both databases and print the table; fails where anything was lost.

python -m tests.chaos [--kills 100] [--people 5000] [--database sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.run import Size, Story, play
from tests.support import postgres


def main() -> None:
    """Play, print, and say by the exit code whether all promises were kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    size = Size(kills=given.kills, people=given.people, cadres=min(400, given.people), rate=60)
    stories = []
    if given.database != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder) / 'danvan.sqlite3'}"
            stories.append(asyncio.run(play("SQLite", url, Path(folder), 1, size, given.seed)))
            show(stories[-1:])
    if given.database != "sqlite":
        with tempfile.TemporaryDirectory() as folder, postgres.running_server() as server:
            url = f"{server.rsplit('/', 1)[0]}/chaos"
            stories.append(asyncio.run(play("PostgreSQL", url, Path(folder), 3, size, given.seed)))
            show(stories[-1:])
    sys.exit(0 if all(story.kept for story in stories) else 1)


def show(stories: Sequence[Story]) -> None:
    """The table, and what is listed."""
    for story in stories:
        for line in story.lines():
            print(line, flush=True)


if __name__ == "__main__":
    main()
