"""What a pass tells, for people and for monitoring."""

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle_tools.spec import Reply
from axure_lifecycle_tools.wording import plural


class Told(BaseModel):
    """What came of a part."""

    model_config = ConfigDict(extra="forbid")

    part: str = Field(description="`directories`, `rosters`, `pushes`, `departures`, `reminders`, `send` or `report`.")
    outcome: str = Field(description="`nothing`, `done`, `attention` or `failed`.")
    said: list[str]


class PassReply(Reply):
    """What came of a pass."""

    at: str
    rehearsed: bool
    parts: list[Told]
    opened: dict[str, str] = Field(description="Case → whom it is about.")
    proposed: int = Field(description="Departures without a case, about which a person decides.")
    beyond_ceiling: int = Field(description="Those that only the ceiling on departures holds back.")
    beyond_digest: str = Field(default="", description="SHA-256 of who they are: a yes counts for them alone.")
    pushed_beyond_ceiling: int = Field(default=0, description="Likewise, of what identity providers pushed.")
    pushed_changes_beyond_ceiling: int = Field(
        default=0, description="People who are to be let in or changed by what was pushed, and are held back likewise."
    )
    pushed_beyond_digest: str = Field(default="", description="SHA-256 of who both are, and what is wanted for each.")
    members: int
    leavers: int
    withheld: int
    needs: dict[str, int] = Field(description="How many open cases are contradicted, wait for approval, are late, due.")
    queued: int = Field(description="Messages that were put into the outbox.")
    sent: int
    waiting: int
    given_up: int
    unclear: int = Field(description="Sent without an answer: they may have arrived, and are not sent again.")
    trail_records: int
    exit_code: int = Field(description="0 nothing to do, 10 a person should look, 11 a part failed.")

    def text(self) -> str:
        """The parts that say something, then the numbers."""
        lines = [f"{part.part}: {said}" for part in self.parts for said in part.said]
        needs = ", ".join(f"{count} {need.replace('_', ' ')}" for need, count in self.needs.items() if count)
        lines.append(
            f"{plural(self.members, 'member')}, {plural(self.leavers, 'leaver')}, {self.withheld:,} withheld; "
            f"{plural(len(self.opened), 'case')} opened, {self.proposed:,} proposed; open cases: {needs or 'none'}; "
            f"{plural(self.sent, 'message')} sent, {self.unclear:,} unclear, {self.waiting:,} waiting, "
            f"{self.given_up:,} given up."
        )
        outcome = {0: "Nothing to do.", 10: "A person should look.", 11: "A part of it failed."}[self.exit_code]
        return "\n".join([*lines, outcome])
