/*
 * The truncation ladder: one message, every shorter prefix of it, each lying
 * against a page that may not be touched. A parser that reads one byte past
 * what it was given dies at that prefix.
 */
#ifndef ASHIATO_TESTS_LADDER_H
#define ASHIATO_TESTS_LADDER_H

#include "sensor/core/view.h"

/* Call ${each} with the prefixes of 0, 1, ... ${n} bytes of ${bytes}. Aborts when memory is short. */
void ladder(const void *bytes, size_t n, void (*each)(struct view prefix, void *ctx), void *ctx);

#endif
