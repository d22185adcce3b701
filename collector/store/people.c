/*
 * What people keep here: whitelist entries, passwords, sessions, the audit.
 */
#include "collector/store/learned.h"
#include "collector/store/query.h"

#include <stdio.h>

/* ---- baseline --------------------------------------------------------------------------------------------------------- */

/* Column order of baseline_entries.sql. */
enum { B_ID, B_SITE, B_SOURCE, B_ACCOUNT, B_DESTINATION, B_ACTIONS, B_SHA256, B_WHEN, B_FROM, B_UNTIL, B_REASON, B_AUTHOR, B_REFERENCE };

void store_baseline_each(struct store_tx *tx, store_entry_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_baseline_entries);
	while (query_row(q)) {
		struct baseline_entry e = {
			.id = column_int(q, B_ID),
			.site = column_text(q, B_SITE),
			.source = column_text(q, B_SOURCE),
			.account = column_text(q, B_ACCOUNT),
			.destination = column_text(q, B_DESTINATION),
			.actions = column_json(q, B_ACTIONS),
			.sha256 = column_text(q, B_SHA256),
			.when = column_text(q, B_WHEN),
			.valid_from_ns = column_is_null(q, B_FROM) ? INT64_MIN : column_int(q, B_FROM),
			.valid_until_ns = column_is_null(q, B_UNTIL) ? INT64_MAX : column_int(q, B_UNTIL),
			.reason = column_text(q, B_REASON),
			.author = column_text(q, B_AUTHOR),
			.reference = column_text(q, B_REFERENCE),
		};
		each(ctx, &e);
		json_decref(e.actions);
	}
}

int64_t store_baseline_add(struct store_tx *tx, const struct baseline_entry *e, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_baseline_add);
	query_text(q, ":site", e->site);
	query_text(q, ":source", e->source);
	query_text(q, ":account", e->account);
	query_text(q, ":destination", e->destination);
	query_json(q, ":actions", e->actions);
	query_text(q, ":sha256", e->sha256);
	query_text(q, ":when", e->when);
	query_int_or_null(q, ":valid_from", e->valid_from_ns, e->valid_from_ns != INT64_MIN);
	query_int_or_null(q, ":valid_until", e->valid_until_ns, e->valid_until_ns != INT64_MAX);
	query_text(q, ":reason", e->reason);
	query_text(q, ":author", e->author);
	query_text(q, ":reference", e->reference);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

bool store_baseline_remove(struct store_tx *tx, int64_t id, const char *by, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_baseline_remove);
	query_int(q, ":id", id);
	query_text(q, ":by", by);
	query_int(q, ":now", now_ns);
	return query_number(q, 0) != 0;
}

int64_t store_baseline_version(struct store_tx *tx)
{
	return query_number(query_of(tx, QUERY_baseline_version), 0);
}

/* ---- named hosts ------------------------------------------------------------------------------------------------------ */

static const char named_counter[] = "named_hosts_changes";

static void count_change(struct store_tx *tx)
{
	store_setting_set(tx, named_counter, store_setting(tx, named_counter, 0) + 1);
}

void store_named_add(struct store_tx *tx, const char *site, const char *name, const char *address, const char *by, int64_t now_ns)
{
	int64_t site_id = store_site(tx, site);
	struct query q = query_of(tx, QUERY_named_add);
	query_int(q, ":site", site_id);
	query_text(q, ":name", name);
	query_text(q, ":address", address);
	query_text(q, ":by", by);
	query_int(q, ":now", now_ns);
	query_run(q);
	count_change(tx);
}

size_t store_named_remove(struct store_tx *tx, const char *site, const char *name)
{
	size_t n = 0;
	struct query q = query_of(tx, QUERY_named_remove);
	query_text(q, ":site", site);
	query_text(q, ":name", name);
	while (query_row(q))
		n++;
	count_change(tx);
	return n;
}

void store_named_each(struct store_tx *tx, store_named_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_named_hosts);
	query_int(q, ":limit", -1);
	while (query_row(q))
		each(ctx, column_text(q, 0), column_text(q, 1), column_text(q, 2));
}

int64_t store_named_version(struct store_tx *tx)
{
	struct query q = query_of(tx, QUERY_named_version);
	query_text(q, ":counter", named_counter);
	return query_number(q, 0);
}

/* ---- users ------------------------------------------------------------------------------------------------------------ */

