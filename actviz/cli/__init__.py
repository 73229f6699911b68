"""The command line: one file a command, and here the one place where errors become exit codes.

0 done; 1 a check failed, a diagnosis reached the level asked for, or the machine refused (disk,
permission, network); 2 usage or bad input; 3 a stack stopped being finite, or a training diverged;
70 an unexpected error, in one line, and its traceback with --debug; 129, 130 and 143 for SIGHUP,
Ctrl-C and SIGTERM; 141 when whoever read standard output went away. No module here imports numpy or
matplotlib before a command runs, so that ``actviz --help`` answers at once.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.exceptions import TyperException

from actviz.cli.options import command
from actviz.cli.output import complain, guard_streams, print_text
from actviz.errors import ActvizError, ExportError, WorkersError

_INTERRUPTED = (129, 130, 143)


#: The commands in the order of the help: a module in `commands`, and the name of its function.
COMMANDS = {
    "plot": "plot",
    "figure": "figure",
    "stats": "stats",
    "diagnose": "diagnose",
    "sweep": "sweep",
    "theory": "theory",
    "map": "draw_map",
    "phase": "phase",
    "gain": "gain",
    "baseline": "baseline",
    "check": "check",
    "train": "train",
    "list": "list_names",
}


def _take(params: list[Any]) -> list[Any]:
    """Have typer's parameters take what was typed as it is: their callbacks read texts.

    typer would have pydantic turn texts into texts first, and import it for that, which takes a
    tenth as long as matplotlib does.
    """
    for item in params:
        vars(item)["process_value"] = partial(_taken, item, item.process_value)
    return params


def _taken(item: Any, otherwise: Callable[..., Any], ctx: Any, value: Any) -> Any:
    if item.required and item.value_is_missing(value):
        return otherwise(ctx, value)  # which complains
    if value is None and (item.multiple or item.nargs == -1):
        value = ()
    return value if item.callback is None else item.callback(ctx, item, value)


class _Commands(TyperGroup):
    """The list of commands. Its help is plain: boxes would need rich, and twice the time."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "rich_markup_mode": None})

    def get_params(self, ctx: Any) -> list[Any]:
        return _take(super().get_params(ctx))


class _Command(TyperCommand):
    """A command whose help names no Python types, which say nothing to whoever types a word."""

    def get_params(self, ctx: Any) -> list[Any]:
        params = _take(super().get_params(ctx))
        for item in params:
            if isinstance(item, TyperArgument) or item.name == "help":
                vars(item)["display_type_rich"] = lambda ctx: None
        return params


def application(names: Collection[str] = tuple(COMMANDS)) -> typer.Typer:
    """Return the command line with some of its commands; the others are not imported."""
    app = typer.Typer(
        name="actviz",
        cls=_Commands,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_actviz)
    for name in names:
        module = import_module(f"actviz.cli.commands.{name}")
        function = command(getattr(module, COMMANDS[name]))
        app.command(name, cls=_Command, epilog=module.EXAMPLES)(function)
    return app


def _actviz(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", metavar="", help="Print the version and stop.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", metavar="", help="Print the traceback of unexpected errors.")
    ] = False,
) -> None:
    """Show what weight initialization does to a network.

    Random inputs go through a stack of dense layers, and every layer's activations are counted.

    Start with these:

    \b
      actviz plot
      actviz plot relu -i std=0.01,xavier,he --layers 10
      actviz plot --help
    """  # noqa: D301 (click reads the character, which a raw text does not have)
    if version:
        from importlib.metadata import version as installed

        print_text(f"actviz {installed('actviz')}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print_text(f"{context.get_help()}\n")
        complain("no command given: actviz plot is a good start")
        raise typer.Exit(2)


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    # So that half-written files are taken away on the way out.
    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _stop)
    # matplotlib would choose a window by it, and refuse to start for a word it does not know.
    os.environ.pop("MPLBACKEND", None)
    guard_streams()
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        # Python would look for cycles among all that is left, before it throws all of it away.
        gc.freeze()


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code: here, and nowhere else, errors are translated."""
    # Wherever it stands: it is thought of when a command has failed.
    debug = "--debug" in arguments
    arguments = [word for word in arguments if word != "--debug"]
    try:
        # All of them where none is named, or one that is not there: for the help.
        app = application(arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS)
        # What was typed goes along, since it is written into the figure's file.
        code = app(arguments, prog_name="actviz", obj=tuple(arguments), standalone_mode=False) or 0
        sys.stdout.flush()
    except TyperException as error:
        complain(_usage(error))
        return error.exit_code
    except (ExportError, WorkersError) as error:
        complain(str(error))
        return 1
    except ActvizError as error:
        complain(str(error))
        return 2
    except MemoryError as error:
        complain(f"out of memory: {error or 'no more to be had'}; lower width or samples")
        return 1
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        return _unexpected(error, debug)
    except SystemExit as stop:
        code = int(stop.code or 0)
    if code in _INTERRUPTED:
        complain("interrupted")
    return code


def _unexpected(error: Exception, debug: bool) -> int:
    """Say in one line what nobody has thought of, after its traceback if that is wanted."""
    if debug:
        from traceback import format_exception

        with suppress(OSError):
            sys.stderr.write("".join(format_exception(error)))
    from actviz.format import error_line

    text = error_line(error)
    hint = "please report it" if debug else "run it with --debug and report what that prints"
    complain(f"unexpected error, {text[:300]}: {hint}")
    return 70


def _usage(error: TyperException) -> str:
    """Return typer's complaint in the words of all others."""
    if isinstance(error, typer.BadParameter) and error.param is not None:
        if not error.message and error.ctx is not None:  # an argument that must be given
            missing = (error.param.name or "").upper()
            return f"missing argument {missing}; see {error.ctx.command_path} --help"
        own = f"--{(error.param.name or '').replace('_', '-')}"
        flags = error.param.opts
        return f"{own if own in flags else max(flags, key=len)} {error.message}"
    message = error.message[:1].lower() + error.message[1:].rstrip(".")
    # What typer's other classes add; it does not export them.
    nearest, context = getattr(error, "possibilities", None), getattr(error, "ctx", None)
    if nearest:
        return f"{message}, did you mean {nearest[0]}?"
    if context is None or message.endswith("?"):
        return message
    return f"{message}; see {context.command_path} --help"


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
