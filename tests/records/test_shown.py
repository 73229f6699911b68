"""How a value reaches the rooms that show and say it: by their names, and handed on as it is."""

from importlib import import_module

import pytest

from actviz.records.shown import SAYING, SHOWING, Said, Shown


class Own(Shown, Said):
    __slots__ = ()


@pytest.mark.parametrize(
    ("room", "name", "ask"),
    [
        (SHOWING, "html_of", Own._repr_html_),
        (SHOWING, "png_of", Own._repr_png_),
        (SAYING, "remedy", Own.__str__),
    ],
)
def test_a_value_is_handed_to_the_room_that_can(monkeypatch, room, name, ask):
    seen = []

    def spy(value):
        seen.append(value)
        return name

    monkeypatch.setattr(import_module(room), name, spy)
    value = Own()
    assert ask(value) == name
    assert seen == [value]


def test_a_terminal_is_not_made_to_wait_for_a_picture():
    assert not hasattr(Own, "_repr_mimebundle_")
