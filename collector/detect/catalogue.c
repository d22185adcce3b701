#include "collector/detect/catalogue.h"

#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- expressions ---- */

bool expression_fits(const struct expression *e, const char *text)
{
	return e->source && text && regexec(&e->compiled, text, 0, NULL, 0) == 0;
}

bool expression_read(struct reader *r, struct expression *e, const char *source)
{
	if (r->bad || !source)
		return !r->bad;
	/* Counted repetition of repetitions is where regcomp takes memory without end. */
	if (strlen(source) > EXPRESSION_CHARS_MAX || strchr(source, '{'))
		return reader_reject(r, "an expression is longer than %d characters or has a {", EXPRESSION_CHARS_MAX);
	int failed = regcomp(&e->compiled, source, REG_EXTENDED | REG_ICASE | REG_NOSUB);
	if (failed) {
		char why[128];
		regerror(failed, &e->compiled, why, sizeof why);
		return reader_reject(r, "\"%s\" is no regular expression: %s", source, why);
	}
	e->source = source;
	return true;
}

void expression_free(struct expression *e)
{
	if (e->source)
		regfree(&e->compiled);
}

/* ---- reading rows ---- */

static char *joined(const char *interface, const char *operation)
{
	char *step = NULL;
	if (asprintf(&step, "%s.%s", interface, operation) < 0)
		return NULL;
	return step;
}

static void read_step(struct reader *r, const json_t *row, struct rule *rule)
{
	if (strcmp(rule->section, "rpc") == 0) {
		const char *interface = reader_required_text(r, row, "interface");
		const char *operation = reader_required_text(r, row, "operation");
		rule->step = interface && operation ? joined(interface, operation) : NULL;
	} else {
		const char *step = reader_required_text(r, row, "step");
		rule->step = step ? strdup(step) : NULL;
	}
	if (!rule->step)
		reader_reject(r, "memory is short");
}

static void read_condition(struct reader *r, const json_t *row, struct rule *rule)
{
	static const char *const known[] = { "key", "matches", NULL };
	const json_t *condition = json_object_get(row, "if");
	if (!condition || !reader_known(r, condition, known))
		return;
	rule->key = reader_required_text(r, condition, "key");
	expression_read(r, &rule->when, reader_required_text(r, condition, "matches"));
}

static void read_ok_codes(struct reader *r, const json_t *row, struct rule *rule)
{
	const json_t *codes = reader_array(r, row, "ok_codes");
	if (json_array_size(codes) > RULE_OK_CODES) {
		reader_reject(r, "more than %d \"ok_codes\"", RULE_OK_CODES);
		return;
	}
	for (size_t i = 0; i < json_array_size(codes); i++)
		rule->ok_codes[rule->n_ok_codes++] = (uint32_t)json_integer_value(json_array_get(codes, i));
}

static void read_rule(struct reader *r, const json_t *row, struct rule *rule)
{
	static const char *const known[] = { "interface", "operation", "step",	   "matches", "bytes_to_server", "admin",
					     "technique", "score",     "ok_codes", "title",   "why",		 "if",
					     "detail",	  NULL };
	if (!reader_known(r, row, known))
		return;
	rule->section = r->section;
	read_step(r, row, rule);
	read_condition(r, row, rule);
	read_ok_codes(r, row, rule);
	expression_read(r, &rule->matches, reader_text(r, row, "matches"));
	rule->bytes_to_server = (uint64_t)reader_number(r, row, "bytes_to_server", 1, 1 << 30, 0);
	rule->technique = reader_text(r, row, "technique");
	rule->title = reader_required_text(r, row, "title");
	rule->why = reader_required_text(r, row, "why");
	rule->score = (unsigned)reader_number(r, row, "score", 0, 100, 0);
	rule->admin = reader_flag(r, row, "admin");
	rule->keeps_detail = reader_flag(r, row, "detail");
}

static const char *const sections[] = { "rpc", "shares", "pipes", "files", "auth", NULL };

static void read_rules(struct reader *r, struct catalogue *c)
{
	size_t n = 0;
	for (size_t s = 0; sections[s]; s++)
		n += json_array_size(reader_array(r, c->root, sections[s]));
	c->rules = calloc(n + 1, sizeof *c->rules);
	if (!c->rules) {
		reader_reject(r, "memory is short");
		return;
	}
	for (size_t s = 0; sections[s] && !r->bad; s++) {
		const json_t *rows = json_object_get(c->root, sections[s]);
		r->section = sections[s];
		for (r->row = 1; r->row <= json_array_size(rows) && !r->bad; r->row++)
			read_rule(r, json_array_get(rows, r->row - 1), &c->rules[c->n_rules++]);
	}
	r->section = NULL;
	r->row = 0;
}

static int by_step(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;
	int order = strcmp(x->step, y->step);
	return order ? order : (x > y) - (x < y);
}

