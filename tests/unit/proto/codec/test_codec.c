#include "proto/codec.h"

#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- events to print -------------------------------------------------------------------------------------------- */

static uint8_t ip4[4] = { 192, 0, 2, 45 };
static uint8_t ip6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
static uint8_t mac[6] = { 0x02, 0, 0, 0xab, 0xcd, 0xef };

struct sample {
	Ev__Event event;
	Ev__Endpoint client, server;
	Ev__SmbCreate create;
};

static struct sample *sample(void)
{
	static struct sample s;
	s.create = (Ev__SmbCreate)EV__SMB_CREATE__INIT;
	s.client = (Ev__Endpoint)EV__ENDPOINT__INIT;
	s.client.ip = (ProtobufCBinaryData){ .len = 4, .data = ip4 };
	s.client.port = 49152;
	s.server = (Ev__Endpoint)EV__ENDPOINT__INIT;
	s.server.ip = (ProtobufCBinaryData){ .len = 16, .data = ip6 };
	s.server.port = 445;
	s.event = (Ev__Event)EV__EVENT__INIT;
	s.event.seq = 7;
	s.event.time = INT64_C(1388534400000000001);
	s.event.client = &s.client;
	s.event.server = &s.server;
	s.event.body_case = EV__EVENT__BODY_SMB_CREATE;
	static char path[] = "a.exe";
	s.create.path = path;
	s.event.smb_create = &s.create;
	return &s;
}

/* ${j} as text, until the next call. */
static const char *text_of(json_t *j)
{
	static char text[4096];
	text[json_dumpb(j, text, sizeof text - 1, JSON_COMPACT)] = '\0';
	json_decref(j);
	return text;
}

static const char *printed(const Ev__Event *event)
{
	return text_of(codec_event_json(event, "branch", "s1"));
}

static const char *body_printed(Ev__Event__BodyCase kind, void *body)
{
	Ev__Event e = EV__EVENT__INIT;
	e.body_case = kind;
	e.smb_create = body;
	return text_of(codec_body_json(&e));
}

/* ---- printing --------------------------------------------------------------------------------------------------- */

Test(codec, an_event_has_the_shape_of_the_contract_and_null_for_what_is_absent)
{
	struct sample *s = sample();
	s->client.mac = (ProtobufCBinaryData){ .len = 6, .data = mac };
	s->client.has_mac = true;
	s->create.has_file_id = true;
	s->create.file_id = UINT64_C(0x40000000005);
	s->create.has_is_pipe = true;
	cr_assert_str_eq(
		printed(&s->event),
		"{\"seq\":7,\"time\":\"2014-01-01T00:00:00.000000001Z\",\"response_time\":null,\"site\":\"branch\",\"sensor\":\"s1\","
		"\"community_id\":null,\"client\":{\"ip\":\"192.0.2.45\",\"port\":49152,\"mac\":\"02:00:00:ab:cd:ef\",\"vlan\":null},"
		"\"server\":{\"ip\":\"2001:db8::1\",\"port\":445,\"mac\":null,\"vlan\":null},\"kind\":\"smb.create\",\"status\":null,"
		"\"body\":{\"session_id\":null,\"tree_id\":null,\"share\":null,\"path\":\"a.exe\",\"file_id\":\"0x0000040000000005\","
		"\"is_pipe\":false,\"is_directory\":null,\"disposition\":null,\"action\":null,\"desired_access\":null,\"options\":null,"
		"\"delete_on_close\":null,\"size\":null,\"command\":null,\"stream\":null,\"dfs\":null,\"sent_path\":null"
		",\"creation_time\":null,\"last_access_time\":null,\"last_write_time\":null,\"change_time\":null"
		",\"durable\":null,\"durable_granted\":null,\"reconnect\":null,\"previous_file_id\":null"
		",\"create_guid\":null,\"app_instance_id\":null,\"lease_key\":null,\"snapshot\":null,\"by_id\":null}}");
}

Test(codec, site_and_sensor_may_be_unknown)
{
	cr_assert(strstr(text_of(codec_event_json(&sample()->event, NULL, NULL)), "\"site\":null,\"sensor\":null"));
}

