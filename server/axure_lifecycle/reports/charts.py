"""Bar charts as inline SVG: words and numbers beside every bar, so that nothing is told by length or colour alone.

Lengths are shares of the place that a chart has, so that its letters are as large on a phone as on a wide screen.
"""

from collections.abc import Iterator
from html import escape
from typing import Final

from axure_lifecycle.domain.reports import Chart
from axure_lifecycle.domain.text import shown

_LONGEST: Final = 70
"""A bar of the largest value, in hundredths of the place; its number stands in the rest."""
_SHORTEST: Final = 0.5
"""Something is never drawn as nothing."""
_MOST_LETTERS: Final = 28


def draw(chart: Chart) -> str:
    """The chart as a list of bars, each a small `<svg>` that takes its colours from the page."""
    return f'<ul class="chart">{"".join(_bars(chart))}</ul>'


def _bars(chart: Chart) -> Iterator[str]:
    largest = max((bar.size for bar in chart.bars), default=0) or 1
    for bar in chart.bars:
        length = max(round(_LONGEST * bar.size / largest, 1), _SHORTEST) if bar.size > 0 else 0
        drawn = f'<rect class="{bar.tone.value}" y="4" width="{length}%" height="14" rx="2"/>' if length else ""
        label = escape(shown(bar.label, _MOST_LETTERS)).replace("@", "<wbr>@")
        yield (
            f"<li><span>{label}</span> "
            f'<svg height="22">{drawn}<text x="{length}%" dx="8" y="16">{escape(bar.shown_as)}</text></svg></li>'
        )
