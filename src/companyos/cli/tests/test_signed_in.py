"""The command line against a served CompanyOS: signing in, contexts, refreshing, refusals."""

import asyncio
import stat

import httpx
import msgspec

from companyos.cli.credentials import Credentials

from .conftest import Served, Terminal, sign_in


def kept(terminal: Terminal) -> Credentials:
    file = terminal.config / "companyos" / "sign-ins" / "default.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return msgspec.json.decode(file.read_bytes(), type=Credentials)


def expire(terminal: Terminal) -> None:
    """Let the access token be due."""
    file = terminal.config / "companyos" / "sign-ins" / "default.json"
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(kept(terminal), expires_at=0.0)))


async def test_a_person_signs_in_looks_around_and_signs_out(served: Served, terminal: Terminal) -> None:
    terminal.url = served.url
    said = await sign_in(served, terminal, "--json", "--tenant", "north", "--environment", "stage")
    assert said.json["person"]["email"] == served.email and said.json["environment"] == "stage"
    terminal.url = ""  # the address is kept with the sign-in
    assert (await terminal.run("context", "show", "--json")).json == {
        "url": served.url, "tenant": "north", "environment": "stage",
    }  # fmt: skip
    assert (await terminal.run("--json", "whoami")).json["person"]["name"] == "Jo Doe"
    refresh_token = kept(terminal).refresh_token
    assert (await terminal.run("logout")).code == 0
    assert (await terminal.run("whoami")).code == 1
    async with httpx.AsyncClient(base_url=served.url) as http:
        form = {"grant_type": "refresh_token", "client_id": "companyos-cli", "refresh_token": refresh_token}
        assert (await http.post("/oauth/token", data=form)).status_code == 400


async def test_context_moves_to_another_tenant_and_what_is_asked_there_is_of_there(
    signed_in: Terminal,
) -> None:
    moved = await signed_in.run("context", "use", "south/stage", "--json")
    assert moved.code == 0, moved
    assert moved.json["tenant"] == "south"
    assert (await signed_in.run("whoami", "--json")).json["tenant"]["slug"] == "south"
    refused = await signed_in.run("context", "use", "elsewhere/prod")
    assert refused.code == 1 and "not a member" in refused.err
    assert (await signed_in.run("whoami")).code == 0, "a refused move must not cost the sign-in"


async def test_ten_runs_refresh_at_once_and_stay_signed_in(signed_in: Terminal) -> None:
    expire(signed_in)
    runs = await asyncio.gather(*(signed_in.run("whoami") for _ in range(10)))
    assert [run.code for run in runs] == [0] * 10, runs
    expire(signed_in)
    assert (await signed_in.run("whoami")).code == 0


async def test_an_expired_token_that_the_clock_missed_is_renewed_in_passing(signed_in: Terminal) -> None:
    file = signed_in.config / "companyos" / "sign-ins" / "default.json"
    broken = msgspec.structs.replace(kept(signed_in), access_token=kept(signed_in).access_token[:-4] + "AAAA")
    file.write_bytes(msgspec.json.encode(broken))
    assert (await signed_in.run("whoami")).code == 0


async def test_a_sign_in_is_never_sent_to_another_address(signed_in: Terminal) -> None:
    refused = await signed_in.run("--url", "http://127.0.0.1:9", "whoami")
    assert refused.code == 1 and "not signed in" in refused.err
    refused = await signed_in.run("--url", "http://companyos.example", "login")
    assert refused.code == 1 and "https" in refused.err


async def test_lists_come_as_pages_or_whole(signed_in: Terminal) -> None:
    for number in range(3):
        opened = await signed_in.run("incidents", "open", f"Disk {number} is full")
        assert opened.code == 0, opened
    page = await signed_in.run("incidents", "list", "--limit", "2", "--json")
    assert len(page.json["items"]) == 2 and page.json["next"]
    whole = await signed_in.run("incidents", "list", "--limit", "2", "--all", "--json")
    assert [i["title"] for i in whole.json["items"]] == [f"Disk {n} is full" for n in (2, 1, 0)]
    table = await signed_in.run("incidents", "list")
    assert "Disk 0 is full" in table.out and "severity" in table.out


async def test_a_refusal_says_why_and_what_to_do(signed_in: Terminal) -> None:
    missing = await signed_in.run("services", "show", "nothing")
    assert missing.code == 1 and "Not found" in missing.err and "Request " in missing.err
    missing = await signed_in.run("services", "show", "nothing", "--json")
    assert missing.out == "" and '"code": "not_found"' in missing.err
