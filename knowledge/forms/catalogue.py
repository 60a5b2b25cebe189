"""The forms in force, and every version that a report may have been written on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from knowledge.fold import fold
from knowledge.forms.form import Form, FormError, read_form


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a form as it was published."""

    name: str
    version: int
    text: str
    """The form file."""
    withdrawn: bool


class Catalogue(Mapping[str, Form]):
    """The forms in force by their name, starting from those that the program brings along.

    Shared by all turns; ``update`` puts it in step with what is published.
    """

    def __init__(self, shipped: Mapping[str, Form]) -> None:
        self._shipped = dict(shipped)
        self._in_force = dict(shipped)
        self._versions = {(form.name, form.version): form for form in shipped.values()}
        self.stamp: Any = None
        """What the published forms looked like when this was last brought in step."""

    def __getitem__(self, name: str) -> Form:
        return self._in_force[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._in_force)

    def __len__(self) -> int:
        return len(self._in_force)

    @property
    def shipped(self) -> Mapping[str, Form]:
        """The forms that the program brings along."""
        return self._shipped

    def version(self, name: str, version: int) -> Form | None:
        """A form in one of its versions, in force or not."""
        return self._versions.get((name, version))

    def last(self, name: str) -> Form | None:
        """The latest version of a form, withdrawn or not."""
        known = [form for form in self._versions.values() if form.name == name]
        return max(known, key=lambda form: form.version, default=None)

    def update(self, published: Iterable[Published], stamp: Any) -> None:
        """Take over what is published: of each form the latest version is in force that was not withdrawn.

        A file that this program cannot read is passed over: the version before it stays in force.
        """
        versions = {(form.name, form.version): form for form in self._shipped.values()}
        withdrawn: set[str] = set()
        in_force: dict[str, Form] = {}
        for one in sorted(published, key=lambda row: (row.name, row.version)):
            key = (one.name, one.version)
            # A shipped form whose file was mended is read as it is shipped now.
            known = versions.get(key) or self._versions.get(key)
            try:
                form = known or replace(read_form(f"{one.name}.toml", one.text), version=one.version)
            except (FormError, RecursionError):
                continue
            versions[key] = form
            if one.withdrawn:
                withdrawn.add(one.name)
            else:
                in_force[one.name] = form
        for name, form in self._shipped.items():
            if name not in withdrawn and (name not in in_force or in_force[name].version < form.version):
                in_force[name] = form
        self._versions = versions
        self._in_force = dict(sorted(in_force.items()))
        self.stamp = stamp


def form_in(forms: Mapping[str, Form], name: str, version: int | None = None) -> Form | None:
    """The form of this name in a version; the one in force where none is asked for, or that one is not known."""
    if version is not None and isinstance(forms, Catalogue) and (found := forms.version(name, version)):
        return found
    return forms.get(name)


def shipped_text(name: str) -> str:
    """The file of a form that the program brings along."""
    return (resources.files("knowledge") / "forms" / f"{name}.toml").read_text(encoding="utf-8")


def with_version(text: str, version: int) -> str:
    """The same form file, saying that it is this version."""
    line = f"version = {version}"
    first = re.search(r"(?m)^\s*\[", text)
    head, tail = (text[: first.start()], text[first.start() :]) if first else (text, "")
    changed, count = re.subn(r"(?m)^[ \t]*version[ \t]*=.*$", line, head, count=1)
    return (changed if count else f"{line}\n{head}") + tail


def clash(form: Form, others: Iterable[Form]) -> tuple[str, Form] | None:
    """A word by which people would mean this form and another one, with that other one."""
    words = {fold(form.name), fold(form.title), *form.spellings}
    for other in others:
        shared = words & {fold(other.name), fold(other.title), *other.spellings}
        if other.name != form.name and shared:
            return min(shared), other
    return None
