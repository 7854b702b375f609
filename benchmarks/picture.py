"""Results as bars: one SVG, written by hand, to be read on light and on dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.numbers import Series, part
from benchmarks.results import Results

WIDTH, MARGIN = 900, 24
_TEXT = 210  # kept free at the right of the longest bar for what it says
_ROW, _BAR, _HEAD, _GAP = 44, 16, 34, 22
OURS, OTHERS = "ours", "others"

STYLE = """\
  .ground { fill: #ffffff }
  .ours { fill: #b4632a }
  .others { fill: #8d99a6 }
  text { font-family: "DejaVu Sans", Verdana, Arial, sans-serif; fill: #1d1d1d }
  .title { font-size: 16px; font-weight: bold }
  .label, .value { font-size: 13px }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #16181c }
    .ours { fill: #e0955c }
    .others { fill: #7d8a97 }
    text { fill: #f0f0f0 }
  }
"""


@dataclass(frozen=True)
class Bar:
    """A line of a section: as long as its value, with what it says at its end."""

    label: str
    value: float
    says: str
    side: str = OTHERS


@dataclass(frozen=True)
class Section:
    """Bars that are drawn to one scale."""

    title: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """Pixels, with the gap below."""
        return _HEAD + _ROW * len(self.bars) + _GAP


def sections(results: Results) -> list[Section]:
    """What is drawn of the results."""
    found = []
    if results.execution:
        bars = [_bar(one, results.baseline, "the baseline") for one in results.execution]
        found.append(Section(f"One execution: {results.data}, seconds", bars))
    for many, series in results.scale.items():
        bars = [_bar(one, series[0], "the copy") for one in series]
        found.append(Section(f"{many:,} sales from bronze to silver, seconds", bars))
    rates = [one for one in results.figures if one.unit == "a second"]
    if rates:
        bars = [Bar(one.name, one.value, f"{one.value:,.0f}", OURS) for one in rates]
        found.append(Section("localaws: requests a second", bars))
    return found


def _bar(one: Series, base: Series | None, name: str) -> Bar:
    ratio = "" if base is None or one is base else f"  ({part(one.of(base))} of {name})"
    text = f"{one.seconds:.1f} s" if one.seconds >= 1 else f"{one.seconds:.2f} s"
    return Bar(one.what, one.seconds, text + ratio, OURS if one.what.startswith("ours") else OTHERS)


def picture(results: Results) -> str:
    """The whole SVG."""
    shown = sections(results)
    height = MARGIN + sum(section.height for section in shown)
    body, top = [], MARGIN
    for section in shown:
        body += _drawn(section, top)
        top += section.height
    said = ". ".join(f"{bar.label}: {bar.says}" for section in shown for bar in section.bars)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
            '  <title id="title">Benchmarks of Copperline</title>',
            f'  <desc id="desc">{escape(said)}.</desc>',
            f"  <style>\n{STYLE}  </style>",
            f'  <rect x="0" y="0" width="{WIDTH}" height="{height}" class="ground"/>',
            *body,
            "</svg>\n",
        ]
    )


def _drawn(section: Section, top: int) -> list[str]:
    longest = max((bar.value for bar in section.bars), default=0) or 1
    lines = [_text(MARGIN, top + 16, "title", section.title)]
    for number, bar in enumerate(section.bars):
        at = top + _HEAD + _ROW * number
        long = max(bar.value / longest * (WIDTH - 2 * MARGIN - _TEXT), 2)
        lines.append(_text(MARGIN, at + 12, "label", bar.label))
        size = f'width="{long:.1f}" height="{_BAR}" rx="2"'
        lines.append(f'  <rect x="{MARGIN}" y="{at + 18}" {size} class="{bar.side}"/>')
        lines.append(_text(MARGIN + long + 8, at + 18 + 13, "value", bar.says))
    return lines


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'  <text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'
