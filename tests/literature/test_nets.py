"""The figures of many trained nets, as data."""

from dataclasses import replace

import pytest

from actviz.errors import SpecError
from actviz.literature.nets import NET_FIGURES
from actviz.literature.stacks import get_figure
from actviz.training.tasks import TASKS

ROW = NET_FIGURES["schoenholz-trainability"]


def test_a_figure_of_nets_names_its_source_and_has_nothing_else():
    assert "Deep Information Propagation, ICLR, 2017, figure 5" in ROW.source
    assert ROW.nets.activation.name == "tanh"
    assert (ROW.nets.sigma_b2, ROW.nets.data) == (0.05, "mnist")
    assert not ROW.specs
    assert ROW.training is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"layout": "row"}, "layout must be one of map"),
        ({"specs": get_figure("saito-relu").specs}, "no stacks, training or numbers"),
        ({"training": TASKS["mnist"].spec}, "no stacks, training or numbers"),
        ({"nets": replace(ROW.nets, nets=ROW.nets.nets[:1])}, "of two variances at least"),
    ],
)
def test_what_is_no_figure_of_nets_is_refused(wrong, said):
    with pytest.raises(SpecError, match=said):
        replace(ROW, **wrong)
