"""Everything of a home in one file, taken while servers write, and put back whole or not at all."""

from axure_lifecycle.backup.contents import Contents, Entry, Found
from axure_lifecycle.backup.refusals import BackupBroken, BackupOfServer, RestoreRefused, StoreNotCopied
from axure_lifecycle.backup.restoring import restoring
from axure_lifecycle.backup.writing import write_backup

__all__ = [
    "BackupBroken",
    "BackupOfServer",
    "Contents",
    "Entry",
    "Found",
    "RestoreRefused",
    "StoreNotCopied",
    "restoring",
    "write_backup",
]