static void index_rules(struct reader *r, struct catalogue *c)
{
	if (r->bad)
		return;
	c->by_step = calloc(c->n_rules + 1, sizeof *c->by_step);
	if (!c->by_step) {
		reader_reject(r, "memory is short");
		return;
	}
	for (size_t i = 0; i < c->n_rules; i++)
		if (!glob_is_pattern(c->rules[i].step))
			c->by_step[c->n_by_step++] = &c->rules[i];
		else
			c->by_step[c->n_rules - ++c->n_globs] = &c->rules[i];
	qsort(c->by_step, c->n_by_step, sizeof *c->by_step, by_step);
}

/* ---- reading the rest ---- */

static int by_interface(const void *a, const void *b)
{
	return strcmp(((const struct interface_codes *)a)->interface, ((const struct interface_codes *)b)->interface);
}

static void read_codes(struct reader *r, struct catalogue *c)
{
	static const char *const names[] = { [CODE_WIN32] = "win32", [CODE_NTSTATUS] = "ntstatus", [CODE_HRESULT] = "hresult" };
	json_t *codes = json_object_get(c->root, "codes");
	c->codes = calloc(json_object_size(codes) + 1, sizeof *c->codes);
	r->section = "codes";
	for (void *it = json_object_iter(codes); c->codes && it; it = json_object_iter_next(codes, it)) {
		const char *kind = json_string_value(json_object_iter_value(it));
		size_t k = 0;
		while (k < 3 && (!kind || strcmp(names[k], kind) != 0))
			k++;
		if (k == 3) {
			reader_reject(r, "\"%s\" must be win32, ntstatus or hresult", json_object_iter_key(it));
			break;
		}
		c->codes[c->n_codes++] = (struct interface_codes){ json_object_iter_key(it), (enum code_kind)k };
	}
	if (c->codes)
		qsort(c->codes, c->n_codes, sizeof *c->codes, by_interface);
	r->section = NULL;
}

static void read_guess_errors(struct reader *r, const json_t *guessing, struct catalogue *c)
{
	const json_t *errors = reader_array(r, guessing, "kerberos_errors");
	if (json_array_size(errors) > CATALOGUE_STATUSES)
		reader_reject(r, "more than %d errors", CATALOGUE_STATUSES);
	for (size_t i = 0; !r->bad && i < json_array_size(errors); i++) {
		const json_t *error = json_array_get(errors, i);
		if (!json_is_integer(error))
			reader_reject(r, "\"kerberos_errors\" must be a list of whole numbers");
		c->guess_errors[c->n_guess_errors++] = (int32_t)json_integer_value(error);
	}
}

static void read_guessing(struct reader *r, struct catalogue *c)
{
	static const char *const known[] = { "about", "failures", "window_s", "statuses", "kerberos_errors", NULL };
	const json_t *guessing = json_object_get(c->root, "guessing");
	r->section = "guessing";
	if (!reader_known(r, guessing, known))
		return;
	c->guess_failures = (unsigned)reader_number(r, guessing, "failures", 2, CATALOGUE_FAILURES_MAX, 5);
	c->guess_window_ns = reader_number(r, guessing, "window_s", 1, 86400, 300) * 1000000000LL;
	const json_t *statuses = reader_texts(r, guessing, "statuses");
	if (json_array_size(statuses) > CATALOGUE_STATUSES)
		reader_reject(r, "more than %d statuses", CATALOGUE_STATUSES);
	for (size_t i = 0; !r->bad && i < json_array_size(statuses); i++) {
		const char *text = json_string_value(json_array_get(statuses, i));
		char *end;
		c->guess_statuses[c->n_guess_statuses++] = (uint32_t)strtoul(text, &end, 16);
		if (end == text || *end)
			reader_reject(r, "\"%s\" is no status", text);
	}
	read_guess_errors(r, guessing, c);
	r->section = NULL;
}

static void read_rest(struct reader *r, struct catalogue *c)
{
	static const char *const known_executable[] = { "kinds", "extensions", NULL };
	static const char *const known_zerologon[] = { "about", "attempts", "window_s", NULL };
	const json_t *executable = json_object_get(c->root, "executable");
	if (!r->bad && reader_known(r, executable, known_executable)) {
		c->kinds = reader_texts(r, executable, "kinds");
		c->extensions = reader_texts(r, executable, "extensions");
	}
	static const char *const known_evasion[] = { "about", "signs", "doubts", NULL };
	const json_t *evasion = json_object_get(c->root, "evasion");
	if (!r->bad && reader_known(r, evasion, known_evasion)) {
		c->evasion_signs = reader_texts(r, evasion, "signs");
		c->evasion_doubts = reader_texts(r, evasion, "doubts");
	}
	const json_t *zerologon = json_object_get(c->root, "zerologon");
	if (!r->bad && reader_known(r, zerologon, known_zerologon)) {
		c->zerologon_attempts = (unsigned)reader_number(r, zerologon, "attempts", 2, 256, 10);
		c->zerologon_window_ns = reader_number(r, zerologon, "window_s", 1, 86400, 300) * 1000000000LL;
	}
}

