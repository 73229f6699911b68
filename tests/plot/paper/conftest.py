"""A page to write on, for the tests of what is drawn on paper."""

import pytest

from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import look_of


@pytest.fixture
def page():
    look = look_of("column", "light")
    figure = RecordFigure(title="", caption="", description="", figsize=(4, 3))
    return Page(figure=figure, look=look, hues={"he": "#123456"})


@pytest.fixture
def written(page):
    """What stands on the page, and where in inches; to be called."""

    def texts():
        W, H = page.figure.get_size_inches()
        return [
            (text.get_text(), text.get_position()[0] * W, text.get_position()[1] * H)
            for text in page.figure.texts
        ]

    return texts
