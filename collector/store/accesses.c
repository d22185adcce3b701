/*
 * The ledger: accesses, their steps and verdicts, files, encrypted sessions.
 */
#include "collector/store/query.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing ---------------------------------------------------------------------------------------------------------- */

static void bind_key(struct query q, const struct event_key *key)
{
	query_int(q, ":sensor", key->sensor_id);
	query_int(q, ":epoch", (int64_t)key->epoch);
	query_int(q, ":seq", (int64_t)key->seq);
}

int64_t store_access_save(struct store_tx *tx, const struct access *a)
{
	struct query q = query_of(tx, QUERY_access_save);
	bind_key(q, &a->key);
	query_int(q, ":is_access", a->is_access);
	query_int(q, ":site", a->site_id);
	query_text(q, ":source", a->source);
	query_int(q, ":source_port", a->source_port);
	query_text(q, ":destination", a->destination);
	query_int(q, ":destination_port", a->destination_port);
	query_text(q, ":account", a->account);
	query_text(q, ":workstation", a->workstation);
	query_text(q, ":auth", a->auth);
	query_text(q, ":dialect", a->dialect);
	query_text(q, ":community_id", a->community_id);
	query_int_or_null(q, ":session", (int64_t)a->session_id, a->session_id != 0);
	query_int(q, ":encrypted", a->encrypted);
	query_int(q, ":start", a->start_ns);
	query_int(q, ":end", a->end_ns);
	query_int(q, ":verdict", VERDICT_UNVERIFIED);
	return query_number(q, 0);
}

void store_step_save(struct store_tx *tx, int64_t access, const struct step *step)
{
	struct query q = query_of(tx, QUERY_step_save);
	query_int(q, ":access", access);
	query_int(q, ":ordinal", step->ordinal);
	query_text(q, ":name", step->name);
	query_int(q, ":time", step->time_ns);
	query_int(q, ":last", step->last_ns);
	query_int(q, ":count", step->count);
	query_int(q, ":admin", step->admin);
	query_text(q, ":technique", step->technique);
	query_json(q, ":detail", step->detail);
	bind_key(q, &step->event);
	query_run(q);
}

void store_file_save(struct store_tx *tx, const struct file_row *f)
{
	struct query q = query_of(tx, QUERY_file_save);
	bind_key(q, &f->event);
	bool has_access = f->access.seq != 0;
	query_int_or_null(q, ":access_sensor", f->access.sensor_id, has_access);
	query_int_or_null(q, ":access_epoch", (int64_t)f->access.epoch, has_access);
	query_int_or_null(q, ":access_seq", (int64_t)f->access.seq, has_access);
	query_text(q, ":site", f->site);
	query_text(q, ":source", f->source);
	query_text(q, ":destination", f->destination);
	query_text(q, ":path", f->path);
	query_text(q, ":action", f->action);
	query_int(q, ":bytes", (int64_t)f->bytes);
	query_int(q, ":complete", f->complete);
	query_text(q, ":sha256", f->sha256);
	query_text(q, ":kind", f->kind);
	query_int(q, ":executable", f->executable);
	query_int(q, ":time", f->time_ns);
	query_run(q);
}

int64_t store_opaque_save(struct store_tx *tx, const struct opaque_row *o)
{
	struct query q = query_of(tx, QUERY_opaque_save);
	bind_key(q, &o->key);
	query_text(q, ":site", o->site);
	query_text(q, ":source", o->source);
	query_text(q, ":destination", o->destination);
	query_text(q, ":account", o->account);
	query_text(q, ":auth", o->auth);
	query_text(q, ":dialect", o->dialect);
	query_int(q, ":source_port", o->source_port);
	query_int(q, ":destination_port", o->destination_port);
	query_text(q, ":community_id", o->community_id);
	query_int(q, ":messages", (int64_t)o->messages);
	query_int(q, ":bytes", (int64_t)o->bytes);
	query_int(q, ":start", o->start_ns);
	query_int(q, ":end", o->end_ns);
	return query_number(q, 0);
}

static void note(struct query q, int64_t access, const struct store_judgement *j, int64_t now_ns)
{
	query_int(q, ":access", access);
	query_int(q, ":now", now_ns);
	query_int(q, ":verdict", j->verdict);
	query_int_or_null(q, ":baseline", j->baseline, j->baseline != 0);
	query_json(q, ":evidence", j->evidence);
	query_run(q);
}

