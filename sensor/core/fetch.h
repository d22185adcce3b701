/*
 * Bringing memory into the processor's cache before it is needed. With
 * thousands of connections nearly every packet meets one that has left the
 * cache; a packet that waits for four blocks in a row, each named by the one
 * before, waits longer than it works. A hint only: nothing is read or changed.
 */
#ifndef ASHIATO_SENSOR_CORE_FETCH_H
#define ASHIATO_SENSOR_CORE_FETCH_H

#include <stddef.h>
#include <stdint.h>

enum { FETCH_LINE_BYTES = 64 };

/* Begin to fetch the ${n} bytes at ${at}; any address will do. */
static inline void fetch(const void *at, size_t n)
{
	uintptr_t begin = (uintptr_t)at;

	for (size_t i = 0; i < n; i += FETCH_LINE_BYTES)
		__builtin_prefetch((const void *)(begin + i));
}

#endif
