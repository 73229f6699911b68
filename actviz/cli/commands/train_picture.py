"""The picture of ``actviz train``: its options, checked before the training, and its file."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.cli import look
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.training.record import TrainingRecord
    from actviz.training.spec import TrainSpec

DEFAULT_OUTPUT = "actviz.png"
#: Options that ask for a picture.
_ASKING = ("output", "view", "size", "theme", "title", "font", "transparent", "dpi")
_RECORDED = ("grid", "strips")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Where a picture goes, its view, and its look."""

    path: Path
    view: str
    look: look.Look


def read(options: Mapping[str, Any], spec: "TrainSpec", *, pure: bool) -> Picture | None:
    """Return the picture that options ask for; None if there is to be none.

    Parameters
    ----------
    options : mapping
        Of the command.
    spec : TrainSpec
        What will be trained.
    pure : bool
        Whether a picture is drawn only if a file is named for it.

    Raises
    ------
    SpecError
        If a name is unknown, or the view cannot be of such a training.
    ExportError
        If the file cannot be written.
    """
    if pure and "output" not in options:
        if asked := [name for name in _ASKING if options.get(name) not in (None, False)]:
            raise SpecError(f"--{asked[0]} is of a picture: name its file with -o")
        return None
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from actviz.files.disk import check_writable
    from actviz.files.images import suffix_of
    from actviz.plot.training.views import get_training_view

    view = get_training_view(options.get("view", "all")).name
    if view in _RECORDED and spec.record_every is None:
        raise SpecError(f"view {view} is of recorded steps: give --record-every N")
    if view == "boundaries" and spec.task in ("mnist", "digits"):
        raise SpecError(f"view boundaries is of data with two columns (got task {spec.task})")
    own = {name: value for name, value in options.items() if name in _ASKING and name != "view"}
    looks = look.read_look(own)
    text = options.get("output", DEFAULT_OUTPUT)
    if not text:
        raise SpecError("the output's name is empty: name a file")
    if text.endswith(("/", os.sep)) or os.path.isdir(text):
        raise SpecError(f"{text} is a directory: name a file in it, such as {DEFAULT_OUTPUT}")
    path = Path(text)
    suffix_of(path)
    check_writable(path)
    return Picture(path=path, view=view, look=looks)


def write(record: "TrainingRecord", picture: Picture, command: str) -> None:
    """Draw `record` and write its file."""
    from actviz.files.images import write_figure
    from actviz.plot.training.views import get_training_view

    asked = picture.look.arguments()
    own = {name: asked[name] for name in ("size", "theme", "title", "font") if name in asked}
    figure = get_training_view(picture.view).plot(record, **own)
    write_figure(
        figure,
        picture.path,
        look.metadata(figure.picture, command),
        dpi=picture.look.dpi,
        transparent=picture.look.transparent,
    )
