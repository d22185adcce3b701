#include "collector/logs/octets.h"

#include <ctype.h>

enum { COUNT_MAX = 16 << 20 };	/* a frame beyond that is none of syslog's */

static void finish(struct log_octets *o, log_message_fn message, void *ctx)
{
	if (o->n > 0)
		message(ctx, o->message, o->n, o->is_too_long);
	o->n = o->wanted = 0;
	o->is_too_long = false;
	o->state = OCTETS_START;
}

static void collect(struct log_octets *o, char byte)
{
	if (o->n < sizeof o->message)
		o->message[o->n++] = byte;
	else
		o->is_too_long = true;
}

/* What begins: a count, a line, or the line end that some senders put behind a counted frame. */
static void start(struct log_octets *o, char byte)
{
	if (byte >= '1' && byte <= '9') {
		o->state = OCTETS_COUNT;
		o->wanted = (size_t)(byte - '0');
	} else if (byte != '\n' && byte != '\r' && byte != '\0') {
		o->state = OCTETS_LINE;
		collect(o, byte);
	}
}

static bool count(struct log_octets *o, char byte)
{
	if (byte == ' ') {
		o->state = OCTETS_COUNTED;
		return true;
	}
	if (!isdigit((unsigned char)byte))
		return false;
	o->wanted = o->wanted * 10 + (size_t)(byte - '0');
	return o->wanted <= COUNT_MAX;
}

bool log_octets_feed(struct log_octets *o, const char *bytes, size_t n, log_message_fn message, void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		switch (o->state) {
		case OCTETS_START:
			start(o, bytes[i]);
			break;
		case OCTETS_COUNT:
			if (!count(o, bytes[i]))
				return false;
			break;
		case OCTETS_COUNTED:
			collect(o, bytes[i]);
			if (--o->wanted == 0)
				finish(o, message, ctx);
			break;
		case OCTETS_LINE:
			if (bytes[i] == '\n' || bytes[i] == '\0')
				finish(o, message, ctx);
			else
				collect(o, bytes[i]);
			break;
		}
	}
	return true;
}

void log_octets_end(struct log_octets *o, log_message_fn message, void *ctx)
{
	o->is_too_long |= o->state == OCTETS_COUNTED;
	finish(o, message, ctx);
}
