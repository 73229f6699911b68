"""What is said of sweeps."""

from actviz.words.en.grammar import Wording

SWEEPS: dict[str, Wording] = {
    "sweep.one": "1 stack: {verdict}",
    "sweep.chance": "{counted}, {chance}",
    "sweep.counted": "{stacks} stacks: {levels:,}",
    "sweep.unknown": "{counted}; {count} without a chance ({reasons:or})",
    "sweep.best": "{counted}; the best chance is {share}",
    "sweep.level": "{count} {level}",
    "sweep.group": "{first} to {last}",
}
