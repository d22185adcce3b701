#include "sensor/commands.h"

#include "proto/base/clock.h"
#include "proto/codec.h"
#include "sensor/core/ends.h"

#include <inttypes.h>
#include <stdio.h>

/* Set ${key} to a value just made, or to nothing. */
static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value != NULL ? value : json_null());
}

/* As events have them: too large for the numbers of JSON. */
static json_t *id(uint64_t value)
{
	char text[sizeof("0x0123456789abcdef")];

	snprintf(text, sizeof(text), "0x%016" PRIx64, value);
	return json_string(text);
}

static json_t *time_of(int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];

	clock_text(ns, text);
	return json_string(text);
}

/* The end that sends ${way}. */
static json_t *end(const struct tcp_ends *ends, enum way way)
{
	const Ev__Endpoint point = ends_point(ends, way);
	char address[CODEC_ADDRESS_BYTES] = "";
	json_t *object = json_object();

	codec_address(&point, address);
	set(object, "ip", json_string(address));
	set(object, "port", json_integer(point.port));
	return object;
}

json_t *commands_json(const struct smb_command *c)
{
	json_t *object = json_object();

	set(object, "time", time_of(c->time_ns));
	set(object, "community_id", json_string(c->ends->community_id));
	set(object, "source", end(c->ends, c->way));
	set(object, "destination", end(c->ends, c->way == FROM_OPENER ? FROM_OPENED : FROM_OPENER));
	set(object, "version", json_integer(c->is_smb1 ? 1 : 2));
	set(object, "command", json_integer(c->command));
	set(object, "name", c->name != NULL ? json_string(c->name) : NULL);
	set(object, "is_response", json_boolean(c->is_response));
	set(object, "message_id", id(c->message_id));
	set(object, "process_id", c->is_smb1 ? json_integer(c->process_id) : NULL);
	set(object, "session_id", id(c->session_id));
	set(object, "tree_id", c->has_tree ? json_integer(c->tree_id) : NULL);
	set(object, "status", c->is_response ? json_integer(c->status) : NULL);
	return object;
}
