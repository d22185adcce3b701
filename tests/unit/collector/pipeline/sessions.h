/*
 * Some sessions of one administrator, the log of the server they went to, and
 * the verdicts that follow.
 */
#ifndef ASHIATO_TESTS_UNIT_COLLECTOR_PIPELINE_SESSIONS_H
#define ASHIATO_TESTS_UNIT_COLLECTOR_PIPELINE_SESSIONS_H

#include "tests/lib/logkit.h"

enum { SESSIONS_PORT = 50000, N_SESSIONS = 4 };

/* Session ${i} of admin from 10.0.0.1 to 10.0.0.2, a minute apart; all of them. */
void sessions_see_one(struct bench *b, unsigned i);
void sessions_see(struct bench *b);
/* The same, at ${second}. */
void sessions_see_at(struct bench *b, unsigned i, int64_t second);

/* FS1 lives from before the first session to long after the last, and has logged all but ${erased} of them. */
void sessions_log(struct logkit *k, int erased);
/* All of ${k} as the source fs1.jsonl. */
void sessions_import(struct bench *b, const struct logkit *k);

/* A logon before them that 10.0.0.2 answered with a challenge in which it calls itself ${name}. */
void sessions_challenge(struct bench *b, char *name);

/* A stream ${name} that may speak of ${hosts} (NULL: of the first one). */
void sessions_stream(struct bench *b, const char *name, const char *hosts);

/* The verdicts of the accesses by their ports, one letter each: pe(n)ding un(v)erified un(a)pproved un(l)ogged, and '!' behind one that
 * lacks records. Until the next call. */
const char *sessions_verdicts(struct bench *b);

#endif