Test(codec, arguments_are_an_object_of_text_and_numbers)
{
	Ev__RpcArgument text = EV__RPC_ARGUMENT__INIT, number = EV__RPC_ARGUMENT__INIT, neither = EV__RPC_ARGUMENT__INIT,
			huge = EV__RPC_ARGUMENT__INIT, twice = EV__RPC_ARGUMENT__INIT;
	text.name = (char[]){ "service" };
	text.text = (char[]){ "x\n\"y" };
	number.name = (char[]){ "start" };
	number.has_number = true;
	number.number = 3;
	neither.name = (char[]){ "path" };
	huge.name = (char[]){ "huge" };
	huge.has_number = true;
	huge.number = UINT64_MAX;
	twice = number;
	twice.number = 4;
	Ev__RpcArgument *args[] = { &text, &number, &neither, &huge, &twice };
	Ev__RpcCall call = EV__RPC_CALL__INIT;
	call.transport = (char[]){ "pipe" };
	call.n_args = 5;
	call.args = args;
	cr_assert(strstr(body_printed(EV__EVENT__BODY_RPC_CALL, &call),
			 "\"args\":{\"service\":\"x\\n\\\"y\",\"start\":3,\"path\":null,\"huge\":\"0xffffffffffffffff\"}"));
}

Test(codec, counters_are_an_object)
{
	Ev__Counter gap = EV__COUNTER__INIT;
	gap.name = (char[]){ "tcp.gap" };
	gap.value = 2;
	Ev__Counter *counters[] = { &gap };
	Ev__SensorHealth health = EV__SENSOR_HEALTH__INIT;
	health.n_counters = 1;
	health.counters = counters;
	cr_assert(strstr(body_printed(EV__EVENT__BODY_SENSOR_HEALTH, &health), "\"counters\":{\"tcp.gap\":2}"));
	health.n_counters = 0;
	cr_assert(strstr(body_printed(EV__EVENT__BODY_SENSOR_HEALTH, &health), "\"counters\":{}"));
}

Test(codec, lists_are_arrays_and_times_inside_a_body_are_text)
{
	Ev__ByteRange range = EV__BYTE_RANGE__INIT;
	range.offset = 512;
	range.count = 10;
	Ev__ByteRange *ranges[] = { &range };
	Ev__SmbTransfer t = EV__SMB_TRANSFER__INIT;
	t.direction = (char[]){ "write" };
	t.n_ranges = 1;
	t.ranges = ranges;
	t.has_last_time = true;
	t.last_time = 5;
	uint8_t digest[32] = { 0xab, [31] = 1 };
	t.has_sha256 = true;
	t.sha256 = (ProtobufCBinaryData){ .len = 32, .data = digest };
	const char *text = body_printed(EV__EVENT__BODY_SMB_TRANSFER, &t);
	cr_assert(strstr(text, "\"ranges\":[{\"offset\":512,\"count\":10}]"));
	cr_assert(strstr(text, "\"last_time\":\"1970-01-01T00:00:00.000000005Z\""));
	cr_assert(strstr(text, "\"sha256\":\"ab00000000000000000000000000000000000000000000000000000000000001\""));
}

Test(codec, a_guid_is_turned_and_a_uuid_is_not)
{
	uint8_t bytes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	Ev__SmbNegotiate n = EV__SMB_NEGOTIATE__INIT;
	n.has_client_guid = true;
	n.client_guid = (ProtobufCBinaryData){ .len = 16, .data = bytes };
	cr_assert(strstr(body_printed(EV__EVENT__BODY_SMB_NEGOTIATE, &n), "\"client_guid\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\""));
	Ev__RpcCall call = EV__RPC_CALL__INIT;
	call.has_uuid = true;
	call.uuid = n.client_guid;
	cr_assert(strstr(body_printed(EV__EVENT__BODY_RPC_CALL, &call), "\"uuid\":\"00010203-0405-0607-0809-0a0b0c0d0e0f\""));
}

