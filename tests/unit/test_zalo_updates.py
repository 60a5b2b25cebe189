import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_updates import new_update, read, updates_in

TEXT = {
    "event_name": "message.text.received",
    "message": {
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
        "chat": {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"},
        "from": {"id": "6ede9afa66b88fe6d6a9", "display_name": "Lò Thị Mai", "is_bot": False},
        "text": "xin chào",
    },
}


def with_message(event="message.text.received", **fields):
    kept = {name: value for name, value in TEXT["message"].items() if name != "text"}
    return {"event_name": event, "message": kept | fields}


@pytest.mark.parametrize("answer", [TEXT, [TEXT], {"ok": True, "result": TEXT}, {"ok": True, "result": [TEXT]}])
def test_an_update_is_found_bare_wrapped_and_in_a_list(answer):
    assert updates_in(answer) == [TEXT]


@pytest.mark.parametrize("answer", [None, "x", 3, {"ok": True, "result": None}, {"ok": True, "result": "?"}, []])
def test_no_update_is_none(answer):
    assert updates_in(answer) == []


def test_the_same_message_has_the_same_key_and_another_has_another():
    assert new_update(TEXT).key == new_update(TEXT).key
    assert new_update(TEXT).key != new_update(with_message(text="xin chào", message_id="x")).key
    without = {**TEXT, "message": {**TEXT["message"], "message_id": None}}
    other = {**without, "message": {**without["message"], "text": "khác"}}
    assert new_update(without).key == new_update(without).key != new_update(other).key


@pytest.mark.parametrize(
    "sender, name",
    [
        ({"display_name": "Mai"}, "Mai"),
        ({"name": "Mai"}, "Mai"),
        ({"first_name": "Thị", "last_name": "Mai"}, "Thị Mai"),
        ({"display_name": "", "name": "Mai"}, "Mai"),
        ({"display_name": 3}, ""),
        (None, ""),
    ],
)
def test_the_sender_is_named_by_whichever_field_there_is(sender, name):
    assert read(with_message(text="x", **{"from": sender})).sender_name == name


@pytest.mark.parametrize(
    "fields",
    [
        {"photo": "https://p/a.jpg"},
        {"photo_url": "https://p/a.jpg"},
        {"photo": ["https://p/a.jpg"]},
        {"photo": {"url": "https://p/a.jpg"}},
        {"photo": [{"url": "https://p/a.jpg"}, {"url": "https://p/a.jpg"}]},
    ],
)
def test_a_photo_is_found_in_every_shape_and_once(fields):
    update = with_message("message.image.received", caption="cầu mới", **fields)
    arrival = read(update)
    assert [file.reference for file in arrival.files] == ["https://p/a.jpg"]
    assert (arrival.text, arrival.unread) == ("cầu mới", None)
    assert new_update(update).has_files


def test_several_photos_have_names_of_their_own():
    files = read(with_message("message.image.received", photo=["https://p/a", "https://p/b"])).files
    assert len({file.name for file in files}) == 2


@pytest.mark.parametrize(
    "event, fields, unread",
    [
        ("message.sticker.received", {"sticker": "x", "url": "https://s"}, "sticker"),
        ("message.voice.received", {"voice_url": "https://v/a.aac"}, "voice"),
        ("message.unsupported.received", {}, "hidden"),
        ("", {"sticker": "x"}, "sticker"),
        ("", {}, "hidden"),
        ("message.text.received", {"text": ""}, "hidden"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(event, fields, unread):
    update = with_message(event, **fields)
    assert read(update).unread == unread
    assert new_update(update) is not None


def test_a_message_whose_kind_is_not_said_is_known_by_what_it_holds():
    bare = {"message": TEXT["message"]}  # as one public document shows the answer to a poll
    assert read(bare).text == "xin chào"
    assert new_update(bare) is not None


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("message_id", "chat", "from", "text", "photo", "photo_url", "caption", "sticker", "link", "voice_url")


@given(
    event=json,
    message=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, json)) | json,
    chat=st.fixed_dictionaries({"id": json, "chat_type": json}),
)
def test_whatever_an_update_holds_it_is_read(event, message, chat):
    update = {"event_name": event, "message": {**message, "chat": chat} if isinstance(message, dict) else message}
    for one in updates_in(update):
        new = new_update(one)
        if new is not None:
            assert new.address
            assert "\0" not in new.key
            arrival = read(new.payload)
            assert arrival.text or arrival.files or arrival.unread
