"""`smtp://` and `smtps://` mail: a letter to a submission server (RFC 6409), encrypted or not at all.

`smtp://user:password@mail.example:587?from=companyos@example.com` starts TLS (RFC 3207) and refuses a server that
does not offer it; `smtps://` speaks TLS from the first byte (RFC 8314). Only `?tls=none` to a loopback address goes in
the clear.
"""

import ipaddress
import re
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from companyos.kernel.ports.mail import Letter, Undelivered

TIMEOUT_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465}
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


class SmtpMail:
    """One connection per letter: notices are few, and a connection that was kept would be stale by the next."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        tls: str,
        user: str | None = None,
        password: str | None = None,
    ):
        self.host, self.port, self.sender, self.tls = host, port, sender, tls
        self._user, self._password = user, password

    @classmethod
    def at_url(cls, url: str) -> "SmtpMail":
        """Raises ValueError, without the password in it, for a URL that does not say all that is needed."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query, keep_blank_values=True)
        sender = asked.pop("from", [""])[0]
        tls = asked.pop("tls", ["start" if parts.scheme == "smtp" else "direct"])[0]
        if not parts.hostname or "@" not in sender:
            raise ValueError("write smtp://user:password@host:587?from=companyos@example.com")
        if asked:
            raise ValueError(f"there is no parameter {', '.join(sorted(asked))}; there are from and tls")
        if tls == "none":
            if not _loopback(parts.hostname) or parts.username:
                raise ValueError("tls=none is only for a loopback address, without a password")
        elif tls != ("start" if parts.scheme == "smtp" else "direct"):
            raise ValueError(f"tls={tls} does not go with {parts.scheme}:; leave it out")
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            sender=sender,
            tls=tls,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    async def send(self, letter: Letter) -> str:
        try:
            message = written(letter, self.sender)
            refused, said = await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self._user,
                password=self._password,
                use_tls=self.tls == "direct",
                start_tls=self.tls == "start",
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            later = any(
                400 <= one.code < 500 for one in error.recipients
            )  # RFC 5321 §4.2.1: transient negative
            raise Undelivered(f"every recipient was refused: {_first(error)}", again=later) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Undelivered(f"the mail server refused the sign-in ({error.code})", again=False) from error
        except aiosmtplib.SMTPResponseException as error:
            later = 400 <= error.code < 500
            raise Undelivered(f"the mail server said {error.code} {error.message}", again=later) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Undelivered(f"{self.host}:{self.port}: {error}", again=True) from error
        missed = f"; refused for {', '.join(sorted(refused))}" if refused else ""
        return f"{said}{missed}"


def written(letter: Letter, sender: str, *, cte: str = "quoted-printable") -> EmailMessage:
    """The letter as a message (RFC 5322). Raises Undelivered for an id, address or subject that breaks the header.

    `cte` is the content transfer encoding: quoted-printable passes every server, 8bit is for people to read.
    """
    if not ID.fullmatch(letter.id):
        raise Undelivered(f"{letter.id!r} is no id of something to send", again=False)
    message = EmailMessage()
    domain = sender.rpartition("@")[2]
    try:
        message["From"] = sender
        message["To"] = ", ".join(letter.to)
        message["Subject"] = letter.subject
    except ValueError as error:
        raise Undelivered(f"it cannot be addressed: {error}", again=False) from error
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: nobody's absence note shall answer
    message.set_content(letter.text, cte=cte)
    return message


def _first(error: aiosmtplib.SMTPRecipientsRefused) -> str:
    return "; ".join(f"{one.recipient}: {one.code} {one.message}" for one in error.recipients[:3])


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