Test(codec, bytes_of_a_wrong_length_and_text_that_is_not_utf8_print_as_null)
{
	Ev__SmbNegotiate n = EV__SMB_NEGOTIATE__INIT;
	n.has_client_guid = true;
	n.client_guid = (ProtobufCBinaryData){ .len = 4, .data = ip4 };
	n.dialect = (char[]){ "\xff" };
	const char *text = body_printed(EV__EVENT__BODY_SMB_NEGOTIATE, &n);
	cr_assert(strstr(text, "\"client_guid\":null"));
	cr_assert(strstr(text, "\"dialect\":null"));
}

/* ---- the tables ------------------------------------------------------------------------------------------------- */

Test(codec, every_body_of_the_contract_has_a_kind_named_like_its_field)
{
	for (unsigned i = 0; i < ev__event__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &ev__event__descriptor.fields[i];
		if (!(f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		char expected[64];
		snprintf(expected, sizeof expected, "%s", f->name);
		*strchr(expected, '_') = '.';
		cr_expect_str_eq(codec_kind(f->id), expected);
	}
	cr_assert_null(codec_kind(EV__EVENT__BODY__NOT_SET));
	cr_assert_null(codec_kind(9999));
}

static void key_is_plain(void *ctx, const char *kind, const char *key, const char *type)
{
	(*(int *)ctx)++;
	cr_expect_str_neq(type, "bytes", "%s.%s has no text form", kind, key);
}

Test(codec, every_key_has_a_type_that_is_text)
{
	int n = 0;
	codec_keys(key_is_plain, &n);
	cr_assert_gt(n, 150);
}

struct wanted {
	const char *kind, *key, *type;
	bool found;
};

static void look(void *ctx, const char *kind, const char *key, const char *type)
{
	struct wanted *w = ctx;
	if (strcmp(w->kind, kind) == 0 && strcmp(w->key, key) == 0) {
		cr_expect_str_eq(type, w->type);
		w->found = true;
	}
}

Test(codec, keys_name_lists_and_what_lies_inside)
{
	struct wanted all[] = {
		{ "smb.create", "file_id", "hex", false },
		{ "smb.transfer", "ranges", "array of object", false },
		{ "smb.transfer", "ranges[].offset", "integer", false },
		{ "smb.session_setup", "answer.ntlm_challenge.target_name", "string", false },
		{ "smb.negotiate", "dialects", "array of string", false },
		{ "rpc.call", "args", "object of strings and integers", false },
		{ "rpc.bind", "contexts[].uuid", "uuid", false },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		codec_keys(look, &all[i]);
		cr_expect(all[i].found, "%s %s", all[i].kind, all[i].key);
	}
}

/* ---- what a peer may send --------------------------------------------------------------------------------------- */

static char why[256];

static bool valid(const struct sample *s)
{
	return codec_event_valid(&s->event, why, sizeof why);
}

Test(codec_valid, a_good_event_is_fit)
{
	cr_assert(valid(sample()), "%s", why);
}

Test(codec_valid, a_kerberos_exchange_is_fit_and_printed)
{
	static char client[] = "dave", service[] = "cifs/fs1";
	int32_t offered[] = { 18, 17, 23 };
	struct sample *s = sample();
	Ev__KrbTgs tgs = EV__KRB_TGS__INIT;
	tgs.client = client;
	tgs.service = service;
	tgs.n_offered_etypes = 3;
	tgs.offered_etypes = offered;
	tgs.has_ticket_etype = true;
	tgs.ticket_etype = 23;
	s->event.body_case = EV__EVENT__BODY_KRB_TGS;
	s->event.krb_tgs = &tgs;
	cr_assert(valid(s), "%s", why);
	cr_assert_str_eq(codec_kind(s->event.body_case), "krb.tgs");
	cr_assert_str_eq(body_printed(EV__EVENT__BODY_KRB_TGS, &tgs),
			 "{\"client\":\"dave\",\"realm\":null,\"service\":\"cifs/fs1\",\"offered_etypes\":[18,17,23],"
			 "\"ticket_etype\":23,\"error\":null,\"preauth_types\":[],\"kdc_options\":null,\"till\":null,\"error_name\":null,"
			 "\"ticket_service\":null,\"for_user\":null,\"tgt_etype\":null,\"ticket_id\":null,\"requester\":null,"
			 "\"client_realm\":null,\"from\":null,\"reply_etype\":null}");
}

Test(codec_valid, an_event_without_a_body_is_not)
{
	struct sample *s = sample();
	s->event.body_case = EV__EVENT__BODY__NOT_SET;
	cr_assert_not(valid(s));
	cr_assert(strstr(why, "event 7"));
}

Test(codec_valid, sequence_numbers_begin_at_one_and_fit_a_database)
{
	struct sample *s = sample();
	s->event.seq = 0;
	cr_assert_not(valid(s));
	s->event.seq = INT64_MAX;
	cr_assert_not(valid(s));
	s->event.seq = INT64_MAX - 1;
	cr_assert(valid(s));
}

Test(codec_valid, an_address_has_4_or_16_bytes)
{
	struct sample *s = sample();
	uint8_t bytes[17] = { 0 };
	for (size_t n = 0; n <= 17; n++) {
		s->client.ip = (ProtobufCBinaryData){ .len = n, .data = bytes };
		cr_expect_eq(valid(s), n == 4 || n == 16, "%zu", n);
	}
}

Test(codec_valid, times_lie_between_1970_and_2100)
{
	struct sample *s = sample();
	s->event.time = -1;
	cr_assert_not(valid(s));
	cr_assert(strstr(why, "time lies outside"), "%s", why);
	s->event.time = 0;
	cr_assert(valid(s));
	s->event.time = INT64_C(4102444800) * CLOCK_SECOND_NS - 1;
	cr_assert(valid(s));
	s->event.time++;
	cr_assert_not(valid(s));
	s->event.time = 1;
	s->event.has_response_time = true;
	s->event.response_time = INT64_MIN;
	cr_assert_not(valid(s));
}

/* Nobody gets an event left out by naming a far time in it. */
Test(codec_valid, times_that_somebody_on_the_wire_says_may_be_far_off)
{
	Ev__KrbTgs ticket = EV__KRB_TGS__INIT;
	struct sample *s = sample();
	s->event.body_case = EV__EVENT__BODY_KRB_TGS;
	s->event.krb_tgs = &ticket;
	ticket.has_till = true;
	ticket.till = INT64_C(4124688485) * CLOCK_SECOND_NS;	/* 2100-09-13 */
	cr_assert(valid(s), "%s", why);
	ticket.till = INT64_MAX;
	cr_assert(valid(s), "%s", why);
	ticket.till = -1;
	cr_assert_not(valid(s));
	cr_assert(strstr(why, "till lies before 1970"), "%s", why);
}

Test(codec_valid, text_is_utf8_and_bounded)
{
	struct sample *s = sample();
	s->create.path = (char[]){ "\xc3(" };
	cr_assert_not(valid(s));
	cr_assert(strstr(why, "(smb.create): path is not UTF-8"), "%s", why);
	static char longest[4098];
	memset(longest, 'x', 4097);
	s->create.path = longest;
	cr_assert_not(valid(s));
	longest[4096] = '\0';
	cr_assert(valid(s));
}

Test(codec_valid, a_list_is_bounded_and_its_elements_are_looked_at)
{
	static Ev__Counter counter = EV__COUNTER__INIT;
	static Ev__Counter *many[1025];
	counter.name = (char[]){ "x" };
	for (size_t i = 0; i < 1025; i++)
		many[i] = &counter;
	Ev__SensorHealth health = EV__SENSOR_HEALTH__INIT;
	health.counters = many;
	health.n_counters = 1024;
	Ev__Event e = EV__EVENT__INIT;
	e.seq = 1;
	e.body_case = EV__EVENT__BODY_SENSOR_HEALTH;
	e.sensor_health = &health;
	cr_assert(codec_event_valid(&e, why, sizeof why), "%s", why);
	health.n_counters = 1025;
	cr_assert_not(codec_event_valid(&e, why, sizeof why));
	health.n_counters = 1;
	counter.name = (char[]){ "\xff" };
	cr_assert_not(codec_event_valid(&e, why, sizeof why));
}
