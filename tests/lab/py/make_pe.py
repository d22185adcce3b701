#!/usr/bin/python3
"""make_pe.py OUT BYTES: a harmless PE32 executable, the same bytes every time: headers, one `ret`, zeros."""
import struct
import sys

DOS = struct.pack('<2s29HI', b'MZ', 0x90, 3, 0, 4, 0, 0xffff, 0, 0xb8, 0, 0, 0, 0x40, *[0] * 17, 0x80)
DOS_TEXT = b'This program cannot be run in DOS mode.\r\r\n$'
COFF = struct.pack('<HHIIIHH', 0x14c, 1, 0, 0, 0, 0xe0, 0x102)
OPTIONAL = struct.pack(
    '<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII',
    0x10b, 8, 0, 0x200, 0, 0, 0x1000, 0x1000, 0x2000,       # magic, linker, sizes, entry point, bases
    0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0,              # image base, alignments, versions
    0, 0x2000, 0x200, 0, 3, 0,                              # image size, header size, console program
    0x100000, 0x1000, 0x100000, 0x1000, 0, 16)              # stack, heap, number of directories
SECTION = b'.text\0\0\0' + struct.pack('<IIIIIIHHI', 0x10, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)


def make_pe(size):
    head = DOS.ljust(0x40, b'\0') + DOS_TEXT.ljust(0x40, b'\0') + b'PE\0\0' + COFF + OPTIONAL.ljust(0xe0, b'\0') + SECTION
    return (head.ljust(0x200, b'\0') + b'\xc3').ljust(size, b'\0')


if __name__ == '__main__':
    with open(sys.argv[1], 'wb') as out:
        out.write(make_pe(int(sys.argv[2])))
