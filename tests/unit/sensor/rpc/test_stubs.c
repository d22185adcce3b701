/*
 * The operations' rows, held against stubs that another implementation wrote
 * (stubs.py, stubs.txt).
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/operations.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 6 };

static const struct decoder *row_of(const char *interface, unsigned opnum)
{
	size_t n;
	const struct interface *all = interfaces_all(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(operations_interface(&all[i].uuid), interface) == 0)
			return interfaces_decoder(&all[i], (uint16_t)opnum);
	return NULL;
}

/* One line of stubs.txt. */
struct line {
	const struct decoder *row;
	bool is_ndr64, is_exact;
	struct wire stub, answer;
	const char *name;	/* "interface opnum syntax", for messages */
};

struct reading {
	struct stage *stage;
	struct handles handles;
	struct decoding d;
	bool is_whole;
};

static struct reading read_line(const struct line *l, struct view stub, struct view answer)
{
	struct reading r = { .stage = stage_new(0) };

	r.handles.pool = r.stage->env.pool;
	r.d = (struct decoding){ .arena = &r.stage->arena, .in = ndr_of(stub, false, l->is_ndr64), .handles = &r.handles };
	r.d.out = ndr_of(answer, false, l->is_ndr64);
	r.is_whole = decode_run(&r.d, l->row);
	return r;
}

static void done(struct reading *r)
{
	handles_fini(&r->handles);
	stage_free(r->stage);
}

/* A prefix gives no arguments but those of the whole: it is whole only where what is cut off was of no interest. */
static void each_prefix(struct view prefix, void *ctx)
{
	const struct line *l = ctx;
	struct reading r = read_line(l, prefix, view_of(NULL, 0));

	cr_expect_not(r.is_whole && l->is_exact && prefix.n + 4 < l->stub.n, "%s: %zu of %zu octets", l->name, prefix.n, l->stub.n);
	done(&r);
}

static void each_answer(struct view prefix, void *ctx)
{
	const struct line *l = ctx;
	struct reading r = read_line(l, wire_view(&l->stub), prefix);

	cr_expect(r.is_whole, "%s: the request is all there", l->name);
	done(&r);
}

static void expect_argument(const struct reading *r, const struct line *l, char *argument)
{
	char *value = strchr(argument, '=');
	const char *text;
	char number[24];

	*value++ = '\0';
	text = decode_text_of(&r->d, argument);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)decode_number_of(&r->d, argument));
	cr_expect_str_eq(text != NULL ? text : number, value, "%s: %s", l->name, argument);
}

