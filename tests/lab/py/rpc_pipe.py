"""A DCE/RPC server at the far end of a named pipe or of a TCP connection ([C706] 12.6.4, [MS-RPCE] 2.2.2): answers binds, with NTLM
or without, and calls, in clear or sealed. What a call does is its interface's business."""
import collections
import struct

from impacket.dcerpc.v5 import rpcrt
from impacket.uuid import uuidtup_to_bin

from ntlm_server import SIGNATURE_BYTES, NtlmServer, Refused

NDR = uuidtup_to_bin(('8a885d04-1ceb-11c9-9fe8-08002b104860', '2.0'))
ACCEPTED, REFUSED = (0, 0), (2, 1)                          # result and reason: the interface is not here
HEAD_BYTES, REQUEST_BYTES, TRAILER_BYTES = 16, 24, 8
FRAGMENT_BYTES = 4280
ASSOCIATION_GROUP = 0x1234
UNKNOWN_OPERATION, ACCESS_DENIED = 0x1c010002, 5            # nca_s_op_rng_error, rpc_s_access_denied
WHOLE = rpcrt.PFC_FIRST_FRAG | rpcrt.PFC_LAST_FRAG


def text(value):
    return value.rstrip('\0') if isinstance(value, str) else ''


class Fault(Exception):
    """The answer to a call that is not one; its only argument is the status."""


class Interface:
    """What may be called through a bind to (uuid, version). `operations` is {opnum: (operation, act)}; `structures(operation)` gives
    impacket's classes of request and answer; act(state, request, answer) fills the answer and returns (status, details for the log)."""

    def __init__(self, name, syntax, structures, operations, state):
        self.name, self.syntax = name, uuidtup_to_bin(syntax)
        self._structures, self._operations, self._state = structures, operations, state

    def call(self, client, opnum, stub):
        if opnum not in self._operations:
            raise Fault(UNKNOWN_OPERATION)
        operation, act = self._operations[opnum]
        request, answer = self._structures(operation)
        answer = answer()
        status, details = act(self._state, request and request(stub), answer)
        answer['ErrorCode'] = status
        self._state.log(client=client, interface=self.name, op=operation, status=status, **details)
        return answer.getData()


class Pdu:
    """A protocol data unit in its parts."""

    def __init__(self, data):
        self.data = data
        self.kind, self.flags = data[2], data[3]
        _, auth_bytes, self.call = struct.unpack_from('<HHI', data, 8)
        self.end = len(data) - (auth_bytes + TRAILER_BYTES if auth_bytes else 0)
        self.trailer, self.token = data[self.end:self.end + TRAILER_BYTES], data[len(data) - auth_bytes:]

    def is_last(self):
        return self.flags & rpcrt.PFC_LAST_FRAG

    def level(self):
        return self.trailer[1] if self.trailer else 0

    def security(self):
        """Which of the association's security contexts it belongs to."""
        return self.trailer[4:8]


