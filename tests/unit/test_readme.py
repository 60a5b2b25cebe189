"""What the manuals name exists: targets of make, commands, settings, files."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MANUALS = ("README.md", "deploy/README.md")
SETTINGS = {f"DANVAN_{name.upper()}" for name in Settings.model_fields}

manuals = pytest.mark.parametrize("manual", MANUALS)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code(text: str) -> str:
    """What is set as code: blocks and inline."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE))
    return "\n".join([*blocks, *inline])


@manuals
def test_every_target_of_make_that_is_named_exists(manual: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"^ *make (?:-C \S+ )?([a-z]+)", code(read(manual)), re.MULTILINE))
    assert named
    assert named <= targets


def test_make_help_lists_every_target_that_people_call() -> None:
    phony = re.search(r"^\.PHONY: (.*)", read("Makefile"), re.MULTILINE)
    assert phony is not None
    assert set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE)) == set(phony[1].split())


@manuals
def test_every_command_and_option_that_is_named_exists(manual: str) -> None:
    # At the start of a line, or in a second column.
    pattern = r"(?:^|  )(?:\.venv/bin/)?danvan ([a-z]+(?: import)?)((?:(?!  danvan ).)*)"
    commands = re.findall(pattern, code(read(manual)), re.MULTILINE)
    assert commands
    for name, rest in commands:
        command: click.Command | None = main
        for word in name.split():
            assert isinstance(command, click.Group)
            command = command.commands.get(word)
        assert command is not None, name
        options = {option for one in command.params for option in one.opts}
        assert set(re.findall(r"--[a-z]+", rest)) <= options, (name, rest)


def test_the_manual_names_every_command() -> None:
    shown = code(read("README.md"))
    for name, command in main.commands.items():
        for path in [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]:
            assert f"danvan {path}" in shown


@manuals
def test_every_variable_that_is_named_is_a_setting(manual: str) -> None:
    assert set(re.findall(r"DANVAN_[A-Z_]+", read(manual))) <= SETTINGS


def test_every_setting_is_in_the_manual_and_in_the_example() -> None:
    assert set(re.findall(r"`(DANVAN_[A-Z_]+)`", read("README.md"))) >= SETTINGS
    assert set(re.findall(r"^(DANVAN_[A-Z_]+)=", read("deploy/danvan.env.example"), re.MULTILINE)) == SETTINGS


def test_the_example_can_be_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    given = Settings(_env_file=ROOT / "deploy/danvan.env.example")  # type: ignore[call-arg]
    assert given == Settings(_env_file=None, data_dir=Path("/var/lib/danvan"))  # type: ignore[call-arg]


def test_every_path_of_the_layout_exists() -> None:
    layout = read("README.md").split("## How it is laid out")[1].split("```")[1]
    folder = ROOT
    missing = []
    for line in filter(str.strip, layout.splitlines()):
        for name in re.findall(r"(?<![\w/.*])\w+/(?=[ ,]|$)", line):
            if not line.startswith(" "):
                folder = ROOT / name
            if not any(place.is_dir() for place in (ROOT / name, folder / name)):
                missing.append(name)
        for name in re.findall(r"(?<![\w/])[\w*/]+\.(?:py|toml|tsv|j2)\b", line):
            if not list(folder.glob(name)):
                missing.append(f"{folder.name}/{name}")
    assert missing == []


@manuals
def test_every_path_in_the_text_exists(manual: str) -> None:
    text = read(manual)
    named = set(re.findall(r"`((?:bot|handlers|knowledge|tests|deploy|\.ci)/[\w./-]*)`", text))
    named |= {str(Path(manual).parent / link) for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text)}
    assert [name for name in named if not (ROOT / name).exists()] == []
