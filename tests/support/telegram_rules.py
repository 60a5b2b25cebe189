"""What Telegram's Bot API refuses, in its own words: checks on what a bot sends."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

Params = dict[str, Any]

_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>")
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class ApiError(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters
        self.code = code


def bad(why: str) -> ApiError:
    """A 400."""
    return ApiError(400, f"Bad Request: {why}")


def integer(params: Params, name: str, default: int | None = None) -> int:
    """A number among the parameters."""
    value = as_int(params.get(name, default))
    if value is None:
        raise bad(f"parameter {name} is not an integer")
    return value


def as_int(value: Any) -> int | None:
    """The number that somebody wrote, if it is one."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def structure(params: Params, name: str) -> Any:
    """A parameter that is JSON within a form."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name}: invalid JSON") from None


def text(params: Params) -> str:
    """A message's text: 1 to 4096 characters once entities are parsed."""
    plain = formatted(params, str(params.get("text", "")))
    if not plain.strip():
        raise bad("message text is empty")
    if len(plain) > 4096:
        raise bad("message is too long")
    return plain


def caption(params: Params) -> str:
    """A caption: up to 1024 characters."""
    plain = formatted(params, str(params.get("caption", "")))
    if len(plain) > 1024:
        raise bad("message caption is too long")
    return plain


def formatted(params: Params, source: str) -> str:
    """The text without its markup; what is no good HTML is refused."""
    mode = params.get("parse_mode")
    if "\0" in source:
        raise bad("strings must be encoded in UTF-8")
    if mode is None:
        return source
    if mode != "HTML":
        raise bad(f"this server does not know parse_mode {mode}")
    unopened: list[str] = []
    for tag in _TAG.finditer(source):
        closing, name, _ = tag.groups()
        if name not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {tag.start()}')
        if not closing:
            unopened.append(name)
        elif not unopened or unopened.pop() != name:
            raise bad(f'can\'t parse entities: Unmatched end tag at byte offset {tag.start()}, found "</{name}>"')
    if unopened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{unopened[-1]}\"")
    bare = _TAG.sub("", source)
    if "<" in bare:
        raise bad(f"can't parse entities: Unsupported start tag at byte offset {bare.index('<')}")
    return _ENTITY.sub("x", bare)


def keyboard(params: Params) -> list[list[dict[str, Any]]]:
    """An inline keyboard, or none; other kinds of markup are not known here."""
    markup = structure(params, "reply_markup")
    if markup is None:
        return []
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise bad("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)
    return rows


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds := set(button) & {"callback_data", "url"}) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")


def upload(params: Params, field: str) -> tuple[str, bytes] | str:
    """The file in ``field``: its name and bytes, or the id of one that is here already."""
    value = params.get(field)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.get(value.removeprefix("attach://"))
    if isinstance(value, str):
        return value
    if value is None:
        raise bad(f"there is no {field} in the request")
    name, data = value
    if not data:
        raise bad("file must be non-empty")
    if len(data) > 50 << 20:
        raise ApiError(413, "Request Entity Too Large")
    return name, data


def photo(data: bytes) -> None:
    """A picture of at most 10 MB, by its content."""
    if len(data) > 10 << 20:
        raise bad("file is too big: a photo has at most 10 MB")
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")) and data[8:12] != b"WEBP":
        raise bad("IMAGE_PROCESS_FAILED")


def webhook(params: Params) -> dict[str, Any]:
    """Where updates are to be posted. The public API wants https; a self-hosted one takes http from its own machine."""
    where = urlsplit(str(params.get("url", "")))
    if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = str(params.get("secret_token", ""))
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    return {"url": params["url"], "secret": secret}
