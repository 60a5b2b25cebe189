import logging
import sys

import pytest

from bot.logs import DiscreetFormatter, redact, set_up_logging

TOKEN = "123456789:AAtest-only_0123456789abcdefghijklmn"


@pytest.fixture
def logging_as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def record(message: str, *args: object, exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, exc_info)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg",
        f"url=https%3A%2F%2Fapi.telegram.org%2Fbot{TOKEN.replace(':', '%3A')}%2FgetMe",
        f"token is {TOKEN}",
        f"InvalidToken: The token `{TOKEN}` was rejected by the server.",
        "https://example.org/bot12:short/getMe",
    ],
)
def test_a_token_is_taken_out_wherever_it_stands(text):
    clean = redact(text)
    assert "AAtest" not in clean
    assert "short" not in clean


@pytest.mark.parametrize(
    "text", ["at 10:30:15", "http://127.0.0.1:8080/robots:allowed", "bot 12: started", "2026-11-18"]
)
def test_what_is_no_token_stays(text):
    assert redact(text) == text


def test_a_token_in_the_arguments_or_the_traceback_is_taken_out_too():
    formatter = DiscreetFormatter()
    assert "AAtest" not in formatter.format(record("asked %s", f"/bot{TOKEN}/getMe"))
    try:
        raise ValueError(f"no connection to /bot{TOKEN}/getMe")
    except ValueError:
        text = formatter.format(record("failed", exc_info=sys.exc_info()))
    assert "ValueError" in text
    assert "AAtest" not in text


def test_http_libraries_do_not_log_the_urls_that_they_ask(logging_as_before, capsys):
    set_up_logging()
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("httpcore.http11").debug("send_request_headers")
    logging.getLogger("bot.app").info("started")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("INFO bot.app: started")
