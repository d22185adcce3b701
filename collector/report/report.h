/*
 * Reports: a document (report/document.h) printed for people and programs.
 */
#ifndef ASHIATO_COLLECTOR_REPORT_REPORT_H
#define ASHIATO_COLLECTOR_REPORT_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a report goes, piece by piece. Sticky: after a write that failed nothing more is written. */
struct report_out {
	bool (*write)(void *ctx, const char *bytes, size_t n);
	void *ctx;
	bool failed;
	bool cell_begins;	/* CSV: nothing stands in the cell yet */
	size_t n_rows;		/* HTML: of the table under way */
};

void report_bytes(struct report_out *out, const char *bytes, size_t n);
void report_text_of(struct report_out *out, const char *text);	/* as it is: for words of our own */

/* Which parts of a document a report shows. */
enum report_part { REPORT_INCIDENTS = 1, REPORT_ACCESSES = 2, REPORT_ALL = 3 };

/* A printer of ${document}. CSV is one table: the incidents, or with REPORT_ACCESSES alone the accesses. */
typedef void (*report_fn)(struct report_out *out, const json_t *document, enum report_part parts);

/* The printer named "text", "json", "csv" or "html"; NULL for another name. */
report_fn report_format(const char *name);

/* A report of one part, written as its rows come: begin, each row, end. */
struct report_stream {
	void (*begin)(struct report_out *out, enum report_part part);
	void (*row)(struct report_out *out, enum report_part part, const json_t *row);
	void (*end)(struct report_out *out, enum report_part part);
};

/* That of "csv" or "html"; NULL for another name. */
const struct report_stream *report_stream(const char *name);
extern const struct report_stream report_csv_stream, report_html_stream;

/* The printers themselves. HTML shows DOCUMENT_STEPS_MAX steps of an incident and says how many more there are. */
void report_text(struct report_out *out, const json_t *document, enum report_part parts);
void report_json(struct report_out *out, const json_t *document, enum report_part parts);
void report_csv(struct report_out *out, const json_t *document, enum report_part parts);
void report_html(struct report_out *out, const json_t *document, enum report_part parts);

/* Whitelist entries, oldest first, as a table that baseline import reads again. ${entries} is the list newest first. */
void report_csv_entries(struct report_out *out, const json_t *entries);

/* ---- what the printers share ---- */

/* How a format puts down text that strangers chose: escaped as the place needs it. */
typedef void (*report_put_fn)(struct report_out *out, const char *text);

/* The value of ${key}: a string as it is, a number in digits, a list joined by ", ", nothing for null. */
void report_value(struct report_out *out, report_put_fn put, const json_t *row, const char *key);

/* The detail of a step on one line: "service x, image_path y". */
void report_detail(struct report_out *out, report_put_fn put, const json_t *step);

#endif
