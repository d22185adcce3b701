/* Whose a record without a port is. */
#include "collector/baseline/ledger.h"
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
	struct whose *w = whose_new(&own, ledger_wrong_ns);
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

Test(whose, where_each_may_have_its_own_nothing_is_missing)
{
	static const struct row rows[] = {
		/* 400 s ahead: the nearest pairs leave the access and the last record over, out of each other's reach */
		{ .n_wires = 2, .wires = { { 300, 50001, "dave" }, { 600, 50002, "dave" } }, .n_lines = 3,
		  .lines = { { 400, LOG_LOGON, "dave", 1, 1 }, { 700, LOG_LOGON, "dave", 2, 1 }, { 1000, LOG_LOGON, "dave", 3, 1 } },
		  .own = "o--", .account = "dave" },
		/* 400 s behind */
		{ .n_wires = 2, .wires = { { -300, 50001, "dave" }, { -600, 50002, "dave" } }, .n_lines = 3,
		  .lines = { { -1000, LOG_LOGON, "dave", 1, 1 }, { -700, LOG_LOGON, "dave", 2, 1 }, { -400, LOG_LOGON, "dave", 3, 1 } },
		  .own = "--o", .account = "dave" },
		/* the access's is gone, or what is left over is too far from whoever could move, or another person's */
		{ .n_wires = 2, .wires = { { 300, 50001, "dave" }, { 600, 50002, "dave" } }, .n_lines = 2,
		  .lines = { { 400, LOG_LOGON, "dave", 2, 1 }, { 700, LOG_LOGON, "dave", 3, 1 } }, .own = "--", .account = "dave" },
		{ .n_wires = 1, .wires = { { 90, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { 100, LOG_LOGON, "dave", 1, 1 }, { 691, LOG_LOGON, "dave", 2, 1 } }, .own = "--", .account = "dave" },
		{ .n_wires = 1, .wires = { { 90, 50001, "dave" } }, .n_lines = 2,
		  .lines = { { 100, LOG_LOGON, "dave", 1, 1 }, { 190, LOG_LOGON, "eve", 2, 1 } }, .own = "--", .account = "dave" },
	};
	EXPECT(rows);
}

/* Of ${n} connections, a second apart, those that have one when ${lines} are shared out within five seconds. */
static size_t sharers(int n, const struct line *lines, size_t n_lines)
{
	size_t found = 0;
	for (int own = 0; own < n; own++) {
		struct whose *w = whose_new(&(struct whose_logon){ own * CLOCK_SECOND_NS, (uint16_t)(OWN_PORT + own), "dave" },
					    ledger_slack_ns);
		for (int i = n - 1; i >= 0; i--)
			whose_add_logon(w, &(struct whose_logon){ i * CLOCK_SECOND_NS, (uint16_t)(OWN_PORT + i), "dave" });
		for (size_t i = 0; i < n_lines; i++) {
			struct log_record r = record_of(&lines[i]);
			whose_add_record(w, lines[i].clock, (int64_t)i + 1, &r, lines[i].second * CLOCK_SECOND_NS);
		}
		found += whose_has_one(w);
		whose_free(w);
	}
	return found;
}

Test(whose, no_more_connections_have_a_record_than_there_are_and_no_fewer)
{
	static const struct line apart[] = { { 3, LOG_LOGON, "dave", 1, 1 }, { 4, LOG_LOGON, "dave", 2, 1 }, { 5, LOG_LOGON, "dave", 3, 1 },
					     { 6, LOG_LOGON, "dave", 4, 1 } };
	static const struct line shares[] = { { 0, LOG_SHARE, "dave", 0, 1 }, { 1, LOG_SHARE, "dave", 0, 1 },
					      { 1, LOG_SHARE, "dave", 0, 2 } };
	for (size_t n = 0; n <= 4; n++)
		cr_expect_eq(sharers(4, apart, n), n, "%zu", n);
	cr_expect_eq(sharers(2, apart, 4), 2);
	cr_expect_eq(sharers(4, shares, 3), 2, "each share without a logon may be another connection's, a copy is none");
	cr_expect_eq(sharers(1, apart + 3, 1), 0, "6 s away");
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
	struct whose *w = whose_new(&(struct whose_logon){ 0, OWN_PORT, "dave" }, ledger_wrong_ns);
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
