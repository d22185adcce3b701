/* A server's log: the first byte names the format (past the last: by content), the rest is the log, cut in two. */
#include "collector/logs/reader.h"
#include "proto/base/text.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_record(void *ctx, const struct log_record *r)
{
	(void)ctx;
	assert(r->server != NULL && text_is_utf8(r->server, strlen(r->server)));
	assert(r->account == NULL || text_is_utf8(r->account, strlen(r->account)));
}

static void on_reject(void *ctx, uint64_t line, const char *reason, const char *piece)
{
	(void)ctx, (void)line;
	assert(text_is_utf8(reason, strlen(reason)) && text_is_utf8(piece, strlen(piece)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { N_FORMATS = 6, CAP = 4096 };
	if (size < 2)
		return 0;
	unsigned format = (data[0] - 'a') % (N_FORMATS + 1u);
	struct log_options options = { .format = log_format_name(format), .reference_ns = INT64_C(1800000000000000000), .record_cap = CAP };
	struct log_sink sink = { NULL, on_record, on_reject, NULL };
	struct log_reader *r = log_reader_new(&options, &sink);
	size_t half = 1 + (size - 1) / 2;
	if (log_reader_feed(r, data + 1, half - 1) && log_reader_feed(r, data + half, size - half))
		log_reader_end(r);
	log_reader_free(r);
	return 0;
}
