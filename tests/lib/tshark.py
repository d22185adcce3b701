"""A capture as tshark reads it: frames, their protocol data units, and the fields of each in document order.

tshark is the second opinion: nobody in this project wrote it. This module only runs it and takes its XML apart; what
the fields mean stands in wire_facts.py."""
import collections
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

# Two passes, no name service, Community IDs; nothing else is changed from tshark's defaults.
OPTIONS = ['-2', '-n', '--enable-protocol', 'communityid']

# The layers below are summed up in Frame; the rest are kept as PDUs.
BELOW = {'geninfo', 'frame', 'eth', 'vlan', 'sll', 'raw', 'null', 'ip', 'ipv6', 'tcp', 'udp', 'communityid', 'fake-field-wrapper'}

Frame = collections.namedtuple('Frame', 'number stream community_id source destination pdus')


def is_installed():
    return shutil.which('tshark') is not None


def version():
    return subprocess.run(['tshark', '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True).stdout.splitlines()[0]


class Fields:
    """Fields as (name, value) in the order of the document; headings have the name ''."""

    def __init__(self, name, fields):
        self.name = name
        self.fields = fields

    def first(self, *names, default=None):
        """The first value of the first of these names that stands here."""
        for name in names:
            for field, value in self.fields:
                if field == name:
                    return value
        return default

    def all(self, name):
        return [value for field, value in self.fields if field == name]

    def number(self, *names, default=None):
        value = self.first(*names)
        return default if value in (None, '') else int(value, 0)

    def has(self, name):
        return any(field == name for field, _ in self.fields)

    def split(self, is_start):
        """Parts that begin at each field for which is_start(name, value) holds; what stands before the first comes first."""
        parts = [[]]
        for field in self.fields:
            if is_start(*field):
                parts.append([])
            parts[-1].append(field)
        return [Fields(self.name, part) for part in parts]


def flatten(element):
    for child in element:
        if child.tag in ('field', 'proto'):
            yield child.get('name', ''), child.get('show') or ('' if child.get('name') else child.get('showname', ''))
            yield from flatten(child)


def frames(capture, display_filter='tcp && (smb || smb2 || dcerpc)'):
    """Each frame of the capture that the filter lets through."""
    command = ['tshark', *OPTIONS, '-r', capture, '-Y', display_filter, '-T', 'pdml']
    xml = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    # tshark leaves the document open when the capture ends in the middle of a packet, and may print control characters
    text = re.sub('[\x00-\x08\x0b\x0c\x0e-\x1f]', '?', xml.decode('utf-8', 'replace'))
    if not text.rstrip().endswith('</pdml>'):
        text = text[:text.rindex('</packet>')] + '</packet></pdml>'
    return [frame_of(packet) for packet in ElementTree.fromstring(text.encode())]


def frame_of(packet):
    protocols = [Fields(proto.get('name'), list(flatten(proto))) for proto in packet.findall('proto')]
    below = Fields('below', [field for proto in protocols if proto.name in BELOW for field in proto.fields])
    addresses = [below.first('ip.' + end, 'ipv6.' + end) for end in ('src', 'dst')]
    ports = [below.first('tcp.' + end, 'udp.' + end) for end in ('srcport', 'dstport')]
    source, destination = ['%s:%s' % pair for pair in zip(addresses, ports)]
    return Frame(int(below.first('num')), below.first('tcp.stream'), below.first('communityid'), source, destination,
                 [proto for proto in protocols if proto.name not in BELOW])
