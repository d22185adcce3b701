#!/usr/bin/python3
"""lose_logs.py everything|logons|since ADDRESS LOG...: what an intruder who became administrator does to a server's logs:

everything  each record that names the address is gone
logons      only the records of its logons are
since       nothing stands there any more from the first record on that names it
"""
import re
import sys

# A record is a line of JSON, or a header of Samba's with the lines that follow it.
HEADED = re.compile(r'^\[\d{4}/.*\n(?:(?!\[\d{4}/).*\n)*|^.*\n', re.MULTILINE)


def everything(records, names):
    return [record for record in records if not names(record)]


def logons(records, names):
    return [record for record in records if not (names(record) and '"Auth' in record)]


def since(records, names):
    first = next((at for at, record in enumerate(records) if names(record)), len(records))
    return records[:first]


def main():
    what, address, *paths = sys.argv[1:]
    mentioned = re.compile(r'(?<![\d.])%s(?![\d.])' % re.escape(address))
    for path in paths:
        with open(path, encoding='utf-8', errors='surrogateescape') as f:
            records = HEADED.findall(f.read())
        kept = {'everything': everything, 'logons': logons, 'since': since}[what](records, mentioned.search)
        with open(path, 'w', encoding='utf-8', errors='surrogateescape') as f:
            f.write(''.join(kept))


if __name__ == '__main__':
    main()
