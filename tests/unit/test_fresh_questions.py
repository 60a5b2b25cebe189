"""Questions in our own words on documents of three collections: a floor under what was reached, in every spelling."""

from __future__ import annotations

import os

import pytest

from tests.bench.fresh import SHARED, SPELLINGS, ask, fresh_questions, judge

pytestmark = pytest.mark.shared
FLOOR = {"accented": 0.96, "mobile": 0.93, "mobile_typo": 0.92, "typo 3": 0.88, "half": 0.95, "telex left": 0.86}


@pytest.fixture(scope="module", autouse=True)
def _corpus():
    if not (SHARED / "corpus").is_dir():
        assert not os.environ.get("CI"), "the shared corpus must be there in CI"
        pytest.skip("the shared corpus is not here")


@pytest.mark.parametrize("share, spelling", list(enumerate(FLOOR)))
def test_questions_that_nobody_tuned_for_stay_answered(share, spelling):
    """Half of the questions in each spelling, and no two neighbours the same half; ``tests.bench.fresh`` asks all."""
    asked = fresh_questions()[share % 2 :: 2]
    verdicts = [judge(one, ask(one, SPELLINGS[spelling](one))) for one in asked]
    assert verdicts.count("right") / len(verdicts) >= FLOOR[spelling]
    assert verdicts.count("wrong") / len(verdicts) <= 0.05


@pytest.mark.parametrize("spelling", ["accented", "mobile", "capitals"])
def test_what_has_no_answer_is_refused(spelling):
    to_refuse = [one for one in fresh_questions() if one.to_refuse]
    right = [one for one in to_refuse if judge(one, ask(one, SPELLINGS[spelling](one))) == "right"]
    assert len(right) / len(to_refuse) >= 0.95


def test_every_quote_is_word_for_word_in_the_stored_original():
    from tests.bench.fresh import library

    for one in fresh_questions()[::2]:
        given = ask(one, one.mobile)
        for source in (source for part in (given, *given.more) for source in part.sources):
            if source.document is not None:
                assert source.quote in library(one.library).held[source.document].document.text
