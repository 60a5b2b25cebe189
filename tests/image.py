"""The steps of ``deploy/Dockerfile`` without a container engine: ``python -m tests.image [FOLDER]``.

Copies what the image copies into a clean folder, runs the step that installs (which asks the package index), starts the
image's command there as its health check expects it, and asks the health check. What it can't do is what needs Debian's
base image: apt-get and useradd.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with what follows it."""
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name, re.sub(r"\s+", " ", rest)) for name, rest in found]


def variables() -> dict[str, str]:
    """What the image sets."""
    pairs = " ".join(rest for name, rest in steps() if name == "ENV").split()
    return dict(pair.split("=", 1) for pair in pairs)


def copy(folder: Path) -> None:
    """Do what the COPY steps of the first stage do, with what ``.dockerignore`` lets through."""
    let_in = {line[1:] for line in _ignored() if line.startswith("!")}
    never = tuple(line.removeprefix("**/") for line in _ignored() if line.startswith("**/"))
    for name, rest in steps():
        if name != "COPY" or rest.startswith("--from"):
            continue
        *sources, target = rest.split()
        for source in sources:
            if source not in let_in:
                raise FileNotFoundError(f"{source} is left out by .dockerignore")
            place = folder / target / source if target.endswith("/") else folder / target
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns(*never))
            else:
                shutil.copy(ROOT / source, place)


def _ignored() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*" or not any(fnmatch("bot", line) for line in lines)
    return lines


def health_check() -> list[str]:
    """The command that asks whether the container is well."""
    (rest,) = (rest for name, rest in steps() if name == "HEALTHCHECK")
    command: list[str] = json.loads(rest.partition("CMD ")[2])
    return command


def command() -> list[str]:
    """What the container runs."""
    (rest,) = (rest for name, rest in steps() if name == "CMD")
    words: list[str] = json.loads(rest)
    return words


def build(folder: Path) -> None:
    """Copy, and install as the image does."""
    copy(folder)
    for name, rest in steps():
        if name == "RUN" and "apt-get" not in rest and "useradd" not in rest:
            subprocess.run(rest, shell=True, cwd=folder, check=True)
    subprocess.run(
        [folder / ".venv/bin/danvan", "--help"], check=True, cwd=folder, stdout=subprocess.DEVNULL, env=clean()
    )


def clean(**more: str) -> dict[str, str]:
    """An environment as a container has it."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | more


def main() -> None:
    """Build in a clean folder and say how large it became."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="danvan-image-"))
    folder.mkdir(parents=True, exist_ok=True)
    build(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{folder}: {size / 1e6:.0f} MB, {' '.join(command())} answers")


if __name__ == "__main__":
    main()
