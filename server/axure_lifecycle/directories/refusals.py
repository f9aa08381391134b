"""Why a directory was not read.

A read counts whole or not at all, so every sentence may promise that the last complete one stays in force. Words of
the other side are shown with their invisible characters visible and never longer than a line; secrets, addresses with
their queries and bodies of answers are no part of a sentence.
"""

from collections.abc import Sequence
from typing import Final

from axure_lifecycle.domain.directories import SecretReference
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown

_WORDS_SHOWN: Final = 120


class DirectoryRefusal(LifecycleError):
    """The root of what can keep a directory from being read."""

    def __init__(self, directory: str, obstacle: str, remedy: str) -> None:
        self.directory, self.obstacle, self.remedy = directory, obstacle, remedy
        super().__init__(
            f"The directory {shown(directory)} was not read: {obstacle}. "
            f"Its last complete read stays in force. {remedy}"
        )


class DirectoryUnreachable(DirectoryRefusal):
    """No answer, or only answers of a server in trouble."""

    code = "directory_unreachable"

    def __init__(self, directory: str, host: str, why: str) -> None:
        self.host, self.why = host, why
        super().__init__(
            directory,
            f"{shown(host)} {why}",
            "Check the host in the configuration and the network, then sync again later.",
        )


class DirectoryCertificateUntrusted(DirectoryRefusal):
    """Somebody answered whose certificate proves nothing."""

    code = "directory_certificate_untrusted"

    def __init__(self, directory: str, host: str, why: str) -> None:
        self.host, self.why = host, why
        super().__init__(
            directory,
            f"the certificate of {shown(host)} is not trusted ({shown(why, _WORDS_SHOWN)})",
            "Check the host's name; where a proxy of your own inspects TLS, or the directory has an authority of its "
            "own, name that authority's certificate as `ca_file`.",
        )


class CaFileUnusable(DirectoryRefusal):
    """The certificates to trust cannot be loaded."""

    code = "ca_file_unusable"

    def __init__(self, directory: str, name: str) -> None:
        self.name = name
        super().__init__(
            directory,
            f"{shown(name)}, its `ca_file`, cannot be read as certificates",
            "Name a readable file with certificates in PEM form.",
        )


class DirectorySignInRefused(DirectoryRefusal):
    """The directory does not let us in."""

    code = "directory_sign_in_refused"

    def __init__(self, directory: str, why: str) -> None:
        self.why = why
        super().__init__(
            directory,
            f"it refused the sign-in ({shown(why, 2 * _WORDS_SHOWN)})",
            "Check the client or account, its key, secret or password, and whether it expired or was revoked; "
            "`axure-lifecycle doctor` shows what is configured.",
        )


class DirectoryPermissionMissing(DirectoryRefusal):
    """We are let in, and may not read this."""

    code = "directory_permission_missing"

    def __init__(self, directory: str, needs: str, why: str) -> None:
        self.needs, self.why = needs, why
        lacking = f"the account may not read it, which needs {shown(needs)}" if needs else "the account may not read it"
        super().__init__(
            directory,
            f"{lacking} ({shown(why, _WORDS_SHOWN)})",
            "Let an administrator of the directory grant that permission, and no more.",
        )


class DirectoryThrottled(DirectoryRefusal):
    """The directory wants us to ask much later, or again and again."""

    code = "directory_throttled"

    def __init__(self, directory: str, host: str, wait: float | None) -> None:
        """`wait`: seconds that the directory asked for; None when it never said."""
        self.host, self.wait = host, wait
        asked = f", and asks to wait {_spoken(wait)}" if wait is not None else ""
        super().__init__(
            directory,
            f"{shown(host)} says that it is asked too often{asked}",
            "Sync again later; if that repeats, look for what else uses the same account or limit.",
        )


class DirectoryAnswerStrange(DirectoryRefusal):
    """An answer that is not what the directory's documentation promises."""

    code = "directory_answer_strange"

    def __init__(self, directory: str, host: str, what: str) -> None:
        self.host, self.what = host, what
        super().__init__(
            directory,
            f"{shown(host)} gave a strange answer ({shown(what, 2 * _WORDS_SHOWN)})",
            "Check that the host is the directory itself and no sign-in page or proxy stands before it, then sync "
            "again.",
        )


