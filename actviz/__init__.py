"""actviz shows what weight initialization does to a network.

>>> import actviz
>>> record = actviz.simulate(activation="tanh", init="he", depth=10)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from actviz import theory as theory
    from actviz.activations import ACTIVATIONS as ACTIVATIONS
    from actviz.activations import Activation as Activation
    from actviz.arrays import record_from_arrays as record_from_arrays
    from actviz.baseline import Baseline as Baseline
    from actviz.check import compare as compare
    from actviz.ensemble import simulate_ensemble as simulate_ensemble
    from actviz.ensemble_record import Ensemble as Ensemble
    from actviz.errors import ActvizError as ActvizError
    from actviz.histogram import Histogram as Histogram
    from actviz.initializers import INITIALIZERS as INITIALIZERS
    from actviz.io import load as load
    from actviz.io import load_baseline as load_baseline
    from actviz.io import load_training as load_training
    from actviz.io import save as save
    from actviz.io import save_baseline as save_baseline
    from actviz.literature import FIGURES as FIGURES
    from actviz.literature import get_figure as get_figure
    from actviz.plot import plot_depth as plot_depth
    from actviz.plot import plot_grid as plot_grid
    from actviz.plot import plot_overlay as plot_overlay
    from actviz.plot import plot_ridge as plot_ridge
    from actviz.plot import plot_textbook as plot_textbook
    from actviz.record import Record as Record
    from actviz.recorded_spec import RecordedSpec as RecordedSpec
    from actviz.remedies import prescribe as prescribe
    from actviz.report import Report as Report
    from actviz.simulation import simulate as simulate
    from actviz.simulation import simulate_many as simulate_many
    from actviz.spec import StackSpec as StackSpec
    from actviz.training.loop import train as train
    from actviz.training.record import TrainingRecord as TrainingRecord

# Loaded on first use: `actviz --help` must not wait for numpy, nor a simulation for matplotlib.
_ROOMS = {
    "activations": ("ACTIVATIONS", "Activation"),
    "arrays": ("record_from_arrays",),
    "baseline": ("Baseline",),
    "check": ("compare",),
    "ensemble": ("simulate_ensemble",),
    "ensemble_record": ("Ensemble",),
    "errors": ("ActvizError",),
    "histogram": ("Histogram",),
    "initializers": ("INITIALIZERS",),
    "io": ("load", "load_baseline", "load_training", "save", "save_baseline"),
    "literature": ("FIGURES", "get_figure"),
    "plot": ("plot_depth", "plot_grid", "plot_overlay", "plot_ridge", "plot_textbook"),
    "record": ("Record",),
    "report": ("Report",),
    "recorded_spec": ("RecordedSpec",),
    "remedies": ("prescribe",),
    "simulation": ("simulate", "simulate_many"),
    "spec": ("StackSpec",),
    "training.loop": ("train",),
    "training.record": ("TrainingRecord",),
}
__all__ = sorted(name for names in _ROOMS.values() for name in names)


def __getattr__(name: str) -> Any:
    if name == "__version__":  # of what is installed: 10 ms, for those who ask
        return import_module("importlib.metadata").version("actviz")
    if name == "theory":  # a room that is asked by its name: actviz.theory.predict
        return import_module("actviz.theory")
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"actviz.{room}"), name)
    raise AttributeError(f"module 'actviz' has no attribute {name!r}")
