"""The grammar of English."""

import pytest

from actviz.words.en.grammar import listed


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcd"), "a, b, c and d"),
    ],
)
def test_listed(words, text):
    assert listed(words) == text
    assert listed(words, "or") == text.replace(" and ", " or ")
