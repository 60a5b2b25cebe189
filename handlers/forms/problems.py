"""What is wrong with a form file, in the words of those who send one: the reasons of ``knowledge.forms.form``."""

from __future__ import annotations

import re
from typing import Final

from handlers.texts import say

_REASONS: Final = tuple(
    (re.compile(pattern), block)
    for pattern, block in (
        (r'"(?P<key>.+)" is missing', "missing"),
        (r'"(?P<key>.+)" must be a (?P<kind>str|int|bool|list)', "wrong_type"),
        (r'"(?P<key>.+)" is empty', "empty"),
        (r'"(?P<key>.+)" must be a list of words', "no_words"),
        (r'"(?P<key>.+)" names one thing twice', "twice"),
        (r'unknown entry "(?P<key>.+)"', "unknown_entry"),
        (r"a form's file name is .+", "file_name"),
        (r'"periods" must be among (?P<known>.+)', "periods"),
        (r'"version" counts from 1', "version"),
        (r"questions are written as .+", "no_questions"),
        (r'"jump" is a number of times .+', "jump"),
        (r'a second question named "(?P<name>.+)"', "second"),
        (r'"(?P<word>.+)" already means the question "(?P<name>.+)"', "same_words"),
        (r'"(?P<written>.*)" is no condition such as .+', "no_condition"),
        (r'no question named "(?P<name>.+)"', "no_question"),
        (r"show_if looks at earlier answers only: (?P<loop>.+) go in a loop", "loop"),
        (r'show_if looks at earlier answers only: "(?P<name>.+)" is asked later', "later"),
        (r'"(?P<name>.+)" \(.+\) cannot be compared in "(?P<written>.+)"', "not_comparable"),
        (r"a question's name is .+", "question_name"),
        (r'no kind "(?P<kind>.+)"; there are (?P<known>.+)', "no_kind"),
        (r'"options" belong to a choice, at least two of them', "options"),
        (r"an option holds no semicolon and is no bare number", "option"),
        (r'"(?P<unit>.+)" is no unit that can follow a number', "unit"),
        (r'answers of kind "(?P<kind>.+)" have no "(?P<sums>.+)"', "sums"),
        (r'a question of kind "(?P<kind>.+)" has no bounds', "no_bounds"),
        (r"bounds must be (?P<bounds>.+)", "bounds"),
        (r'"(?P<written>.*)" is no check such as .+', "no_check"),
        (r'"(?P<name>.+)" in "(?P<written>.+)" is no question that asks for a number', "not_checkable"),
        (r'"(?P<written>.+)" names a question twice', "check_twice"),
        (r'"(?P<word>.+)" already means the form (?P<name>.+)', "same_form"),
    )
)


def reason_of(reason: str) -> str:
    """The Vietnamese sentence for a reason of a :class:`knowledge.forms.form.FormError`.

    A mistake in the writing itself is told in the words of the parser, which nobody can foresee.
    """
    for pattern, block in _REASONS:
        if match := pattern.fullmatch(reason):
            return say(f"publish.reason_{block}", **match.groupdict())
    return say("publish.reason_other", reason=reason)
