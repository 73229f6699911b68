"""Parts of a sweep: each stack in one of them, and what does not go together."""

import json
from dataclasses import replace

import pytest

from actviz.errors import RecordError, SpecError
from actviz.sweeps.parts import (
    Part,
    PartHeading,
    contradiction,
    merged,
    missing,
    numbers_in_words,
    sweep_difference,
)
from actviz.sweeps.row import Judged, Row
from actviz.sweeps.running import named
from actviz.sweeps.spec import SweepSpec

GIVEN = {"activation": "tanh", "std": "0.01..1:4", "depth": 3, "width": 20}
SWEEP = SweepSpec.of(**GIVEN, seeds=3)


@pytest.mark.parametrize("count", [1, 2, 5, 12, 20])
def test_every_stack_is_in_one_part(count):
    parts = [Part(number=number, count=count) for number in range(1, count + 1)]
    numbers = [number for part in parts for number in part.numbers(len(SWEEP))]
    assert sorted(numbers) == list(range(len(SWEEP)))
    sizes = [len(part.numbers(len(SWEEP))) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    for part in parts:
        assert all(Part.of(number, count) == part for number in part.numbers(len(SWEEP)))


def test_a_part_is_read_as_it_is_written():
    assert Part.read(" 3/10 ") == Part(number=3, count=10)
    assert str(Part.read("3/10")) == "3/10"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "part '' must be K/N, such as 3/10"),
        ("3", "must be K/N"),
        ("3/10/2", "must be K/N"),
        ("-1/3", "must be K/N"),
        ("1.5/3", "must be K/N"),
        ("0/3", "part 0/3 is not there: write 1/3 to 3/3"),
        ("4/3", "part 4/3 is not there"),
        ("1/0", "part 1/0 is not there"),
        ("1/10000000", "^part 1/10000000 is one of too many: at most 1,000,000 are made$"),
        ("1/99999999999999999999", "at most 1,000,000 are made"),
        ("９/10", "part '９/10' must be K/N"),
    ],
)
def test_what_is_no_part_is_refused(text, what):
    with pytest.raises(SpecError, match=what):
        Part.read(text)


def heading(sweep=SWEEP, part="1/2", version="0.2.0"):
    return PartHeading(sweep=sweep, part=Part.read(part), version=version)


def test_a_heading_comes_back():
    assert PartHeading.from_dict(heading().to_dict()) == heading()


def test_a_heading_has_a_range_as_it_was_typed():
    one = SweepSpec.of(
        activation=["tanh", "relu"], std="0.01,logspace:-1:0:5", depth="2..9", width=[20, 30]
    )
    plain = json.loads(json.dumps(heading(one).to_dict()))
    axes = {"activation": ["tanh", "relu"], "std": "0.01,logspace:-1:0:5", "depth": "2..9"}
    assert plain["sweep"]["axes"] == {**axes, "width": [20, 30]}
    again = PartHeading.from_dict(plain)
    assert again == heading(one)
    assert again.to_dict() == plain
    assert again.sweep.to_dict() == one.to_dict()
    assert again.sweep.to_dict()["axes"]["depth"] == [*range(2, 10)]


def test_a_heading_of_all_values_is_of_the_same_sweep():
    """Files that were begun before have these."""
    before = {**heading().to_dict(), "sweep": SWEEP.to_dict()}
    assert before != heading().to_dict()
    PartHeading.from_dict(before).check_same(heading())
    heading().check_same(PartHeading.from_dict(before))


