#include "proto/codec.h"

#include "proto/base/clock.h"
#include "proto/base/text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef ProtobufCFieldDescriptor field_t;

enum {
	TEXT_MAX_BYTES = 4096,	/* four times what a sensor of today sends, so that sensors may grow first */
	LIST_MAX = 1024,	/* elements; the longest lists are a health report's counters and 64 RPC contexts */
};

/* 2100-01-01T00:00:00Z: no capture is younger, and sums of two of its times stay inside an int64. */
#define TIME_MAX_NS (INT64_C(4102444800) * CLOCK_SECOND_NS)

/* ---- kinds ------------------------------------------------------------------------------------------------------ */

// clang-format off
static const struct { Ev__Event__BodyCase body; const char *kind; } kinds[] = {
	{ EV__EVENT__BODY_FLOW_SUMMARY,      "flow.summary" },
	{ EV__EVENT__BODY_KRB_AP,            "krb.ap" },
	{ EV__EVENT__BODY_KRB_AS,            "krb.as" },
	{ EV__EVENT__BODY_KRB_TGS,           "krb.tgs" },
	{ EV__EVENT__BODY_RPC_BIND,          "rpc.bind" },
	{ EV__EVENT__BODY_RPC_CALL,          "rpc.call" },
	{ EV__EVENT__BODY_SENSOR_HEALTH,     "sensor.health" },
	{ EV__EVENT__BODY_SMB_COPY,          "smb.copy" },
	{ EV__EVENT__BODY_SMB_CREATE,        "smb.create" },
	{ EV__EVENT__BODY_SMB_DELETE,        "smb.delete" },
	{ EV__EVENT__BODY_SMB_ENCRYPTED,     "smb.encrypted" },
	{ EV__EVENT__BODY_SMB_LINK,          "smb.link" },
	{ EV__EVENT__BODY_SMB_NEGOTIATE,     "smb.negotiate" },
	{ EV__EVENT__BODY_SMB_PIPE,          "smb.pipe" },
	{ EV__EVENT__BODY_SMB_RAP,           "smb.rap" },
	{ EV__EVENT__BODY_SMB_RENAME,        "smb.rename" },
	{ EV__EVENT__BODY_SMB_SESSION_SETUP, "smb.session_setup" },
	{ EV__EVENT__BODY_SMB_SET_END,       "smb.set_end" },
	{ EV__EVENT__BODY_SMB_SET_SECURITY,  "smb.set_security" },
	{ EV__EVENT__BODY_SMB_TRANSFER,      "smb.transfer" },
	{ EV__EVENT__BODY_SMB_TREE_CONNECT,  "smb.tree_connect" },
};
// clang-format on

const char *codec_kind(Ev__Event__BodyCase body)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].body == body)
			return kinds[i].kind;
	return NULL;
}

/* The message type of a body; NULL for none. */
static const ProtobufCMessageDescriptor *body_type(Ev__Event__BodyCase body)
{
	const field_t *f = protobuf_c_message_descriptor_get_field(&ev__event__descriptor, body);
	return f && codec_kind(body) ? f->descriptor : NULL;
}

/* The members of the union are all pointers, the first as good as any. */
static const void *body_of(const Ev__Event *event)
{
	return event->smb_negotiate;
}

/* ---- one value ------------------------------------------------------------------------------------------------- */

typedef json_t *(*print_fn)(const field_t *f, const void *value);

static json_t *message_json(const ProtobufCMessageDescriptor *d, const void *message);

/* Text that is not UTF-8 never leaves a sensor; from elsewhere it is as good as absent. */
static json_t *text_json(const char *text)
{
	json_t *j = text ? json_string(text) : NULL;
	return j ? j : json_null();
}

static json_t *print_bool(const field_t *f, const void *value)
{
	(void)f;
	return json_boolean(*(const protobuf_c_boolean *)value);
}

static json_t *print_u32(const field_t *f, const void *value)
{
	(void)f;
	return json_integer(*(const uint32_t *)value);
}

