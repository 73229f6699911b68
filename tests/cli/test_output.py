"""How results are written: in one form, the one that was asked for."""

import pytest

from actviz.cli.output import say, say_as


def _not_asked_for() -> None:
    raise AssertionError("made, and not asked for")


FORMS = {
    "table": {"table": lambda: say("for people\n")},
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
    say_as(form, **(others | FORMS[form]))
    assert capsys.readouterr().out == EXPECTED[form]


def test_what_is_no_number_is_no_json():
    with pytest.raises(ValueError, match="not JSON compliant"):
        say_as("json", table=_not_asked_for, plain=lambda: float("nan"))
