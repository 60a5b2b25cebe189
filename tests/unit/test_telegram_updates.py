import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import RemoteFile
from bot.channels.telegram_updates import Me, new_update, query_id, read, update_id

CHAT = {"id": 1001, "type": "private", "first_name": "Mai"}
SENDER = {"id": 1001, "is_bot": False, "first_name": "Mai", "last_name": "Lò"}


def message(**content):
    return {"update_id": 7, "message": {"message_id": 5, "date": 1, "chat": CHAT, "from": SENDER, **content}}


def test_a_text_is_read_with_the_senders_name():
    arrival = read(message(text="Hạn nộp báo cáo?"))
    assert (arrival.text, arrival.sender_name, arrival.files) == ("Hạn nộp báo cáo?", "Mai Lò", ())


def test_a_deep_link_arrives_as_the_command_that_it_stands_for():
    assert read(message(text="/start ABCD-2345")).text == "/start ABCD-2345"


def test_a_command_addressed_to_the_bot_by_name_is_the_command():
    assert read(message(text="/han@danvan_test_bot")).text == "/han"
    assert read(message(text="/start@danvan_test_bot ABCD")).text == "/start ABCD"


def test_a_shared_contact_arrives_as_its_number():
    assert read(message(contact={"phone_number": "+84900000000", "first_name": "x"})).text == "+84900000000"


def test_of_a_photo_the_largest_size_is_taken():
    sizes = [
        {"file_id": "s", "width": 90, "height": 60, "file_size": 900},
        {"file_id": "l", "width": 1280, "height": 900, "file_size": 90_000},
        {"file_id": "m", "width": 320, "height": 200, "file_size": 9_000},
    ]
    arrival = read(message(photo=sizes, caption="Đổ bê tông"))
    assert arrival.files == (RemoteFile("l", "anh-5.jpg", 90_000),)
    assert arrival.text == "Đổ bê tông"


def test_a_document_keeps_its_name():
    arrival = read(message(document={"file_id": "d", "file_name": "KH 12.docx", "file_size": 5}))
    assert arrival.files == (RemoteFile("d", "KH 12.docx", 5),)
    assert new_update(message(document={"file_id": "d"})).has_files


@pytest.mark.parametrize("content", [{"sticker": {"file_id": "x"}}, {"voice": {"file_id": "x"}}, {"location": {}}])
def test_what_cannot_be_taken_arrives_as_an_empty_text(content):
    arrival = read(message(**content))
    assert (arrival.text, arrival.files, arrival.pressed) == ("", (), None)
    assert new_update(message(**content)) is not None


def test_an_edited_message_says_that_it_was_edited_and_brings_no_files_again():
    update = {"update_id": 8, "edited_message": message(text="13", photo=[{"file_id": "x"}])["message"]}
    arrival = read(update)
    assert (arrival.text, arrival.edits, arrival.files, arrival.unread) == ("13", True, (), None)
    assert arrival.key == str(update["edited_message"]["message_id"])
    assert new_update(update).address == "1001"


def test_a_place_that_is_shared_live_is_not_heard_again_each_time_it_moves():
    update = {"update_id": 8, "edited_message": message(location={"latitude": 1, "longitude": 2})["message"]}
    assert new_update(update) is None


@pytest.mark.parametrize(
    ("content", "unread"),
    [
        ({"voice": {"file_id": "v"}}, "voice"),
        ({"video_note": {"file_id": "v"}}, "voice"),
        ({"sticker": {"emoji": "x"}}, "sticker"),
        ({"location": {"latitude": 1}}, "place"),
        ({"poll": {"id": "1"}}, "other"),
        ({"new_kind_of_next_year": {}}, "other"),
        ({"text": "chữ"}, None),
        ({"photo": [{"file_id": "x"}]}, None),
    ],
)
def test_what_a_message_holds_instead_of_words_is_told(content, unread):
    assert read(message(**content)).unread == unread


ME = Me(99, "danvan_bot")


