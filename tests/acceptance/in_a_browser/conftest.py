"""One browser and one demo for all of them; what moves its clock by days is in ``test_a_day``, which comes first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import absent
from tests.support.browser import CHROMIUM, PHONE, QUIET, Chat
from tests.support.demo import Demo


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    started = Demo(tmp_path_factory.mktemp("demo"))
    started.start()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        absent("Chromium (/usr/bin/chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture(params=[PHONE], ids=["phone"])
def chat(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Chat]:
    context = browser.new_context(viewport=request.param, locale="vi-VN", accept_downloads=True)
    opened = Chat(context.new_page(), demo)
    opened.open()
    yield opened
    assert opened.complaints == []
    context.close()
