"""The questions that came with the official documents: a floor under what was reached."""

import os

import pytest

from knowledge.answering import answer
from tests.bench.questions import SHARED, SPELLINGS, gold_questions, judge, official_library

pytestmark = pytest.mark.shared
FLOOR = {"accented": 0.97, "mobile": 0.95, "mobile_typo": 0.92}


@pytest.fixture(scope="module")
def library():
    if not (SHARED / "gold" / "questions.json").exists():
        assert not os.environ.get("CI"), "the shared gold data must be there in CI"
        pytest.skip("the shared gold data is not here")
    return official_library()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_gold_questions_stay_answered(library, spelling):
    questions = gold_questions()
    verdicts = [judge(library, question, answer(library, question[SPELLINGS[spelling]])) for question in questions]
    refusals = [v for v, q in zip(verdicts, questions, strict=True) if q["expected"] == "say_does_not_know"]
    assert verdicts.count("right") / len(questions) >= FLOOR[spelling]
    assert verdicts.count("wrong") / len(questions) <= 0.02
    assert refusals.count("right") / len(refusals) >= 0.95
