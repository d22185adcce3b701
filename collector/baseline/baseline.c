#include "collector/baseline/baseline.h"

#include "collector/baseline/address.h"
#include "collector/baseline/hours.h"
#include "collector/baseline/hosts.h"
#include "collector/baseline/width.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"
#include "collector/detect/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHA256_HEX_CHARS = 64, ENTRIES_MAX = 100000 };

/* Where: a range, or a host's name. Neither: anywhere. */
struct place {
	bool has_range;
	struct address_range range;
	char *name;
};

/* One entry, compiled. What is absent means any. */
struct entry {
	int64_t id;
	bool has_when, has_sha256;
	bool needs_file;	/* the executable is all that it names: it must have moved */
	struct place source, destination;
	char *site, *account;
	char *upn;		/* the account, written dave@lab.test, as logs and tickets write it: lab.test\dave; NULL: it is not */
	json_t *actions;	/* NULL or at least one text */
	char sha256[SHA256_HEX_CHARS + 1];
	struct hours when;
	int64_t valid_from_ns, valid_until_ns;
};

struct baseline {
	const struct rules *rules;
	struct hosts *names;
	struct entry *entries;
	size_t n, cap;
};

struct baseline *baseline_new(const struct rules *rules)
{
	struct baseline *b = calloc(1, sizeof *b);
	if (b)
		b->rules = rules;
	return b;
}

static void free_entry(struct entry *e)
{
	free(e->source.name);
	free(e->destination.name);
	free(e->site);
	free(e->account);
	free(e->upn);
	json_decref(e->actions);
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		free_entry(&b->entries[i]);
	hosts_free(b->names);
	free(b->entries);
	free(b);
}

void baseline_use_hosts(struct baseline *b, struct hosts *n)
{
	hosts_free(b->names);
	b->names = n;
}

/* ---- compiling ---- */

/* Where a sentence goes, and what it begins with. */
struct complaint {
	char *error;
	size_t cap;
};

static bool complain(const struct complaint *c, const char *field, const char *value, const char *allowed)
{
	snprintf(c->error, c->cap, "%s: \"%.80s\" is not %s", field, value, allowed);
	return false;
}

static bool compile_place(const struct complaint *c, const char *field, const char *text, struct place *out)
{
	if (!text)
		return true;
	out->has_range = address_parse_range(text, &out->range);
	if (out->has_range)
		return true;
	if (!hosts_is_name(text))
		return complain(c, field, text, "an address, a range like 10.0.0.0/24 or 10.0.0.1-10.0.0.9, or a host's name");
	out->name = strdup(text);
	return out->name != NULL;
}

/* A step is lower-case words joined by points, with * and ?; a technique T and digits; a profile a known name. */
static bool is_technique(const char *text)
{
	return text[0] == 'T' && text[1] != '\0' && strspn(text + 1, "0123456789.") == strlen(text + 1);
}

static bool is_step_pattern(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.*?";
	return strspn(text, allowed) == strlen(text) && (strpbrk(text, ".*") != NULL);
}

static bool is_profile(const struct baseline *b, const char *text)
{
	return b->rules && profiles_find(b->rules->profiles, text);
}

static bool compile_actions(const struct baseline *b, const struct complaint *c, const json_t *actions, struct entry *out)
{
	if (!actions || json_is_null(actions))
		return true;
	if (!json_is_array(actions)) {
		snprintf(c->error, c->cap, "actions: a list of steps, profiles or technique ids is expected");
		return false;
	}
	for (size_t i = 0; i < json_array_size(actions); i++) {
		const char *text = json_string_value(json_array_get(actions, i));
		if (!text || !(is_technique(text) || is_profile(b, text) || is_step_pattern(text)))
			return complain(c, "actions", text ? text : "?",
					"a step (svcctl.create_service, svcctl.*), a profile (psexec) or a technique id (T1569.002)");
	}
	out->actions = json_array_size(actions) ? json_deep_copy(actions) : NULL;
	return true;
}

static bool compile_sha256(const struct complaint *c, const char *text, struct entry *out)
{
	if (!text)
		return true;
	if (strlen(text) != SHA256_HEX_CHARS || strspn(text, "0123456789abcdefABCDEF") != SHA256_HEX_CHARS)
		return complain(c, "sha256", text, "64 hex digits");
	memcpy(out->sha256, text, sizeof out->sha256);
	out->has_sha256 = true;
	return true;
}

static bool compile_when(const struct complaint *c, const char *text, struct entry *out)
{
	if (!text)
		return true;
	out->has_when = hours_parse(text, &out->when);
	return out->has_when || complain(c, "when", text, "like \"Mon-Fri 08:00-18:00 Europe/Zurich\": days, times (or both) and a zone");
}

static bool compile_glob(const struct complaint *c, const char *field, const char *text, const char *allowed, char **out)
{
	if (!text)
		return true;
	if (!text[0])
		return complain(c, field, text, allowed);
	*out = strdup(text);
	return *out != NULL;
}

