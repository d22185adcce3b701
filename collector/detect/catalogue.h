/*
 * The catalogue, compiled: which acts exist, which of them only an
 * administrator can do, what each is worth (schema/catalogue.json, whose
 * "about" explains the columns). Pure look-ups; it knows neither events nor
 * sessions. Text in rows is borrowed from the catalogue.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_CATALOGUE_H
#define ASHIATO_COLLECTOR_DETECT_CATALOGUE_H

#include "collector/detect/reader.h"

#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_OK_CODES = 4, CATALOGUE_STATUSES = 32, CATALOGUE_FAILURES_MAX = 16, EXPRESSION_CHARS_MAX = 256 };

/* A POSIX extended regular expression, case ignored; source NULL: none. */
struct expression {
	const char *source;
	regex_t compiled;
};

/* One row of any section. */
struct rule {
	const char *section;		/* "rpc", "shares", "pipes", "files", "auth" */
	char *step;			/* what it tells; a glob where an rpc row covers several operations */
	const char *technique;		/* ATT&CK id or NULL */
	const char *title;
	const char *why;
	unsigned score;			/* 0..100 */
	bool admin;
	bool keeps_detail;		/* arguments are worth telling though the act is not admin */
	const char *key;		/* of a step's detail, for `when` */
	struct expression when;
	struct expression matches;	/* a share's or pipe's name */
	uint64_t bytes_to_server;	/* a pipe that carried exactly so much; 0 none */
	uint32_t ok_codes[RULE_OK_CODES];
	size_t n_ok_codes;
};

/* How the answers of an interface's operations say success. */
enum code_kind { CODE_WIN32, CODE_NTSTATUS, CODE_HRESULT };

struct interface_codes {
	const char *interface;
	enum code_kind kind;
};

struct catalogue {
	json_t *root;
	struct rule *rules;		/* in the order of the file */
	size_t n_rules;
	const struct rule **by_step;	/* first those without globs, by step, then by place in the file; then the globs */
	size_t n_by_step, n_globs;
	struct interface_codes *codes;	/* sorted */
	size_t n_codes;
	const json_t *kinds, *extensions;
	uint32_t guess_statuses[CATALOGUE_STATUSES];
	size_t n_guess_statuses;
	int32_t guess_errors[CATALOGUE_STATUSES];	/* of Kerberos */
	size_t n_guess_errors;
	unsigned guess_failures;
	int64_t guess_window_ns;
	unsigned zerologon_attempts;
	int64_t zerologon_window_ns;
	const json_t *evasion_signs, *evasion_doubts;
};

/* NULL, and a sentence, if the text does not say what a catalogue must. */
struct catalogue *catalogue_new(const char *text, char *error, size_t error_cap);
void catalogue_free(struct catalogue *c);

/* The row for a step with this detail (may be NULL); NULL if the catalogue is silent about it. */
const struct rule *catalogue_step(const struct catalogue *c, const char *step, const json_t *detail);

/* True if rows of that step differ by its detail. */
bool catalogue_looks_at_detail(const struct catalogue *c, const char *step);

/* The row for a share's name; an unknown name (NULL) is an ordinary share. Never NULL. */
const struct rule *catalogue_share(const struct catalogue *c, const char *share);

/* The row for a pipe by its name, or by how much was written to it; NULL: no tool's. */
const struct rule *catalogue_pipe(const struct catalogue *c, const char *name);
const struct rule *catalogue_pipe_traffic(const struct catalogue *c, uint64_t bytes_to_server);

/* True if a file is executable: by content (${kind}), else by the ending of ${path}. Either may be NULL. */
bool catalogue_is_executable(const struct catalogue *c, const char *kind, const char *path);

/* True if ${code} is how an operation of ${interface} (any case) says success. ${rule} may be NULL. */
bool catalogue_is_success(const struct catalogue *c, const char *interface, const struct rule *rule, uint32_t code);

/* True if ${sign} of a flow.summary is a finding; if two like it are. */
bool catalogue_is_evasion(const struct catalogue *c, const char *sign);
bool catalogue_is_doubt(const struct catalogue *c, const char *sign);

/* True if ${status} means that a name or password was wrong. */
bool catalogue_is_guess(const struct catalogue *c, uint32_t status);
/* The same of a KRB-ERROR code. */
bool catalogue_is_kerberos_guess(const struct catalogue *c, int32_t error);

/* True if ${text} fits. */
bool expression_fits(const struct expression *e, const char *text);
/* Compile ${source} (may be NULL: none). */
bool expression_read(struct reader *r, struct expression *e, const char *source);
void expression_free(struct expression *e);

#endif
