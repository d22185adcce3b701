"""The same IP packets under other link layers, and the same capture in other file formats: what a sensor should not care about."""
import gzip
import shutil
import struct
import subprocess

import pcap

ETHERNET_ADDRESSES = 12
UNKNOWN_LINK = 147  # DLT_USER0: nobody can know what is inside
SENT_TO_US, ARPHRD_ETHERNET = 0, 1


def reframed(path, target, link, header):
    """Write the Ethernet capture ${path} with header(addresses, ethertype) in place of each Ethernet header."""
    _, packets = pcap.read(path)
    changed = []
    for packet in packets:
        at = ETHERNET_ADDRESSES
        front = header(packet.data[:at], packet.data[at:at + 2])
        data = front + packet.data[at + 2:]
        changed.append(packet._replace(data=data, wire_bytes=packet.wire_bytes + len(data) - len(packet.data)))
    pcap.write(target, link, changed)
    return target


def vlan(*ids):
    """802.1Q; more than one id: stacked, the outer ones as 802.1ad."""
    tags = [struct.pack('>HH', 0x8100 if vid == ids[-1] else 0x88a8, vid) for vid in ids]
    return lambda addresses, ethertype: addresses + b''.join(tags) + ethertype


def cooked(addresses, ethertype):
    """Linux cooked capture, version 1 ([LINKTYPE_LINUX_SLL])."""
    return struct.pack('>HHH', SENT_TO_US, ARPHRD_ETHERNET, 6) + addresses[6:12] + b'\0\0' + ethertype


def cooked2(addresses, ethertype):
    """Linux cooked capture, version 2 ([LINKTYPE_LINUX_SLL2])."""
    return ethertype + struct.pack('>HIHBB', 0, 2, ARPHRD_ETHERNET, SENT_TO_US, 6) + addresses[6:12] + b'\0\0'


def raw_ip(*_):
    return b''


def nanoseconds(path, target):
    link, packets = pcap.read(path)
    pcap.write(target, link, packets, magic=pcap.NANOSECONDS)
    return target


def unknown_link(path, target):
    _, packets = pcap.read(path)
    pcap.write(target, UNKNOWN_LINK, packets)
    return target


def gzipped(path, target):
    with open(path, 'rb') as source, gzip.open(target, 'wb') as packed:
        shutil.copyfileobj(source, packed)
    return target


def pcapng(path, target):
    """None where Wireshark's editcap is not installed."""
    if not shutil.which('editcap'):
        return None
    subprocess.run(['editcap', '-F', 'pcapng', path, target], check=True)
    return target


def cut(path, target, length):
    with open(path, 'rb') as source, open(target, 'wb') as out:
        out.write(source.read(length))
    return target


def first_packets(path, target, count):
    link, packets = pcap.read(path)
    pcap.write(target, link, packets[:count])
    return target
