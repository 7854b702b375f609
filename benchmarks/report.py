"""Results as tables: on the terminal, and as a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.growth import WHAT, Growth
from benchmarks.numbers import Series, part
from benchmarks.results import Results

Table = tuple[str, list[str], list[list[str]]]


def tables(results: Results) -> list[Table]:
    """Title, columns and rows of each."""
    found: list[Table] = []
    if results.execution:
        found.append((f"One execution: {results.data}", *_compared(results.execution, results.baseline, "baseline")))
    found += [_scaled(many, series) for many, series in results.scale.items()]
    found += [_grown(one) for one in results.growth]
    if results.figures:
        rows = [[one.name, str(one), one.note] for one in results.figures]
        found.append(("localaws by itself", ["what", "how much", "note"], rows))
    return found


def _scaled(many: int, series: Sequence[Series]) -> Table:
    columns, rows = _compared(series, series[0], "the copy")
    rates = [[f"{many / one.seconds:,.0f}"] for one in series]
    title = f"{many:,} sales from bronze to silver"
    return title, [*columns, "rows a second"], [row + rate for row, rate in zip(rows, rates, strict=True)]


def _grown(one: Growth) -> Table:
    sizes = sorted(one.costs)
    columns = ["what", *[f"{size:,} existing rows" for size in sizes], "largest of smallest"]
    measures = {size: one.costs[size].measures() for size in sizes}
    rows = [
        [name, *[f"{measures[size][name]:,.{digits}f}" for size in sizes], _number(ratio)]
        for name, ratio in one.ratios().items()
        for digits in (1 if name == "task seconds" else 0,)
    ]
    return f"A run with {WHAT[one.name]}", columns, rows


def _compared(series: Sequence[Series], base: Series | None, name: str) -> tuple[list[str], list[list[str]]]:
    columns = ["what", "seconds", "least to most", f"of {name}", "CPU seconds", f"CPU of {name}"]
    return columns, [_row(one, base) for one in series]


def _row(one: Series, base: Series | None) -> list[str]:
    ratio = None if base is None else one.of(base)
    cpu_ratio = None if base is None else one.cpu_of(base)
    least, most = one.spread
    spread = f"{_seconds(least)} to {_seconds(most)}" if len(one.took) > 1 else ""
    return [one.what, _seconds(one.seconds), spread, _number(ratio), _number(one.cpu, _seconds), _number(cpu_ratio)]


def _seconds(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _number(value: float | None, form: Callable[[float], str] = part) -> str:
    return "" if value is None else form(value)


def page(results: Results) -> str:
    """The page in Markdown."""
    parts = ["# Results\n\nWritten by `make bench`, not to be edited. [README.md](README.md) says how.\n"]
    if results.verdicts():
        parts.append("".join(f"- {one}\n" for one in results.verdicts()))
    parts.append("![The tables below as bars.](results.svg)\n")
    parts += [f"## {title}\n\n{_markdown(columns, rows)}" for title, columns, rows in tables(results)]
    parts.append(f"## The machine\n\n{_markdown(['what', 'is'], [list(row) for row in results.machine])}")
    parts.append(_circumstances(results))
    return "\n".join(parts)


def _circumstances(results: Results) -> str:
    load = ", ".join(f"{cores:.2f} during {part}" for part, cores in results.others.items())
    shared = "Ours and the scripts both start from" if results.shared else "Neither ours nor the scripts had"
    lines = [f"Cores that other programs used meanwhile, on average: {load or 'not known on this system'}."]
    lines.append(f"{shared} Java's archive of class data. All of it took {results.minutes:.0f} minutes.")
    parts = [(results.execution, "executions"), *((series, "many sales") for series in results.scale.values())]
    rounds = dict.fromkeys((len(series[0].took), what) for series, what in parts if series)
    lines.append("Rounds: " + "; ".join(f"{count} of the {what}" for count, what in rounds) + ".")
    return " ".join(lines) + "\n"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---" if number < 1 else "---:" for number in range(len(columns))], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
