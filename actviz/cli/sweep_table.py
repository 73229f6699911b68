"""The summary of a sweep for people, on standard output."""

from actviz.cli.output import print_table, print_text
from actviz.sweeps.record import SweepRecord
from actviz.words.sweeps import axis_tables, summary_line


def print_summary(record: SweepRecord) -> None:
    """Write how many stacks are healthy, and a table for each axis, to standard output."""
    print_text(f"{summary_line(record)}\n")
    for table in axis_tables(record):
        print_text("\n")
        print_table(table.heads, table.rows, numbers=table.heads[1:-1])