void store_access_judge(struct store_tx *tx, int64_t access, const struct store_judgement *j, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_access_judge);
	query_int(q, ":access", access);
	query_int(q, ":verdict", j->verdict);
	query_int_or_null(q, ":baseline", j->baseline, j->baseline != 0);
	query_run(q);
	note(query_of(tx, QUERY_verdict_note), access, j, now_ns);
}

void store_access_same(struct store_tx *tx, int64_t access, const struct store_judgement *j, int64_t now_ns)
{
	note(query_of(tx, QUERY_verdict_first), access, j, now_ns);
}

void store_access_group(struct store_tx *tx, int64_t access, int64_t incident)
{
	struct query q = query_of(tx, QUERY_access_group);
	query_int(q, ":access", access);
	query_int(q, ":incident", incident);
	query_run(q);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* Column orders of members.sql, which is member.sql's, and member_steps.sql. */
enum {
	A_ID, A_SENSOR, A_EPOCH, A_SEQ, A_IS_ACCESS, A_INCIDENT, A_SITE_NAME, A_SITE, A_SOURCE, A_SOURCE_PORT, A_DESTINATION,
	A_DESTINATION_PORT, A_ACCOUNT, A_WORKSTATION, A_AUTH, A_DIALECT, A_COMMUNITY_ID, A_SESSION, A_ENCRYPTED, A_START, A_END,
	A_VERDICT, A_BASELINE, A_ACCOUNT_OF_LOG, A_LACKS_RECORDS, A_ALIAS,
};
enum {
	S_ORDINAL, S_NAME, S_TIME, S_LAST, S_COUNT, S_ADMIN, S_TECHNIQUE, S_DETAIL, S_SENSOR, S_EPOCH, S_SEQ,
};

/* A copy that lives as long as the members; NULL for NULL. */
static const char *keep(struct query q, int column)
{
	const char *text = column_text(q, column);
	if (text == NULL)
		return NULL;
	char *copy = strdup(text);
	if (copy == NULL)
		store_tx_fail(q.tx, "out of memory");
	return copy;
}

static void drop(const char *kept)
{
	free((void *)(uintptr_t)kept);
}

/* One more item in a growing array of ${n}; NULL, and the transaction failed, when memory is short. */
static void *grow(struct store_tx *tx, void *items, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)	/* room is made at powers of two */
		return items;
	void *grown = reallocarray(items, n == 0 ? 1 : n * 2, size);
	if (grown == NULL)
		store_tx_fail(tx, "out of memory");
	return grown;
}

static void access_of(struct query q, struct access *a)
{
	*a = (struct access){
		.key = { column_int(q, A_SENSOR), (uint64_t)column_int(q, A_EPOCH), (uint64_t)column_int(q, A_SEQ) },
		.is_access = column_int(q, A_IS_ACCESS) != 0,
		.id = column_int(q, A_ID),
		.incident_id = column_int(q, A_INCIDENT),
		.site = keep(q, A_SITE_NAME),
		.site_id = column_int(q, A_SITE),
		.source = keep(q, A_SOURCE),
		.source_port = (uint32_t)column_int(q, A_SOURCE_PORT),
		.destination = keep(q, A_DESTINATION),
		.destination_port = (uint32_t)column_int(q, A_DESTINATION_PORT),
		.account = keep(q, A_ACCOUNT),
		.alias = keep(q, A_ALIAS),
		.workstation = keep(q, A_WORKSTATION),
		.auth = keep(q, A_AUTH),
		.dialect = keep(q, A_DIALECT),
		.community_id = keep(q, A_COMMUNITY_ID),
		.session_id = (uint64_t)column_int(q, A_SESSION),
		.encrypted = column_int(q, A_ENCRYPTED) != 0,
		.start_ns = column_int(q, A_START),
		.end_ns = column_int(q, A_END),
		.verdict = (enum verdict)column_int(q, A_VERDICT),
		.baseline_id = column_int(q, A_BASELINE),
		.account_of_log = column_int(q, A_ACCOUNT_OF_LOG) != 0,
		.lacks_records = column_int(q, A_LACKS_RECORDS) != 0,
	};
}

