#include "web/query.h"
#include "web/resources.h"

/* A report opens on its own: its style stands inside it and it may load and run nothing. */
static const char report_csp[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
				 "frame-ancestors 'none'; sandbox";

static bool write_piece(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) == n;
}

/* A report may be long; it is written to an unnamed file first, so that memory
 * stays bounded and an error can still be answered as one. */
static void report(struct request *q, struct response *r, const char *what, const char *format, const char *filters)
{
	char error[SERVICE_ERROR_BYTES];
	struct service_query query;
	const struct service_report_of of = { what, format, &query };
	if (!query_read(q, filters, &query, error)) {
		respond_error(r, 400, error);
		return;
	}
	FILE *file = tmpfile();
	if (!file) {
		respond_error(r, 500, "no room for a temporary file: free space in /tmp");
		return;
	}
	const enum answer answer = service_report(q->service, &of, write_piece, file, error);
	if (answer != ANSWER_OK || fflush(file) != 0) {
		fclose(file);
		respond_answer(r, answer == ANSWER_OK ? ANSWER_FAILED : answer, 200, NULL,
			       answer == ANSWER_OK ? "no room for a temporary file: free space in /tmp" : error);
		return;
	}
	r->status = 200;
	r->body = BODY_FILE;
	r->file = file;
}

static void csv(struct request *q, struct response *r, const char *what, const char *filters)
{
	report(q, r, what, "csv", filters);
	if (r->body != BODY_FILE)
		return;
	r->content_type = "text/csv; charset=utf-8; header=present";
	snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"ashiato-%s.csv\"", what);
}

static void html(struct request *q, struct response *r, const char *what, const char *filters)
{
	report(q, r, what, "html", filters);
	if (r->body != BODY_FILE)
		return;
	r->content_type = "text/html; charset=utf-8";
	r->csp = report_csp;
	snprintf(r->disposition, sizeof r->disposition, "inline; filename=\"ashiato-%s.html\"", what);
}

static void json(struct request *q, struct response *r, const char *what, const char *filters)
{
	report(q, r, what, "json", filters);
	if (r->body != BODY_FILE)
		return;
	r->content_type = "application/json; charset=utf-8";
	snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"ashiato-%s.json\"", what);
}

static const char incident_filters[] = "state severity verdict q from to";
static const char access_filters[] = "verdict incident q from to";

void reports_baseline_csv(struct request *q, struct response *r) { csv(q, r, "baseline", ""); }
void reports_baseline_json(struct request *q, struct response *r) { json(q, r, "baseline", ""); }
void reports_incidents_csv(struct request *q, struct response *r) { csv(q, r, "incidents", incident_filters); }
void reports_incidents_html(struct request *q, struct response *r) { html(q, r, "incidents", incident_filters); }
void reports_accesses_csv(struct request *q, struct response *r) { csv(q, r, "accesses", access_filters); }
void reports_accesses_html(struct request *q, struct response *r) { html(q, r, "accesses", access_filters); }