/* Columns ${id}, ${id} + 1 and ${id} + 2: id, name and password. */
static void user_of(struct query q, int id, struct store_user *out)
{
	*out = (struct store_user){ .id = column_int(q, id) };
	snprintf(out->name, sizeof out->name, "%s", column_text(q, id + 1));
	snprintf(out->hash, sizeof out->hash, "%s", column_text(q, id + 2));
}

bool store_user(struct store_tx *tx, const char *name, struct store_user *out)
{
	struct query q = query_of(tx, QUERY_user);
	query_text(q, ":name", name);
	if (!query_row(q))
		return false;
	user_of(q, 0, out);
	query_end(q);
	return true;
}

int64_t store_user_add(struct store_tx *tx, const char *name, const char *hash, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_user_add);
	query_text(q, ":name", name);
	query_text(q, ":hash", hash);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

void store_user_password(struct store_tx *tx, int64_t user, const char *hash)
{
	struct query q = query_of(tx, QUERY_user_password);
	query_int(q, ":user", user);
	query_text(q, ":hash", hash);
	query_run(q);
}

int64_t store_users(struct store_tx *tx)
{
	return query_number(query_of(tx, QUERY_users), 0);
}

/* ---- sessions --------------------------------------------------------------------------------------------------------- */

void store_session_add(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], int64_t user, const char *csrf, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_session_add);
	query_blob(q, ":token", token, STORE_TOKEN_BYTES);
	query_int(q, ":user", user);
	query_text(q, ":csrf", csrf);
	query_int(q, ":now", now_ns);
	query_run(q);
}

bool store_session(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], struct store_session *out)
{
	struct query q = query_of(tx, QUERY_session);
	query_blob(q, ":token", token, STORE_TOKEN_BYTES);
	if (!query_row(q))
		return false;
	user_of(q, 0, &out->user);
	snprintf(out->csrf, sizeof out->csrf, "%s", column_text(q, 3));
	out->last_used_ns = column_int(q, 4);
	query_end(q);
	return true;
}

void store_session_touch(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_session_touch);
	query_blob(q, ":token", token, STORE_TOKEN_BYTES);
	query_int(q, ":now", now_ns);
	query_run(q);
}

void store_session_end(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES])
{
	struct query q = query_of(tx, QUERY_session_end);
	query_blob(q, ":token", token, STORE_TOKEN_BYTES);
	query_run(q);
}

void store_sessions_end(struct store_tx *tx, int64_t user, const char *csrf)
{
	struct query q = query_of(tx, QUERY_sessions_end);
	query_int(q, ":user", user);
	query_text(q, ":csrf", csrf);
	query_run(q);
}

void store_people_expire(struct store_tx *tx, int64_t before_ns)
{
	static const enum query_id of[] = { QUERY_sessions_expire, QUERY_failures_expire };
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct query q = query_of(tx, of[i]);
		query_int(q, ":before", before_ns);
		query_run(q);
	}
}

/* ---- wrong passwords, audit ------------------------------------------------------------------------------------------- */

void store_failure_add(struct store_tx *tx, const char *user, const char *address, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_failure_add);
	query_text(q, ":user", user);
	query_text(q, ":address", address);
	query_int(q, ":now", now_ns);
	query_run(q);
}

struct store_failures store_failures(struct store_tx *tx, const char *user, const char *address, int64_t since_ns)
{
	struct store_failures out = { 0 };
	struct query q = query_of(tx, QUERY_failures);
	query_text(q, ":user", user);
	query_text(q, ":address", address);
	query_int(q, ":since", since_ns);
	if (query_row(q))
		out = (struct store_failures){ column_int(q, 0), column_int(q, 1), column_int(q, 2) };
	query_end(q);
	return out;
}

void store_failures_forget(struct store_tx *tx, const char *user, const char *address)
{
	struct query q = query_of(tx, QUERY_failures_forget);
	query_text(q, ":user", user);
	query_text(q, ":address", address);
	query_run(q);
}

void store_audit(struct store_tx *tx, const char *by, const char *action, const char *object, const json_t *detail, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_audit_add);
	query_int(q, ":now", now_ns);
	query_text(q, ":by", by);
	query_text(q, ":action", action);
	query_text(q, ":object", object);
	query_json(q, ":detail", detail);
	query_run(q);
}