static json_t *print_i32(const field_t *f, const void *value)
{
	(void)f;
	return json_integer(*(const int32_t *)value);
}

static json_t *print_hex(const field_t *f, const void *value)
{
	(void)f;
	char text[24];
	snprintf(text, sizeof text, "0x%016" PRIx64, *(const uint64_t *)value);
	return json_string(text);
}

/* JSON readers hold at most an int64; what is more stays exact as hex text. */
static json_t *print_u64(const field_t *f, const void *value)
{
	uint64_t n = *(const uint64_t *)value;
	return n > INT64_MAX ? print_hex(f, value) : json_integer((json_int_t)n);
}

static json_t *print_time(const field_t *f, const void *value)
{
	(void)f;
	char text[CLOCK_TEXT_BYTES];
	clock_text(*(const int64_t *)value, text);
	return json_string(text);
}

static json_t *print_string(const field_t *f, const void *value)
{
	(void)f;
	return text_json(*(char *const *)value);
}

static json_t *print_message(const field_t *f, const void *value)
{
	return message_json(f->descriptor, *(void *const *)value);
}

/* ---- bytes, by the name of their field -------------------------------------------------------------------------- */

static void ip_text(const uint8_t *bytes, size_t n, char *out)
{
	inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, out, INET6_ADDRSTRLEN);
}

bool codec_address(const Ev__Endpoint *e, char out[CODEC_ADDRESS_BYTES])
{
	if (e == NULL || (e->ip.len != 4 && e->ip.len != 16))
		return false;
	ip_text(e->ip.data, e->ip.len, out);
	return true;
}

static void mac_text(const uint8_t *b, size_t n, char *out)
{
	(void)n;
	sprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

/* C706 appendix A: time-low, time-mid, time-high, clock, node, in the order of the bytes. */
static void uuid_text(const uint8_t *b, size_t n, char *out)
{
	(void)n;
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		text_hex(b, groups[g], out);
		b += groups[g];
		out += 2 * groups[g];
		*out++ = '-';
	}
	out[-1] = '\0';
}

/* [MS-DTYP] 2.3.4.2: a GUID's first three parts are little-endian on the wire. */
static void guid_text(const uint8_t *b, size_t n, char *out)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t text_order[16];
	for (size_t i = 0; i < sizeof order; i++)
		text_order[i] = b[order[i]];
	uuid_text(text_order, n, out);
}

// clang-format off
static const struct bytes_form {
	const char *field, *type;
	size_t n, n_or;		/* allowed lengths */
	void (*text)(const uint8_t *bytes, size_t n, char *out);
} bytes_forms[] = {
	{ "app_instance_id", "guid", 16, 16, guid_text },
	{ "client_guid",   "guid",   16, 16, guid_text },
	{ "create_guid",   "guid",   16, 16, guid_text },
	{ "imphash",       "md5",    16, 16, text_hex },
	{ "ip",            "ip",      4, 16, ip_text },
	{ "lease_key",     "guid",   16, 16, guid_text },
	{ "mac",           "mac",     6,  6, mac_text },
	{ "md5",           "md5",    16, 16, text_hex },
	{ "object",        "uuid",   16, 16, uuid_text },
	{ "server_guid",   "guid",   16, 16, guid_text },
	{ "sha256",        "sha256", 32, 32, text_hex },
	{ "uuid",          "uuid",   16, 16, uuid_text },
};
// clang-format on

static const struct bytes_form *bytes_form_of(const char *field)
{
	for (size_t i = 0; i < sizeof bytes_forms / sizeof *bytes_forms; i++)
		if (strcmp(bytes_forms[i].field, field) == 0)
			return &bytes_forms[i];
	return NULL;
}

static bool bytes_fit(const struct bytes_form *form, size_t n)
{
	return n == form->n || n == form->n_or;
}

static json_t *print_bytes(const field_t *f, const void *value)
{
	const ProtobufCBinaryData *b = value;
	const struct bytes_form *form = bytes_form_of(f->name);
	if (!form || !bytes_fit(form, b->len))
		return json_null();
	char text[2 * 32 + 1];
	form->text(b->data, b->len, text);
	return json_string(text);
}

