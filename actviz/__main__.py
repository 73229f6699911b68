"""Where the command begins: ``actviz`` and ``python -m actviz``.

Nothing is imported here before Ctrl-C can be answered in one line.
"""

import gc
import sys
from typing import NoReturn


def start() -> NoReturn:
    """Run the command line; Ctrl-C while it is being imported ends it like at any other time."""
    # Imports and drawing make many objects that live until the end; looking for cycles among them
    # again and again takes a tenth to a third of the time.
    gc.set_threshold(100_000)
    try:
        from actviz.cli import main

        main()
    except KeyboardInterrupt:
        sys.stderr.write("actviz: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    start()
