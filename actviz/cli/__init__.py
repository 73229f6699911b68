"""The command line: one file a command, and here the one place where errors become exit codes.

0 done; 1 the machine refused (disk, permission); 2 usage or bad input; 3 a stack stopped being
finite; 130 and 143 for Ctrl-C and SIGTERM; 141 when whoever read standard output went away. An
unexpected error keeps its traceback. No module here imports numpy or matplotlib before a command
runs, so that ``actviz --help`` answers at once.
"""

import os
import signal
import sys
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from actviz.cli import list_command, plot_command, stats_command
from actviz.cli.output import complain, say
from actviz.errors import ActvizError, ExportError

app = typer.Typer(
    name="actviz",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("plot", epilog=plot_command.EXAMPLES)(plot_command.plot)
app.command("stats", epilog=stats_command.EXAMPLES)(stats_command.stats)
app.command("list", epilog=list_command.EXAMPLES)(list_command.list_names)


@app.callback(invoke_without_command=True)
def _actviz(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Show what weight initialization does to a network.

    Random inputs go through a stack of dense layers; every layer's activations are drawn and
    counted. Start with: actviz plot
    """
    if version:
        from importlib.metadata import version as installed

        say(f"actviz {installed('actviz')}\n")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    code = _run()
    try:
        sys.stdout.flush()
    except OSError as error:
        code = 141 if isinstance(error, BrokenPipeError) else 1
        # Python flushes once more on its way out, and must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code == 1:
            complain(f"cannot write to standard output: {error.strerror}")
    sys.exit(code)


def _run() -> int:
    """Run the command and return the exit code: here, and nowhere else, errors are translated."""
    try:
        code: int = app(standalone_mode=False) or 0
    except TyperException as error:
        complain(error.format_message())
        return error.exit_code
    except ExportError as error:
        complain(str(error))
        return 1
    except ActvizError as error:
        complain(str(error))
        return 2
    except BrokenPipeError:
        return 141
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    if code == 130:
        complain("interrupted")
    return code


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    # An exception, so that half-written files are taken away on the way out.
    sys.exit(128 + number)
