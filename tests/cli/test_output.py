"""How results are written: in one form, the one that was asked for."""

import sys
from os import terminal_size

import pytest

from actviz.cli import output
from actviz.cli.output import print_as, print_table, print_text, print_wrapped, tell_what_is_done


def _not_asked_for() -> None:
    raise AssertionError("made, and not asked for")


FORMS = {
    "table": {"table": lambda: print_text("for people\n")},
    "csv": {"rows": lambda: [{"a": 1, "b": None}, {"a": 2.5}], "columns": ("a", "b")},
    "json": {"plain": lambda: [{"a": None, "b": "ψ"}]},
}
EXPECTED = {
    "table": "for people\n",
    "csv": "a,b\n1,\n2.5,\n",
    "json": '[\n {\n  "a": null,\n  "b": "ψ"\n }\n]\n',
}


@pytest.mark.parametrize("form", FORMS)
def test_only_the_form_that_was_asked_for_is_made(capsys, form):
    others = dict.fromkeys(("table", "plain", "rows"), _not_asked_for)
    print_as(form, **(others | FORMS[form]))
    assert capsys.readouterr().out == EXPECTED[form]


def test_what_is_no_number_is_no_json():
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_as("json", table=_not_asked_for, plain=lambda: float("nan"))


# --- tables -------------------------------------------------------------------------------

HEADS = ("name", "also", "std", "what it is")
ROWS = [
    ("xavier", "glorot, glorot_normal", "0.100", "N(0, 2/(fan_in + fan_out))"),
    ("std=NUMBER", "", "", "N(0, std²), of Krizhevsky and others"),
]


@pytest.fixture
def table(capsys, monkeypatch):
    """What a table is on a terminal of a width."""

    def shown(width: int, **settings: object) -> str:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", str(width))
        print_table(HEADS, ROWS, numbers=("std",), **settings)  # type: ignore[arg-type]
        return capsys.readouterr().out

    return shown


@pytest.mark.parametrize("width", range(46, 100, 3))
def test_no_word_of_a_table_is_broken_where_all_have_room(table, width):
    for settings in ({}, {"joined": "also"}):
        text = table(width, **settings)
        assert max(map(len, text.splitlines())) <= width
        found = text.replace(",", "").split()
        for cell in (*HEADS, *(cell for row in ROWS for cell in row)):
            assert set(cell.replace(",", "").split()) <= set(found)


def test_a_column_joins_the_first_only_where_not_all_is_in_one_line(table):
    assert table(100, joined="also").startswith("name        also                     std")
    assert table(60, joined="also").startswith("name, also")
    assert "\nxavier, glorot, " in table(60, joined="also")
    assert "std=NUMBER," not in table(60, joined="also")


def test_the_widest_column_gives_first(table):
    natural = table(200).splitlines()[2]
    assert natural == "xavier      glorot, glorot_normal  0.100  N(0, 2/(fan_in + fan_out))"
    assert table(70).splitlines()[2] == natural  # its longest text is wrapped, and nothing else


@pytest.mark.parametrize("columns", range(24, 60))
def test_a_terminal_ends_no_line_before_a_per_cent_sign(columns, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(output, "get_terminal_size", lambda: terminal_size((columns, 40)))
    text = "tanh with he keeps, trains 99 % of the time (98 % to 100 % of 9 seeds)"
    print_wrapped(text)
    print_table(("name", "what becomes of it"), [("tanh", text)])
    said = capsys.readouterr().out
    assert "\u202f" not in said  # which some terminals have no glyph for
    assert said.count(" %") == 6
    assert not any(line.strip().startswith("%") for line in said.splitlines())


def test_what_is_done_is_counted_as_one_or_as_several(capsys, tmp_path):
    path = tmp_path / "rows.csv.part"
    for done, kept in (
        (1, "1 of 180 stacks is done: it is"),
        (2, "2 of 180 stacks are done: they are"),
    ):
        tell_what_is_done("stack", done, 180, path)
        assert capsys.readouterr().err.startswith(f"actviz: {kept} kept in ")
        tell_what_is_done("stack", done, 180, None)
        pronoun = kept.rpartition(": ")[2]
        assert capsys.readouterr().err.endswith(
            f": name a file with -o, and {pronoun} kept in it\n"
        )
