"""The pages of training as the sources print them."""

import numpy as np
import pytest

import actviz
from actviz.errors import SpecError
from actviz.plot.books.training import PAGES, plot_training_textbook
from actviz.plot.paper.style import context
from actviz.training.curves import smoothed

INITS = ("zeros", "std=10", "he")


@pytest.fixture(scope="module")
def record():
    return actviz.train("circles", inits=INITS, steps=250, report_every=50, record_every=50)


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_saito_s_page(record):
    figure = plot_training_textbook(record, "losses")
    (ax,) = figure.axes
    assert ax.get_ylim() == (0, 2.5)
    assert [line.get_marker() for line in ax.lines] == ["o", "s", "D"]
    assert {line.get_markevery() for line in ax.lines} == {100}
    np.testing.assert_array_equal(ax.lines[2].get_ydata(), smoothed(record.runs[2].losses))


def test_the_course_s_pages(record):
    figure = plot_training_textbook(record, "costs")
    costs = [item.loss for item in record.runs[1].reported if item.step % 50 == 0]
    assert costs[0] == np.inf
    drawn = figure.axes[1].lines[0].get_ydata()
    assert np.isnan(drawn[0])
    np.testing.assert_array_equal(drawn[1:], costs[1:])
    for ax in plot_training_textbook(record, "boundaries").axes:
        assert (ax.get_xlim(), ax.get_ylim()) == ((-1.5, 1.5), (-1.5, 1.5))
    said = texts(plot_training_textbook(record, "table"))
    for words in ("fails to break symmetry", "too large weights", "recommended method"):
        assert words in said
    with pytest.raises(SpecError, match="page must be losses"):
        plot_training_textbook(record, "cost")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_unparsed_math(record, page):
    figure = plot_training_textbook(record, page, title="Mine")
    with context():
        figure.draw_without_rendering()
        labels = [
            label.get_text()
            for ax in figure.axes
            for label in (*ax.get_xticklabels(), *ax.get_yticklabels())
        ]
    assert not any("$" in label for label in labels)
    assert texts(figure)[0] == "Mine"
