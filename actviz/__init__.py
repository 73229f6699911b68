"""actviz shows what weight initialization does to a network.

>>> import actviz
>>> record = actviz.simulate(activation="tanh", init="he", depth=10)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from actviz.captured.arrays import record_from_arrays as record_from_arrays
    from actviz.checks.baseline import Baseline as Baseline
    from actviz.checks.comparison import compare as compare
    from actviz.checks.report import Report as Report
    from actviz.diagnosis.remedies import prescribe as prescribe
    from actviz.errors import ActvizError as ActvizError
    from actviz.files.records import load as load
    from actviz.files.records import load_baseline as load_baseline
    from actviz.files.records import load_training as load_training
    from actviz.files.records import save as save
    from actviz.files.records import save_baseline as save_baseline
    from actviz.layers.activations import ACTIVATIONS as ACTIVATIONS
    from actviz.layers.activations import Activation as Activation
    from actviz.layers.initializers import INITIALIZERS as INITIALIZERS
    from actviz.literature.stacks import FIGURES as FIGURES
    from actviz.literature.stacks import get_figure as get_figure
    from actviz.numbers.histogram import Histogram as Histogram
    from actviz.plot import plot_depth as plot_depth
    from actviz.plot import plot_grid as plot_grid
    from actviz.plot import plot_overlay as plot_overlay
    from actviz.plot import plot_overview as plot_overview
    from actviz.plot import plot_ridge as plot_ridge
    from actviz.plot import plot_textbook as plot_textbook
    from actviz.records.builder import RecordBuilder as RecordBuilder
    from actviz.records.ensemble import Ensemble as Ensemble
    from actviz.records.measuring import Measuring as Measuring
    from actviz.records.record import Record as Record
    from actviz.records.recorded_spec import RecordedSpec as RecordedSpec
    from actviz.records.spec import StackSpec as StackSpec
    from actviz.simulation.ensemble import simulate_ensemble as simulate_ensemble
    from actviz.simulation.stacks import simulate as simulate
    from actviz.simulation.stacks import simulate_many as simulate_many
    from actviz.sweeps.record import SweepRecord as SweepRecord
    from actviz.sweeps.running import sweep as sweep
    from actviz.sweeps.spec import SweepSpec as SweepSpec
    from actviz.training.loop import train as train
    from actviz.training.record import TrainingRecord as TrainingRecord

# Loaded on first use: `actviz --help` must not wait for numpy, nor a simulation for matplotlib.
_ROOMS = {
    "layers.activations": "ACTIVATIONS Activation",
    "captured.arrays": "record_from_arrays",
    "checks.baseline": "Baseline",
    "checks.comparison": "compare",
    "simulation.ensemble": "simulate_ensemble",
    "records.ensemble": "Ensemble",
    "errors": "ActvizError",
    "numbers.histogram": "Histogram",
    "layers.initializers": "INITIALIZERS",
    "files.records": "load load_baseline load_training save save_baseline",
    "literature.stacks": "FIGURES get_figure",
    "plot": "plot_depth plot_grid plot_overlay plot_overview plot_ridge plot_textbook",
    "records.builder": "RecordBuilder",
    "records.measuring": "Measuring",
    "records.record": "Record",
    "checks.report": "Report",
    "records.recorded_spec": "RecordedSpec",
    "diagnosis.remedies": "prescribe",
    "simulation.stacks": "simulate simulate_many",
    "records.spec": "StackSpec",
    "sweeps.record": "SweepRecord",
    "sweeps.running": "sweep",
    "sweeps.spec": "SweepSpec",
    "training.loop": "train",
    "training.record": "TrainingRecord",
}
__all__ = sorted(name for names in _ROOMS.values() for name in names.split())


def __getattr__(name: str) -> Any:
    if name == "__version__":  # of what is installed: 10 ms, for those who ask
        return import_module("importlib.metadata").version("actviz")
    if name == "theory":  # asked by its name: actviz.theory.predict
        return import_module("actviz.theory")
    if room := next((room for room, names in _ROOMS.items() if name in names.split()), ""):
        return getattr(import_module(f"actviz.{room}"), name)
    raise AttributeError(f"module 'actviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "theory"]
