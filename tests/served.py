"""The server's own routes on a port of loopback, in a thread of this process."""

import socket
import threading

import uvicorn
from fastapi import FastAPI


class Served:
    """An app that answers until it is closed."""

    def __init__(self, app: FastAPI, port: int = 0) -> None:
        """Listens at once; 0 takes a port that is free."""
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def close(self) -> None:
        """Answers what came and ends."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
