"""Training values made by hand, without any training."""

from dataclasses import replace
from typing import Any

import numpy as np

from actviz.training.record import DataInfo, TrainingRecord
from actviz.training.runs import DecisionMap, Reported, Run
from actviz.training.spec import TrainSpec

SPEC = TrainSpec(
    task="circles",
    activation="relu",
    inits=("he", "std=10"),
    hidden=(4, 3),
    lr=0.01,
    steps=5,
    report_every=2,
    seeds=(3, 4),
)
INFO = DataInfo(
    name="circles",
    n_train=3,
    n_test=2,
    n_features=2,
    classes=("0", "1"),
    digest="ab",
    points=np.array([[0.0, 1.0], [1.0, 0.5], [0.25, -1.0]]),
    point_classes=np.array([0, 1, 1]),
)


def reported(step: int, loss: float = 0.5, **fields: Any) -> Reported:
    values = {"stable_loss": loss, "train_accuracy": 0.5, "test_accuracy": 1.0, **fields}
    return Reported(step=step, loss=loss, **values)


def run(init: int = 0, seed: int = 3, **fields: Any) -> Run:
    values: dict[str, Any] = {
        "losses": np.array([0.9, 0.7, 0.6, 0.55, 0.5]),
        "reported": (reported(0, 0.9), reported(2, 0.6), reported(4)),
        "weight_change_rank": (2, 3, 1),
        "maps": (
            DecisionMap(
                step=4,
                x=np.array([-1.0, 0.0, 1.0]),
                y=np.array([-1.0, 1.0]),
                values=np.array([[0.0, 0.5, 1.0], [0.25, 0.125, 0.0]]),
            ),
        ),
        **fields,
    }
    return Run(init=SPEC.inits[init], seed=seed, **values)


def record(**fields: Any) -> TrainingRecord:
    runs = tuple(run(init, seed) for init in (0, 1) for seed in SPEC.seeds)
    return TrainingRecord(**{"spec": SPEC, "data": INFO, "runs": runs, **fields})


def with_run(changed: Run) -> TrainingRecord:
    made = record()
    return replace(made, runs=(*made.runs[:3], changed))
