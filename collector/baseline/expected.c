/*
 * What a server writes of a logon, and when it is due. A row counts only where
 * a trail of the host has ever held such records and covers the moment: what
 * its audit policy or a filter leaves out cannot be missing, and no channel
 * vouches for another.
 */
#include "collector/baseline/tied.h"

#include "proto/base/clock.h"

#define ACT(act) (1u << (act))

static bool always(const struct ledger *l)
{
	return l->saw_logon;
}

/* IPC$ is left out: a Samba server that audits its shares does not audit that one. */
static bool on_share(const struct ledger *l)
{
	return l->saw_logon && l->has_admin_tree;
}

static bool with_file(const struct ledger *l)
{
	return l->has_admin_tree && l->has_file;
}

static bool by_service(const struct ledger *l)
{
	return l->has_service;
}

static bool by_task(const struct ledger *l)
{
	return l->has_task;
}

#define LOGOFF_NS (16 * 60 * CLOCK_SECOND_NS)
const int64_t ledger_due_ns = LOGOFF_NS;

/* Act, acts of which one must be usual there, due when, the log must go on for so long after the access, in words. */
/* clang-format off */
static const struct {
	enum log_act act;
	uint32_t usual;
	bool (*is_due)(const struct ledger *l);
	int64_t after_ns;
	const char *words;
} rows[] = {
	{ LOG_LOGON,		 LEDGER_TELLS,			always,		0,		"4624 (logon)" },
	{ LOG_PRIVILEGES,	 ACT(LOG_PRIVILEGES),		always,		0,		"4672 (administrator's privileges)" },
	{ LOG_SHARE,		 ACT(LOG_SHARE),		on_share,	0,		"5140 (share)" },
	{ LOG_OBJECT,		 ACT(LOG_OBJECT),		with_file,	0,		"5145 (file)" },
	{ LOG_SERVICE_INSTALLED, ACT(LOG_SERVICE_INSTALLED),	by_service,	0,		"7045 or 4697 (service installed)" },
	{ LOG_TASK_REGISTERED,	 ACT(LOG_TASK_REGISTERED),	by_task,	0,		"4698 (task registered)" },
	{ LOG_LOGOFF,		 ACT(LOG_LOGOFF),		always,		LOGOFF_NS,	"4634 (logoff)" },
};
/* clang-format on */

static bool is_usual(const struct ledger *l, uint32_t acts)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		for (size_t t = 0; t < N_LOG_TRAILS; t++)
			if ((l->c.clocks[i].trails[t].acts & acts) != 0)
				return true;
	return false;
}

bool expected_more(const struct ledger *l)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].is_due(l) && !tied_has(l, rows[i].act, TIE_NEAR) && is_usual(l, rows[i].usual))
			return true;
	return false;
}

json_t *expected_missing(const struct ledger *l)
{
	json_t *missing = json_array();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].is_due(l) || tied_has(l, rows[i].act, TIE_NEAR))
			continue;
		if (tied_covered(l, l->logon_ns, l->c.access->end_ns + rows[i].after_ns, rows[i].usual))
			json_array_append_new(missing, json_string(rows[i].words));
	}
	return missing;
}
