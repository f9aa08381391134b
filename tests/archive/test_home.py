"""Files that are attached: from where they are taken, how they are kept, and what is refused."""

import os
import socket
import stat
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from axure_lifecycle.archive import HomeArchive
from axure_lifecycle.archive.reading import read_within
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.evidence import (
    ArchiveUnusable,
    EvidenceChanged,
    EvidenceFile,
    EvidenceFolderNotAllowed,
    EvidenceMissing,
    EvidenceRules,
    EvidenceTooLarge,
    EvidenceTypeRefused,
    EvidenceUnreadable,
)

PNG = b"\x89PNG\r\n\x1a\n the members page"


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """The folder from which assistants may take files."""
    folder = tmp_path / "shots"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def archive(home: Path, shots: Path) -> HomeArchive:
    """The archive of a home that allows one folder."""
    return HomeArchive(home, EvidenceRules(folders=(shots,), max_bytes=1000))


def put(folder: Path, name: str = "page.png", content: bytes = PNG) -> Path:
    """Lay a file ready."""
    file = folder / name
    file.write_bytes(content)
    return file


def read(archive: HomeArchive, file: Path) -> EvidenceFile:
    """As an assistant has it read."""
    return archive.read(str(file), is_anywhere_allowed=False)


def kept(home: Path) -> list[str]:
    """Every file of the archive, below the home."""
    return sorted(str(file.relative_to(home)) for file in home.rglob("*") if file.is_file())


# -- keeping ----------------------------------------------------------------------------------------------------------


