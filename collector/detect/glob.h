/*
 * Patterns that people write: accounts in a baseline entry, step names in a
 * profile. `*` stands for any run of characters, also none, `?` for exactly
 * one; everything else for itself, upper and lower case alike. There is no
 * escape: neither character occurs in an account or a step name.
 *
 * Works on characters, not bytes, and folds case in the Latin, Greek and
 * Cyrillic blocks, where the accounts of the field live; it needs no locale.
 * The time is at most length of pattern times length of text.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_GLOB_H
#define ASHIATO_COLLECTOR_DETECT_GLOB_H

#include <stdbool.h>
#include <stdint.h>

/* True if all of ${text} fits ${pattern}. */
bool glob_matches(const char *pattern, const char *text);

/* True if ${a} and ${b} differ at most in case. */
bool glob_equal(const char *a, const char *b);

/* The same for texts that are glob_equal (FNV-1a over characters). */
uint64_t glob_hash(const char *text);

/* True if ${pattern} has a `*` or `?`. */
bool glob_is_pattern(const char *pattern);

#endif
