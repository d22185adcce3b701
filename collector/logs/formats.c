#include "collector/logs/format.h"

#include "collector/logs/text.h"

#include <string.h>

static const struct log_format *const formats[] = { &log_format_json, &log_format_syslog, &log_format_xml,
					    &log_format_samba, &log_format_csv, &log_format_json_list };

enum { N_FORMATS = sizeof formats / sizeof *formats };

const struct log_format *log_format_at(unsigned i)
{
	return i < N_FORMATS ? formats[i] : NULL;
}

const char *log_format_name(unsigned i)
{
	return i < N_FORMATS ? formats[i]->name : NULL;
}

const struct log_format *log_format_named(const char *name)
{
	for (unsigned i = 0; i < N_FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

void log_parse_record(struct log_parse *p, struct log_record *r)
{
	r->line = p->line;
	r->is_nameless = r->server != NULL && r->server == p->options->fallback;
	if (!r->has_zone && p->options->utc_of != NULL) {
		r->time_ns = p->options->utc_of(p->options->zone, r->time_ns);
		r->has_zone = true;
	}
	if (r->raw == NULL) {
		r->raw = p->text;
		r->raw_bytes = p->n;
	}
	p->sink->record(p->sink->ctx, r);
}

const char *log_parse_server(struct log_parse *p, const char *named, const char *own_address)
{
	const char *const by[] = { named, p->options->server, own_address, p->options->fallback };
	for (size_t i = 0; i < sizeof by / sizeof *by; i++)
		if (by[i] != NULL)
			return by[i];
	log_parse_reject(p, "names no server: say whose log it is");
	return NULL;
}

void log_parse_reject(struct log_parse *p, const char *reason)
{
	if (p->sink->unread != NULL)
		p->sink->unread(p->sink->ctx);
	log_parse_pass(p, reason);
}

void log_parse_pass(struct log_parse *p, const char *reason)
{
	char piece[LOG_PIECE_BYTES];
	log_piece(p->text, p->n, piece);
	p->sink->reject(p->sink->ctx, p->line, reason, piece);
}
