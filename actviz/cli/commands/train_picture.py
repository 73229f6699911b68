"""The picture of ``actviz train``: its options, checked before the training, and its file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from actviz.cli import look
from actviz.cli.options import choice, given
from actviz.cli.spec_options import SpecOptions
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.plot.paper.picture import RecordFigure
    from actviz.training.record import TrainingRecord
    from actviz.training.spec import TrainSpec

#: Options that ask for a picture.
_ASKING = (
    "output",
    "show",
    "explain",
    "view",
    "size",
    "theme",
    "title",
    "font",
    "transparent",
    "dpi",
)
_RECORDED = ("grid", "strips")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """Where a picture goes, its view, and its look."""

    path: Path
    view: str
    look: look.CheckedLook


def read_picture_options(
    options: SpecOptions, spec: "TrainSpec", *, pure: bool
) -> PictureOptions | None:
    """Return the picture that options ask for; None if there is to be none.

    Parameters
    ----------
    options : SpecOptions
        Those of `_ASKING`, where they were given.
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
    if pure and options.output is None:
        if asked := [name for name in _ASKING if getattr(options, name) not in (None, False)]:
            raise SpecError(f"--{asked[0]} is of a picture: name its file with -o")
        return None
    from actviz.files.disk import check_writable
    from actviz.plot.views import TRAINING_NAMES

    view = choice("view", options.view, TRAINING_NAMES)
    if view in _RECORDED and spec.record_every is None:
        raise SpecError(f"view {view} is of recorded steps: give --record-every N")
    if view == "boundaries" and spec.task in ("mnist", "digits"):
        raise SpecError(f"view boundaries is of data with two columns (got task {spec.task})")
    looks = look.read_look(replace(options, view=None))
    path = look.path_of(given(options.output, look.DEFAULT_OUTPUT))
    check_writable(path)
    return PictureOptions(path=path, view=view, look=looks)


def draw_and_write(
    record: "TrainingRecord", picture: PictureOptions, command: str
) -> "RecordFigure":
    """Draw `record`, write its file and return the figure."""
    from actviz.plot.training.views import get_training_view

    asked = picture.look.arguments()
    own = {name: asked[name] for name in ("size", "theme", "title", "font") if name in asked}
    figure = get_training_view(picture.view).plot(record, **own)
    picture.look.write(figure, picture.path, command)
    return figure
