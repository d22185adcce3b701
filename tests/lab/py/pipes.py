"""Named pipes behind a real smbd (4.16 or later): smbd hands each opened pipe to the unix socket
<ncalrpc dir>/np/<name in lower case>. The peer first answers the "NPAM" handshake of
librpc/idl/named_pipe_auth.idl, then every message carries a 2-byte little-endian length."""
import os
import re
import socket
import struct
import threading

MESSAGE_MODE = 2            # FILE_TYPE_MESSAGE_MODE_PIPE
IPV4 = re.compile(rb'\d+\.\d+\.\d+\.\d+')
DEVICE_STATE = 0x05ff
ALLOCATION_SIZE = 4096


class Pipe:
    """One opened pipe. recv() raises EOFError when the client has closed it."""

    def __init__(self, conn):
        self._conn = conn
        self._handshake()

    def _exactly(self, n):
        got = b''
        while len(got) < n:
            more = self._conn.recv(n - len(got))
            if not more:
                raise EOFError
            got += more
        return got

    def _handshake(self):
        request = self._exactly(struct.unpack('>I', self._exactly(4))[0])
        self.client = IPV4.search(request)[0].decode()      # remote_client_addr comes before local_server_addr
        level = struct.unpack_from('<I', request, 4)[0]
        reply = b'NPAM' + struct.pack('<II', level, level)
        reply += struct.pack('<HH4xQI', MESSAGE_MODE, DEVICE_STATE, ALLOCATION_SIZE, 0)
        self._conn.sendall(struct.pack('>I', len(reply)) + reply)

    def recv(self):
        return self._exactly(struct.unpack('<H', self._exactly(2))[0])

    def send(self, data):
        self._conn.sendall(struct.pack('<H', len(data)) + data)

    def wait_closed(self):
        try:
            while True:
                self.recv()
        except EOFError:
            pass


class PipeHost:
    """The folder of pipe sockets: serve(name, handler) calls handler(pipe) in a thread for each opening."""

    def __init__(self, folder, log):
        self._folder, self._log = folder, log

    def path(self, name):
        return os.path.join(self._folder, name.lower())

    def remove(self, name):
        try:
            os.unlink(self.path(name))
        except FileNotFoundError:
            pass

    def serve(self, name, handler):
        self.remove(name)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path(name))
        os.chmod(self.path(name), 0o777)
        listener.listen(16)
        threading.Thread(target=self._accept, args=(name, listener, handler), daemon=True).start()

    def _accept(self, name, listener, handler):
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=self._one, args=(name, conn, handler), daemon=True).start()

    def _one(self, name, conn, handler):
        with conn:
            try:
                pipe = Pipe(conn)
                self._log(client=pipe.client, pipe=name, state='opened')
                handler(pipe)
            except EOFError:
                pass
            self._log(pipe=name, state='closed')
