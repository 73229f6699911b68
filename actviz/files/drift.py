"""What a failed check leaves to look at: what was obtained, and a picture of it.

Shared by the command line and the pytest plugin.
"""

from pathlib import Path

from actviz.checks.baseline import Baseline
from actviz.checks.report import Report
from actviz.files.disk import make_folder
from actviz.files.images import Metadata, write_figure
from actviz.files.records import save
from actviz.plot.drift import plot_drift
from actviz.records.record import Record


def draw_drift_to(path: Path, report: Report, baseline: Baseline, record: Record) -> Path:
    """Draw expected and obtained on top of each other into a file, and return its path.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    # The first in the direction of the signal first: it is always shown.
    layers = list(dict.fromkeys(drift.layer for drift in report.drifts))
    figure = plot_drift(baseline.record, record, title=report.summary, drifted=layers)
    about = Metadata(
        title=report.summary,
        description=figure.description,
        command=f"actviz check {report.name}",
        specs="",
        software="actviz",
    )
    write_figure(figure, path, about)
    return path


def leave_drift(
    report: Report, baseline: Baseline, record: Record, folder: Path, stem: str
) -> tuple[Path, Path]:
    """Write the obtained Record and the picture into a folder, and return their paths.

    Raises
    ------
    ExportError
        If they cannot be written.
    """
    make_folder(folder)
    obtained = save(record, folder / f"{stem}.obtained.json")
    return obtained, draw_drift_to(folder / f"{stem}.png", report, baseline, record)