/* ---- what a value from a peer must keep to --------------------------------------------------------------------------- */

/* Fails with what is wrong, in words that follow the field's name; NULL is fine. */
typedef const char *(*check_fn)(const field_t *f, const void *value);

static const char *check_nothing(const field_t *f, const void *value)
{
	(void)f;
	(void)value;
	return NULL;
}

static const char *check_bytes(const field_t *f, const void *value)
{
	const struct bytes_form *form = bytes_form_of(f->name);
	return form && bytes_fit(form, ((const ProtobufCBinaryData *)value)->len) ? NULL : "has a wrong length";
}

static const char *check_string(const field_t *f, const void *value)
{
	(void)f;
	const char *text = *(char *const *)value;
	size_t n = strnlen(text, TEXT_MAX_BYTES + 1);
	if (n > TEXT_MAX_BYTES)
		return "is too long";
	return text_is_utf8(text, n) ? NULL : "is not UTF-8";
}

/* True if ${f} says when packets were captured; other times are what somebody on the wire says, as far off as he likes: Windows
 * asks for tickets until September 2100. They are kept and shown, and nobody reckons with them. */
static bool is_of_capture(const field_t *f)
{
	static const char *const names[] = { "last_time", "response_time", "time" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(f->name, names[i]) == 0)
			return true;
	return false;
}

static const char *check_time(const field_t *f, const void *value)
{
	int64_t ns = *(const int64_t *)value;
	if (!is_of_capture(f))
		return ns >= 0 ? NULL : "lies before 1970";
	return ns >= 0 && ns < TIME_MAX_NS ? NULL : "lies outside 1970 to 2100";
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

// clang-format off
/* How each type of events.proto is kept in C and shown. */
static const struct shape {
	ProtobufCType type;
	const char *name;
	size_t size;
	print_fn print;
	check_fn check;
} shapes[] = {
	{ PROTOBUF_C_TYPE_BOOL,     "boolean",sizeof(protobuf_c_boolean), print_bool,    check_nothing },
	{ PROTOBUF_C_TYPE_BYTES,    "bytes",  sizeof(ProtobufCBinaryData),print_bytes,   check_bytes },
	{ PROTOBUF_C_TYPE_FIXED32,  "integer",sizeof(uint32_t),           print_u32,     check_nothing },
	{ PROTOBUF_C_TYPE_FIXED64,  "hex",    sizeof(uint64_t),           print_hex,     check_nothing },
	{ PROTOBUF_C_TYPE_INT32,    "integer",sizeof(int32_t),            print_i32,     check_nothing },
	{ PROTOBUF_C_TYPE_MESSAGE,  "object", sizeof(void *),             print_message, check_nothing },
	{ PROTOBUF_C_TYPE_SFIXED64, "time",   sizeof(int64_t),            print_time,    check_time },
	{ PROTOBUF_C_TYPE_STRING,   "string", sizeof(char *),             print_string,  check_string },
	{ PROTOBUF_C_TYPE_UINT32,   "integer",sizeof(uint32_t),           print_u32,     check_nothing },
	{ PROTOBUF_C_TYPE_UINT64,   "integer",sizeof(uint64_t),           print_u64,     check_nothing },
};
// clang-format on

/* Every type events.proto uses has a row; tests/unit/proto/codec walks them all. */
static const struct shape *shape_of(const field_t *f)
{
	size_t i = 0;
	while (shapes[i].type != f->type)
		i++;
	return &shapes[i];
}

/* ---- lists of name and value, printed as objects ---------------------------------------------------------------- */

static json_t *argument_json(const void *element)
{
	const Ev__RpcArgument *a = element;
	if (a->text)
		return text_json(a->text);
	return a->has_number ? print_u64(NULL, &a->number) : json_null();
}

static json_t *counter_json(const void *element)
{
	return print_u64(NULL, &((const Ev__Counter *)element)->value);
}

static const char *argument_name(const void *element)
{
	return ((const Ev__RpcArgument *)element)->name;
}

static const char *counter_name(const void *element)
{
	return ((const Ev__Counter *)element)->name;
}

static const struct dictionary {
	const ProtobufCMessageDescriptor *of;
	const char *type;
	const char *(*name)(const void *element);
	json_t *(*value)(const void *element);
} dictionaries[] = {
	{ &ev__counter__descriptor, "object of integers", counter_name, counter_json },
	{ &ev__rpc_argument__descriptor, "object of strings and integers", argument_name, argument_json },
};

static const struct dictionary *dictionary_of(const field_t *f)
{
	for (size_t i = 0; i < sizeof dictionaries / sizeof *dictionaries; i++)
		if (f->type == PROTOBUF_C_TYPE_MESSAGE && f->descriptor == dictionaries[i].of)
			return &dictionaries[i];
	return NULL;
}

/* The first of two equal names stands. */
static json_t *dictionary_json(const struct dictionary *dict, void *const *elements, size_t n)
{
	json_t *out = json_object();
	for (size_t i = 0; i < n; i++)
		if (!json_object_get(out, dict->name(elements[i])))
			json_object_set_new(out, dict->name(elements[i]), dict->value(elements[i]));
	return out;
}

/* ---- one field, one message ------------------------------------------------------------------------------------- */

static const void *at(const void *message, unsigned offset)
{
	return (const char *)message + offset;
}

/* True if the optional or required field ${f} stands in ${message}. */
static bool is_present(const field_t *f, const void *message)
{
	if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(void *const *)at(message, f->offset) != NULL;
	return f->label == PROTOBUF_C_LABEL_REQUIRED || *(const protobuf_c_boolean *)at(message, f->quantifier_offset);
}

/* The values of ${f} in ${message}: none, one or a list. */
static size_t values_of(const field_t *f, const void *message, const char **first)
{
	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		*first = *(char *const *)at(message, f->offset);
		return *(const size_t *)at(message, f->quantifier_offset);
	}
	*first = at(message, f->offset);
	return is_present(f, message) ? 1 : 0;
}

