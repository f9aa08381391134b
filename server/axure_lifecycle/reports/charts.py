"""Bar charts as inline SVG: words and numbers beside every bar, so that nothing is told by length or colour alone."""

from collections.abc import Iterable
from html import escape
from typing import Final

from axure_lifecycle.domain.reports import Chart
from axure_lifecycle.domain.text import shown

_WIDTH: Final = 560
_LABEL: Final = 215
"""Where the bars begin."""
_LONGEST: Final = 245
"""A bar of the largest value."""
_LINE: Final = 26
_THICK: Final = 14
_MOST_LETTERS: Final = 28


def draw(chart: Chart) -> str:
    """The chart as an `<svg>` that scales with its place and takes its colours from the page."""
    largest = max((bar.size for bar in chart.bars), default=0) or 1
    height = _LINE * len(chart.bars) + 4
    told = f"{chart.title}: " + "; ".join(f"{bar.label} {bar.shown_as}" for bar in chart.bars)
    return "".join(
        [
            f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(told)}">',
            f'<path class="axis" d="M{_LABEL}.5 0V{height}"/>',
            *_bars(chart, largest),
            "</svg>",
        ]
    )


def _bars(chart: Chart, largest: float) -> Iterable[str]:
    for number, bar in enumerate(chart.bars):
        top = _LINE * number + 2
        # Something is never drawn as nothing.
        length = max(round(_LONGEST * bar.size / largest, 1), 2) if bar.size > 0 else 0
        middle = top + _LINE // 2 + 2
        yield (
            f'<text class="label" x="{_LABEL - 10}" y="{middle}" text-anchor="end">'
            f"{escape(shown(bar.label, _MOST_LETTERS))}</text>"
        )
        if length:
            yield (
                f'<rect class="bar {bar.tone.value}" x="{_LABEL + 1}" y="{top + (_LINE - _THICK) // 2 - 1}" '
                f'width="{length}" height="{_THICK}" rx="2"/>'
            )
        yield f'<text class="value" x="{_LABEL + 9 + length}" y="{middle}">{escape(bar.shown_as)}</text>'
