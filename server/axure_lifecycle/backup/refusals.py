"""Why there is no backup, or why none was put back, in one sentence each."""

from pathlib import PurePath

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown


class BackupOfServer(LifecycleError):
    """The store is a PostgreSQL database, which only its own tools save whole."""

    code = "backup_of_server"

    def __init__(self, place: str, home: PurePath) -> None:
        self.place, self.home = place, home
        super().__init__(
            f"No backup was written: the store is the PostgreSQL database {place}, which its own tools save. "
            f"Type “pg_dump --format=custom --file=store.dump '{place}'”, and keep {home} with it: it holds the "
            "configuration, the keys and the attached files."
        )


class StoreNotCopied(LifecycleError):
    """The store could not be copied, or its copy is damaged."""

    code = "store_not_copied"

    def __init__(self, file: PurePath, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            f"No backup was written: the store {file} cannot be copied ({reason}). "
            "Run `axure-lifecycle doctor` to see what is wrong with it."
        )


class BackupBroken(LifecycleError):
    """A backup is not as it was written, or none at all."""

    code = "backup_broken"

    def __init__(self, file: PurePath, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            f"Nothing was restored from {shown(str(file))}: {reason}. Take another backup; this one is not whole."
        )


class RestoreRefused(LifecycleError):
    """A backup is whole, and cannot be put where it should go."""

    code = "restore_refused"

    def __init__(self, home: PurePath, reason: str) -> None:
        self.home, self.reason = home, reason
        super().__init__(
            f"Nothing was restored to {home}: {reason}. Name a folder that is empty or does not exist with "
            "`--home DIR`; nothing is ever overwritten."
        )
