/*
 * Reports to download.
 */
#include "collector/service_parts.h"

#include "collector/entry.h"
#include "collector/report/document.h"
#include "collector/report/report.h"

#include <string.h>

static enum report_part part_of(const char *what)
{
	if (strcmp(what, "incidents") == 0)
		return REPORT_INCIDENTS;
	return strcmp(what, "accesses") == 0 ? REPORT_ACCESSES : 0;
}

/* What a printer needs of the ledger; a table does not show the steps of an incident. */
static enum document_rows rows_of(enum report_part part, const struct report_stream *stream)
{
	if (part == REPORT_ACCESSES)
		return DOCUMENT_ACCESSES;
	return stream == &report_csv_stream ? DOCUMENT_INCIDENTS : DOCUMENT_STEPS;
}

struct report {
	struct report_out out;
	enum report_part part;
	const struct report_stream *stream;	/* NULL: printed from the whole document */
};

static bool print_row(void *ctx, json_t *row)
{
	struct report *r = ctx;
	r->stream->row(&r->out, r->part, row);
	return !r->out.failed;
}

/* One row at a time is in memory, however long the ledger is. */
static enum answer write_rows(struct service *s, struct report *r, const struct store_filter *filter,
			      char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	r->stream->begin(&r->out, r->part);
	document_each(tx, s->rules, filter, rows_of(r->part, r->stream), print_row, r);
	enum answer answer = service_stored(tx, error);
	if (answer == ANSWER_OK)
		r->stream->end(&r->out, r->part);
	return answer;
}

static enum answer write_document(struct service *s, struct report *r, report_fn print, const struct store_filter *filter,
				  char error[SERVICE_ERROR_BYTES])
{
	json_t *document = NULL;
	struct store_tx *tx = store_read(s->store);
	enum answer answer = service_answer(tx, document_of(tx, s->rules, filter), &document, error);
	if (answer != ANSWER_OK)
		return answer;
	print(&r->out, document, r->part);
	json_decref(document);
	return ANSWER_OK;
}

/* ---- the whitelist ---- */

static json_t *bare_entries(const json_t *entries)
{
	json_t *out = json_array();
	for (size_t i = json_array_size(entries); i-- > 0;)	/* the list is newest first */
		json_array_append_new(out, entry_bare(json_array_get(entries, i)));
	return json_pack("{s:o}", "entries", out);
}

static enum answer write_whitelist(struct service *s, const char *format, struct report_out *out, char error[SERVICE_ERROR_BYTES])
{
	json_t *list = NULL;
	if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
		return service_says(ANSWER_NOT_FOUND, error, "there is no report baseline.%.8s", format);
	enum answer answer = service_baseline_all(s, &list, error);
	if (answer != ANSWER_OK)
		return answer;
	const json_t *entries = json_object_get(list, "items");
	if (strcmp(format, "csv") == 0) {
		report_csv_entries(out, entries);
	} else {
		json_t *document = bare_entries(entries);
		report_json(out, document, REPORT_ALL);
		json_decref(document);
	}
	json_decref(list);
	return ANSWER_OK;
}

enum answer service_report(struct service *s, const struct service_report_of *of, service_write_fn write, void *ctx,
			   char error[SERVICE_ERROR_BYTES])
{
	struct store_filter filter;
	struct report r = { .out = { .write = write, .ctx = ctx }, .part = part_of(of->what), .stream = report_stream(of->format) };
	report_fn print = report_format(of->format);
	if (strcmp(of->what, "baseline") == 0)
		return write_whitelist(s, of->format, &r.out, error);
	if (r.part == 0 || print == NULL)
		return service_says(ANSWER_NOT_FOUND, error, "there is no report %.32s.%.8s", of->what, of->format);
	struct service_query every = *of->query;
	every.state = of->query->state != NULL ? of->query->state : "all";	/* a report is the record, not the list of what is to do */
	enum answer answer = service_filter(&every, &filter, error);
	if (answer != ANSWER_OK)
		return answer;
	filter.limit = -1;
	return r.stream != NULL ? write_rows(s, &r, &filter, error) : write_document(s, &r, print, &filter, error);
}