class RpcPipe:
    """One opened pipe, or connection: what recv(), send() and `client` are of."""

    def __init__(self, pipe, address, interfaces, server_name, nt_hashes):
        self._pipe, self._address = pipe, address
        self._interfaces = {interface.syntax: interface for interface in interfaces}
        self._contexts, self._stub = {}, b''
        self._security = collections.defaultdict(lambda: NtlmServer(server_name, nt_hashes))

    def serve(self):
        while True:
            data = self._pipe.recv()
            while len(data) < struct.unpack_from('<H', data, 8)[0]:
                data += self._pipe.recv()
            pdu = Pdu(data)
            for answer in ANSWERS[pdu.kind](self, pdu):
                self._pipe.send(answer)

    def bind(self, pdu):
        asked = rpcrt.MSRPCBind(pdu.data[HEAD_BYTES:pdu.end])
        results, items = b'', asked['ctx_items']
        for _ in range(asked['ctx_num']):
            item = rpcrt.CtxItem(items)
            items = items[len(item):]
            results += self._bind_one(item)
        address = self._address.encode() + b'\0'
        body = struct.pack('<HHIH', FRAGMENT_BYTES, FRAGMENT_BYTES, ASSOCIATION_GROUP, len(address)) + address
        body += bytes(-(HEAD_BYTES + len(body)) % 4) + struct.pack('<Bxxx', asked['ctx_num']) + results
        token = self._security[pdu.security()].challenge(pdu.token) if pdu.token else b''
        yield frame(pdu.kind + 1, pdu.call, body, pdu.trailer, token)       # bind_ack, alter_context_resp

    def _bind_one(self, item):
        interface = self._interfaces.get(item['AbstractSyntax'])
        is_accepted = interface is not None and item['TransferSyntax'] == NDR
        if is_accepted:
            self._contexts[item['ContextID']] = interface
        return struct.pack('<HH', *ACCEPTED if is_accepted else REFUSED) + (NDR if is_accepted else bytes(len(NDR)))

    def authenticate(self, pdu):
        """[MS-RPCE] 2.2.2.5 rpc_auth_3 has no answer; who is refused learns it with the first call."""
        try:
            self._security[pdu.security()].accept(pdu.token)
        except Refused:
            pass
        return ()

    def request(self, pdu):
        _, context, opnum = struct.unpack_from('<IHH', pdu.data, HEAD_BYTES)
        try:
            self._stub += self._opened(pdu)
            if not pdu.is_last():
                return
            stub, self._stub = self._stub, b''
            yield from self._answered(pdu, context, self._contexts[context].call(self._pipe.client, opnum, stub))
        except Fault as fault:
            body = struct.pack('<IHxxI4x', 0, context, *fault.args)
            yield frame(rpcrt.MSRPC_FAULT, pdu.call, body, b'', b'')

    def _opened(self, pdu):
        """The stub of a request, unsealed and checked as its level asks for."""
        begin = REQUEST_BYTES + (HEAD_BYTES if pdu.flags & rpcrt.PFC_OBJECT_UUID else 0)
        stub = pdu.data[begin:pdu.end]
        if pdu.level() < rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY:
            return stub
        client = self._security[pdu.security()].client
        if client is None:
            raise Fault(ACCESS_DENIED)
        if pdu.level() == rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY:
            stub = client.apply(stub)
        if client.signature(pdu.data[:begin] + stub + pdu.trailer) != pdu.token:
            raise Fault(ACCESS_DENIED)
        return stub[:len(stub) - pdu.trailer[2]]

    def _answered(self, pdu, context, stub):
        step = FRAGMENT_BYTES - REQUEST_BYTES - TRAILER_BYTES - 2 * SIGNATURE_BYTES
        step -= step % 16
        for at in range(0, len(stub), step):
            flags = (rpcrt.PFC_FIRST_FRAG if at == 0 else 0) | (rpcrt.PFC_LAST_FRAG if at + step >= len(stub) else 0)
            head = struct.pack('<IHxx', len(stub) - at, context)
            yield self._closed(pdu, flags, head, stub[at:at + step])

    def _closed(self, pdu, flags, head, stub):
        """An answer protected as the request was."""
        if pdu.level() < rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY:
            return frame(rpcrt.MSRPC_RESPONSE, pdu.call, head + stub, b'', b'', flags)
        server = self._security[pdu.security()].server
        padding = -len(stub) % 16
        trailer = pdu.trailer[:2] + bytes([padding]) + pdu.trailer[3:]
        stub += bytes(padding)
        clear = frame(rpcrt.MSRPC_RESPONSE, pdu.call, head + stub, trailer, bytes(SIGNATURE_BYTES), flags)
        if pdu.level() == rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY:
            stub = server.apply(stub)
        token = server.signature(clear[:-SIGNATURE_BYTES])
        return frame(rpcrt.MSRPC_RESPONSE, pdu.call, head + stub, trailer, token, flags)


def frame(kind, call, body, trailer, token, flags=WHOLE):
    if not token:
        trailer = b''
    length = HEAD_BYTES + len(body) + len(trailer) + len(token)
    return struct.pack('<BBBBIHHI', 5, 0, kind, flags, 0x10, length, len(token), call) + body + trailer + token


ANSWERS = {
    rpcrt.MSRPC_REQUEST: RpcPipe.request,
    rpcrt.MSRPC_BIND: RpcPipe.bind,
    rpcrt.MSRPC_ALTERCTX: RpcPipe.bind,
    rpcrt.MSRPC_AUTH3: RpcPipe.authenticate,
}
