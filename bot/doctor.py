"""`citebot doctor`: what this installation has, a line a check; what is not well says how to mend it."""

from rich.table import Table
from rich.text import Text

from bot import edge
from bot.checks import Check, checks
from bot.console import Out
from bot.plain import one_line


def run() -> int:
    """Print every check as it is done; the exit code tells whether all are well."""
    out, well = Out(), True
    for name, check in checks():
        well = well and check.ok
        if out.is_terminal:
            out.show(_styled(name, check))
        else:
            out.line(one_line(f"{_mark(check)} {name}: {check.found} {check.remedy}"))
    return edge.ANSWERED if well else edge.FAILED


def _mark(check: Check) -> str:
    return "ok" if check.ok else "!!"


def _styled(name: str, check: Check) -> Table:
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(no_wrap=True)
    line.add_column(no_wrap=True, width=8)
    line.add_column(overflow="fold")
    mark = Text(_mark(check), "green" if check.ok else "bold red")
    found = Text(one_line(check.found))
    if check.remedy:
        found.append(f" {one_line(check.remedy)}", "bold")
    line.add_row(mark, Text(name), found)
    return line
