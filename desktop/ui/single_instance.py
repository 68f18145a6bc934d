"""One window per data folder: a second start raises the first one's window, hands over the file it was given, and ends."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_LONGEST_PATH = 32_768


class SingleInstance(QObject):
    """Listens on a name made from the data folder, which only this user may open."""

    raised = Signal()
    """Somebody started the program again."""
    handed = Signal(str)
    """With a file to open: its path."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "thongthin-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._came)
        self._sockets: list[QLocalSocket] = []

    def is_first(self, file: str = "") -> bool:
        """Whether no other window has this folder open; if one has, it is asked to come to the front and to open the file, where there is one."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            if file:
                socket.write(file.encode() + b"\n")
                socket.waitForBytesWritten(_WAIT_MS)
            socket.disconnectFromServer()
            return False
        # What a crash left behind would keep the name taken.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Gives the name back."""
        self._server.close()

    def _came(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._sockets.append(socket)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._read)
            self.raised.emit()
        # What was sent before anybody listened to `readyRead` is here already.
        self._read()

    def _read(self) -> None:
        """Takes the file each caller hands over; those who hung up are let go."""
        for socket in list(self._sockets):
            if socket.canReadLine():
                self.handed.emit(bytes(socket.readLine(_LONGEST_PATH).data()).decode(errors="replace").strip())
            if not socket.isValid():
                self._sockets.remove(socket)
                socket.deleteLater()
