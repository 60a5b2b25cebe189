"""What a bot can do on the test server: each method a function of the server and the parameters."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from tests.support import telegram_rules as rules
from tests.support.telegram_rules import ApiError, Params, as_int, bad
from tests.support.telegram_user import Heard, User

if TYPE_CHECKING:
    from tests.support.telegram_server import TelegramServer

BOT = {"id": 123456789, "is_bot": True, "first_name": "Trợ lý", "username": "danvan_test_bot"}
_COMMON = {"chat_id", "reply_markup", "parse_mode", "disable_notification", "protect_content", "reply_parameters"}


def act(server: TelegramServer, method: str, params: Params) -> Any:
    """Do what the bot asks. A parameter that is not known here is refused, where the real API would pass over it."""
    if method not in _METHODS:
        raise ApiError(404, "Not Found")
    run, known = _METHODS[method]
    if unknown := {name for name, value in params.items() if not isinstance(value, tuple)} - known:
        raise bad(f"this server does not know {sorted(unknown)} of {method}")
    return run(server, params)


def _me(server: TelegramServer, params: Params) -> dict[str, Any]:
    return BOT


def _webhook_info(server: TelegramServer, params: Params) -> dict[str, Any]:
    url = server.webhook["url"] if server.webhook else ""
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(server.queue)}


def _chat(server: TelegramServer, params: Params) -> User:
    user = server.users.get(as_int(params.get("chat_id")) or 0)
    if user is None:
        raise bad("chat not found")
    if user.moved_to is not None:
        why = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiError(400, why, migrate_to_chat_id=user.moved_to)
    if user.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if not user.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    return user


def _show(server: TelegramServer, user: User, heard: Heard, **content: Any) -> dict[str, Any]:
    user.messages.append(heard)
    server.ring()
    return _described(user, heard, **content)


def _described(user: User, heard: Heard, **content: Any) -> dict[str, Any]:
    return {"message_id": heard.id, "from": BOT, "chat": user.chat, "date": int(time.time()), **content}


def _heard(number: int, params: Params, text: str, **more: Any) -> Heard:
    rows = rules.keyboard(params)
    buttons = tuple((button["text"], button.get("callback_data", "")) for row in rows for button in row)
    return Heard(number, text, buttons, tuple(map(len, rows)), **more)


def _send_message(server: TelegramServer, params: Params) -> dict[str, Any]:
    user, text = _chat(server, params), rules.text(params)
    return _show(server, user, _heard(server.new_number(), params, text), text=text)


def _send_document(server: TelegramServer, params: Params) -> dict[str, Any]:
    user, caption = _chat(server, params), rules.caption(params)
    name, data, kept = _upload(server, params, "document")
    heard = _heard(server.new_number(), params, caption, file_name=name, data=data, kind="document")
    return _show(server, user, heard, document={**kept, "file_name": name}, caption=caption)


def _send_photo(server: TelegramServer, params: Params) -> dict[str, Any]:
    user, caption = _chat(server, params), rules.caption(params)
    name, data, kept = _upload(server, params, "photo")
    rules.photo(data)
    heard = _heard(server.new_number(), params, caption, file_name=name, data=data, kind="photo")
    return _show(server, user, heard, photo=[{**kept, "width": 800, "height": 600}], caption=caption)


def _upload(server: TelegramServer, params: Params, field: str) -> tuple[str, bytes, dict[str, Any]]:
    file = rules.upload(params, field)
    if not isinstance(file, str):
        return *file, server.keep(*file)
    if file not in server.files:
        raise bad("wrong file identifier/HTTP URL specified")
    name, data = server.files[file]
    return name, data, {"file_id": file, "file_unique_id": f"u{file}", "file_size": len(data)}


def _edit_message_text(server: TelegramServer, params: Params) -> dict[str, Any]:
    user, text = _chat(server, params), rules.text(params)
    number = rules.integer(params, "message_id")
    place = next((at for at, one in enumerate(user.messages) if one.id == number), None)
    if place is None:
        raise bad("message to edit not found")
    heard = _heard(number, params, text)
    if user.messages[place] == heard:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    user.messages[place] = heard
    server.ring()
    return _described(user, heard, text=text)


def _answer_callback_query(server: TelegramServer, params: Params) -> bool:
    query = str(params.get("callback_query_id"))
    if query not in server.queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(str(params.get("text", ""))) > 200:
        raise bad("MESSAGE_TOO_LONG")
    server.queries[query] = True
    server.ring()
    return True


def _send_chat_action(server: TelegramServer, params: Params) -> bool:
    _chat(server, params)
    if params.get("action") not in ("typing", "upload_photo", "upload_document"):
        raise bad("wrong parameter action in request")
    return True


def _edit_reply_markup(server: TelegramServer, params: Params) -> dict[str, Any]:
    user, number = _chat(server, params), rules.integer(params, "message_id")
    place = next((at for at, one in enumerate(user.messages) if one.id == number), None)
    if place is None:
        raise bad("message to edit not found")
    before = user.messages[place]
    after = replace(_heard(number, params, before.text), file_name=before.file_name, data=before.data, kind=before.kind)
    if after == before:
        raise bad("message is not modified")
    user.messages[place] = after
    server.ring()
    return _described(user, after, text=after.text)


def _scope(params: Params) -> str:
    scope = rules.structure(params, "scope") or {"type": "default"}
    if scope.get("type") not in ("default", "chat"):
        raise bad("this server knows the scopes default and chat")
    if scope["type"] == "chat" and "chat_id" not in scope:
        raise bad("chat not found")
    return str(scope.get("chat_id", ""))


def _delete_my_commands(server: TelegramServer, params: Params) -> bool:
    server.commands.pop(_scope(params), None)
    server.ring()
    return True


def _set_my_commands(server: TelegramServer, params: Params) -> bool:
    commands = rules.structure(params, "commands") or []
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name, about = command.get("command", ""), command.get("description", "")
        if not (name.isascii() and name.replace("_", "").isalnum() and name.islower() and len(name) <= 32):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(about) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    server.commands[_scope(params)] = [command["command"] for command in commands]
    server.ring()
    return True


def _get_file(server: TelegramServer, params: Params) -> dict[str, Any]:
    file_id = str(params.get("file_id"))
    if file_id not in server.files:
        raise bad("invalid file_id")
    name, data = server.files[file_id]
    if len(data) > server.download_limit:
        raise bad("file is too big")
    # The name that people gave a file is no part of where it lies.
    path = f"{file_id}/file{PurePath(name).suffix}"
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(data), "file_path": path}


_METHODS: dict[str, tuple[Callable[[TelegramServer, Params], Any], set[str]]] = {
    "getMe": (_me, set()),
    "getWebhookInfo": (_webhook_info, set()),
    "sendMessage": (_send_message, _COMMON | {"text", "link_preview_options"}),
    "sendDocument": (_send_document, _COMMON | {"document", "caption", "disable_content_type_detection"}),
    "sendPhoto": (_send_photo, _COMMON | {"photo", "caption"}),
    "editMessageText": (
        _edit_message_text,
        {"chat_id", "message_id", "text", "parse_mode", "reply_markup", "link_preview_options"},
    ),
    "answerCallbackQuery": (_answer_callback_query, {"callback_query_id", "text", "show_alert", "cache_time"}),
    "sendChatAction": (_send_chat_action, {"chat_id", "action"}),
    "editMessageReplyMarkup": (_edit_reply_markup, {"chat_id", "message_id", "reply_markup"}),
    "deleteMyCommands": (_delete_my_commands, {"scope", "language_code"}),
    "setMyCommands": (_set_my_commands, {"commands", "scope", "language_code"}),
    "getFile": (_get_file, {"file_id"}),
}
