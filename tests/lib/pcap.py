"""Capture files, read and written: the classic pcap format, packet by packet ([draft-ietf-opsawg-pcap])."""
import collections
import struct

ETHERNET, RAW_IP, LINUX_COOKED, LINUX_COOKED_2 = 1, 101, 113, 276

# magic -> ns in one unit of a packet's second time field
MICROSECONDS, NANOSECONDS = 0xa1b2c3d4, 0xa1b23c4d
UNIT_NS = {MICROSECONDS: 1000, NANOSECONDS: 1}
SNAP_BYTES = 262144

Packet = collections.namedtuple('Packet', 'time_ns data wire_bytes')


def read(path):
    """(link type, packets) of a whole capture; what is cut off at its end is left out."""
    with open(path, 'rb') as f:
        raw = f.read()
    order = '<' if struct.unpack('<I', raw[:4])[0] in UNIT_NS else '>'
    magic, _, _, _, _, _, link = struct.unpack(order + 'IHHiIII', raw[:24])
    packets, at = [], 24
    while at + 16 <= len(raw):
        seconds, fraction, captured, wire = struct.unpack(order + 'IIII', raw[at:at + 16])
        if at + 16 + captured > len(raw):
            break
        time_ns = seconds * 10**9 + fraction * UNIT_NS[magic]
        packets.append(Packet(time_ns, raw[at + 16:at + 16 + captured], wire))
        at += 16 + captured
    return link, packets


def write(path, link, packets, magic=MICROSECONDS):
    with open(path, 'wb') as f:
        f.write(struct.pack('<IHHiIII', magic, 2, 4, 0, 0, SNAP_BYTES, link))
        for packet in packets:
            seconds, rest = divmod(packet.time_ns, 10**9)
            f.write(struct.pack('<IIII', seconds, rest // UNIT_NS[magic], len(packet.data), packet.wire_bytes))
            f.write(packet.data)


def packet_ends(path):
    """The offset in the file behind each packet, ascending."""
    _, packets = read(path)
    ends, at = [], 24
    for packet in packets:
        at += 16 + len(packet.data)
        ends.append(at)
    return ends