static void step_of(struct query q, struct step *s)
{
	*s = (struct step){
		.ordinal = (uint32_t)column_int(q, S_ORDINAL),
		.name = keep(q, S_NAME),
		.time_ns = column_int(q, S_TIME),
		.last_ns = column_int(q, S_LAST),
		.count = (uint32_t)column_int(q, S_COUNT),
		.admin = column_int(q, S_ADMIN) != 0,
		.technique = keep(q, S_TECHNIQUE),
		.detail = column_json(q, S_DETAIL),
		.event = { column_int(q, S_SENSOR), (uint64_t)column_int(q, S_EPOCH), (uint64_t)column_int(q, S_SEQ) },
	};
}

static void load_steps(struct store_tx *tx, int64_t access, struct member *m)
{
	struct step *steps = NULL;
	size_t n = 0;
	struct query q = query_of(tx, QUERY_member_steps);
	query_int(q, ":access", access);
	while (query_row(q)) {
		struct step *grown = grow(tx, steps, n, sizeof *steps);
		if (grown == NULL)
			break;
		steps = grown;
		step_of(q, &steps[n++]);
	}
	m->steps = steps;
	m->n_steps = n;
}

static void load_member(struct query q, struct member *m)
{
	struct access *a = malloc(sizeof *a);
	*m = (struct member){ .access = a };
	if (a == NULL) {
		store_tx_fail(q.tx, "out of memory");
		return;
	}
	access_of(q, a);
	load_steps(q.tx, a->id, m);
}

static void load_members(struct query q, struct store_members *out)
{
	store_members_fini(out);
	while (query_row(q)) {
		struct member *grown = grow(q.tx, out->items, out->n, sizeof *out->items);
		if (grown == NULL)
			break;
		out->items = grown;
		load_member(q, &out->items[out->n++]);
	}
	if (!store_tx_ok(q.tx))
		store_members_fini(out);
}

void store_members_of_incident(struct store_tx *tx, int64_t incident, struct store_members *out)
{
	struct query q = query_of(tx, QUERY_members);
	query_int(q, ":incident", incident);
	load_members(q, out);
}

void store_members_of_access(struct store_tx *tx, int64_t access, struct store_members *out)
{
	struct query q = query_of(tx, QUERY_member);
	query_int(q, ":access", access);
	load_members(q, out);
}

static void member_fini(struct member *m)
{
	const struct access *a = m->access;
	if (a != NULL) {
		const char *const texts[] = { a->site, a->source, a->destination, a->account, a->alias, a->workstation, a->auth,
					      a->dialect, a->community_id };
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			drop(texts[i]);
		free((void *)(uintptr_t)a);
	}
	for (size_t i = 0; i < m->n_steps; i++) {
		drop(m->steps[i].name);
		drop(m->steps[i].technique);
		json_decref(m->steps[i].detail);
	}
	free((void *)(uintptr_t)m->steps);
}

void store_members_fini(struct store_members *m)
{
	for (size_t i = 0; i < m->n; i++)
		member_fini(&m->items[i]);
	free(m->items);
	*m = (struct store_members){ 0 };
}

/* A row of access_ids.sql. Its texts live until the next one. */
static struct access head_of(struct query q)
{
	return (struct access){
		.id = column_int(q, 0),
		.is_access = column_int(q, 1) != 0,
		.site = column_text(q, 2),
		.source = column_text(q, 3),
		.destination = column_text(q, 4),
		.account = column_text(q, 5),
		.start_ns = column_int(q, 6),
		.verdict = (enum verdict)column_int(q, 7),
		.baseline_id = column_int(q, 8),
		.alias = column_text(q, 9),
	};
}

size_t store_access_ids(struct store_tx *tx, store_wanted_fn wanted, void *ctx, int64_t **ids)
{
	size_t n = 0;
	*ids = NULL;
	struct query q = query_of(tx, QUERY_access_ids);
	while (query_row(q)) {
		struct access a = head_of(q);
		if (!wanted(ctx, &a))
			continue;
		int64_t *grown = grow(tx, *ids, n, sizeof **ids);
		if (grown == NULL)
			break;
		*ids = grown;
		grown[n++] = a.id;
	}
	return n;
}
