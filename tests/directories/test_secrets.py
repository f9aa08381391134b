"""Secrets lie where the configuration says, or it is said that they do not; their content stands in no sentence."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from axure_lifecycle.directories.refusals import SecretMissing
from axure_lifecycle.directories.secrets import LARGEST, is_readable_by_others, read_secret
from axure_lifecycle.domain.directories import SecretKind, SecretReference

CANARY = "hunter2-canary"


def env(name: str) -> SecretReference:
    return SecretReference(SecretKind.ENVIRONMENT, name)


def in_file(path: Path) -> SecretReference:
    return SecretReference(SecretKind.FILE, str(path))


def in_keyring(place: str) -> SecretReference:
    return SecretReference(SecretKind.KEYRING, place)


def refusal(reference: SecretReference, **environment: str) -> SecretMissing:
    """Why there is no secret."""
    with pytest.raises(SecretMissing) as refused:
        read_secret("okta", reference, environment)
    assert refused.value.code == "secret_missing"
    assert CANARY not in refused.value.sentence
    return refused.value


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file of its owner's with a secret and the line's end that an editor adds."""
    file = tmp_path / "token"
    file.write_text(f"{CANARY}\n", "utf-8")
    file.chmod(0o600)
    return file


class Drawer(KeyringBackend):
    """A keyring in this process."""

    priority: ClassVar[float] = 1  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked(CANARY)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


@pytest.fixture
def restored() -> Iterator[None]:
    """Leaves this machine's keyring as it was."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def drawer(restored: None) -> Drawer:
    """The keyring of this test."""
    drawer = Drawer()
    keyring.set_keyring(drawer)
    return drawer


def test_a_variable_of_the_environment_holds_it() -> None:
    assert read_secret("okta", env("OKTA_TOKEN"), {"OKTA_TOKEN": CANARY}) == CANARY


@pytest.mark.parametrize(("environment", "why"), [({}, "is not set"), ({"T": ""}, "is empty"), ({"T": " \n"}, "is ")])
def test_a_variable_that_is_not_set_or_empty_is_named(environment: dict[str, str], why: str) -> None:
    refused = refusal(env("T"), **environment)
    assert refused.sentence.startswith(f"The directory okta was not read: its secret env:T {why}")
    assert refused.sentence.endswith("Put the secret there, or say in the configuration where it lies.")


def test_a_file_holds_it_without_the_end_of_its_line(secret_file: Path) -> None:
    assert read_secret("okta", in_file(secret_file)) == CANARY
    secret_file.write_bytes(b"\xef\xbb\xbf  " + CANARY.encode() + b" \r\n\r\n")
    assert read_secret("okta", in_file(secret_file)) == f"  {CANARY} ", "blanks may be a part of it"


def test_a_key_of_several_lines_comes_whole(secret_file: Path) -> None:
    secret_file.write_text("-----BEGIN\nline\n-----END\n", "utf-8")
    assert read_secret("okta", in_file(secret_file)) == "-----BEGIN\nline\n-----END"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (CANARY.encode() + b"\xff", "is no text in UTF-8"),
        (b"x" * (LARGEST + 1), "is larger than 100,000 bytes"),
    ],
)
def test_a_file_without_a_secret_says_why(secret_file: Path, content: bytes | None, why: str) -> None:
    secret_file.unlink()
    if content is not None:
        secret_file.write_bytes(content)
    refused = refusal(in_file(secret_file))
    assert refused.why == why
    assert f"file:{secret_file} {why}. Its last complete read stays in force." in refused.sentence


def test_a_secret_of_exactly_the_largest_size_is_read(secret_file: Path) -> None:
    secret_file.write_bytes(b"x" * LARGEST)
    assert read_secret("okta", in_file(secret_file)) == "x" * LARGEST


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(in_file(tmp_path)).why == "cannot be read (Is a directory)"


@pytest.mark.parametrize(
    ("mode", "others_read"),
    [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True)],
)
def test_a_file_that_others_may_open_is_told_from_ones_own(secret_file: Path, mode: int, others_read: bool) -> None:
    secret_file.chmod(mode)
    assert is_readable_by_others(in_file(secret_file)) is others_read


def test_only_a_file_that_is_there_is_readable_by_others(tmp_path: Path) -> None:
    assert not is_readable_by_others(in_file(tmp_path / "none"))
    assert not is_readable_by_others(env("HOME"))
    assert not is_readable_by_others(in_keyring("okta/reader"))


def test_the_keyring_holds_it_under_service_and_user(drawer: Drawer) -> None:
    keyring.set_password("okta", "reader@acme", CANARY)
    assert read_secret("okta", in_keyring("okta/reader@acme")) == CANARY


def test_a_keyring_without_the_entry_says_so(drawer: Drawer) -> None:
    keyring.set_password("okta", "other", CANARY)
    assert refusal(in_keyring("okta/reader")).why == "is in no keyring of this user"
    drawer.kept["okta", "reader"] = ""
    assert refusal(in_keyring("okta/reader")).why == "is empty"


def test_a_keyring_that_keeps_nothing_is_one_without_the_entry(restored: None) -> None:
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]
    assert refusal(in_keyring("okta/reader")).why == "is in no keyring of this user"


def test_a_keyring_that_does_not_open_says_so_without_its_words(drawer: Drawer) -> None:
    drawer.is_locked = True
    why = "cannot be had: this machine's keyring does not open (KeyringLocked)"
    assert refusal(in_keyring("okta/reader")).why == why


def test_a_machine_without_a_keyring_says_so(restored: None) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    assert "does not open (NoKeyringError)" in refusal(in_keyring("okta/reader")).why


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert refusal(in_keyring("okta/reader")).why == "needs the extra `keyring`, which is not installed"
