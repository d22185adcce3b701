/* Whose a record without a port is. */
#include "collector/baseline/whose.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_PORT = 50000, MAX = 16 };

/* Seconds after the access's logon. */
struct wire {
	int second;
	uint16_t port;
	const char *account;
};

struct line {
	int second;
	enum log_act act;
	const char *account;
	uint64_t logon_id;
	int clock;
};

struct row {
	struct wire wires[MAX];
	size_t n_wires;
	struct line lines[MAX];
	size_t n_lines;
	const char *own;	/* of each line: 'o' may be the access's, '-' is somebody else's */
	const char *account;	/* of the access */
};

static struct log_record record_of(const struct line *line)
{
	struct log_record r;
	log_record_init(&r);
	r.act = line->act;
	r.account = line->account;
	r.logon_id = line->logon_id;
	return r;
}

/* The row's lines, in the order of ${order} (permuted by ${seed}), as whose.h sees them. */
static const char *judge(const struct row *row, unsigned seed)
{
	static char out[MAX + 1];
	struct whose_logon own = { 0, OWN_PORT, row->account };
	struct whose *w = whose_new(&own);
	for (size_t i = 0; i < row->n_wires; i++) {
		const struct wire *l = &row->wires[(i + seed) % row->n_wires];
		whose_add_logon(w, &(struct whose_logon){ l->second * CLOCK_SECOND_NS, l->port, l->account });
	}
	for (size_t i = 0; i < row->n_lines; i++) {
		size_t at = seed % 2 == 0 ? (i + seed) % row->n_lines : row->n_lines - 1 - i;
		struct log_record r = record_of(&row->lines[at]);
		whose_add_record(w, row->lines[at].clock, (int64_t)(seed % 3 == 0 ? at + 1 : MAX - at), &r,
				 row->lines[at].second * CLOCK_SECOND_NS);
	}
	for (size_t i = 0; i < row->n_lines; i++)
		out[i] = whose_is_own(w, (int64_t)(seed % 3 == 0 ? i + 1 : MAX - i)) ? 'o' : '-';
	out[row->n_lines] = '\0';
	whose_free(w);
	return out;
}

static void expect(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (unsigned seed = 0; seed < 12; seed++)
			cr_expect_str_eq(judge(&rows[i], seed), rows[i].own, "row %zu, order %u: %s", i, seed, judge(&rows[i], seed));
}

#define EXPECT(rows) expect(rows, sizeof(rows) / sizeof *(rows))

Test(whose, a_record_that_no_other_connection_claims_may_be_the_accesss)
{
	static const struct row rows[] = {
		{ .n_lines = 1, .lines = { { 8, LOG_LOGON, "dave", 1, 1 } }, .own = "o", .account = "dave" },
		{ .n_lines = 1, .lines = { { -600, LOG_LOGON, "dave", 1, 1 } }, .own = "o", .account = "dave" },
		{ .n_lines = 1, .lines = { { 601, LOG_LOGON, "dave", 1, 1 } }, .own = "-", .account = "dave" },
		{ .n_lines = 1, .lines = { { 8, LOG_LOGON, "eve", 1, 1 } }, .own = "-", .account = "LAB\\dave" },
		{ .n_lines = 1, .lines = { { 8, LOG_LOGON, "eve", 1, 1 } }, .own = "o" },
		{ .n_lines = 1, .lines = { { 8, LOG_SHARE, NULL, 0, 1 } }, .own = "o", .account = "dave" },
	};
	EXPECT(rows);
}

