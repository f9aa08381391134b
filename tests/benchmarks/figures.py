"""What a benchmark finds, and the one table that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: a piece of the product beside its baseline, both measured in the same run."""

    name: str
    ours: Sequence[float]
    """Seconds, one for each run."""
    baseline: Sequence[float]
    """Seconds, in turn with ours."""
    allowed: float | None
    """How many times the baseline ours may take; None where nothing was agreed."""
    peak: int
    """Bytes: the most memory that a process of ours held resident in any run."""
    allowed_peak: int | None = None
    """Bytes; None where no limit was agreed."""
    outcome: Any = None
    """What ours found, for whoever checks more than the time."""
    agrees: bool | None = None
    """Whether the baseline found the same; None where the baseline finds nothing."""

    @property
    def ratio(self) -> float:
        """The medians, ours through the baseline's."""
        return median(self.ours) / median(self.baseline)

    @property
    def objections(self) -> list[str]:
        """What is not as agreed, as sentences."""
        said: list[str] = []
        if self.allowed is not None and self.ratio > self.allowed:
            said.append(f"{self.name}: {self.ratio:.2f} times its baseline, {self.allowed:g} are allowed.")
        if self.allowed_peak is not None and self.peak > self.allowed_peak:
            said.append(f"{self.name}: {self.peak / MIB:.0f} MiB, {self.allowed_peak / MIB:.0f} are allowed.")
        if self.agrees is False:
            said.append(f"{self.name}: ours and the baseline do not find the same.")
        return said

    def as_data(self) -> dict[str, Any]:
        """For machines; times in seconds, memory in bytes."""
        return {
            "name": self.name,
            "ours": median(self.ours),
            "baseline": median(self.baseline),
            "ratio": self.ratio,
            "allowed": self.allowed,
            "peak": self.peak,
            "allowed_peak": self.allowed_peak,
            "agrees": self.agrees,
            "runs": {"ours": list(self.ours), "baseline": list(self.baseline)},
        }


def render_table(figures: Sequence[Figure]) -> str:
    """The table, in Markdown that reads well as plain text too."""
    head = ("", "ours (median)", "baseline (median)", "ratio", "allowed ratio", "peak memory of ours")
    lines = [
        (
            figure.name,
            _spell_time(median(figure.ours)),
            _spell_time(median(figure.baseline)),
            f"{figure.ratio:.2f}",
            "–" if figure.allowed is None else f"{figure.allowed:g}",
            _spell_memory(figure),
        )
        for figure in figures
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    ruled = [
        f"| {' | '.join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in cells)} |"
        for cells in (enumerate(zip(line, widths, strict=True)) for line in (head, *lines))
    ]
    ruled.insert(
        1, f"|{'|'.join('-' * (width + 1) + (':' if column else '-') for column, width in enumerate(widths))}|"
    )
    objections = [objection for figure in figures for objection in figure.objections]
    return "\n".join([*ruled, "", *(objections or ["Every figure is within what is allowed."])])


def _spell_time(seconds: float) -> str:
    if seconds < 0.1:
        return f"{seconds * 1000:.2f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _spell_memory(figure: Figure) -> str:
    held = f"{figure.peak / MIB:.0f} MiB"
    return held if figure.allowed_peak is None else f"{held} of {figure.allowed_peak / MIB:.0f}"
