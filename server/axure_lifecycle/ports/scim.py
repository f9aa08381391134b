"""What identity providers want by SCIM, as the store keeps it. What they deleted is found only where that is said."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from axure_lifecycle.domain.scim import (
    MemberMoves,
    ScimGroupRecord,
    ScimMember,
    ScimTokenRecord,
    ScimUserRecord,
    ScimWhere,
    WantedGroup,
    WantedUser,
)


class ScimView(Protocol):
    """The part of a view that is about SCIM. `idp` is the namespace: nobody else's resources are found in it."""

    def scim_token_by_digest(self, digest: str) -> ScimTokenRecord | None:
        """The token with this SHA-256, revoked and expired ones included. One indexed read."""
        ...

    def scim_token(self, number: int) -> ScimTokenRecord:
        """Raises `ScimTokenUnknown`."""
        ...

    def scim_tokens(self) -> Sequence[ScimTokenRecord]:
        """All of them, newest first, those that count no more included."""
        ...

    def scim_user(self, idp: str, user_id: str) -> ScimUserRecord | None:
        """One that is not deleted."""
        ...

    def scim_users(
        self,
        idp: str,
        where: ScimWhere | None = None,
        *,
        begin: int = 0,
        most: int | None = None,
        by_name: bool | None = None,
    ) -> Sequence[ScimUserRecord]:
        """Those that are not deleted, oldest first, then by id; `begin` of them are left out, at most `most` come.

        `by_name` True: by user name, False: by user name, last first.
        """
        ...

    def count_scim_users(self, idp: str, where: ScimWhere | None = None) -> int:
        """How many are not deleted."""
        ...

    def every_scim_user(self, idp: str) -> Iterator[ScimUserRecord]:
        """Those that are not deleted, oldest first, then by id; streamed."""
        ...

    def scim_users_at(self, addresses: Collection[str]) -> Sequence[ScimUserRecord]:
        """Whoever is, or was settled, with one of these addresses, of any identity provider, deleted ones included.

        By identity provider, then oldest first.
        """
        ...

    def scim_group(self, idp: str, group_id: str) -> ScimGroupRecord | None:
        """One group."""
        ...

    def scim_groups(
        self, idp: str, where: ScimWhere | None = None, *, begin: int = 0, most: int | None = None
    ) -> Sequence[ScimGroupRecord]:
        """Oldest first, then by id."""
        ...

    def count_scim_groups(self, idp: str, where: ScimWhere | None = None) -> int:
        """How many there are."""
        ...

    def scim_groups_of(self, user_ids: Collection[str]) -> Mapping[str, Sequence[ScimMember]]:
        """The groups of each of these people, by the group's name, then its id; people without any are left out."""
        ...

    def scim_members_of(
        self, group_ids: Collection[str], among: Collection[str] | None = None
    ) -> Mapping[str, Sequence[ScimMember]]:
        """Who is in each of these groups, by id; groups without anybody are left out.

        `among`: only these people are asked about, however many there are.
        """
        ...

    def scim_member_ids(self, group_id: str) -> frozenset[str]:
        """Everybody who is in a group."""
        ...

    def known_scim_users(self, idp: str, user_ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are people of this namespace who are not deleted."""
        ...


class ScimChange(ScimView, Protocol):
    """The part of a transaction that is about SCIM; each method appends the trail record that it names.

    Whatever changes what is wanted for a person (address, active, deleted, groups) marks them as unsettled. What is
    written a second time as it stands changes nothing and appends nothing.
    """

    def create_scim_token(self, idp: str, digest: str, *, label: str, expires_at: datetime) -> ScimTokenRecord:
        """Keep a token's SHA-256. Trail: `scim.token_created`."""
        ...

    def revoke_scim_token(self, number: int, reason: str) -> ScimTokenRecord:
        """It lets nobody in from now on; also one that has expired.

        Raises `ScimTokenUnknown`, `ScimTokenRevokedAlready`. Trail: `scim.token_revoked`.
        """
        ...

    def create_scim_user(self, idp: str, wanted: WantedUser) -> ScimUserRecord:
        """A new person. Raises `ScimUserNameTaken`. Trail: `scim.user_created`."""
        ...

    def change_scim_user(self, was: ScimUserRecord, wanted: WantedUser) -> ScimUserRecord:
        """What is wanted now, in place of what was read in this transaction.

        Raises `ScimUserNameTaken`. Trail: `scim.user_deactivated`, `scim.user_activated`, else `scim.user_changed`.
        """
        ...

    def delete_scim_user(self, was: ScimUserRecord) -> None:
        """The row stays; the person leaves every group. Trail: `scim.user_deleted`."""
        ...

    def create_scim_group(self, idp: str, wanted: WantedGroup, members: Collection[str]) -> ScimGroupRecord:
        """A new group of people that are known. Trail: `scim.group_changed`."""
        ...

    def change_scim_group(self, was: ScimGroupRecord, wanted: WantedGroup, moves: MemberMoves) -> ScimGroupRecord:
        """What is wanted now, in place of what was read in this transaction. Trail: `scim.group_changed`.

        Those who come are known. Whoever is not named is not read, unless the moves are whole.
        """
        ...

    def delete_scim_group(self, was: ScimGroupRecord) -> None:
        """The group is gone; its people stay. Trail: `scim.group_changed`."""
        ...
