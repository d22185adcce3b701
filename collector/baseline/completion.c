#include "collector/baseline/completion.h"

#include "collector/baseline/tied.h"
#include "collector/detect/detail.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what records tell ---- */

static bool is_executable(const char *path)
{
	static const char *const endings[] = { ".exe", ".dll", ".sys", ".bat", ".ps1", ".vbs" };
	size_t n = path != NULL ? strlen(path) : 0;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (n > strlen(endings[i]) && strcasecmp(path + n - strlen(endings[i]), endings[i]) == 0)
			return true;
	return false;
}

static json_t *share_detail(const struct log_record *r)
{
	json_t *detail = NULL;
	if (log_record_is_admin_share(r))
		detail_put_text(&detail, "share", r->share);
	return detail;
}

static json_t *file_detail(const struct log_record *r)
{
	json_t *detail = NULL;
	if (!log_record_is_admin_share(r) || !is_executable(r->object))
		return NULL;
	detail_put_text(&detail, "share", r->share);
	detail_put_text(&detail, "path", r->object);
	return detail;
}

static json_t *service_detail(const struct log_record *r)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "service", r->service);
	detail_put_text(&detail, "image_path", r->service_path);
	return detail;
}

static json_t *task_detail(const struct log_record *r)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "path", r->task);
	return detail;
}

/* Act, the step it is on the wire, whether that is an administrator's, its technique, its detail (NULL: not told). */
/* clang-format off */
static const struct row {
	enum log_act act;
	const char *step;
	bool is_admin;
	const char *technique;
	json_t *(*detail)(const struct log_record *r);
} rows[] = {
	{ LOG_SHARE,		 "smb.tree.admin",				true,	"T1021.002",	share_detail },
	{ LOG_OBJECT,		 "file.open.exe",				false,	NULL,		file_detail },
	{ LOG_SERVICE_INSTALLED, "svcctl.create_service",			true,	"T1543.003",	service_detail },
	{ LOG_TASK_REGISTERED,	 "itaskschedulerservice.sch_rpc_register_task",	true,	"T1053.005",	task_detail },
};
/* clang-format on */

static const struct row *row_of(enum log_act act)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].act == act)
			return &rows[i];
	return NULL;
}

/* ---- what the network showed ---- */

/* Details that people read; a record that says no more than a step of the wire adds nothing. */
static bool says_as_much(const json_t *seen, const json_t *told)
{
	const char *key;
	json_t *value;
	json_t *object = (json_t *)(uintptr_t)told;	/* jansson iterates over non-const objects only; nothing is changed */
	json_object_foreach(object, key, value)
		if (strcmp(key, "share") != 0 && json_object_get(seen, key) == NULL)
			return false;
	return true;
}

static bool is_seen(const struct ledger *l, const struct row *row, const json_t *detail)
{
	for (size_t i = 0; i < l->c.n_steps; i++) {
		const struct step *s = &l->c.steps[i];
		if (s->ordinal < COMPLETION_ORDINAL && strcmp(s->name, row->step) == 0 && says_as_much(s->detail, detail))
			return true;
	}
	return false;
}

/* ---- steps ---- */

static int by_time(const void *a, const void *b)
{
	const struct tied *const *x = a, *const *y = b;
	if ((*x)->utc_ns != (*y)->utc_ns)
		return (*x)->utc_ns < (*y)->utc_ns ? -1 : 1;
	return ((*x)->r.event_id > (*y)->r.event_id) - ((*x)->r.event_id < (*y)->r.event_id);
}

static bool is_told(const struct completion *c, const char *name, const json_t *detail)
{
	for (size_t i = 0; i < c->n; i++) {
		json_t *other = json_copy(c->steps[i].detail);
		json_object_del(other, "from");
		json_object_del(other, "record");
		bool is_same = strcmp(c->steps[i].name, name) == 0 && json_equal(other, detail);
		json_decref(other);
		if (is_same)
			return true;
	}
	return false;
}

static void add(const struct ledger *l, struct completion *c, const struct tied *t)
{
	const struct row *row = row_of(t->r.act);
	bool was_hidden = l->c.access->encrypted || t->r.act == LOG_SERVICE_INSTALLED || t->r.act == LOG_TASK_REGISTERED;
	json_t *detail = row != NULL && was_hidden && t->tie >= TIE_NEAR && t->tie != TIE_DOUBT ? row->detail(&t->r) : NULL;
	if (detail == NULL || c->n == COMPLETION_STEPS || is_seen(l, row, detail) || is_told(c, row->step, detail)) {
		json_decref(detail);
		return;
	}
	c->proves_privilege |= row->is_admin && (t->tie >= TIE_ACT || tied_has(l, LOG_PRIVILEGES, TIE_LOGON));
	detail_put_text(&detail, "from", "log");
	json_object_set_new(detail, "record", json_integer(t->id));
	c->steps[c->n] = (struct step){ .ordinal = COMPLETION_ORDINAL + (uint32_t)c->n, .name = row->step, .time_ns = t->utc_ns,
					.last_ns = t->utc_ns, .count = 1, .admin = row->is_admin, .technique = row->technique,
					.detail = detail, .event = l->c.access->key };
	c->n++;
}

void completion_of(const struct ledger *l, struct completion *out)
{
	const struct tied *sorted[TIED_MAX];
	*out = (struct completion){ 0 };
	if (!tied_is_dark(l))
		return;
	for (size_t i = 0; i < l->n; i++)
		sorted[i] = &l->items[i];
	qsort(sorted, l->n, sizeof *sorted, by_time);
	for (size_t i = 0; i < l->n; i++)
		add(l, out, sorted[i]);
}

void completion_fini(struct completion *c)
{
	for (size_t i = 0; i < c->n; i++)
		json_decref(c->steps[i].detail);
	*c = (struct completion){ 0 };
}