/* Take a line apart; its arguments are left in ${text}. */
static void parse_line(struct line *l, char **text)
{
	static char name[64];
	char *columns[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = strsep(text, "\t");
	snprintf(name, sizeof(name), "%s %s %s", columns[0], columns[1], columns[2]);
	*l = (struct line){
		.row = row_of(columns[0], (unsigned)atoi(columns[1])),
		.is_ndr64 = strcmp(columns[2], "64") == 0,
		.is_exact = strcmp(columns[3], "exact") == 0,
		.name = name,
	};
	cr_assert_not_null(l->row, "%s", name);
	wire_hex(&l->stub, columns[4]);
	if (strcmp(columns[5], "-") != 0)
		wire_hex(&l->answer, columns[5]);
}

static void check(char *text)
{
	static struct line l;
	struct reading r;
	size_t n_arguments = 0;

	parse_line(&l, &text);
	r = read_line(&l, wire_view(&l.stub), wire_view(&l.answer));
	cr_expect(r.is_whole, "%s", l.name);
	cr_expect_eq(decode_is_exact(&r.d), l.is_exact, "%s", l.name);
	for (char *argument; (argument = strsep(&text, "\t")) != NULL; n_arguments++)
		expect_argument(&r, &l, argument);
	cr_expect_eq(r.d.n_args, n_arguments, "%s", l.name);
	done(&r);
	ladder(l.stub.bytes, l.stub.n, each_prefix, &l);
	ladder(l.answer.bytes, l.answer.n, each_answer, &l);
}

static FILE *open_stubs(void)
{
	FILE *f = fopen("tests/unit/sensor/rpc/stubs.txt", "r");

	cr_assert_not_null(f);
	return f;
}

static char *next_line(FILE *f)
{
	static char line[16384];

	if (fgets(line, sizeof(line), f) == NULL)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

Test(stubs, the_rows_read_what_impacket_writes)
{
	FILE *f = open_stubs();
	size_t n = 0;

	for (char *line; (line = next_line(f)) != NULL; n++)
		check(line);
	fclose(f);
	cr_expect_gt(n, 100);
}

/* ---- what answers teach of servers ---- */

static const struct view server = { (const uint8_t *)"\xC0\0\2\2", 4 };

/* Read the first line of ${operation} with ${answer}, NULL: its own, and keep what that teaches. */
static void learn_from(struct endpoints *e, const char *operation, const struct wire *answer)
{
	static struct line l;
	FILE *f = open_stubs();
	char *line;
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };
	struct decoding d = { .arena = &s->arena, .handles = &handles, .endpoints = e, .server = server };

	do
		line = next_line(f);
	while (line != NULL && strncmp(line, operation, strlen(operation)) != 0);
	cr_assert_not_null(line);
	parse_line(&l, &line);
	d.in = ndr_of(wire_view(&l.stub), false, false);
	d.out = ndr_of(wire_view(answer != NULL ? answer : &l.answer), false, false);
	cr_expect(decode_run(&d, l.row));
	fclose(f);
	handles_fini(&handles);
	stage_free(s);
}

static const char *interface_at(struct endpoints *e, struct view ip, uint16_t port, size_t i)
{
	const struct endpoint_place place = { ip, port };
	struct endpoint known;

	return endpoints_find(e, place, 0, &known) && i < known.n ? operations_interface(&known.interfaces[i]) : NULL;
}

Test(stubs, an_endpoint_map_teaches_where_an_interface_is)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);

	learn_from(e, "epmapper\t3\t", NULL);
	cr_expect_str_eq(interface_at(e, server, 49163, 0), "svcctl");
	endpoints_free(e);
	stage_free(s);
}

Test(stubs, an_endpoint_map_of_many_towers_is_read_to_its_end)
{
	enum { TOWERS = 40, FIRST_PORT = 50000, PORT_AT = 64 };
	static const char tower[] = "050013000d81bb7a364498f135ad3298f03800100302000200000013000d045d888aeb1cc9119fe808002b104860020002"
				    "00000001000b020000000100070200c00b0100090400c0000207";
	static struct wire answer;
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);

	wire_zeros(&answer, 20);
	for (unsigned i = 0; i < 4; i++)	/* num_towers; maximum, offset, actual count */
		wire_u32(&answer, i == 2 ? 0 : TOWERS);
	for (unsigned i = 1; i <= TOWERS; i++)
		wire_u32(&answer, i);
	for (unsigned i = 0; i < TOWERS; i++) {
		wire_u32(&answer, 75);
		wire_u32(&answer, 75);
		wire_hex(&answer, tower);
		answer.bytes[answer.n - 75 + PORT_AT] = (uint8_t)((FIRST_PORT + i) >> 8);
		answer.bytes[answer.n - 75 + PORT_AT + 1] = (uint8_t)(FIRST_PORT + i);
		wire_align(&answer, 4);
	}
	wire_u32(&answer, 0);
	learn_from(e, "epmapper\t3\t", &answer);
	cr_expect_str_eq(interface_at(e, server, FIRST_PORT, 0), "svcctl");
	cr_expect_str_eq(interface_at(e, server, FIRST_PORT + TOWERS - 1, 0), "svcctl");
	endpoints_free(e);
	stage_free(s);
}

Test(stubs, an_activation_teaches_where_wmi_is_and_whose_a_pointer_is)
{
	static const struct view elsewhere = { (const uint8_t *)"\xC0\0\2\7", 4 };
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);
	struct uuid ipid, interface;

	memset(ipid.bytes, 4, sizeof(ipid.bytes));
	learn_from(e, "IRemoteSCMActivator\t4\t", NULL);
	cr_expect_str_eq(interface_at(e, server, 49670, 5), "IWbemServices");
	cr_expect_str_eq(interface_at(e, elsewhere, 49670, 5), "IWbemServices", "the address that the binding names");
	cr_assert(endpoints_find_object(e, server, &ipid, 0, &interface));
	cr_expect_str_eq(operations_interface(&interface), "IWbemLevel1Login");
	endpoints_free(e);
	stage_free(s);
}
