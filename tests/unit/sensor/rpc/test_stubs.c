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

enum { COLUMNS = 5 };

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
	struct wire stub;
	const char *name;	/* "interface opnum syntax", for messages */
};

struct reading {
	struct stage *stage;
	struct handles handles;
	struct decoding d;
	bool is_whole;
};

static struct reading read_line(const struct line *l, struct view stub)
{
	struct reading r = { .stage = stage_new(0) };

	r.handles.pool = r.stage->env.pool;
	r.d = (struct decoding){ .arena = &r.stage->arena, .in = ndr_of(stub, false, l->is_ndr64), .handles = &r.handles };
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
	struct reading r = read_line(l, prefix);

	cr_expect_not(r.is_whole && l->is_exact && prefix.n + 4 < l->stub.n, "%s: %zu of %zu octets", l->name, prefix.n, l->stub.n);
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

static void check(char *text)
{
	static struct line l;
	char *columns[COLUMNS], name[64];
	struct reading r;
	size_t n_arguments = 0;

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = strsep(&text, "\t");
	snprintf(name, sizeof(name), "%s %s %s", columns[0], columns[1], columns[2]);
	l = (struct line){
		.row = row_of(columns[0], (unsigned)atoi(columns[1])),
		.is_ndr64 = strcmp(columns[2], "64") == 0,
		.is_exact = strcmp(columns[3], "exact") == 0,
		.name = name,
	};
	cr_assert_not_null(l.row, "%s", name);
	wire_hex(&l.stub, columns[4]);
	r = read_line(&l, wire_view(&l.stub));
	cr_expect(r.is_whole, "%s", name);
	cr_expect_eq(decode_is_exact(&r.d), l.is_exact, "%s", name);
	for (char *argument; (argument = strsep(&text, "\t")) != NULL; n_arguments++)
		expect_argument(&r, &l, argument);
	cr_expect_eq(r.d.n_args, n_arguments, "%s", name);
	done(&r);
	ladder(l.stub.bytes, l.stub.n, each_prefix, &l);
}

Test(stubs, the_rows_read_what_impacket_writes)
{
	static char line[8192];
	FILE *f = fopen("tests/unit/sensor/rpc/stubs.txt", "r");
	size_t n = 0;

	cr_assert_not_null(f);
	for (; fgets(line, sizeof(line), f) != NULL; n++) {
		line[strcspn(line, "\n")] = '\0';
		check(line);
	}
	fclose(f);
	cr_expect_gt(n, 100);
}
