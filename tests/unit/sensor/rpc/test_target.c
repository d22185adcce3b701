/*
 * Calls whose bind was not captured.
 */
#include "sensor/rpc/endpoints.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define UUID_WBEM_SERVICES "9556dc99828c11cfa37e00aa003240c7"

static const uint8_t success[4];

static struct uuid uuid_of(const char *digits)
{
	struct uuid u;

	for (size_t i = 0; i < sizeof(u.bytes); i++)
		sscanf(digits + 2 * i, "%2hhx", &u.bytes[i]);
	return u;
}

/* Over TCP, to port 445 of 192.0.2.2 (the stage's), by a sensor that remembers. */
static struct talk midstream(void)
{
	struct talk t = talk_begin(NULL);

	t.stage->env.endpoints = endpoints_new(t.stage->env.pool);
	return t;
}

static void end(struct talk *t)
{
	talk_close(t);
	endpoints_free(t->stage->env.endpoints);
	t->stage->env.endpoints = NULL;
	talk_end(t);
}

static void learn(struct talk *t, const char *interface, enum endpoint_source source)
{
	const Ev__Endpoint *server = &t->stage->parties.server;
	struct uuid u = uuid_of(interface);

	endpoints_learn(t->stage->env.endpoints, endpoints_place(server), &u, source, t->now);
}

static Ev__RpcCall *call(struct talk *t, unsigned opnum, const struct stub *s)
{
	return talk_call(t, opnum, stub_view(s), view_of(success, 4));
}

static void open_service(struct stub *s, const char *name)
{
	s->w.n = 0;
	stub_handle(s, 1);
	stub_string(s, name);
	stub_u32(s, 0xF01FF);
}

static void create_service(struct stub *s)
{
	s->w.n = 0;
	stub_handle(s, 1);
	stub_string(s, "svc");
	stub_unique(s, "display");
	for (int i = 0; i < 4; i++)
		stub_u32(s, 3);
	stub_string(s, "C:\\x.exe");
	stub_unique(s, NULL);
	stub_wide(s, 0);
	stub_wide(s, 0);
	stub_u32(s, 0);
	stub_unique(s, NULL);
	stub_wide(s, 0);
	stub_u32(s, 0);
}

/* ---- what the endpoint mapper said ---- */

Test(target, the_endpoint_map_names_a_call)
{
	static struct stub s;
	struct talk t = midstream();
	Ev__RpcCall *c;

	learn(&t, UUID_SVCCTL, ENDPOINT_MAPPED);
	open_service(&s, "svc");
	c = call(&t, 16, &s);
	cr_expect_str_eq(c->interface, "svcctl");
	cr_expect_str_eq(c->operation, "OpenServiceW");
	cr_expect(c->inferred);
	cr_expect_str_eq(c->inferred_from, "endpoint map");
	cr_expect_str_eq(arg_text(c, "service"), "svc");
	end(&t);
}

Test(target, it_names_a_sealed_call_too)
{
	static struct wire w;
	struct talk t = midstream();
	Ev__RpcCall *c;

	learn(&t, UUID_SVCCTL, ENDPOINT_MAPPED);
	pdu_request(&w, WHOLE, 7, 0, 12, view_of("sealed octets...", 16));
	pdu_end_auth(&w, 0, AUTH_NTLM, AUTH_LEVEL_PRIVACY, "0123456789abcdef", 16);
	talk_up(&t, &w);
	pdu_response(&w, WHOLE, 7, view_of(success, 4));
	talk_down(&t, &w);
	c = talk_last_call(&t);
	cr_expect_str_eq(c->operation, "CreateServiceW");
	cr_expect(c->sealed);
	cr_expect_str_eq(c->inferred_from, "endpoint map");
	cr_expect_null(c->undecoded);
	end(&t);
}

Test(target, a_stub_that_contradicts_the_map_is_not_named_after_it)
{
	struct talk t = midstream();
	Ev__RpcCall *c;

	learn(&t, UUID_SVCCTL, ENDPOINT_MAPPED);
	c = talk_call(&t, 16, view_of("what is this", 12), view_of(success, 4));
	cr_expect_null(c->interface);
	cr_expect_not(c->has_inferred && c->inferred);
	end(&t);
}

Test(target, of_two_interfaces_on_a_port_the_one_that_fits_is_meant)
{
	static struct stub s;
	struct talk t = midstream();

	learn(&t, UUID_SVCCTL, ENDPOINT_MAPPED);
	learn(&t, UUID_WBEM_SERVICES, ENDPOINT_BOUND);
	open_service(&s, "svc");
	cr_expect_str_eq(call(&t, 16, &s)->interface, "svcctl");
	cr_expect_null(talk_call(&t, 4, view_of("four", 4), view_of(success, 4))->interface, "both have an opnum 4, nobody reads it");
	end(&t);
}

