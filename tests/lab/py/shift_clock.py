#!/usr/bin/python3
"""shift_clock.py TRUTH capture IN OUT
shift_clock.py TRUTH logs FILE...

What was recorded, with the pauses a case speaks of: from the moment of each `later MINUTES` on, packets, or the lines of Samba's
logs, are so many minutes later."""
import os
import re
import sys
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, '../../lib'))
import pcap

from evidence import Notes

# How auth_json_audit, and every other log of Samba (in local time), write a moment.
STAMPS = ((re.compile(r'(?<="timestamp": ")[^"]+'), '%Y-%m-%dT%H:%M:%S.%f%z'),
          (re.compile(r'(?<=^\[)\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6}', re.MULTILINE), '%Y/%m/%d %H:%M:%S.%f'))


class Clock:
    def __init__(self, truth):
        self._pauses = [(moment_of(text), timedelta(minutes=int(minutes))) for minutes, text in Notes(truth).of('later')]

    def delay(self, when):
        return sum((pause for begins, pause in self._pauses if when >= begins), timedelta())


def moment_of(text):
    return datetime.strptime(text[:26] + '+0000', '%Y-%m-%dT%H:%M:%S.%f%z')       # to the microsecond


def shift_capture(clock, source, target):
    link, packets = pcap.read(source)
    pcap.write(target, link, [packet._replace(time_ns=packet.time_ns + nanoseconds(clock.delay(when_of(packet)))) for packet in packets])


def when_of(packet):
    return datetime.fromtimestamp(packet.time_ns // 1000 / 10**6, timezone.utc)


def nanoseconds(delay):
    return int(delay.total_seconds()) * 10**9


def shift_logs(clock, *paths):
    for path in paths:
        with open(path, encoding='utf-8', errors='surrogateescape') as f:
            text = f.read()
        for stamp, form in STAMPS:
            text = stamp.sub(lambda said, form=form: shifted(clock, said[0], form), text)
        with open(path, 'w', encoding='utf-8', errors='surrogateescape') as f:
            f.write(text)


def shifted(clock, said, form):
    when = datetime.strptime(said, form)
    return (when + clock.delay(when.astimezone(timezone.utc))).strftime(form)


if __name__ == '__main__':
    {'capture': shift_capture, 'logs': shift_logs}[sys.argv[2]](Clock(sys.argv[1]), *sys.argv[3:])