/* A user principal name's suffix is the domain's DNS name unless somebody gave the user another. */
static bool compile_upn(const char *account, char **out)
{
	const char *at = account != NULL && strchr(account, '\\') == NULL ? strrchr(account, '@') : NULL;
	if (at == NULL || at == account || at[1] == '\0')
		return true;
	if (asprintf(out, "%s\\%.*s", at + 1, (int)(at - account), account) < 0)
		*out = NULL;
	return *out != NULL;
}

static bool compile(const struct baseline *b, const struct baseline_entry *e, const struct complaint *c, struct entry *out)
{
	out->id = e->id;
	out->valid_from_ns = e->valid_from_ns;
	out->valid_until_ns = e->valid_until_ns;
	out->needs_file = e->sha256 != NULL && width_is_open(e);
	if (e->valid_from_ns >= e->valid_until_ns) {
		snprintf(c->error, c->cap, "valid_until: must be later than valid_from");
		return false;
	}
	return compile_place(c, "source", e->source, &out->source) && compile_place(c, "destination", e->destination, &out->destination) &&
	       compile_glob(c, "site", e->site, "a site's name like basel or branch-*", &out->site) &&
	       compile_glob(c, "account", e->account, "an account like LAB\\admin, admin@lab.test, admin or LAB\\svc-*",
			    &out->account) &&
	       compile_upn(e->account, &out->upn) &&
	       compile_actions(b, c, e->actions, out) && compile_sha256(c, e->sha256, out) && compile_when(c, e->when, out);
}

static bool make_room(struct baseline *b)
{
	if (b->n < b->cap)
		return true;
	size_t cap = b->cap ? 2 * b->cap : 16;
	struct entry *more = realloc(b->entries, cap * sizeof *more);
	if (!more)
		return false;
	b->entries = more;
	b->cap = cap;
	return true;
}

bool baseline_add(struct baseline *b, const struct baseline_entry *e, char *error, size_t error_cap)
{
	struct complaint c = { error, error_cap };
	struct entry compiled = { 0 };
	if (b->n == ENTRIES_MAX || !make_room(b)) {
		snprintf(error, error_cap, "more than %d entries", ENTRIES_MAX);
		return false;
	}
	if (!compile(b, e, &c, &compiled)) {
		free_entry(&compiled);
		return false;
	}
	b->entries[b->n++] = compiled;
	return true;
}

/* ---- judging ---- */

static const char *user_of(const char *account)
{
	const char *slash = strchr(account, '\\');
	return slash ? slash + 1 : account;
}

static bool covers_site(const struct entry *e, const char *site)
{
	return !e->site || (site && glob_matches(e->site, site));
}

/* A pattern without a domain means the user of any domain, however the client wrote it. */
static bool covers_account(const struct entry *e, const char *account)
{
	enum { USER_BYTES = 256 };
	if (!e->account)
		return true;
	if (!account)
		return strcmp(e->account, "*") == 0;
	if (glob_matches(e->account, account) || (e->upn && glob_matches(e->upn, account)))
		return true;
	if (strchr(e->account, '\\') || strchr(e->account, '@'))
		return false;
	char user[USER_BYTES];
	size_t n = strcspn(user_of(account), "@");
	snprintf(user, sizeof user, "%.*s", (int)n, user_of(account));
	return n < sizeof user && glob_matches(e->account, user);
}

/* Either name of the account's domain will do. */
static bool covers_person(const struct entry *e, const struct access *a)
{
	return covers_account(e, a->account) || (a->alias && covers_account(e, a->alias));
}

static bool covers_moment(const struct entry *e, int64_t ns)
{
	return ns >= e->valid_from_ns && ns < e->valid_until_ns && (!e->has_when || hours_cover(&e->when, ns));
}

static bool covers_place(const struct baseline *b, const struct place *p, const char *site, const char *address)
{
	if (p->name)
		return b->names && site && address && hosts_has(b->names, site, p->name, address);
	return !p->has_range || address_in_range(&p->range, address);
}

/* All that can be said without the steps. */
static bool covers_whom(const struct baseline *b, const struct entry *e, const struct access *a)
{
	return covers_site(e, a->site) && covers_place(b, &e->source, a->site, a->source) &&
	       covers_place(b, &e->destination, a->site, a->destination) && covers_person(e, a) && covers_moment(e, a->start_ns);
}

static bool covers_times(const struct entry *e, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].admin && !(covers_moment(e, steps[i].time_ns) && covers_moment(e, steps[i].last_ns)))
			return false;
	return true;
}

/* "T1053" means all of its sub-techniques too. */
static bool covers_technique(const char *id, const char *technique)
{
	size_t n = strlen(id);
	return technique && strncmp(technique, id, n) == 0 && (technique[n] == '\0' || (technique[n] == '.' && !strchr(id, '.')));
}