static json_t *list_json(const field_t *f, const char *first, size_t n)
{
	const struct dictionary *dict = dictionary_of(f);
	if (dict)
		return dictionary_json(dict, (void *const *)(const void *)first, n);
	const struct shape *shape = shape_of(f);
	json_t *out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, shape->print(f, first + i * shape->size));
	return out;
}

static json_t *field_json(const field_t *f, const void *message)
{
	const char *first;
	size_t n = values_of(f, message, &first);
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return list_json(f, first, n);
	return n ? shape_of(f)->print(f, first) : json_null();
}

static json_t *message_json(const ProtobufCMessageDescriptor *d, const void *message)
{
	json_t *out = json_object();
	for (unsigned i = 0; i < d->n_fields; i++)
		json_object_set_new(out, d->fields[i].name, field_json(&d->fields[i], message));
	return out;
}

/* ---- one event -------------------------------------------------------------------------------------------------- */

json_t *codec_body_json(const Ev__Event *event)
{
	const ProtobufCMessageDescriptor *d = body_type(event->body_case);
	return d && body_of(event) ? message_json(d, body_of(event)) : json_null();
}

static json_t *envelope_json(const Ev__Event *event, const char *field)
{
	return field_json(protobuf_c_message_descriptor_get_field_by_name(&ev__event__descriptor, field), event);
}

json_t *codec_event_json(const Ev__Event *event, const char *site, const char *sensor)
{
	json_t *out = json_object();
	int bad = 0;
	bad |= json_object_set_new(out, "seq", envelope_json(event, "seq"));
	bad |= json_object_set_new(out, "time", envelope_json(event, "time"));
	bad |= json_object_set_new(out, "response_time", envelope_json(event, "response_time"));
	bad |= json_object_set_new(out, "site", text_json(site));
	bad |= json_object_set_new(out, "sensor", text_json(sensor));
	bad |= json_object_set_new(out, "community_id", envelope_json(event, "community_id"));
	bad |= json_object_set_new(out, "client", envelope_json(event, "client"));
	bad |= json_object_set_new(out, "server", envelope_json(event, "server"));
	bad |= json_object_set_new(out, "kind", text_json(codec_kind(event->body_case)));
	bad |= json_object_set_new(out, "status", envelope_json(event, "status"));
	bad |= json_object_set_new(out, "body", codec_body_json(event));
	if (!bad)
		return out;
	json_decref(out);
	return NULL;
}

