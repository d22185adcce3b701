/*
 * The detail of a step: a small JSON object, built by whoever names the act
 * and read by rules. Building never fails loudly: when memory is short a key
 * is missing.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_DETAIL_H
#define ASHIATO_COLLECTOR_DETECT_DETAIL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DETAIL_TEXT_BYTES = 256 };

/* Put a value under ${key}; ${*detail} is made when it is NULL. A NULL text puts nothing. */
void detail_put_text(json_t **detail, const char *key, const char *value);
void detail_put_number(json_t **detail, const char *key, uint64_t value);
void detail_put_true(json_t **detail, const char *key);
/* "0xc000006d" */
void detail_put_status(json_t **detail, const char *key, uint32_t value);

/* The value under ${key} as text: texts as they are, numbers, true and false, lists joined by ", " (cut at the buffer's
 * end). NULL when absent. Valid as long as ${detail} and ${buffer}. */
const char *detail_text(const json_t *detail, const char *key, char buffer[DETAIL_TEXT_BYTES]);

/* ${template} with every {key} replaced by the value under it, as a JSON text (new reference). */
json_t *detail_fill(const char *template, const json_t *detail);

/* The last component of a path with backslashes. */
const char *detail_file_of(const char *path);

#endif
