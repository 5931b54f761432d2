"""`https:` chat: a post as an HTTPS request that Slack and everything that speaks like it understands."""

import asyncio

import httpx

from companyos.kernel.outbound import Forbidden, Outbound
from companyos.kernel.ports.chat import Post
from companyos.kernel.ports.mail import Undelivered

TIMEOUT_SECONDS = 10.0
SAID_BYTES = 200
LATER = {408, 425, 429}


class WebhookChat:
    """Sends `{"text": …}` to the room's own URL; anything but 2xx was not taken.

    A room cannot tell a repeat from a second post, so a post whose answer was lost may be seen twice.
    """

    def __init__(self, outbound: Outbound):
        self._outbound = outbound

    async def post(self, post: Post) -> str:
        try:
            status, said = await self._send(post)
        except Forbidden as no:
            raise Undelivered(str(no), again=False) from no
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            # Not the error's own words: some of them repeat the URL, which is a secret.
            raise Undelivered(f"the room does not answer ({type(error).__name__})", again=True) from None
        if 200 <= status < 300:
            return f"{status} {said}".strip()
        raise Undelivered(f"the room answered {status}", again=status >= 500 or status in LATER)

    async def _send(self, post: Post) -> tuple[int, str]:
        """The status and the first words of the answer; the rest of it is not read."""
        headers = {"webhook-id": post.id}
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            self._outbound.client(TIMEOUT_SECONDS) as client,
            client.stream("POST", post.url, json={"text": post.text}, headers=headers) as answer,
        ):
            said = b""
            async for part in answer.aiter_bytes():
                said += part
                if len(said) >= SAID_BYTES:
                    break
        return answer.status_code, said[:SAID_BYTES].decode(errors="replace")