Test(whose, the_nearest_connection_takes_a_record_and_takes_no_second_one)
{
	static const struct row rows[] = {
		/* erased: the other logon's record stands 8 s behind it */
		{ .n_wires = 1, .wires = { { -60, 50001, "dave" } }, .n_lines = 1, .lines = { { -52, LOG_LOGON, "dave", 1, 1 } },
		  .own = "-", .account = "dave" },
		{ .n_wires = 1, .wires = { { -60, 50001, NULL } }, .n_lines = 1, .lines = { { -52, LOG_LOGON, "dave", 1, 1 } },
		  .own = "-", .account = "dave" },
		/* not erased: each has its own */
		{ .n_wires = 1, .wires = { { -60, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { -52, LOG_LOGON, "dave", 1, 1 }, { 8, LOG_LOGON, "dave", 2, 1 } }, .own = "-o", .account = "dave" },
		/* a clock that is off by more than what lies between: there are as many records as logons */
		{ .n_wires = 1, .wires = { { 21, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { 20, LOG_LOGON, "dave", 1, 1 }, { 41, LOG_LOGON, "dave", 2, 1 } }, .own = "-o", .account = "dave" },
		/* another person takes nothing of this one's */
		{ .n_wires = 1, .wires = { { 8, 50001, "eve" } }, .n_lines = 1, .lines = { { 8, LOG_LOGON, "dave", 1, 1 } }, .own = "o",
		  .account = "dave" },
		/* the access's own connection logs on once more */
		{ .n_wires = 2, .wires = { { 0, OWN_PORT, "dave" }, { 300, OWN_PORT, "dave" } }, .n_lines = 1,
		  .lines = { { 290, LOG_LOGON, "dave", 1, 1 } }, .own = "o", .account = "dave" },
	};
	EXPECT(rows);
}

Test(whose, records_of_one_logon_are_one)
{
	static const struct row rows[] = {
		/* under its id */
		{ .n_wires = 1, .wires = { { -60, 50001, "dave" } }, .n_lines = 3,
		  .lines = { { -52, LOG_LOGON, "dave", 7, 1 }, { -51, LOG_SHARE, "dave", 7, 1 }, { 2, LOG_SHARE, "dave", 7, 1 } },
		  .own = "---", .account = "dave" },
		/* without one: the shares of the same moment */
		{ .n_wires = 1, .wires = { { -60, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { -66, LOG_LOGON, "dave", 0, 1 }, { -62, LOG_SHARE, "dave", 0, 1 } }, .own = "--", .account = "dave" },
		/* by two sources */
		{ .n_wires = 1, .wires = { { -60, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { -52, LOG_LOGON, "dave", 0, 1 }, { -52, LOG_LOGON, "dave", 0, 2 } }, .own = "--", .account = "dave" },
		/* two logons of one second */
		{ .n_wires = 1, .wires = { { -1, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { 8, LOG_LOGON, "dave", 0, 1 }, { 8, LOG_LOGON, "dave", 0, 1 } }, .own = NULL, .account = "dave" },
	};
	expect(rows, 3);
	for (unsigned seed = 0; seed < 12; seed++)
		cr_expect(strchr(judge(&rows[3], seed), 'o') != NULL);
}

Test(whose, of_a_share_alone_nobody_says_whose_it_is_within_five_seconds)
{
	static const struct row rows[] = {
		{ .n_wires = 1, .wires = { { 1, 50001, "dave" } }, .n_lines = 1, .lines = { { 8, LOG_SHARE, "dave", 0, 1 } }, .own = "o",
		  .account = "dave" },
		{ .n_wires = 1, .wires = { { 1, 50001, "dave" } }, .n_lines = 1, .lines = { { 8, LOG_LOGON, "dave", 0, 1 } }, .own = "-",
		  .account = "dave" },
		{ .n_wires = 1, .wires = { { 6, 50001, "dave" } }, .n_lines = 1, .lines = { { 8, LOG_SHARE, "dave", 0, 1 } }, .own = "-",
		  .account = "dave" },
	};
	EXPECT(rows);
}

/* Of ${n} logons a second apart all but the access's own left a record 8 s later. */
static bool is_found(int n, unsigned seed)
{
	struct whose *w = whose_new(&(struct whose_logon){ 0, OWN_PORT, "dave" });
	int first = -n / 2;
	for (int i = 0; i < n; i++) {
		int second = first + (int)((unsigned)i * 8 + seed) % n;
		struct log_record r = record_of(&(struct line){ 0, LOG_LOGON, "dave", (uint64_t)(1000 + second), 1 });
		if (second == 0)
			continue;
		whose_add_logon(w, &(struct whose_logon){ second * CLOCK_SECOND_NS, (uint16_t)(OWN_PORT + 500 + second), "dave" });
		whose_add_record(w, 1, 1000 + second, &r, (second + 8) * CLOCK_SECOND_NS);
	}
	bool is_any = false;
	for (int second = first; second < first + n; second++)
		is_any |= whose_is_own(w, 1000 + second);
	whose_free(w);
	return is_any;
}

Test(whose, more_logons_than_are_kept_give_the_same_in_any_order)
{
	bool first = is_found(1001, 0);
	for (unsigned seed = 1; seed < 5; seed++)
		cr_expect_eq(is_found(1001, seed), first);
}
