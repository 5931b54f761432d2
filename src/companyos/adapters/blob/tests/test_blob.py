"""What every Blob promises."""

import os
import resource

import pytest

from companyos.adapters.blob.file import FileBlob
from companyos.kernel.ports.blob import BlobFull, BlobMissing


@pytest.fixture
def blob(tmp_path):
    return FileBlob(tmp_path / "blobs")


async def keys(blob, prefix=""):
    return [info.key async for info in blob.find(prefix)]


async def test_put_get_find_delete(blob):
    await blob.put("evidence/2026/a.zip", b"one")
    await blob.put("evidence/2026/b.zip", b"two!")
    await blob.put("other", b"")
    assert await blob.get("evidence/2026/b.zip") == b"two!"
    assert await keys(blob) == ["evidence/2026/a.zip", "evidence/2026/b.zip", "other"]
    assert await keys(blob, "evidence/2026/b") == ["evidence/2026/b.zip"]
    assert [info.size async for info in blob.find("evidence")] == [3, 4]
    await blob.delete("evidence/2026/a.zip")
    await blob.delete("evidence/2026/a.zip")
    assert await keys(blob, "evidence") == ["evidence/2026/b.zip"]


async def test_a_second_put_replaces(blob):
    await blob.put("k", b"old")
    await blob.put("k", b"new")
    assert await blob.get("k") == b"new"


@pytest.mark.parametrize("key", ["absent", "folder"])
async def test_what_is_not_there_is_missing(blob, key):
    await blob.put("folder/inside", b"x")
    with pytest.raises(BlobMissing, match=key):
        await blob.get(key)


@pytest.mark.parametrize("key", ["", "/abs", "../up", "a/../b", "a//b", "a/./b", "nul\0", "x.partial"])
async def test_a_key_that_is_no_plain_path_is_refused(blob, key):
    with pytest.raises(ValueError, match="no key"):
        await blob.put(key, b"x")
    with pytest.raises(ValueError, match="no key"):
        await blob.get(key)


async def test_a_full_disk_keeps_the_old_object(blob):
    await blob.put("k", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(BlobFull, match="no room"):
            await blob.put("k", os.urandom(10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await blob.get("k") == b"old"
    assert await keys(blob) == ["k"]
