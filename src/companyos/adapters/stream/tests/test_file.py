"""What only local segments can suffer: torn writes, damage, full disks, two owners, jumping clocks, kill."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companyos.adapters.stream.file import FileStream
from companyos.kernel.ports.stream import Record, StreamFull


async def filled(folder: Path, count: int, **options) -> Path:
    stream = FileStream(folder, **options)
    for n in range(count):
        await stream.append("t", [Record(os.urandom(500) + n.to_bytes(4, "big"))])
    await stream.close()
    return sorted((folder / "t").glob("*.seg"))[-1]


def numbers(found) -> list[int]:
    return [int.from_bytes(s.record.body[-4:], "big") for s in found]


async def test_records_survive_a_restart_over_many_segments(tmp_path):
    await filled(tmp_path, 100, segment_bytes=5000)
    again = FileStream(tmp_path, segment_bytes=5000)
    assert numbers(await again.read("t", 0)) == list(range(100))
    assert numbers(await again.read("t", 57)) == list(range(57, 100))
    assert await again.append("t", [Record(b"")]) == 101
    assert again.torn == []
    await again.close()


@pytest.mark.parametrize("cut", [1, 35, 36, 37, 300])
async def test_a_torn_tail_is_cut_and_reported(tmp_path, cut):
    newest = await filled(tmp_path, 10)
    whole = newest.stat().st_size
    await filled(tmp_path, 1)
    os.truncate(newest, whole + cut)
    again = FileStream(tmp_path)
    assert (await again.extent("t")).last == 10
    assert (again.torn[0].position, again.torn[0].bytes) == (whole, cut)
    assert await again.append("t", [Record(bytes(3) + b"\x0a")]) == 11
    assert numbers(await again.read("t", 0)) == list(range(11))
    await again.close()


async def test_zeros_after_a_power_cut_are_a_torn_tail_too(tmp_path):
    newest = await filled(tmp_path, 3)
    with newest.open("ab") as file:
        file.write(bytes(4096))
    again = FileStream(tmp_path)
    assert (await again.extent("t")).last == 3
    assert again.torn[0].bytes == 4096
    await again.close()


async def test_damage_in_the_middle_loses_only_that_block(tmp_path):
    newest = await filled(tmp_path, 9)
    data = bytearray(newest.read_bytes())
    data[data.index(b"COS1", 3000) + 100] ^= 1
    newest.write_bytes(data)
    again = FileStream(tmp_path)
    found = numbers(await again.read("t", 0))
    assert len(found) == 8
    assert set(found) < set(range(9))
    assert again.torn == []
    assert await again.append("t", [Record(b"")]) == 10
    await again.close()


async def test_a_full_disk_refuses_clearly_keeps_what_was_acknowledged_and_recovers(tmp_path):
    """A limit on file size stands in for a full disk: the same error path of the kernel (EFBIG, ENOSPC)."""
    stream = FileStream(tmp_path)
    await stream.append("t", [Record(b"kept")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(StreamFull, match="no room left"):
            await stream.append("t", [Record(os.urandom(20_000))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await stream.append("t", [Record(b"later")]) == 2
    assert [s.record.body for s in await stream.read("t", 0)] == [b"kept", b"later"]
    await stream.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small tmpfs needs root")
async def test_a_really_full_file_system(tmp_path):
    tmp_path.joinpath("small").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", tmp_path / "small"], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    try:
        stream = FileStream(tmp_path / "small")
        kept = 0
        with pytest.raises(StreamFull):
            for _ in range(100):
                kept = await stream.append("t", [Record(os.urandom(10_000))])
        assert kept > 5
        assert len(await stream.read("t", 0)) == kept
        await stream.close()
        again = FileStream(tmp_path / "small")
        assert (await again.extent("t")).last == kept
        await again.close()
    finally:
        subprocess.run(["umount", tmp_path / "small"], check=True)


async def test_a_second_owner_is_refused(tmp_path):
    stream = FileStream(tmp_path)
    await stream.append("t", [Record(b"x")])
    with pytest.raises(BlockingIOError, match="another process"):
        await FileStream(tmp_path).append("t", [Record(b"y")])
    await stream.close()


async def test_a_clock_that_jumps_back_changes_neither_order_nor_retention(tmp_path, monkeypatch):
    stream = FileStream(tmp_path, segment_bytes=2000)
    real = time.time_ns
    for jump in (0, -7200, +3600, -86400):
        monkeypatch.setattr(time, "time_ns", lambda jump=jump: real() + jump * 10**9)
        for _ in range(4):
            await stream.append("t", [Record(os.urandom(900))])
    assert [s.offset for s in await stream.read("t", 0)] == list(range(1, 17))
    await stream.close()


WRITER = """
import asyncio, os, sys
from pathlib import Path
from companyos.adapters.stream.file import FileStream
from companyos.kernel.ports.stream import Record
async def main():
    stream = FileStream(Path(sys.argv[1]), segment_bytes=200_000)
    async def one(n):
        offset = await stream.append("t", [Record(n.to_bytes(8, "big") + os.urandom(2000))])
        os.write(1, f"{n} {offset}\\n".encode())
    n = 0
    while True:
        await asyncio.gather(*(one(n + k) for k in range(16)))
        n += 16
asyncio.run(main())
"""


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path):
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE)
        first = [await asyncio.to_thread(writer.stdout.readline) for _ in range(40)]
        await asyncio.sleep(0.2)
        writer.send_signal(signal.SIGKILL)
        output = b"".join(first) + writer.communicate()[0]
        acked = dict(map(int, line.split()) for line in output.split(b"\n")[:-1])
        again = FileStream(tmp_path)
        at = {
            s.offset: int.from_bytes(s.record.body[:8], "big")
            for s in await again.read("t", 0, max_bytes=1 << 40)
        }
        await again.close()
        assert len(acked) >= 40
        assert {offset: n for n, offset in acked.items()}.items() <= at.items()
        assert list(at) == list(range(1, len(at) + 1))
