"""The far end of RemCom, the service psexec.py installs: takes the command on one pipe, offers three for its
streams, answers with a line of output and exit code 0. Executes nothing."""
import struct
import threading

COMMAND, DIRECTORY, MACHINE = 4096, 260, 260
PROCESS_ID_AT = COMMAND + DIRECTORY + 4                     # after command, directory, priority
MACHINE_AT = PROCESS_ID_AT + 4
MESSAGE_BYTES = MACHINE_AT + MACHINE + 4                    # and a flag not to wait for the end
STREAMS_WITHIN_SECONDS = 10
OUTPUT = b'nt authority\\system\r\n'


class RemCom:
    def __init__(self, host, log):
        self._host, self._log = host, log

    def serve(self, pipe):
        message = b''
        while len(message) < MESSAGE_BYTES:
            message += pipe.recv()
        command = message[:COMMAND].rstrip(b'\0').decode()
        pid = struct.unpack_from('<I', message, PROCESS_ID_AT)[0]
        machine = message[MACHINE_AT:MACHINE_AT + MACHINE].rstrip(b'\0').decode()
        self._log(client=pipe.client, remcom=command, machine=machine)
        self._run(pipe, '%s%d' % (machine, pid))

    def _run(self, pipe, suffix):
        names = {stream: 'RemCom_%s%s' % (stream, suffix) for stream in ('stdin', 'stdout', 'stderr')}
        opened = threading.Semaphore(0)
        for stream, name in names.items():
            self._host.serve(name, self._stream(stream, opened))
        for _ in names:
            opened.acquire(timeout=STREAMS_WITHIN_SECONDS)
        pipe.send(struct.pack('<II', 0, 0))
        pipe.wait_closed()
        for name in names.values():
            self._host.remove(name)

    @staticmethod
    def _stream(stream, opened):
        def handler(pipe):
            if stream == 'stdout':
                pipe.send(OUTPUT)
            opened.release()
            pipe.wait_closed()      # closed any earlier, psexec.py would ask for more in a tight loop
        return handler
