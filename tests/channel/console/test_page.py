"""The page itself: its words, what it suggests, and that it asks no other host."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from importlib import resources

import pytest
from PIL import Image

from handlers.permissions import scope
from handlers.records.people import Person, Role, Unit
from handlers.routing import recognise
from handlers.texts import say
from tests.support.console import STATIC, page_words


def test_the_page_asks_no_other_host_and_has_nothing_inline() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    for name in sorted(path.name for path in STATIC.iterdir() if path.suffix != ".png"):
        text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*|\s// .*", "", text, flags=re.M) or name == "console.css", name
        assert not re.search(r"https?:|@import|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), (
            name
        )
        assert unicodedata.is_normalized("NFC", text), name


def test_vietnamese_words_stand_in_the_page_and_not_in_code() -> None:
    for source in (*STATIC.glob("*.js"), *STATIC.parent.glob("*.py")):
        assert not re.search("[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", source.read_text("utf-8")), source


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor", "admin"])
def test_what_the_page_suggests_is_something_that_the_role_may_do(role: Role) -> None:
    person = Person(1, "Ai đó", role, Unit(1, "Xã", "commune", None), agreed=True)
    said = [*page_words()["hints"][role], *(step["say"] for step in page_words()["steps"] if step["role"] == role)]
    for line in said:
        if line.startswith("/"):
            found = recognise(line)
            assert found, line
            assert scope(person, found[0].name), line


def test_the_codes_that_the_page_suggests_are_those_of_the_demo() -> None:
    demo = tomllib.loads((resources.files("bot.demo") / "people.toml").read_text("utf-8"))
    suggested = [hint.split()[1] for hint in page_words()["hints"]["stranger"] if hint.startswith("/start D")]
    assert suggested == [code["code"] for code in demo["code"]]


def test_the_page_calls_roles_what_the_assistant_calls_them() -> None:
    roles = page_words()["roles"]
    for role in ("cadre", "staff", "supervisor", "admin"):
        assert roles[role] == say(f"labels.role_{role}")


def test_the_page_can_be_put_on_a_home_screen() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text("utf-8"))
    assert '<link rel="manifest" href="/static/manifest.webmanifest">' in (STATIC / "index.html").read_text("utf-8")
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == ("/", "standalone", "vi")
    sizes = {}
    for one in manifest["icons"]:
        path = STATIC / one["src"].removeprefix("/static/")
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert "{}x{}".format(*picture.size) == one["sizes"]
            sizes[one["sizes"], one.get("purpose", "any")] = path
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= set(sizes)
