"""What was brought is known by its digest, and its reading can be watched."""

import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.rosters import Material, read_roster


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfEmail\r\npat@acme.example\r\n" * 100_000
    file = tmp_path / "members.csv"
    file.write_bytes(content)
    assert Material.file(file).digest() == hashlib.sha256(content).hexdigest()


@given(st.text(min_size=1).filter(lambda text: text.strip("\ufeff \t\r\n")))
def test_the_digest_of_a_text_is_that_of_its_utf_8(text: str) -> None:
    assert Material.text(text).digest() == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def test_the_digest_of_rows_does_not_depend_on_the_order_of_their_cells() -> None:
    one = Material.rows([{"Email": "zoë@acme.example", "Name": None}])
    other = Material.rows([{"Name": None, "Email": "zoë@acme.example"}])
    canonical = b'[{"Email":"zo\\u00eb@acme.example","Name":null}]'
    assert one.digest() == other.digest() == hashlib.sha256(canonical).hexdigest()


def test_progress_is_reported_after_each_batch_up_to_the_end(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("Email\n" + "".join(f"p{number}@acme.example\n" for number in range(12_000)), encoding="utf-8")
    size = file.stat().st_size
    seen: list[tuple[int, int | None]] = []
    reading = read_roster(
        RosterKind.MEMBERS, Material.file(file), progress=lambda done, total: seen.append((done, total))
    )
    assert [len(batch) for batch in reading.batches()] == [4999, 5000, 2001]
    assert [total for _, total in seen] == [size] * 3
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (size, size)


def test_nothing_is_opened_before_the_first_batch_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(b"%PDF-1.7")
    read_roster(RosterKind.MEMBERS, Material.file(file))
