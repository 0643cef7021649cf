"""The official archive is read as it is; what is not of its layout is refused in a sentence."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest
import torch

from byhand import DatasetError, load_cifar10
from byhand._cifar10.archive import CLASSES, FOLDER, NAMES, RECORD
from tests.unit.cifar10_server import PER_BATCH, official_members, pack, sha256

BATCH = f"{FOLDER}/data_batch_2.bin"


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    return official_members()


def load(content: bytes, folder: Path, split: str = "train", n: int | None = None) -> object:
    path = folder / "mine.tar.gz"
    path.write_bytes(content)
    before = path.stat()
    try:
        return load_cifar10("cifar10", split=split, n=n, url=path, sha256=sha256(content))  # type: ignore[arg-type]
    finally:
        assert sorted(folder.iterdir()) == [path]  # nothing beside it, and it is as it was
        assert path.read_bytes() == content
        assert path.stat().st_mtime_ns == before.st_mtime_ns


FILES = {"train": [f"data_batch_{k}.bin" for k in (1, 2, 3, 4, 5)], "test": ["test_batch.bin"]}


@pytest.mark.parametrize("split", ["train", "test"])
def test_reads_each_split_in_the_official_order(
    members: dict[str, bytes], tmp_path: Path, split: str
) -> None:
    path, content = tmp_path / "mine.tar.gz", pack(members)
    path.write_bytes(content)
    data = load_cifar10("cifar10", split=split, url=str(path), sha256=sha256(content))  # type: ignore[arg-type]
    expected = b"".join(members[f"{FOLDER}/{name}"] for name in FILES[split])
    assert len(data) == len(expected) // RECORD
    assert (data.images.dtype, data.labels.dtype) == (torch.uint8, torch.int64)
    assert data.images.shape == (len(data), 3, 32, 32)
    assert data.images.is_contiguous()
    assert data.classes == CLASSES
    for k in range(len(data)):
        record = expected[k * RECORD : (k + 1) * RECORD]
        assert data.labels[k] == record[0]
        assert bytes(data.images[k].numpy()) == record[1:]


def test_a_file_address_and_a_number(members: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "with space.tar.gz"
    path.write_bytes(pack(members))
    known = sha256(path.read_bytes())
    few = load_cifar10("cifar10", n=7, url=path.as_uri(), sha256=known.upper())
    every = load_cifar10("cifar10", url=path, sha256=known)
    assert torch.equal(few.images, every.images[:7])
    assert torch.equal(few.labels, every.labels[:7])
    assert few.images.untyped_storage().nbytes() == 7 * 3072  # the rest is not kept


def test_a_number_that_is_too_large_for_a_small_archive(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"n is 101, but must be 1 to 100 for split=\"train\""):
        load(pack(members), tmp_path, n=5 * PER_BATCH + 1)


def test_a_local_file_that_is_another_one(members: dict[str, bytes], tmp_path: Path) -> None:
    content = pack(members)
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=f"SHA-256 is {sha256(content)}, not c4a38c50"):
        load_cifar10("cifar10", url=path)
    assert path.read_bytes() == content


def test_a_local_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There is no file .*gone\.tar\.gz. Correct the path"):
        load_cifar10("cifar10", url=tmp_path / "gone.tar.gz")
    with pytest.raises(DatasetError, match=r"could not be read .*name another file"):
        load_cifar10("cifar10", url=tmp_path)


@pytest.mark.parametrize("keep", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_truncated_archive(members: dict[str, bytes], tmp_path: Path, keep: float) -> None:
    content = pack(members)
    with pytest.raises(DatasetError, match=r"The archive is (damaged|incomplete).* Pass url="):
        load(content[: int(keep * len(content))], tmp_path)


@pytest.mark.parametrize("where", [0, 15, 5_000, 150_000])
def test_a_corrupted_archive(members: dict[str, bytes], tmp_path: Path, where: int) -> None:
    content = bytearray(pack(members))
    content[where : where + 8] = b"\xff" * 8
    with pytest.raises(DatasetError, match=r"Pass url=") as caught:
        load(bytes(content), tmp_path)
    assert "\n" not in str(caught.value)


def test_a_corrupted_end_is_noticed(members: dict[str, bytes], tmp_path: Path) -> None:
    tar = bytearray(gzip.decompress(pack(members)))
    tar[-90_000:] = bytes(90_000)  # the last members are gone, the compression is whole
    with pytest.raises(DatasetError, match=r"damaged|incomplete"):
        load(gzip.compress(bytes(tar)), tmp_path)


def test_something_else_than_an_archive(tmp_path: Path) -> None:
    for content in (b"", b"<html>404</html>", gzip.compress(b"text"), gzip.compress(b"")):
        with pytest.raises(DatasetError, match=r"damaged|incomplete"):
            load(content, tmp_path)


EVIL = ("../evil.bin", "/evil.bin", f"{FOLDER}/../../evil.bin", "..")


@pytest.mark.parametrize("name", EVIL)
def test_a_member_that_leads_out(members: dict[str, bytes], tmp_path: Path, name: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(DatasetError, match="leads out of it"):
        load(pack(members, [tarfile.TarInfo(name)]), inner)
    assert list(tmp_path.iterdir()) == [inner]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link(members: dict[str, bytes], tmp_path: Path, kind: bytes) -> None:
    link = tarfile.TarInfo(BATCH)
    link.type, link.linkname = kind, f"{FOLDER}/data_batch_1.bin"
    without = {name: content for name, content in members.items() if name != BATCH}
    with pytest.raises(DatasetError, match="a link or a path"):
        load(pack(without, [link]), tmp_path)


@pytest.mark.parametrize("size", [0, 1, RECORD - 1, RECORD + 1, 10_001 * RECORD])
def test_a_wrong_record_size(members: dict[str, bytes], tmp_path: Path, size: int) -> None:
    content = pack(members | {BATCH: bytes(size)})
    with pytest.raises(DatasetError, match=rf"data_batch_2.bin in the archive has {size:,} bytes"):
        load(content, tmp_path)
    with pytest.raises(DatasetError, match="bytes"):
        load(content, tmp_path, "test")  # the other split is not read from it either


def test_a_label_above_nine(members: dict[str, bytes], tmp_path: Path) -> None:
    batch = bytearray(members[BATCH])
    batch[3 * RECORD] = 10
    with pytest.raises(DatasetError, match=r"data_batch_2.bin in the archive has the label 10"):
        load(pack(members | {BATCH: bytes(batch)}), tmp_path)


def test_a_missing_member_and_a_second_one(members: dict[str, bytes], tmp_path: Path) -> None:
    without = {name: content for name, content in members.items() if name != BATCH}
    with pytest.raises(DatasetError, match=r"incomplete: it lacks .*data_batch_2.bin"):
        load(pack(without), tmp_path)
    empty = tarfile.TarInfo(NAMES)
    with pytest.raises(DatasetError, match=r"batches.meta.txt twice"):
        load(pack(members, [empty]), tmp_path)


def test_other_classes(members: dict[str, bytes], tmp_path: Path) -> None:
    for names in (b"cat\ndog\n", b"\xff" * 60, bytes(2_000)):
        with pytest.raises(DatasetError, match=r"names other classes|has 2,000 bytes"):
            load(pack(members | {NAMES: names}), tmp_path)
