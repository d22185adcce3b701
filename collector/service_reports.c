/*
 * Reports to download.
 */
#include "collector/service_parts.h"

#include "collector/report/document.h"
#include "collector/report/report.h"

#include <string.h>

static enum report_part part_of(const char *what)
{
	if (strcmp(what, "incidents") == 0)
		return REPORT_INCIDENTS;
	return strcmp(what, "accesses") == 0 ? REPORT_ACCESSES : 0;
}

/* What the report is printed from: a table of a large ledger must not cost the memory of everything that hangs on it. */
static unsigned parts_of(enum report_part part, const char *format)
{
	if (strcmp(format, "csv") == 0)
		return part == REPORT_INCIDENTS ? DOCUMENT_INCIDENTS : DOCUMENT_ACCESSES;
	if (strcmp(format, "html") == 0)
		return part == REPORT_INCIDENTS ? DOCUMENT_INCIDENTS | DOCUMENT_STEPS : DOCUMENT_ACCESSES;
	return DOCUMENT_ALL;
}

enum answer service_report(struct service *s, const char *what, const char *format, const struct service_query *q,
			   service_write_fn write, void *ctx, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter filter;
	enum report_part part = part_of(what);
	report_fn print = report_format(format);
	if (part == 0 || print == NULL)
		return service_says(ANSWER_NOT_FOUND, error, "there is no report %.32s.%.8s", what, format);
	struct service_query every = *q;
	every.state = q->state != NULL ? q->state : "all";	/* a report is the record, not the list of what is to do */
	enum answer answer = service_filter(&every, &filter, error);
	if (answer != ANSWER_OK)
		return answer;
	filter.limit = -1;
	json_t *document = NULL;
	struct store_tx *tx = store_read(s->store);
	answer = service_answer(tx, document_parts(tx, s->rules, &filter, parts_of(part, format)), &document, error);
	if (answer != ANSWER_OK)
		return answer;
	struct report_out out = { .write = write, .ctx = ctx };
	print(&out, document, part);
	json_decref(document);
	return ANSWER_OK;
}
