"""Keys of marks: as many as one line holds, in few words, and all of them as sentences."""

from actviz.words.en.table import EN
from actviz.words.keys import explained, foot_of, key


def test_a_foot_has_the_first_keys_that_fit_and_a_caption_all():
    keys = [key("mean_field"), key("seeds", seeds=9), key("beyond")]
    assert foot_of(keys, lambda text: True).count("·") == 2
    # A long one leaves its room to a shorter one after it.
    assert foot_of(keys, lambda text: len(text) < 55) == (
        "dashed: mean field  ·  ◂ ▸ share beyond the axis"
    )
    assert foot_of(keys, lambda text: False) == ""
    assert "9 seeds" in explained(keys)
    assert explained(keys).count(".") == 3
    # What needs few words needs none.
    assert foot_of([key("tails", least="1%"), *keys[:1]], lambda text: True) == keys[0].short
    assert "1%" in explained([key("tails", least="1%")])


def test_what_is_read_in_few_words_is_explained_in_a_sentence():
    read = {name.partition(".")[2] for name in EN if name.startswith("read.")}
    explained_too = {name.partition(".")[2] for name in EN if name.startswith("explain.")}
    assert read <= explained_too
    for name in read:
        assert len(EN[f"read.{name}"]) < 60
        assert EN[f"explain.{name}"].endswith(".")
        assert EN[f"explain.{name}"][0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ◂{"
