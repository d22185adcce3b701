/*
 * Reads a JSON document of ours strictly: every key is known, every value has
 * its type, and what is wrong is said once, in a sentence that names file,
 * section, row and key. Sticky like a cursor: after the first mistake every
 * read answers nothing and the sentence stays.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_READER_H
#define ASHIATO_COLLECTOR_DETECT_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct reader {
	const char *file;	/* for the sentence: "catalogue.json" */
	const char *section;	/* "rpc"; NULL: the document itself */
	size_t row;		/* from 1; 0: the section itself */
	char *error;
	size_t error_cap;
	bool bad;
};

/* Parse ${text} into an object (new reference), or NULL with the sentence said. */
json_t *reader_parse(struct reader *r, const char *text, size_t n);

/* Say what is wrong, unless something was said before. Always false. */
bool reader_reject(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True if ${object} is an object with no key beside those of ${known} (a list ended by NULL). */
bool reader_known(struct reader *r, const json_t *object, const char *const *known);

/* A text, borrowed. Absent or null: NULL, and wrong if ${required}. */
const char *reader_text(struct reader *r, const json_t *object, const char *key);
const char *reader_required_text(struct reader *r, const json_t *object, const char *key);

/* A whole number between ${min} and ${max}; ${otherwise} when absent. */
long long reader_number(struct reader *r, const json_t *object, const char *key, long long min, long long max,
			long long otherwise);

/* true or false; false when absent. */
bool reader_flag(struct reader *r, const json_t *object, const char *key);

/* An array, borrowed. Absent or null: NULL. */
const json_t *reader_array(struct reader *r, const json_t *object, const char *key);

/* The same, of texts only. */
const json_t *reader_texts(struct reader *r, const json_t *object, const char *key);

#endif
