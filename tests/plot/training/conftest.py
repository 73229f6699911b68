"""Trainings that the pictures are of."""

from dataclasses import replace

import numpy as np
import pytest

import actviz

INITS = ("zeros", "std=10", "he")


@pytest.fixture(scope="module")
def record():
    return actviz.train("circles", inits=INITS, steps=250, report_every=50, record_every=50)


@pytest.fixture(scope="module")
def seeds():
    return actviz.train("circles", inits=("he",), steps=60, seeds=(1, 2, 3), report_every=20)


@pytest.fixture(scope="module")
def stopped(record):
    """The record with its last run diverged at step 80."""
    whole = record.runs[-1]
    losses = np.append(whole.losses[:80], np.nan)
    early = [item for item in whole.reported if item.step < 80]
    run = replace(
        whole, losses=losses, reported=tuple(early), snapshots=(), maps=(), end="diverged"
    )
    return replace(record, runs=(*record.runs[:-1], run))
