"""WMI's own encoding of classes and instances ([MS-WMIO] 2.2), as far as one class with one method needs it: written here, since
impacket only reads it."""
import struct

NOWHERE = 0xffffffff                    # a heap reference to nothing
STRING, UINT32, OBJECT = 8, 19, 13      # 2.2.82 CimType
IS_CLASS, IS_INSTANCE = 1, 2            # 2.2.6 ObjectFlags
EMPTY_QUALIFIERS = struct.pack('<I', 4)
NO_PROPERTY_QUALIFIERS = b'\1'          # 2.2.65 InstPropQualSetFlag


def encoded(text):
    """2.2.78 Encoded-String of one-byte characters."""
    return b'\0' + text.encode('ascii') + b'\0'


def counted(data):
    """2.2.73: a length that counts itself, then the data."""
    return struct.pack('<I', 4 + len(data)) + data


class Heap:
    """2.2.66: what references point into."""

    def __init__(self):
        self._data = b''

    def put(self, data):
        at = len(self._data)
        self._data += data
        return at

    def encode(self):
        return struct.pack('<I', len(self._data) | 0x80000000) + self._data


def value_table(values):
    """2.2.26 NdTable, two bits a property (clear: it has a value of its own), then four bytes each."""
    return bytes((len(values) + 3) // 4) + struct.pack('<%dI' % len(values), *values)


def class_part(name, properties):
    """2.2.15. `properties` are (name, type) in their order."""
    heap = Heap()
    name_at = heap.put(encoded(name)) if name else NOWHERE
    infos = [(heap.put(encoded(prop)), heap.put(struct.pack('<IHII', kind, order, 4 * order, 0) + EMPTY_QUALIFIERS))
             for order, (prop, kind) in enumerate(properties)]
    table = value_table([0] * len(properties))
    header = b'\0' + struct.pack('<II', name_at, len(table))
    lookup = struct.pack('<I', len(infos)) + b''.join(struct.pack('<II', *info) for info in infos)
    return counted(header + EMPTY_QUALIFIERS + EMPTY_QUALIFIERS + lookup + table + heap.encode())    # derivation, qualifiers: none


def methods_part(methods):
    """2.2.37. `methods` are (name, properties of the input, properties of the output)."""
    heap, rows = Heap(), b''
    for name, given, returned in methods:
        name_at, qualifiers_at = heap.put(encoded(name)), heap.put(EMPTY_QUALIFIERS)
        signatures = [heap.put(sized(class_block('__PARAMETERS', properties, []))) for properties in (given, returned)]
        rows += struct.pack('<IB3xIIII', name_at, 0, 0, qualifiers_at, *signatures)
    return counted(struct.pack('<HH', len(methods), 0) + rows + heap.encode())


def sized(block):
    return struct.pack('<I', len(block)) + block


def class_block(name, properties, methods):
    """2.2.5 ObjectBlock of a class: its parent, which is none, and itself."""
    parent = class_part(None, []) + methods_part([])
    return bytes([IS_CLASS]) + parent + class_part(name, properties) + methods_part(methods)


def instance_block(name, properties, values):
    """2.2.53: the class without its methods, and the values (numbers)."""
    heap = Heap()
    name_at = heap.put(encoded(name))
    instance = b'\0' + struct.pack('<I', name_at) + value_table(values) + EMPTY_QUALIFIERS + NO_PROPERTY_QUALIFIERS + heap.encode()
    return bytes([IS_INSTANCE]) + class_part(name, properties) + counted(instance)


def unit(block):
    """2.2.1 EncodingUnit."""
    return struct.pack('<I', 0x12345678) + sized(block)