def in_group(text="", **more):
    chat = {"id": -1005, "type": "supergroup", "title": "Tổ công tác"}
    held = {"message_id": 3, "date": 0, "chat": chat, "from": SENDER, "text": text, **more}
    return {"update_id": 7, "message": held}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/han@danvan_bot", "/han"),
        ("@Danvan_Bot hạn nộp?", "hạn nộp?"),
        ("hạn nộp? @danvan_bot", "hạn nộp?"),
    ],
)
def test_in_a_group_the_bot_hears_what_is_addressed_to_it(text, heard):
    update = in_group(text)
    assert new_update(update, ME).address == "-1005"
    arrival = read(update)
    assert arrival.text == heard
    assert (arrival.group.title, arrival.group.speaker) == ("Tổ công tác", str(SENDER["id"]))


@pytest.mark.parametrize("text", ["chào cả nhà", "/han", "/han@other_bot", "@danvan_bot2 ơi", "a@danvan_botx.vn", ""])
def test_in_a_group_the_bot_does_not_hear_anything_else(text):
    assert new_update(in_group(text), ME) is None
    assert new_update(in_group(text)) is None


def test_in_a_group_an_answer_to_the_bot_and_its_buttons_are_for_it():
    own, other = {"message_id": 2, "from": {"id": 99}}, {"message_id": 2, "from": {"id": 98}}
    assert new_update(in_group("2", reply_to_message=own), ME)
    assert new_update(in_group("2", reply_to_message=other), ME) is None
    held = in_group()["message"]
    query = {"id": "q", "from": SENDER, "message": held, "data": "42:1"}
    assert new_update({"update_id": 9, "callback_query": query}, ME).address == "-1005"


def test_who_posts_in_the_name_of_a_group_is_nobody():
    assert read(in_group("@danvan_bot x", sender_chat={"id": -1005})).group.speaker == ""
    assert read(in_group("@danvan_bot x", **{"from": {"id": 5, "is_bot": True}})).group.speaker == ""


def test_that_a_group_has_moved_is_heard():
    update = in_group(migrate_to_chat_id=-1007)
    assert new_update(update, ME).address == "-1005"
    assert read(update).moved_to == "-1007"


def pressed(data, **more):
    query = {"id": "q", "from": SENDER, "message": {"message_id": 1, "date": 0, "chat": CHAT}, "data": data, **more}
    return {"update_id": 9, "callback_query": query}


def test_a_button_says_which_message_and_which_choice():
    update = pressed("42:3")
    assert read(update).pressed == (42, 3)
    assert query_id(update) == "q"
    assert new_update(update).address == "1001"


@pytest.mark.parametrize("data", ["", "x", "1:", ":1", "1:2:3", "-1:2", "9" * 40 + ":1", None, 5])
def test_a_button_that_is_not_ours_counts_as_one_of_an_old_message(data):
    assert read(pressed(data)).pressed == (0, 0)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_nothing_is_kept_of_what_is_said_in_groups(kind):
    assert new_update(message(text="chuyện riêng", chat={"id": -5, "type": kind})) is None


def test_half_a_character_and_nul_do_not_stop_an_update_from_being_stored():
    update = new_update(message(text="a\ud83db\0c"))
    json.dumps(update.payload, ensure_ascii=False).encode()
    assert read(update.payload).text == "a?bc"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = ("text", "caption", "photo", "document", "video", "contact", "chat", "from", "message_id", "data", "message")


@given(st.dictionaries(st.sampled_from(["update_id", "message", "edited_message", "callback_query"]), JSON))
def test_whatever_comes_reading_does_not_raise(update):
    read(update)
    new_update(update)
    update_id(update)
    query_id(update)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from(["message", "edited_message", "callback_query"]))
def test_whatever_stands_in_a_message_reading_does_not_raise(content, kind):
    update = {"update_id": 1, kind: {"chat": CHAT, "from": SENDER, **content}}
    read(update)
    new_update(update)


@pytest.mark.parametrize("update", [None, [], "x", 5, {}])
def test_what_is_no_update_is_passed_over(update):
    assert new_update(update) is None
    assert update_id(update) is None