Test(target, an_accepted_bind_tells_of_later_calls_on_the_same_port)
{
	static struct stub s;
	struct talk t = midstream(), later;
	struct pipe_place place = { .parties = &t.stage->parties };

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	later = t;
	later.assoc = rpc_pipe_ops.open(&t.stage->env, &place);
	open_service(&s, "svc");
	cr_expect_str_eq(call(&later, 16, &s)->inferred_from, "earlier bind");
	talk_close(&later);
	end(&t);
}

Test(target, port_135_is_known_without_being_told)
{
	static struct stub s;
	struct talk t = midstream();
	Ev__RpcCall *c;

	t.stage->parties.server.port = 135;
	stub_u32(&s, 7);	/* ResolveOxid2: an OXID, and one protocol sequence */
	stub_u32(&s, 0);
	stub_u16(&s, 1);
	stub_wide(&s, 1);
	stub_u16(&s, 7);
	c = talk_call(&t, 5, view_of("", 0), view_of(success, 4));
	cr_expect_null(c->interface, "ServerAlive2 or ept_inq_object");
	c = call(&t, 1, &s);
	cr_expect_null(c->interface, "SimplePing or ept_delete");
	c = talk_call(&t, 7, view_of("x", 1), view_of(success, 4));
	cr_expect_str_eq(c->operation, "ept_map_auth");
	cr_expect_str_eq(c->inferred_from, "well-known port");
	end(&t);
}

/* ---- objects ---- */

Test(target, an_object_names_the_interface_of_its_pointer)
{
	static struct wire w;
	struct talk t = midstream();
	const Ev__Endpoint *server = &t.stage->parties.server;
	struct uuid ipid = uuid_of("00112233445566778899aabbccddeeff"), iid = uuid_of(UUID_WBEM_SERVICES);
	size_t begin;

	endpoints_learn_object(t.stage->env.endpoints, view_of(server->ip.data, server->ip.len), &ipid, &iid, t.now);
	begin = pdu_begin(&w, PDU_REQUEST, WHOLE | PDU_OBJECT_UUID, 9);
	wire_u32(&w, 16);
	wire_u16(&w, 1);
	wire_u16(&w, 24);
	wire_uuid(&w, "00112233445566778899aabbccddeeff");
	wire_zeros(&w, 16);
	pdu_end_auth(&w, begin, AUTH_NTLM, AUTH_LEVEL_PRIVACY, "0123456789abcdef", 16);
	talk_up(&t, &w);
	talk_close(&t);
	cr_assert_not_null(talk_last_call(&t));
	cr_expect_str_eq(talk_last_call(&t)->interface, "IWbemServices");
	cr_expect_str_eq(talk_last_call(&t)->operation, "ExecMethod");
	cr_expect_str_eq(talk_last_call(&t)->inferred_from, "object");
	end(&t);
}

/* ---- operations ---- */

Test(target, a_stub_that_only_one_interface_takes_tells_which)
{
	static struct stub s;
	struct talk t = midstream();
	Ev__RpcCall *c;

	create_service(&s);
	c = call(&t, 12, &s);
	cr_expect_str_eq(c->operation, "CreateServiceW");
	cr_expect_str_eq(c->inferred_from, "operations");
	cr_expect_str_eq(arg_text(c, "image_path"), "C:\\x.exe");
	cr_expect_str_eq(talk_call(&t, 2, view_of(s.w.bytes, NDR_HANDLE_BYTES), view_of(success, 4))->operation, "DeleteService");
	end(&t);
}

Test(target, one_text_is_not_enough_and_the_same_call_again_is_no_more)
{
	static struct stub s;
	struct talk t = midstream();

	open_service(&s, "svc");
	cr_expect_null(call(&t, 16, &s)->interface);
	cr_expect_null(call(&t, 16, &s)->interface);
	create_service(&s);
	cr_expect_str_eq(call(&t, 12, &s)->interface, "svcctl");
	open_service(&s, "svc");
	cr_expect_str_eq(call(&t, 16, &s)->interface, "svcctl");
	end(&t);
}

Test(target, calls_that_contradict_each_other_are_not_named)
{
	static struct stub s;
	struct talk t = midstream();

	cr_expect_null(talk_call(&t, 16, view_of("no service", 10), view_of(success, 4))->interface);
	create_service(&s);
	cr_expect_null(call(&t, 12, &s)->interface);
	end(&t);
}

Test(target, an_unknown_pipe_is_told_by_its_operations_too)
{
	static struct stub s;
	struct talk t = talk_begin("");

	create_service(&s);
	cr_expect_str_eq(call(&t, 12, &s)->interface, "svcctl");
	talk_end(&t);
}
