/*
 * Fragments of IP datagrams, put together again: RFC 791 3.2, RFC 8200 4.5.
 *
 * Knows nothing of what the datagrams carry. Bounded three ways: at most
 * FRAGMENT_DATAGRAMS at once (the oldest gives way), each at most 64 KiB, and
 * a datagram that is not whole FRAGMENT_AGE_NS after its first piece (packet
 * time) is dropped. All memory is the pool's. Overlaps: in IPv4 the bytes that
 * came first stay; in IPv6 the whole datagram is dropped (RFC 5722) unless
 * the piece repeats one exactly.
 */
#ifndef ASHIATO_SENSOR_CORE_FRAGMENT_H
#define ASHIATO_SENSOR_CORE_FRAGMENT_H

#include "sensor/core/counts.h"
#include "sensor/core/ip.h"
#include "sensor/core/pool.h"

enum { FRAGMENT_DATAGRAMS = 64 };

#define FRAGMENT_AGE_NS (INT64_C(30) * 1000000000) /* as Linux (ipfrag_time) and close to RFC 1122's 60 s */

struct fragments;

/* ${pool} and ${counts} are borrowed for as long as it lives. NULL when memory is short. */
struct fragments *fragments_new(struct pool *pool, struct counts *counts);
void fragments_free(struct fragments *f);

/* True if a piece of the datagram that ${ip} belongs to is held. */
bool fragments_know(const struct fragments *f, const struct ip *ip);

/*
 * Take in the fragment ${ip}. True when its datagram is whole: then ${ip}'s
 * payload, wire_bytes and next_header are those of the whole, for
 * ip_parse_whole; the payload lives until the next call.
 */
bool fragments_add(struct fragments *f, struct ip *ip, int64_t time_ns);

#endif
