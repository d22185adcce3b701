/*
 * The same host or the same person under other spellings: logs, tickets and
 * clients each write names their own way.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_NAMES_H
#define ASHIATO_COLLECTOR_BASELINE_NAMES_H

#include <stdbool.h>

/* "FS1" and "fs1.lab.example" are one host; "fs1.lab.example" and "fs1.other.example" are two; addresses are compared whole. */
bool names_same_host(const char *a, const char *b);

/* "LAB\dave", "dave" and "dave@LAB.EXAMPLE" are one user: domains have too many spellings to tell people apart by them. */
bool names_same_user(const char *a, const char *b);

#endif