/* ---- the keys --------------------------------------------------------------------------------------------------- */

struct walk {
	codec_key_fn each;
	void *ctx;
	const char *kind;
};

static void type_text(const field_t *f, char *out, size_t cap)
{
	const struct dictionary *dict = dictionary_of(f);
	const struct bytes_form *form = f->type == PROTOBUF_C_TYPE_BYTES ? bytes_form_of(f->name) : NULL;
	const char *name = dict ? dict->type : form ? form->type : shape_of(f)->name;
	snprintf(out, cap, "%s%s", f->label == PROTOBUF_C_LABEL_REPEATED && !dict ? "array of " : "", name);
}

static void walk_keys(const struct walk *w, const ProtobufCMessageDescriptor *d, const char *prefix)
{
	for (unsigned i = 0; i < d->n_fields; i++) {
		const field_t *f = &d->fields[i];
		char key[128], type[48];
		snprintf(key, sizeof key, "%s%s", prefix, f->name);
		type_text(f, type, sizeof type);
		w->each(w->ctx, w->kind, key, type);
		if (f->type != PROTOBUF_C_TYPE_MESSAGE || dictionary_of(f))
			continue;
		snprintf(key, sizeof key, "%s%s%s.", prefix, f->name, f->label == PROTOBUF_C_LABEL_REPEATED ? "[]" : "");
		walk_keys(w, f->descriptor, key);
	}
}

void codec_keys(codec_key_fn each, void *ctx)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct walk w = { .each = each, .ctx = ctx, .kind = kinds[i].kind };
		walk_keys(&w, body_type(kinds[i].body), "");
	}
}

/* ---- is it fit to be stored? ------------------------------------------------------------------------------------ */

static bool message_valid(const ProtobufCMessageDescriptor *d, const void *message, char *error, size_t error_cap);

static bool field_valid(const field_t *f, const void *message, char *error, size_t error_cap)
{
	const char *first;
	size_t n = values_of(f, message, &first);
	const struct shape *shape = shape_of(f);
	const char *wrong = n > LIST_MAX ? "has too many elements" : NULL;
	for (size_t i = 0; i < n && !wrong; i++) {
		const char *value = first + i * shape->size;
		if (f->type == PROTOBUF_C_TYPE_MESSAGE &&
		    !message_valid(f->descriptor, *(void *const *)(const void *)value, error, error_cap))
			return false;
		wrong = shape->check(f, value);
	}
	if (wrong)
		snprintf(error, error_cap, "%s %s", f->name, wrong);
	return !wrong;
}

static bool message_valid(const ProtobufCMessageDescriptor *d, const void *message, char *error, size_t error_cap)
{
	for (unsigned i = 0; i < d->n_fields; i++)
		if (!(d->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && !field_valid(&d->fields[i], message, error, error_cap))
			return false;
	return true;
}

bool codec_event_valid(const Ev__Event *event, char *error, size_t error_cap)
{
	const ProtobufCMessageDescriptor *d = body_type(event->body_case);
	if (!d || !body_of(event)) {
		snprintf(error, error_cap, "event %" PRIu64 ": no body of a kind this version knows", event->seq);
		return false;
	}
	if (event->seq == 0 || event->seq >= INT64_MAX) {
		snprintf(error, error_cap, "event %" PRIu64 ": seq is not a sequence number", event->seq);
		return false;
	}
	char why[96];
	if (message_valid(&ev__event__descriptor, event, why, sizeof why) && message_valid(d, body_of(event), why, sizeof why))
		return true;
	snprintf(error, error_cap, "event %" PRIu64 " (%s): %s", event->seq, codec_kind(event->body_case), why);
	return false;
}
