"""The server's side of NTLM ([MS-NLMP] 3.2.5, 3.4) inside RPC: a challenge, the check of the response to it, and then messages
unsealed and sealed. The formulas are impacket's."""
import os
import struct
import time

from Cryptodome.Cipher import ARC4
from impacket import ntlm

OFFERED = (ntlm.NTLMSSP_NEGOTIATE_UNICODE | ntlm.NTLMSSP_NEGOTIATE_NTLM | ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY
           | ntlm.NTLMSSP_NEGOTIATE_128 | ntlm.NTLMSSP_NEGOTIATE_56 | ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH | ntlm.NTLMSSP_NEGOTIATE_SIGN
           | ntlm.NTLMSSP_NEGOTIATE_SEAL | ntlm.NTLMSSP_NEGOTIATE_ALWAYS_SIGN | ntlm.NTLMSSP_REQUEST_TARGET)
STATED = ntlm.NTLMSSP_TARGET_TYPE_SERVER | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO
HEADER_BYTES = 48
SIGNATURE_BYTES = 16
SECONDS_BEFORE_1970 = 11644473600


class Refused(Exception):
    pass


class Direction:
    """Keys and sequence of the messages one side sends."""

    def __init__(self, flags, session_key, side):
        self._flags = flags
        self._signing_key = ntlm.SIGNKEY(flags, session_key, side)
        self._stream = ARC4.new(ntlm.SEALKEY(flags, session_key, side)).encrypt
        self._sequence = 0

    def apply(self, data):
        """Seal or unseal, which RC4 does alike."""
        return self._stream(data)

    def signature(self, message):
        signature = ntlm.MAC(self._flags, self._stream, self._signing_key, self._sequence, message).getData()
        self._sequence += 1
        return signature


class NtlmServer:
    def __init__(self, name, nt_hashes):
        self._name, self._nt_hashes = name.encode('utf-16le'), nt_hashes
        self._challenge = os.urandom(8)
        self.client = self.server = None                    # Direction, once accepted

    def challenge(self, negotiate):
        wanted = ntlm.NTLMAuthNegotiate()
        wanted.fromString(negotiate)
        flags = (wanted['flags'] & OFFERED) | STATED
        pairs = ntlm.AV_PAIRS()
        for key in (ntlm.NTLMSSP_AV_DOMAINNAME, ntlm.NTLMSSP_AV_HOSTNAME, ntlm.NTLMSSP_AV_DNS_DOMAINNAME, ntlm.NTLMSSP_AV_DNS_HOSTNAME):
            pairs[key] = self._name
        pairs[ntlm.NTLMSSP_AV_TIME] = struct.pack('<q', (int(time.time()) + SECONDS_BEFORE_1970) * 10**7)
        info = pairs.getData()
        head = struct.pack('<8sIHHII8s8xHHI', b'NTLMSSP\0', 2, len(self._name), len(self._name), HEADER_BYTES, flags,
                           self._challenge, len(info), len(info), HEADER_BYTES + len(self._name))
        return head + self._name + info

    def accept(self, authenticate):
        """Check an AUTHENTICATE message and take its keys; whose it is."""
        response, domain, user, key = [field(authenticate, at) for at in (20, 28, 36, 52)]
        user, domain = user.decode('utf-16le'), domain.decode('utf-16le')
        flags, = struct.unpack_from('<I', authenticate, 60)
        nt_hash = self._nt_hashes.get(user.lower())
        proof, rest = response[:16], response[16:]
        owf = nt_hash and ntlm.NTOWFv2(user, '', domain, nt_hash)
        if not owf or ntlm.hmac_md5(owf, self._challenge + rest) != proof:
            raise Refused('%s\\%s' % (domain, user))
        session_key = ntlm.hmac_md5(owf, proof)
        if flags & ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH:
            session_key = ARC4.new(session_key).decrypt(key)
        self.client, self.server = [Direction(flags, session_key, side) for side in ('Client', 'Server')]
        return '%s\\%s' % (domain, user)


def field(message, at):
    """[MS-NLMP] 2.2.2.10: length, room, offset."""
    length, _, offset = struct.unpack_from('<HHI', message, at)
    return message[offset:offset + length]
