"""What `db copy` answers; apart, because the help needs no models."""

from axure_lifecycle_tools.spec import Reply


class CopiedStore(Reply):
    """What is there twice now."""

    source: str
    target: str
    rows: dict[str, int]
    records: int
    head: str

    def text(self) -> str:
        """What was copied, and what to do with it."""
        return (
            f"{sum(self.rows.values()):,} rows of {len(self.rows)} tables were copied from {self.source} to "
            f"{self.target}; the trail holds there too: {self.records:,} records, head {self.head}.\n{self.next}"
        )