struct catalogue *catalogue_new(const char *text, char *error, size_t error_cap)
{
	static const char *const known[] = { "about", "codes",	   "rpc",	 "shares",   "pipes",	  "files",
					     "auth",  "executable", "guessing", "zerologon", "evasion", NULL };
	struct reader r = { .file = "catalogue.json", .error = error, .error_cap = error_cap };
	struct catalogue *c = calloc(1, sizeof *c);
	if (!c) {
		reader_reject(&r, "memory is short");
		return NULL;
	}
	c->root = reader_parse(&r, text, strlen(text));
	if (c->root && reader_known(&r, c->root, known)) {
		read_rules(&r, c);
		index_rules(&r, c);
		read_codes(&r, c);
		read_guessing(&r, c);
		read_rest(&r, c);
	}
	if (!r.bad && (!c->codes || !catalogue_share(c, "")))
		reader_reject(&r, "shares: no row fits every share");
	if (!r.bad)
		return c;
	catalogue_free(c);
	return NULL;
}

void catalogue_free(struct catalogue *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_rules; i++) {
		expression_free(&c->rules[i].when);
		expression_free(&c->rules[i].matches);
		free(c->rules[i].step);
	}
	free(c->rules);
	free(c->by_step);
	free(c->codes);
	json_decref(c->root);
	free(c);
}

/* ---- look-ups ---- */

static bool holds(const struct rule *rule, const json_t *detail)
{
	char buffer[DETAIL_TEXT_BYTES];
	const char *share = strcmp(rule->section, "shares") == 0 ? detail_text(detail, "share", buffer) : NULL;
	if (share && !expression_fits(&rule->matches, share))
		return false;
	return !rule->key || expression_fits(&rule->when, detail_text(detail, rule->key, buffer));
}

/* Index of the first row whose step is not before ${step}. */
static size_t first_of(const struct catalogue *c, const char *step)
{
	size_t low = 0, high = c->n_by_step;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(c->by_step[middle]->step, step) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct rule *catalogue_step(const struct catalogue *c, const char *step, const json_t *detail)
{
	for (size_t i = first_of(c, step); i < c->n_by_step && strcmp(c->by_step[i]->step, step) == 0; i++)
		if (holds(c->by_step[i], detail))
			return c->by_step[i];
	for (size_t i = c->n_by_step; i < c->n_rules; i++)
		if (glob_matches(c->by_step[i]->step, step) && holds(c->by_step[i], detail))
			return c->by_step[i];
	return NULL;
}

bool catalogue_looks_at_detail(const struct catalogue *c, const char *step)
{
	size_t i = first_of(c, step), n = 0;
	bool has_condition = false;
	for (; i + n < c->n_by_step && strcmp(c->by_step[i + n]->step, step) == 0; n++)
		has_condition |= c->by_step[i + n]->key != NULL;
	return has_condition || n > 1;
}

static const struct rule *by_name(const struct catalogue *c, const char *section, const char *name)
{
	for (size_t i = 0; i < c->n_rules; i++)
		if (strcmp(c->rules[i].section, section) == 0 && expression_fits(&c->rules[i].matches, name))
			return &c->rules[i];
	return NULL;
}

const struct rule *catalogue_share(const struct catalogue *c, const char *share)
{
	return by_name(c, "shares", share ? share : "");
}

const struct rule *catalogue_pipe(const struct catalogue *c, const char *name)
{
	return by_name(c, "pipes", name);
}

const struct rule *catalogue_pipe_traffic(const struct catalogue *c, uint64_t bytes_to_server)
{
	for (size_t i = 0; i < c->n_rules; i++)
		if (c->rules[i].bytes_to_server && c->rules[i].bytes_to_server == bytes_to_server)
			return &c->rules[i];
	return NULL;
}

static bool list_has(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (glob_equal(json_string_value(json_array_get(list, i)), text))
			return true;
	return false;
}

bool catalogue_is_executable(const struct catalogue *c, const char *kind, const char *path)
{
	if (kind && list_has(c->kinds, kind))
		return true;
	const char *name = path ? strrchr(path, '\\') : NULL;
	const char *dot = path ? strrchr(name ? name : path, '.') : NULL;
	return dot && list_has(c->extensions, dot + 1);
}

bool catalogue_is_success(const struct catalogue *c, const char *interface, const struct rule *rule, uint32_t code)
{
	for (size_t i = 0; rule && i < rule->n_ok_codes; i++)
		if (rule->ok_codes[i] == code)
			return true;
	for (size_t i = 0; i < c->n_codes; i++)
		if (glob_equal(c->codes[i].interface, interface) && c->codes[i].kind != CODE_WIN32)
			return code < 0x80000000u;
	return code == 0;
}

bool catalogue_is_evasion(const struct catalogue *c, const char *sign)
{
	return list_has(c->evasion_signs, sign);
}

bool catalogue_is_doubt(const struct catalogue *c, const char *sign)
{
	return list_has(c->evasion_doubts, sign);
}

bool catalogue_is_guess(const struct catalogue *c, uint32_t status)
{
	for (size_t i = 0; i < c->n_guess_statuses; i++)
		if (c->guess_statuses[i] == status)
			return true;
	return false;
}

bool catalogue_is_kerberos_guess(const struct catalogue *c, int32_t error)
{
	for (size_t i = 0; i < c->n_guess_errors; i++)
		if (c->guess_errors[i] == error)
			return true;
	return false;
}