/* A profile covers its own acts, and only in an access that shows it: who may run PsExec may not create any service. */
static bool covers_profile(const char *action, const struct step *step, const struct profile *looks_like)
{
	return looks_like && strcmp(looks_like->name, action) == 0 && profiles_has_act(looks_like, step->name);
}

static bool covers_step(const struct entry *e, const struct step *step, const struct profile *looks_like)
{
	for (size_t i = 0; i < json_array_size(e->actions); i++) {
		const char *action = json_string_value(json_array_get(e->actions, i));
		if (glob_matches(action, step->name) || (is_technique(action) && covers_technique(action, step->technique)) ||
		    covers_profile(action, step, looks_like))
			return true;
	}
	return e->actions == NULL;
}

static bool moves_executable(const struct step *step)
{
	return strcmp(step->name, "file.write.exe") == 0 || strcmp(step->name, "file.read.exe") == 0;
}

static bool covers_file(const struct entry *e, const struct step *step)
{
	if (!e->has_sha256 || !moves_executable(step))
		return true;
	const char *sha256 = json_string_value(json_object_get(step->detail, "sha256"));
	return sha256 && strcasecmp(sha256, e->sha256) == 0 && !json_object_get(step->detail, "merged");
}

static bool moves_its_file(const struct entry *e, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (moves_executable(&steps[i]) && covers_file(e, &steps[i]))
			return true;
	return false;
}

static bool covers(const struct baseline *b, const struct entry *e, const struct access *a, const struct step *steps, size_t n,
		   const struct profile *looks_like)
{
	if (!covers_whom(b, e, a) || !covers_times(e, steps, n) || (e->needs_file && !moves_its_file(e, steps, n)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (steps[i].admin && !(covers_step(e, &steps[i], looks_like) && covers_file(e, &steps[i])))
			return false;
	return true;
}

/* The profile of one access alone; NULL when there are no rules or memory is short. */
static const struct profile *profile_of(const struct baseline *b, const struct access *a, const struct step *steps, size_t n)
{
	const struct profile *p = NULL;
	struct member self = { a, steps, n };
	struct scene scene;
	if (!b->rules)
		return NULL;
	if (scene_init(&scene, &self, 1))
		p = profiles_choose(b->rules->profiles, &scene);
	scene_fini(&scene);
	return p;
}

int64_t baseline_covers(const struct baseline *b, const struct access *a, const struct step *steps, size_t n_steps)
{
	if (!a->is_access)
		return 0;
	const struct profile *looks_like = b->n ? profile_of(b, a, steps, n_steps) : NULL;
	for (size_t i = 0; i < b->n; i++)
		if (covers(b, &b->entries[i], a, steps, n_steps, looks_like))
			return b->entries[i].id;
	return 0;
}

static bool is_among(const struct step *steps, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].admin && strcmp(steps[i].name, name) == 0)
			return true;
	return false;
}

static bool covers_any_step(const struct entry *e, const struct step *steps, size_t n, const struct profile *looks_like)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].admin && covers_step(e, &steps[i], looks_like))
			return true;
	return false;
}

/* True if ${looks_like}, named as an action, would cover every act: those that only say that nothing is known have none. */
static bool is_whole_profile(const struct profile *looks_like, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].admin && !profiles_has_act(looks_like, steps[i].name))
			return false;
	return true;
}

void baseline_left_over(const struct baseline *b, const struct access *a, const struct step *steps, size_t n_steps, baseline_act_fn each,
			void *ctx)
{
	const struct profile *looks_like = profile_of(b, a, steps, n_steps);
	for (size_t i = 0; i < b->n && a->is_access; i++) {
		const struct entry *e = &b->entries[i];
		if (!covers_whom(b, e, a) || !covers_times(e, steps, n_steps))
			continue;
		bool is_other_work = looks_like != NULL && is_whole_profile(looks_like, steps, n_steps) &&
				     !covers_any_step(e, steps, n_steps, looks_like);
		if (is_other_work)
			each(ctx, looks_like->name);
		for (size_t k = 0; k < n_steps && !is_other_work; k++)
			if (steps[k].admin && !covers_step(e, &steps[k], looks_like) && !is_among(steps, k, steps[k].name))
				each(ctx, steps[k].name);
	}
}

bool baseline_may_cover(const struct baseline *b, const struct access *a)
{
	for (size_t i = 0; i < b->n; i++)
		if (covers_whom(b, &b->entries[i], a))
			return true;
	return false;
}

/* The entry ${id}; NULL if it is not in force. Entries were added in the order of their ids. */
static const struct entry *entry_of(const struct baseline *b, int64_t id)
{
	size_t from = 0, to = b->n;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (b->entries[middle].id == id)
			return &b->entries[middle];
		if (b->entries[middle].id < id)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

bool baseline_has(const struct baseline *b, int64_t id)
{
	return entry_of(b, id) != NULL;
}

bool baseline_is_by_name(const struct baseline *b, int64_t id)
{
	const struct entry *e = entry_of(b, id);
	return e != NULL && (e->source.name != NULL || e->destination.name != NULL);
}
