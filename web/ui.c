#include "web/resources.h"

#include "proto/base/embedded.h"

#include <string.h>

/* What a file is, by its ending. */
static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcmp(dot, types[i].ending) == 0)
			return types[i].type;
	return "application/octet-stream";
}

static const struct embedded_file *file_of(const char *name)
{
	for (const struct embedded_file *f = embedded_ui; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* FNV-1a, 64 bits: tells builds apart, proves nothing. */
static uint64_t print_of(const struct embedded_file *f)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < f->size; i++)
		h = (h ^ (uint8_t)f->bytes[i]) * 0x100000001b3u;
	return h;
}

/* A path without a dot is a page of the dashboard, which finds its own way. */
static const struct embedded_file *wanted(const char *path)
{
	const struct embedded_file *f = file_of(path + 1);
	return f || strchr(path, '.') ? f : file_of("index.html");
}

void ui_get(struct request *q, struct response *r)
{
	const struct embedded_file *f = wanted(q->path);
	if (!f) {
		respond_error(r, 404, "there is no such file");
		return;
	}
	r->cache = "no-cache";
	snprintf(r->etag, sizeof r->etag, "\"%016llx\"", (unsigned long long)print_of(f));
	if (q->if_none_match && strcmp(q->if_none_match, r->etag) == 0) {
		respond_empty(r, 304);
		return;
	}
	r->status = 200;
	r->body = BODY_STATIC;
	r->bytes = f->bytes;
	r->n_bytes = f->size;
	r->content_type = type_of(f->name);
}
