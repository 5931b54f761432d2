"""`file:` mail: letters are kept in a folder and go nowhere, so that people and tests can read them."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

from companyos.kernel.ports.chat import Post
from companyos.kernel.ports.mail import Letter, Undelivered

from .smtp import ID, written

SENDER = "companyos@localhost.invalid"


class Kept:
    """A folder of things that were sent, one file each under its id. Sent again, it is the same file."""

    suffix = ""

    def __init__(self, folder: Path):
        self.folder = folder

    async def kept(self, id: str) -> str | None:
        """What was kept under an id, as it would have gone out."""
        path = self._path(id)
        return await asyncio.to_thread(path.read_text) if path.exists() else None

    async def _keep(self, id: str, text: str) -> str:
        await asyncio.to_thread(_write, self._path(id), text)
        return "kept in a folder; nothing left the house"

    def _path(self, id: str) -> Path:
        if not ID.fullmatch(id):
            raise Undelivered(f"{id!r} is no id of something to send", again=False)
        return self.folder / f"{id}{self.suffix}"


class FileMail(Kept):
    """Letters as `.eml` files, which every mail program opens."""

    suffix = ".eml"

    @classmethod
    def at_url(cls, url: str, *, folder: Path) -> "FileMail":
        """`file:` keeps to the given folder, `file:///elsewhere` goes there."""
        path = unquote(urlsplit(url).path)
        return cls(Path(path) if path else folder)

    async def send(self, letter: Letter) -> str:
        if not letter.to:
            raise Undelivered("it has no recipient", again=False)
        message = written(letter, SENDER, cte="8bit")
        return await self._keep(letter.id, message.as_bytes().decode())


class FileChat(Kept):
    """Posts as text files; the room's address is a secret and is not written."""

    suffix = ".post.txt"

    @classmethod
    def at_url(cls, url: str, *, folder: Path) -> "FileChat":
        """`file:` keeps to the given folder, `file:///elsewhere` goes there."""
        path = unquote(urlsplit(url).path)
        return cls(Path(path) if path else folder)

    async def post(self, post: Post) -> str:
        host = urlsplit(post.url).hostname
        return await self._keep(post.id, f'POST https://{host}/… as {{"text": …}}\n\n{post.text}\n')


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text)
    partial.replace(path)
