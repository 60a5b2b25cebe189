"""The page itself: it fits a phone, and runs nothing but its own scripts."""

from __future__ import annotations

from tests.support.browser import IN_CHROMIUM, PHONE, Chat

pytestmark = IN_CHROMIUM


def test_the_page_runs_nothing_but_its_own_scripts(chat: Chat) -> None:
    ran = chat.page.evaluate(
        """() => {
            const tries = [
                () => { document.body.innerHTML += '<img src=x onerror="window.broken = 1">'; },
                () => {
                    const script = document.createElement('script'); script.textContent = 'window.broken = 1';
                    document.body.append(script);
                },
                () => { window.setTimeout('window.broken = 1', 0); },
            ];
            return tries.map((one) => { try { one(); return 'ran'; } catch (error) { return error.name; } })
                .concat(String(window.broken));
        }"""
    )
    assert ran == ["TypeError", "TypeError", "TypeError", "undefined"]
    chat.complaints = [text for text in chat.complaints if "TrustedScript" not in text and "TrustedHTML" not in text]


def test_nothing_is_wider_than_the_phone(chat: Chat) -> None:
    chat.become("Cao Bá Lâm")
    chat.says("https://" + "rat-dai-" * 60)
    for panel in (None, "#who", "#when"):
        if panel:
            chat.page.locator(panel).click()
        assert chat.page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
        assert chat.page.evaluate("() => document.getElementById('scroll').scrollWidth") <= PHONE["width"]
        chat.page.keyboard.press("Escape")