def test_reading_writes_nothing(archive: HomeArchive, home: Path, shots: Path) -> None:
    file = read(archive, put(shots))
    assert (file.name, file.media_type, file.content) == ("page.png", "image/png", PNG)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_a_file_is_kept_under_its_digest_and_belongs_to_the_owner_alone(
    archive: HomeArchive, home: Path, shots: Path, umask: int
) -> None:
    file = read(archive, put(shots))
    before = os.umask(umask)
    try:
        archive.keep(file)
    finally:
        os.umask(before)
    digest = sha256(PNG).hexdigest()
    place = home / "evidence" / digest[:2] / digest
    assert place.read_bytes() == PNG
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (place, place.parent, place.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    assert kept(home) == [f"evidence/{digest[:2]}/{digest}"]


def test_the_same_content_is_kept_once(archive: HomeArchive, home: Path, shots: Path) -> None:
    archive.keep(read(archive, put(shots)))
    first = next(home.rglob("*/*/*")).stat()
    archive.keep(read(archive, put(shots, "another-name.png")))
    assert len(kept(home)) == 1
    assert next(home.rglob("*/*/*")).stat().st_ino == first.st_ino


def test_a_damaged_copy_is_put_right(archive: HomeArchive, home: Path, shots: Path) -> None:
    file = read(archive, put(shots))
    archive.keep(file)
    archive.place_of(file.digest).write_bytes(b"half")
    archive.keep(file)
    assert archive.place_of(file.digest).read_bytes() == PNG
    assert len(kept(home)) == 1


def test_several_at_once_keep_one_whole_file(archive: HomeArchive, home: Path, shots: Path) -> None:
    file = read(archive, put(shots))
    threads = [threading.Thread(target=archive.keep, args=(file,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept(home)) == 1
    assert archive.place_of(file.digest).read_bytes() == PNG


def test_a_home_that_cannot_keep_files_says_so(archive: HomeArchive, home: Path, shots: Path) -> None:
    put(home, "evidence", b"not a folder")
    with pytest.raises(ArchiveUnusable, match=r"Nothing was attached: .*evidence cannot keep files: not a directory"):
        archive.keep(read(archive, put(shots)))


# -- from where -------------------------------------------------------------------------------------------------------


def test_without_a_configured_folder_the_refusal_says_how_to_allow_one(home: Path, shots: Path) -> None:
    with pytest.raises(EvidenceFolderNotAllowed) as refusal:
        read(HomeArchive(home, EvidenceRules()), put(shots))
    assert "names no folder" in str(refusal.value)
    assert "[evidence] folders" in str(refusal.value)
    assert "axure-lifecycle attach" in str(refusal.value)


def test_a_file_elsewhere_is_refused_whether_it_exists_or_not(archive: HomeArchive, tmp_path: Path) -> None:
    there, not_there = put(tmp_path), tmp_path / "missing" / "page.png"
    said: list[str] = []
    for file in (there, not_there):
        with pytest.raises(EvidenceFolderNotAllowed) as refusal:
            read(archive, file)
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_a_folder_whose_name_begins_alike_is_another_folder(archive: HomeArchive, tmp_path: Path) -> None:
    other = tmp_path / "shots-of-others"
    other.mkdir()
    with pytest.raises(EvidenceFolderNotAllowed):
        read(archive, put(other))


@pytest.mark.parametrize("way", ["{shots}/../page.png", "{shots}/link.png", "{shots}/inner/page.png", "{shots}"])
def test_no_way_leads_out_of_the_folder(archive: HomeArchive, tmp_path: Path, shots: Path, way: str) -> None:
    outside = put(tmp_path)
    (shots / "link.png").symlink_to(outside)
    (shots / "inner").symlink_to(tmp_path)
    with pytest.raises(EvidenceFolderNotAllowed):
        archive.read(way.format(shots=shots), is_anywhere_allowed=False)


def test_links_that_stay_in_the_folder_are_followed(archive: HomeArchive, tmp_path: Path, shots: Path) -> None:
    (shots / "deep").mkdir()
    put(shots / "deep")
    (shots / "link.png").symlink_to("deep/page.png")
    (tmp_path / "way-in").symlink_to(shots)
    assert read(archive, shots / "link.png").name == "page.png"
    assert read(archive, tmp_path / "way-in" / "deep" / "page.png").content == PNG


def test_an_allowed_folder_may_be_a_link_itself(home: Path, tmp_path: Path, shots: Path) -> None:
    (tmp_path / "way-in").symlink_to(shots)
    archive = HomeArchive(home, EvidenceRules(folders=(tmp_path / "way-in",)))
    assert read(archive, put(shots)).content == PNG


def test_a_folder_on_the_way_that_became_a_link_is_not_followed(tmp_path: Path, shots: Path) -> None:
    put(tmp_path)
    (shots / "inner").symlink_to(tmp_path)
    with pytest.raises(EvidenceMissing):
        read_within(shots, shots / "inner" / "page.png", "page.png", 1000)


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path, shots: Path) -> None:
    (shots / "page.png").symlink_to(put(tmp_path))
    for folder in (shots, None):
        with pytest.raises(EvidenceChanged):
            read_within(folder, shots / "page.png", "page.png", 1000)


def test_a_person_at_a_terminal_names_any_file(archive: HomeArchive, tmp_path: Path) -> None:
    assert archive.read(str(put(tmp_path)), is_anywhere_allowed=True).content == PNG
    with pytest.raises(EvidenceMissing, match=r"“missing\.png” was not attached: there is no such file"):
        archive.read(str(tmp_path / "missing.png"), is_anywhere_allowed=True)


# -- what -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/", "\0.png", "~nobody-by-this-name/page.png", "x" * 5000 + ".png"])
@pytest.mark.parametrize("anywhere", [True, False])
def test_a_path_that_is_none_is_refused(archive: HomeArchive, path: str, anywhere: bool) -> None:
    with pytest.raises(LifecycleError if anywhere else EvidenceFolderNotAllowed) as refusal:
        archive.read(path, is_anywhere_allowed=anywhere)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 700


def test_a_ring_of_links_is_refused(archive: HomeArchive, shots: Path) -> None:
    (shots / "a.png").symlink_to("b.png")
    (shots / "b.png").symlink_to("a.png")
    with pytest.raises(LifecycleError):
        read(archive, shots / "a.png")


def test_a_pipe_a_socket_a_device_and_a_folder_are_refused_at_once(
    archive: HomeArchive, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(shots / "pipe.png")
    monkeypatch.chdir(shots)  # a socket's path must be short
    (shots / "folder.png").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.png")
        for name, why in (
            ("pipe.png", "no ordinary file"),
            ("socket.png", "no ordinary file"),
            ("folder.png", "it is a folder"),
        ):
            with pytest.raises(EvidenceUnreadable, match=why):
                read(archive, shots / name)
    with pytest.raises(EvidenceUnreadable, match="no ordinary file"):
        archive.read("/dev/zero", is_anywhere_allowed=True)


def test_a_file_is_taken_up_to_the_limit_and_not_beyond(archive: HomeArchive, shots: Path) -> None:
    full = PNG + b"\0" * (1000 - len(PNG))
    assert read(archive, put(shots, content=full)).size == 1000
    with pytest.raises(EvidenceTooLarge, match="it is larger than 1,000 bytes"):
        read(archive, put(shots, content=full + b"\0"))


def test_a_huge_file_is_refused_before_it_is_read(archive: HomeArchive, shots: Path) -> None:
    with put(shots).open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(EvidenceTooLarge):
        read(archive, shots / "page.png")


def test_a_file_of_another_kind_is_refused(archive: HomeArchive, shots: Path) -> None:
    with pytest.raises(EvidenceTypeRefused):
        read(archive, put(shots, content=b"MZ\x90\x00"))
    with pytest.raises(EvidenceTypeRefused):
        read(archive, put(shots, "page.exe"))


def test_the_kind_is_that_of_the_file_and_not_of_a_link_to_it(archive: HomeArchive, shots: Path) -> None:
    put(shots, "page.exe")
    (shots / "page.png").symlink_to("page.exe")
    with pytest.raises(EvidenceTypeRefused):
        read(archive, shots / "page.png")


def test_a_name_is_shown_as_it_is_and_cut(archive: HomeArchive, shots: Path) -> None:
    assert read(archive, put(shots, "\x1b[2Jpa\u202ege.png")).name == "␛[2Jpa⟨U+202E⟩ge.png"
    undecodable = put(shots, os.fsdecode(b"\xff.png"))
    assert read(archive, undecodable).name == "⟨U+DCFF⟩.png"
    assert read(archive, put(shots, "x" * 200 + ".png")).name == "x" * 120 + "…"


def test_a_file_that_vanishes_is_missing(shots: Path) -> None:
    with pytest.raises(EvidenceMissing):
        read_within(shots, shots / "page.png", "page.png", 1000)


def test_a_file_that_holds_more_than_its_size_says_is_refused() -> None:
    growing = Path("/proc/self/status")  # as long as nothing, and full of lines
    with pytest.raises(EvidenceChanged):
        read_within(None, growing, "status", 1000)


def test_a_file_that_is_written_meanwhile_is_read_whole_or_refused(shots: Path) -> None:
    size, stop = 1 << 20, threading.Event()
    file = put(shots, content=b"a" * size)

    def write() -> None:
        with file.open("r+b", buffering=0) as stream:
            while not stop.is_set():
                for letter in (b"b", b"a"):
                    stream.seek(0)
                    stream.write(letter * size)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        refusals = 0
        for _ in range(2000):
            try:
                assert len(set(read_within(shots, file, "page.png", size))) == 1
            except EvidenceChanged:
                refusals += 1
                if refusals == 20:
                    break
    finally:
        stop.set()
        writer.join()
    assert refusals == 20
