"""Requests that have to succeed."""

from typing import Any

from companyos.testing.world import Client


async def made(who: Client, method: str, path: str, body: Any, **more: Any) -> Any:
    """The answer to a request that has to succeed."""
    answer = await who.send(method, path, body, **more)
    assert answer.status_code in (200, 201), f"{method} {path}: {answer.text}"
    return answer.json()


async def gone(who: Client, path: str) -> None:
    """Delete something that is there."""
    answer = await who.delete(path)
    assert answer.status_code == 204, f"DELETE {path}: {answer.text}"


async def seen_before(who: Client, action: str, given: dict[str, Any], **on: str) -> dict[str, str]:
    """What binds a risky act to what was shown."""
    shown = await made(who, "POST", "/preflights", {"action": action, "input": given, **on})
    return {"plan_hash": shown["preview"]["hash"]}
