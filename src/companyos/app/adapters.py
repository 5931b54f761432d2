"""Which adapter stands behind which URL. The only list of adapters in the house."""

from pathlib import Path
from typing import Any

from companyos.adapters.blob.file import FileBlob
from companyos.adapters.chat.webhook import WebhookChat
from companyos.adapters.engine.confined import ConfinedDuckDB
from companyos.adapters.keys.file import FileKeyRing
from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.mail.file import FileChat, FileMail
from companyos.adapters.mail.smtp import SmtpMail
from companyos.adapters.postgres.database import Limits, open_database
from companyos.adapters.stream.file import FileStream
from companyos.adapters.stream.jetstream import JetStream
from companyos.kernel.adapters import Adapters
from companyos.kernel.outbound import Outbound
from companyos.kernel.ports.blob import Blob
from companyos.kernel.ports.chat import Chat
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.engine import Engine
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.ports.lake import Lake
from companyos.kernel.ports.mail import Mail
from companyos.kernel.ports.stream import Stream
from companyos.kernel.settings import Settings


def offered(settings: Settings) -> Adapters:
    """All adapters that this build has; `settings` says where embedded ones keep their data."""
    data = settings.data.resolve()
    adapters = Adapters()
    for scheme in ("pg+embedded", "postgresql", "postgresql+psycopg"):
        adapters.offer(Database, scheme, lambda url: _database(url, data, settings))
    adapters.offer(Stream, "file", lambda url: FileStream.at_url(url, folder=data / "stream"))
    adapters.offer(Stream, "nats", lambda url: JetStream.at_url(url))
    adapters.offer(Blob, "file", lambda url: FileBlob.at_url(url, folder=data / "blob"))
    adapters.offer(KeyRing, "file", lambda url: _keys(url, data / "keys"))
    adapters.offer(
        Lake,
        "duckdb+iceberg",
        lambda url, database: DuckDBIceberg.at_url(url, database, folder=data / "lake"),
    )
    adapters.offer(
        Engine,
        "duckdb",
        lambda url: ConfinedDuckDB.at_url(url, ready=settings.engine_ready, most=settings.engine_most),
    )
    adapters.offer(Mail, "file", lambda url: FileMail.at_url(url, folder=data / "sent"))
    for scheme in ("smtp", "smtps"):
        adapters.offer(Mail, scheme, SmtpMail.at_url)
    adapters.offer(Chat, "file", lambda url: FileChat.at_url(url, folder=data / "sent"))
    adapters.offer(Chat, "https", lambda _: WebhookChat(Outbound(settings.outbound_allow.split(","))))
    return adapters


def _database(url: str, data: Path, settings: Settings) -> Any:
    limits = Limits(
        pool=settings.database_pool,
        wait=settings.database_wait_seconds,
        statement=settings.database_statement_seconds,
        lock=settings.database_lock_seconds,
    )
    return open_database(url, data=data, owner_url=settings.database_owner, limits=limits)


def _keys(url: str, folder: Path) -> FileKeyRing:
    return FileKeyRing(folder) if url == "file:" else FileKeyRing.from_url(url)