def test_a_range_is_no_part_of_other_values():
    axis = replace(SWEEP.axes[0], values=(0.5, 1.0))
    other = heading(replace(SWEEP, axes=(axis,)))
    assert PartHeading.from_dict(other.to_dict()) == other


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({}, "not the rows of a sweep: its schema is None"),
        ([], "not the rows of a sweep"),
        ({"schema": "actviz.sweep/1"}, "a heading of rows needs 'part'"),
        ({**heading().to_dict(), "part": [1]}, r"has a part, two integers, .*\(got \[1\] and '0.2"),
        ({**heading().to_dict(), "part": None}, r"\(got None and '0.2.0'\)"),
        ({**heading().to_dict(), "part": ["a", 2]}, r"a part is two integers.*\(got 'a' and 2\)"),
        ({**heading().to_dict(), "part": [1, 2.5]}, r"a part is two integers.*\(got 1 and 2.5\)"),
        ({**heading().to_dict(), "version": 5}, r"a version, a text \(got \[1, 2\] and 5\)"),
        (
            {**heading().to_dict(), "sweep": SWEEP.to_dict() | {"axes": {"std": 5}}},
            "axes are an object of names and lists of values",
        ),
        *(
            ({**heading().to_dict(), "sweep": SWEEP.to_dict() | {"axes": axes}}, what)
            for axes, what in (
                ({"std": "0.1..x:3"}, "has 'x', which is no finite number"),
                ({"std": "0.1..1:999999999"}, "at most 2,000,000 are run"),
                ({"activation": "tanh,relu"}, "axes are an object of names and lists"),
            )
        ),
        ({**heading().to_dict(), "part": [3, 2]}, "part 3/2 is not there"),
        ({**heading().to_dict(), "sweep": {"base": {}}}, "a sweep needs 'axes'"),
    ],
)
def test_what_is_no_heading_is_refused(data, what):
    with pytest.raises(RecordError, match=what):
        PartHeading.from_dict(data)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"depth": 4}, "depth is 3 there and 4 here"),
        ({"std": "0.01..2:4"}, r"std is 0.01 to 1.0 \(4 values\) there and 0.01 to 2.0"),
        ({"activation": "relu"}, "activation is tanh there and relu here"),
        ({"seeds": 4}, "it has 3 seeds there and 4 here"),
        ({"dtype": "float32"}, "dtype is float64 there and float32 here"),
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"width": [20, 30]}, r"width is one for all there and 20, 30 \(2 values\) here"),
    ],
)
def test_the_field_that_differs_is_named(change, what):
    other = SweepSpec.of(**{**GIVEN, "seeds": 3} | change)
    with pytest.raises(RecordError, match=what):
        heading().check_same(heading(other))
    assert sweep_difference(SWEEP.to_dict(), SWEEP.to_dict()) is None


def test_versions_and_parts_do_not_mix():
    with pytest.raises(RecordError, match=r"of actviz 0.2.0, and not of 0.3.0"):
        heading().check_same(heading(version="0.3.0"))
    with pytest.raises(RecordError, match="of part 1/2, and not of 2/2"):
        heading().check_same(heading(part="2/2"))
    heading().check_same(heading(part="2/2"), parts=False)


def test_each_row_is_there_once_and_a_failed_one_gives_way():
    rows = [named(SWEEP, number) for number in range(len(SWEEP))]
    done = [Row(number=r.number, seed_number=0, spec=r.spec, judged=Judged()) for r in rows]
    lost = Row(number=3, seed_number=0, spec=rows[3].spec, failed="its worker died")
    assert merged([done[5], lost, done[3], done[1], done[5]]) == (done[1], done[3], done[5])
    assert merged([done[3], lost]) == (done[3],)
    assert merged([lost]) == (lost,)
    assert missing(SWEEP, done[2:]) == [0, 1]


def test_rows_of_one_stack_that_do_not_agree_are_told_of():
    def row(number, **judged):
        spec = named(SWEEP, number).spec
        return Row(number=number, seed_number=0, spec=spec, judged=Judged(**judged))

    lost = Row(number=1, seed_number=0, spec=row(1).spec, failed="its worker died")
    one = row(1, chance=0.5, signal_last=0.25)
    rounded = row(1, chance=0.5, signal_last=0.25 * (1 + 1e-9))
    assert contradiction([one, row(2), lost, rounded, one]) is None
    said = contradiction([row(2), one, lost, row(1, chance=0.7), row(1, chance=0.5)])
    assert said == (
        "1 stack has rows that do not agree, and the first that came is kept: "
        f"{one.in_words}: chance is 0.5 in one and 0.7 in another"
    )
    others = [row(2, chance=None, no_chance="narrow"), row(2, verdict="non_finite")]
    said = contradiction([row(1, chance=0.5), one, *others])
    assert said.startswith("2 stacks have rows that do not agree, ")


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([7], "number 7"),
        ([7, 8], "numbers 7, 8"),
        ([1, 5, 6], "numbers 1, 5, 6"),
        (list(range(1, 90, 4)), "numbers 1, 5, 9 … 89 (part 2/4)"),
        ([1, 2, 4, 8, 16, 32, 64, 128, 256], "numbers 1, 2, 4, 8, 16, 32, 64, 128 and more"),
    ],
)
def test_numbers_are_told_shortly(numbers, text):
    assert numbers_in_words(numbers) == text
