#!/usr/bin/python3
"""shift_clock.py TRUTH IN OUT: a capture with the pauses a case speaks of: from the moment of each `later MINUTES` on, packets are so
many minutes later."""
import os
import sys
from datetime import datetime, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, '../../lib'))
import pcap

from evidence import Notes

MINUTE_NS = 60 * 10**9


def nanoseconds(moment):
    whole, fraction = moment.rstrip('Z').split('.')
    return int(datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()) * 10**9 + int(fraction)


def main():
    truth, source, target = sys.argv[1:]
    pauses = [(nanoseconds(moment), int(minutes) * MINUTE_NS) for minutes, moment in Notes(truth).of('later')]
    link, packets = pcap.read(source)
    pcap.write(target, link, [packet._replace(time_ns=packet.time_ns + sum(pause for begins, pause in pauses if packet.time_ns >= begins))
                              for packet in packets])


if __name__ == '__main__':
    main()