class DirectoryLeftHost(DirectoryRefusal):
    """A link or a redirect leads to a host that nobody configured."""

    code = "directory_left_host"

    def __init__(self, directory: str, host: str, elsewhere: str) -> None:
        self.host, self.elsewhere = host, elsewhere
        super().__init__(
            directory,
            f"{shown(host)} points to {shown(elsewhere, _WORDS_SHOWN)}, and only configured hosts are asked",
            "If the directory moved, change its host in the configuration; otherwise find out who answers there.",
        )


class DirectoryDeadline(DirectoryRefusal):
    """The whole read took longer than a read may take."""

    code = "directory_deadline"

    def __init__(self, directory: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            directory,
            f"it took longer than {_spoken(seconds)}",
            "Sync again at a quieter time, or from a place nearer to the directory.",
        )


class DirectoryAppUnknown(DirectoryRefusal):
    """The configured application is not there."""

    code = "directory_app_unknown"

    def __init__(self, directory: str, app: str) -> None:
        self.app = app
        super().__init__(
            directory,
            f"it has no application {shown(app, _WORDS_SHOWN)}, or the account may not see it",
            "Correct `app` in the configuration, or remove it to read people only.",
        )


class DirectoryUnknown(LifecycleError):
    """No directory of this name is configured."""

    code = "directory_unknown"

    def __init__(self, name: str, names: Sequence[str]) -> None:
        self.name, self.names = name, tuple(names)
        known = f"Configured are: {', '.join(map(shown, names))}." if names else "None is configured."
        super().__init__(
            f"No directory was read: none is called {shown(name)}. {known} Name one of them, or add a [[directories]] "
            "table to config.toml."
        )


class SecretMissing(DirectoryRefusal):
    """A secret is not where the configuration says."""

    code = "secret_missing"

    def __init__(self, directory: str, reference: SecretReference, why: str) -> None:
        self.reference, self.why = reference, why
        super().__init__(
            directory,
            f"its secret {shown(str(reference))} {why}",
            "Put the secret there, or say in the configuration where it lies.",
        )


class SecretUnusable(DirectoryRefusal):
    """A secret was found and is not of the form that is needed."""

    code = "secret_unusable"

    def __init__(self, directory: str, setting: str, why: str) -> None:
        """`setting`: the word of the configuration, such as `key`; `why`: what is wrong, without any of the secret."""
        self.setting, self.why = setting, why
        super().__init__(directory, f"what `{setting}` refers to {why}", "Put the right one there; nothing was sent.")


class DirectoryFileFlawed(DirectoryRefusal):
    """A plain file that cannot be taken whole."""

    code = "directory_file_flawed"

    def __init__(self, directory: str, mistakes: int, first: str) -> None:
        """`first`: the first mistake, as a sentence."""
        self.mistakes, self.first = mistakes, first
        count = "1 mistake" if mistakes == 1 else f"{mistakes:,} mistakes"
        super().__init__(
            directory,
            f"its file has {count}, the first: {shown(first, _WORDS_SHOWN).removesuffix('.')}",
            "Whoever stands there would look gone: correct the file, or what writes it.",
        )


class DirectoryFileFresh(DirectoryRefusal):
    """A plain file that may still be written: whoever is not in it yet would look gone."""

    code = "directory_file_fresh"

    def __init__(self, directory: str, seconds: int) -> None:
        """`seconds`: how long it must lie unchanged."""
        self.seconds = seconds
        super().__init__(
            directory,
            f"its file was changed less than {_spoken(seconds)} ago, and may still be written",
            f"Sync again in {_spoken(seconds)}. Where whatever writes it has surely ended before each sync, set "
            "`still_seconds = 0` in its table.",
        )


class DirectoryFileUnended(DirectoryRefusal):
    """A plain file that stops in the middle of a line, as one that is half written does."""

    code = "directory_file_unended"

    def __init__(self, directory: str) -> None:
        super().__init__(
            directory,
            "the last line of its file has no end, so the file may be half written",
            "If it is whole, end its last line; let whatever writes it write another file first and then rename that.",
        )


class LdapExtraMissing(DirectoryRefusal):
    """AD and LDAP need a package that is not installed."""

    code = "ldap_extra_missing"

    def __init__(self, directory: str) -> None:
        super().__init__(
            directory,
            "AD and LDAP need the extra `ldap`, which is not installed",
            "Install axure-lifecycle[ldap], or export the directory to a file and configure that.",
        )


_MINUTE: Final = 60
_HOUR: Final = 3600


def _spoken(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} seconds" if seconds >= 1 else "less than a second"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} minutes"
    return f"{seconds / _HOUR:.0f} hours" if seconds < 1000 * _HOUR else "more than a month"
