"""The server over HTTP, in this process."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from server_stub.app import create_app
from server_stub.auth import Auth
from tests.server_stub.world import CATALOGUE, OFFICE, START, World

with warnings.catch_warnings():
    # Its own notice about a successor of httpx, raised at import.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

DEVICE = {"name": "โต๊ะ 1", "os": "linux", "app_version": "0.1", "public_key": "ab" * 32, "sealing_key": "cd" * 32}


class Web:
    """A world with its routes, and callers enrolled on it."""

    def __init__(self, client: TestClient, world: World, auth: Auth) -> None:
        self.client = client
        self.world = world
        self.auth = auth

    def call(self, method: str, path: str, token: str | None = None, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """One request with our headers; `path` is below /sync/v1."""
        sent = {"Sync-Protocol": "1", "Accept-Language": "en"} | ({"Authorization": f"Bearer {token}"} if token else {}) | (headers or {})
        reply: httpx.Response = self.client.request(method, f"/sync/v1{path}", headers=sent, **more)
        return reply

    def enrol(self, account: str, *streams: str, role: str = "clerk", token: str | None = None) -> str:
        """A token for the account, on a device of its own or on that of the token."""
        self.auth.add_account(account, role, streams or (f"{OFFICE}:write",))
        reply = self.call("POST", "/enrol", token, json={"code": self.auth.new_code(account), "device": DEVICE})
        assert reply.status_code == 200, reply.text
        found: str = reply.json()["token"]
        return found

    def push(self, token: str, *changes: dict[str, Any], **more: Any) -> httpx.Response:
        """Pushes changes to the office's stream from its beginning."""
        return self.call("POST", "/push", token, json={"streams": {OFFICE: START}, "changes": list(changes)}, **more)


@contextmanager
def web_of(folder: Path, world: World | None = None, **options: Any) -> Iterator[Web]:
    """A server on a file in the folder; `options` as `create_app` takes them."""
    world = world or World(folder / "server.db")
    app = create_app(
        world.storage, CATALOGUE, world.clock, world.entropy, limits=world.service.limits, cache_folder=folder / "downloads", **options
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Web(client, world, Auth(world.storage, world.clock, world.entropy))
    world.storage.close()
