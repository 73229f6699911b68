"""What is said of a stack, made once and read by all: judged here, and nowhere else in a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.diagnosis.course import Becomes, Course
from actviz.diagnosis.findings import Findings
from actviz.diagnosis.verdict import collapsed, diagnose
from actviz.format import percent, significant
from actviz.layers.signals import Signal
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.words.outcome import Outcome, course_of, outcome
from actviz.words.predicted import Predicted, predicted
from actviz.words.say import say
from actviz.words.specs import Spec, traits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """What is said of one stack among those of a figure.

    Parameters
    ----------
    record : Record
        The stack; its layers have the numbers that are printed.
    label : str
        Its initializer, and what else tells it from the others.
    own : str
        What else alone; "" where the initializer tells enough.
    findings : Findings
        What the judge says of it.
    outcome : Outcome
        That in one word.
    alike : tuple of int
        The layers, from 1, whose units hardly vary over the inputs.
    gradient_underflows : int or None
        The layer nearest to the output whose gradients are too small for the dtype.
    word : str
        What became of it, in one to three words, with its factor where it goes slowly.
    chance : str
        The chance to train, such as "trains 96 %"; "" where there is none.
    gradient : str
        What becomes of the gradient, to be read after the word "gradient".
    ensemble : Ensemble or None
        The stack under several seeds.
    predicted : Predicted or None
        What mean field says of it.
    """

    record: Record
    label: str
    own: str
    findings: Findings
    outcome: Outcome
    alike: tuple[int, ...]
    gradient_underflows: int | None
    word: str
    chance: str
    gradient: str
    ensemble: Ensemble | None = None
    predicted: Predicted | None = None

    @property
    def spec(self) -> Spec:
        """What was simulated, or recorded."""
        return self.record.spec

    @property
    def layers(self) -> tuple[LayerRecord, ...]:
        """The layers that it has."""
        return self.record.layers

    @property
    def name(self) -> str:
        """Its activation and its initializer, as people write them."""
        return say("stack.name", activation=self.spec.activation.label, init=self.spec.label)

    @property
    def captions(self) -> tuple[str, ...]:
        """What a row says of it that shows one signal only: of signal and gradient, of either."""
        both = say("caption.both", verdict=self.word, gradient=self.gradient)
        return both, say("caption.gradient", gradient=self.gradient), self.word

    @property
    def gradient_in_full(self) -> str:
        """What becomes of the gradient, where there is room."""
        return _gradient(self.record, self.findings.courses.gradient, full=True)

    @property
    def symmetric(self) -> bool:
        """Whether all units of every layer are one and the same, which no histogram shows."""
        return self.outcome is Outcome.SYMMETRIC

    def having(self, signal: Signal) -> list[LayerRecord]:
        """Return the layers that have a signal."""
        return [layer for layer in self.layers if signal in layer]


def tell(
    records: Sequence[Record],
    *,
    ensembles: Sequence[Ensemble | None] | None = None,
    theory: bool = False,
) -> tuple[Told, ...]:
    """Return what is said of each record of a figure.

    Parameters
    ----------
    records : sequence of Record
        All that the figure shows: what tells one from the others depends on these.
    ensembles : sequence of Ensemble or None, optional
        One for each record.
    theory : bool
        Whether to tell what mean field predicts.
    """
    specs = [record.spec for record in records]
    beside = [None] * len(records) if ensembles is None else ensembles
    return tuple(_told(*pair, specs, theory) for pair in zip(records, beside, strict=True))


def _told(record: Record, ensemble: Ensemble | None, specs: Sequence[Spec], theory: bool) -> Told:
    found = diagnose(record)
    own = traits(record.spec, specs)
    return Told(
        record=record,
        label=", ".join(filter(None, (record.spec.label, own))),
        own=own,
        findings=found,
        outcome=outcome(found),
        alike=tuple(layer.layer for layer in record.layers if collapsed(layer)),
        gradient_underflows=record.first_underflow_gradient_layer,
        word=word_of(found),
        chance=chance_of(found),
        gradient=_gradient(record, found.courses.gradient),
        ensemble=ensemble,
        predicted=predicted(record) if theory else None,
    )


def word_of(found: Findings, *, brief: bool = False) -> str:
    """Return what became of a stack, such as ``"declines ×0.71"``.

    `brief` is what there is of a gradient where there is no room for the word.
    """
    kind = outcome(found)
    word = say(f"brief.{kind}" if brief else f"word.{kind}")
    course = course_of(found)
    factor = None if course is None else _factor(course)
    return word if factor is None else say("word.factor", word=word, factor=factor)


def chance_of(found: Findings) -> str:
    """Return the chance to train, such as ``"trains 96 %"``; "" where there is none."""
    return "" if found.chance is None else say("chance", share=share_of(found.chance))


def share_of(chance: float) -> str:
    """Return a chance as a percentage, which is certain only where a fact makes it so.

    Examples
    --------
    >>> share_of(0.9987), share_of(0.0), share_of(0.0021), share_of(0.934)
    ('>99 %', '0 %', '<1 %', '93 %')
    """
    return percent(chance)


def change(course: Course, *, full: bool = False) -> str:
    """Return what a course multiplies by: a layer, or where that rounds to 1.0 in all.

    In `full` it says what it is beyond, where widths are several.

    Examples
    --------
    >>> change(Course(becomes=Becomes.DECLINES, steps=4, total=0.25))
    '×0.71 a layer'
    >>> change(Course(becomes=Becomes.EXPLODES, steps=29, total=2.9))
    '×2.9 over 30 layers'
    """
    if (factor := _factor(course)) is not None:
        return say("gradient.factor", factor=factor, apart=_apart(course, full=full))
    return in_all(course, full=full)


def in_all(course: Course, *, full: bool = False) -> str:
    """Return what a course multiplies by over all layers, in `full` or not.

    Examples
    --------
    >>> in_all(Course(becomes=Becomes.DECLINES, steps=4, total=0.25))
    '×0.25 over 5 layers'
    """
    if course.total is None:
        return ""
    total = significant(course.total, 2)
    layers = course.steps + 1
    return say("gradient.total", total=total, layers=layers, apart=_apart(course, full=full))


def _apart(course: Course, *, full: bool) -> str:
    """Return what is said beside a factor that what widths do is divided out of."""
    return "" if course.widths == 1 else say("gradient.apart_long" if full else "gradient.apart")


def _factor(course: Course) -> str | None:
    """Return the factor a layer; None where it rounds to 1.0 beside a word that is not "keeps"."""
    if course.factor is None:
        return None
    text = significant(course.factor, 2)
    kept = course.becomes is Becomes.KEEPS
    return None if text in _ONE and not kept else text


#: A factor of about one.
_ONE = ("1.0", "1")


def _gradient(record: Record, course: Course, *, full: bool = False) -> str:
    """Return what becomes of the gradient, such as ``"×0.24 a layer"``, in `full` or not."""
    if course.total is not None:
        return change(course, full=full)
    if course.becomes is Becomes.KEEPS:  # of a single layer
        std = record.layers[0]["gradient"].stats.std
        return "" if std is None else say("gradient.std", std=significant(std, 2))
    return say(f"gradient.{course.becomes}", layer=course.layer)
