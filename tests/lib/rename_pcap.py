"""Renames things inside a capture: names in whatever text they stand, addresses, and the checksums over them.

Every new name is as long as the old one, so no length, offset or TCP segment changes: what differs afterwards is only what
an intruder could have chosen otherwise. Names are replaced in the TCP streams rather than in the packets, so that a name cut in
two by a segment is found too."""
import collections
import ipaddress
import struct

import pcap

IPV4, TCP, UDP = 0x0800, 6, 17
VLANS = (0x8100, 0x88a8)
ENDPOINT_MAPPER = 135
REORDERED_BYTES = 65536  # the first segment captured may not be the first sent
SHORTEST_IN_ASCII = 5  # a shorter one would hit bytes of an executable by chance


class Frame:
    """One Ethernet frame, taken apart where something is to be changed."""

    def __init__(self, packet):
        self.packet = packet
        self.bytes = bytearray(packet.data)
        self.ip = self._ip_at()
        self.transport = self.payload = self.key = None
        if self.ip is not None:
            self._take_apart()

    def _ip_at(self):
        at = 12
        while at + 2 <= len(self.bytes) and struct.unpack_from('>H', self.bytes, at)[0] in VLANS:
            at += 4
        is_ip = at + 22 <= len(self.bytes) and struct.unpack_from('>H', self.bytes, at)[0] == IPV4
        return at + 2 if is_ip else None

    def _take_apart(self):
        self.transport = self.ip + (self.bytes[self.ip] & 15) * 4
        self.end = self.ip + struct.unpack_from('>H', self.bytes, self.ip + 2)[0]
        self.protocol = self.bytes[self.ip + 9]
        is_fragment = struct.unpack_from('>H', self.bytes, self.ip + 6)[0] & 0x3fff
        if self.protocol in (TCP, UDP) and not is_fragment and self.end <= len(self.bytes):
            header = (self.bytes[self.transport + 12] >> 4) * 4 if self.protocol == TCP else 8
            self.payload = self.transport + header
            self.ports = struct.unpack_from('>HH', self.bytes, self.transport)
            self.key = (bytes(self.bytes[self.ip + 12:self.ip + 20]), self.ports)

    def sequence(self):
        return struct.unpack_from('>I', self.bytes, self.transport + 4)[0]

    def text(self):
        return bytes(self.bytes[self.payload:self.end])

    def set_text(self, text):
        self.bytes[self.payload:self.end] = text

    def finished(self):
        if self.key:
            self._checksums()
        return self.packet._replace(data=bytes(self.bytes))

    def _checksums(self):
        field = self.transport + (16 if self.protocol == TCP else 6)
        self.bytes[self.ip + 10:self.ip + 12] = b'\0\0'
        struct.pack_into('>H', self.bytes, self.ip + 10, checksum(self.bytes[self.ip:self.transport]))
        if self.protocol == UDP and self.bytes[field:field + 2] == b'\0\0':
            return
        self.bytes[field:field + 2] = b'\0\0'
        pseudo = self.bytes[self.ip + 12:self.ip + 20] + struct.pack('>BBH', 0, self.protocol, self.end - self.transport)
        struct.pack_into('>H', self.bytes, field, checksum(pseudo + self.bytes[self.transport:self.end]))


def checksum(data):
    """[RFC 1071]"""
    words = bytes(data) + b'\0' * (len(data) % 2)
    total = sum(struct.unpack('>%dH' % (len(words) // 2), words))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Renaming:
    """Old name -> new name, old address -> new address; counts what it replaced."""

    def __init__(self, names, addresses):
        self.counts = collections.Counter({name: 0 for name in [*names, *addresses]})
        longest_first = sorted([*names.items(), *addresses.items()], key=lambda pair: -len(pair[0]))
        self._texts = [row for old, new in longest_first for row in in_bytes(old, new)]
        self._addresses = {packed(old): packed(new) for old, new in addresses.items()}
        self._spoken = {packed(old): old for old in addresses}

    def apply(self, source, target):
        """Write the capture at ${source}, renamed, to ${target}."""
        link, packets = pcap.read(source)
        if link != pcap.ETHERNET:
            raise ValueError('%s: only Ethernet captures are renamed' % source)
        frames = [Frame(packet) for packet in packets]
        self._rename_streams([frame for frame in frames if frame.key and frame.protocol == TCP])
        for frame in frames:
            if frame.key and frame.protocol == UDP:
                frame.set_text(self._renamed(frame.text()))
        for frame in frames:
            self._readdress(frame)
        pcap.write(target, link, [frame.finished() for frame in frames])

    def _rename_streams(self, frames):
        streams = collections.defaultdict(list)
        for frame in frames:
            streams[frame.key].append(frame)
        for key, pieces in streams.items():
            self._rename_stream(pieces, ENDPOINT_MAPPER in key[1])

    def _rename_stream(self, pieces, holds_addresses):
        """Lay every segment where it belongs, rename the whole, and give each segment its bytes back."""
        base = pieces[0].sequence() - REORDERED_BYTES
        places = [((frame.sequence() - base) % 2**32, frame) for frame in pieces]
        whole = bytearray(max(at + len(frame.text()) for at, frame in places))
        for at, frame in reversed(places):  # of two copies the first stands: a keep-alive carries a byte of no meaning
            whole[at:at + len(frame.text())] = frame.text()
        whole = self._renamed(bytes(whole))
        for old, new in self._addresses.items() if holds_addresses else ():
            whole = whole.replace(old, new)
        for at, frame in places:
            frame.set_text(whole[at:at + len(frame.text())])

    def _renamed(self, text):
        for name, old, new in self._texts:
            self.counts[name] += text.count(old)
            text = text.replace(old, new)
        return text

    def _readdress(self, frame):
        for at in (0, 6):
            if not frame.bytes[at] & 1:  # not broadcast or multicast
                frame.bytes[at + 3:at + 6] = bytes(byte ^ 0x5a for byte in frame.bytes[at + 3:at + 6])
        for at in (frame.ip + 12, frame.ip + 16) if frame.key else ():
            old = bytes(frame.bytes[at:at + 4])
            if old in self._addresses:
                frame.bytes[at:at + 4] = self._addresses[old]
                self.counts[self._spoken[old]] += 1


def packed(address):
    return ipaddress.ip_address(address).packed


def in_bytes(old, new):
    """(old, its bytes, the new one's) in each encoding that protocols use."""
    if len(old) != len(new):
        raise ValueError('%s and %s differ in length' % (old, new))
    yield old, old.encode('utf-16-le'), new.encode('utf-16-le')
    if len(old) >= SHORTEST_IN_ASCII:
        yield old, old.encode('ascii'), new.encode('ascii')
