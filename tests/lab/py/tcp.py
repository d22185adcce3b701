"""TCP connections that carry DCE/RPC, one protocol data unit at a time, with the interface of pipes.Pipe."""
import socket
import struct
import threading

HEADER_BYTES = 16


class Connection:
    """recv() gives one whole PDU, or raises EOFError when the client has gone."""

    def __init__(self, conn, client):
        self._conn, self.client = conn, client

    def _exactly(self, n):
        data = b''
        while len(data) < n:
            more = self._conn.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def recv(self):
        head = self._exactly(HEADER_BYTES)
        return head + self._exactly(struct.unpack_from('<H', head, 8)[0] - HEADER_BYTES)

    def send(self, data):
        self._conn.sendall(data)


def serve(address, port, handler):
    """handler(connection) in a thread for each client."""
    listener = socket.create_server((address, port))

    def one(conn, client):
        with conn:
            try:
                handler(Connection(conn, client))
            except (EOFError, ConnectionError):
                pass

    def accept():
        while True:
            conn, (client, _) = listener.accept()
            threading.Thread(target=one, args=(conn, client), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
