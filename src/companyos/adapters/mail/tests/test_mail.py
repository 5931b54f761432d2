"""What every Mail promises, over a real SMTP server and over the folder."""

import email
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from email.message import Message

import pytest
from aiosmtpd.controller import Controller

from companyos.adapters.mail.file import FileMail
from companyos.adapters.mail.smtp import SmtpMail
from companyos.app.server import free_port
from companyos.kernel.ports.mail import Inspectable, Letter, Mail, Undelivered

LETTER = Letter("018f-a", ("ops@bank.example", "sre@bank.example"), "Checkout rolled back", "Grüße\nto all\n")


class Server:
    """A real SMTP server that keeps what it is given; `busy@` is told to come again, `nobody@` is unknown."""

    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("busy@"):
            return "451 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 taken"


@dataclass
class Bench:
    mail: Mail
    read: Callable[[str], Awaitable[list[Message]]]


@pytest.fixture
def smtp():
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port("127.0.0.1", 0))
    controller.start()
    yield handler, controller.port
    controller.stop()


@pytest.fixture(params=["smtp", "file"])
async def bench(request, tmp_path) -> AsyncIterator[Bench]:
    if request.param == "file":
        kept = FileMail.at_url("file:", folder=tmp_path)

        async def read_file(id: str) -> list[Message]:
            text = await kept.kept(id)
            return [email.message_from_bytes(text.encode())] if text else []

        yield Bench(kept, read_file)
        return
    handler, port = request.getfixturevalue("smtp")

    async def read_server(id: str) -> list[Message]:
        return [one for one in handler.letters if one["Message-ID"].startswith(f"<{id}@")]

    yield Bench(
        SmtpMail.at_url(f"smtp://127.0.0.1:{port}?from=house@companyos.example&tls=none"), read_server
    )


async def test_a_letter_arrives_whole(bench):
    await bench.mail.send(LETTER)
    (arrived,) = await bench.read("018f-a")
    assert arrived["To"] == "ops@bank.example, sre@bank.example"
    assert arrived["Subject"] == "Checkout rolled back"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_payload(decode=True).decode().splitlines() == ["Grüße", "to all"]


async def test_sent_again_it_is_the_same_letter(bench):
    await bench.mail.send(LETTER)
    await bench.mail.send(LETTER)
    assert len({one["Message-ID"] for one in await bench.read("018f-a")}) == 1


@pytest.mark.parametrize("subject", ["two\nBcc: all@bank.example", "cr\rlf"])
async def test_a_subject_cannot_add_headers(bench, subject):
    with pytest.raises(Undelivered) as no:
        await bench.mail.send(Letter("x", ("a@bank.example",), subject, ""))
    assert not no.value.again and await bench.read("x") == []


async def test_a_recipient_cannot_add_headers(bench):
    with pytest.raises(Undelivered):
        await bench.mail.send(Letter("y", ("a@bank.example\nBcc: b@bank.example",), "s", ""))
    assert await bench.read("y") == []


async def test_only_the_folder_can_be_read(bench):
    assert isinstance(bench.mail, Inspectable) == isinstance(bench.mail, FileMail)


@pytest.mark.parametrize("id", ["../up", "a/b", "", ".hidden", "x" * 200])
async def test_no_id_leaves_the_folder(tmp_path, id):
    with pytest.raises(Undelivered):
        await FileMail(tmp_path / "sent").send(Letter(id, ("a@bank.example",), "s", ""))


async def test_refusals_say_whether_to_come_again(smtp):
    _, port = smtp
    mail = SmtpMail.at_url(f"smtp://127.0.0.1:{port}?from=a@b.example&tls=none")
    with pytest.raises(Undelivered, match="550") as never:
        await mail.send(Letter("n", ("nobody@bank.example",), "s", ""))
    assert not never.value.again
    with pytest.raises(Undelivered, match="451") as later:
        await mail.send(Letter("b", ("busy@bank.example",), "s", ""))
    assert later.value.again
    assert "refused for nobody@bank.example" in await mail.send(
        Letter("p", ("nobody@bank.example", "ops@bank.example"), "s", "")
    )


async def test_a_server_that_does_not_encrypt_gets_nothing(smtp):
    handler, port = smtp
    with pytest.raises(Undelivered, match="STARTTLS"):
        await SmtpMail.at_url(f"smtp://user:secret@127.0.0.1:{port}?from=a@b.example").send(LETTER)
    assert handler.letters == []


async def test_a_server_that_is_away_may_come_back():
    with pytest.raises(Undelivered) as away:
        await SmtpMail.at_url("smtp://127.0.0.1:1?from=a@b.example&tls=none").send(LETTER)
    assert away.value.again


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("smtp://mail.example", "from="),
        ("smtp://?from=a@b.example", "write smtp://"),
        ("smtp://mail.example?from=a@b.example&tls=none", "loopback"),
        ("smtp://u:hunter2@127.0.0.1?from=a@b.example&tls=none", "loopback"),
        ("smtps://mail.example?from=a@b.example&tls=start", "does not go"),
        ("smtp://mail.example?from=a@b.example&verify=no", "no parameter verify"),
    ],
)
def test_a_url_that_would_not_do_is_refused_without_its_password(url, why):
    with pytest.raises(ValueError, match=why) as no:
        SmtpMail.at_url(url)
    assert "hunter2" not in str(no.value)
