"""Where the command begins: ``actviz`` and ``python -m actviz``.

Nothing is imported here before Ctrl-C can be answered in one line.
"""

import sys
from typing import NoReturn


def start() -> NoReturn:
    """Run the command line; Ctrl-C while it is being imported ends it like at any other time."""
    try:
        from actviz.cli import main

        main()
    except KeyboardInterrupt:
        sys.stderr.write("actviz: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    start()
