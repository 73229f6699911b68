"""How a Record reaches the judge: by its name, with the profile that was asked for."""

from importlib import import_module

import actviz
from actviz.diagnosis.verdict import diagnose
from actviz.records.judged import JUDGING, Judgeable


def test_a_record_is_judged_as_the_judge_does():
    record = actviz.simulate(activation="tanh", init="std=1", width=20, samples=40)
    for profile in ("default", "published"):
        assert record.diagnose(profile) == diagnose(record, profile)
    assert record.diagnose() == diagnose(record)
    assert record.diagnose() != record.diagnose("published")


def test_whatever_is_judged_is_handed_on_as_it_is(monkeypatch):
    class Own(Judgeable):
        __slots__ = ()

    monkeypatch.setattr(import_module(JUDGING), "diagnose", lambda *given: given)
    value = Own()
    assert value.diagnose("mine") == (value, "mine")
