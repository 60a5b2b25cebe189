"""The console's page in a browser, used like a person does."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, ViewportSize, expect

from tests.support.demo import Demo

IN_CHROMIUM = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
"""The marks of each file of tests in a browser: they share one, with one demo."""
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)

expect.set_options(timeout=30_000)


class Chat:
    """The page, used like a person does."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo
        self.complaints: list[str] = []
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "ERR_CONNECTION" not in text:
            self.complaints.append(text)

    def open(self) -> None:
        self.page.goto(self.demo.url)
        expect(self.page.locator("#name")).not_to_be_empty()

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".theirs .bubble")

    @property
    def last(self) -> Locator:
        return self.bubbles.last

    def become(self, name: str) -> None:
        """Choose a person by name in the list, which on a phone is behind the header."""
        if not self.page.locator("#people").is_visible():
            self.page.locator("#who").click()
        self.page.locator("#list button", has_text=name).click()
        expect(self.page.locator("#name")).to_have_text(name)
        expect(self.page.locator("#typing")).to_be_hidden()

    def play(self, role: str) -> None:
        """Choose the first person of a role."""
        if not self.page.locator("#people").is_visible():
            self.page.locator("#who").click()
        self.page.locator("#cast button", has_text=role).click()

    def says(self, text: str) -> None:
        """Type, send with Enter, and wait for an answer."""
        before = self.bubbles.count()
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")
        expect(self.bubbles.nth(before)).to_be_visible()
        expect(self.page.locator("#text")).to_have_value("")

    def taps(self, label: str | re.Pattern[str]) -> None:
        """Tap the newest button with these words, and wait for what follows."""
        button = self.page.locator(".choices button").filter(has_text=label).last
        before = self.page.locator(".msg").count()
        button.click()
        expect(self.page.locator(".theirs").last).to_be_visible()
        expect(self.page.locator(".msg").nth(before + 1)).to_be_visible()


on_a_desk = pytest.mark.parametrize("chat", [DESK], indirect=True, ids=["desk"])


def photo(name: str = "họp thôn.jpg") -> FilePayload:
    data = BytesIO()
    Image.new("RGB", (640, 400), (120, 160, 190)).save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}
