/*
 * The captures that measurements are made with. Each is the same, byte for
 * byte, in every run with the same size and the same recordings.
 */
#ifndef ASHIATO_TESTS_BENCH_KINDS_H
#define ASHIATO_TESTS_BENCH_KINDS_H

#include "tests/bench/output.h"

/* The ${n} recordings ${paths} played again and again with other addresses and client ports, thousands at once, packet by
 * packet in turns, until ${bytes} are written and every play has ended. Says on standard output how often each was played. */
void mixed_write(struct output *o, char *const *paths, size_t n, uint64_t bytes);

/* SMB2 transfers of 32 MiB, four connections at once, of about ${bytes} in all: files read from an ordinary share (skipped in
 * place), or executables written to ADMIN$ (hashed). */
void bulk_write_share(struct output *o, char *const *paths, size_t n, uint64_t bytes);
void bulk_write_admin(struct output *o, char *const *paths, size_t n, uint64_t bytes);

#endif
