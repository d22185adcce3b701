/*
 * Subcommands of ashiato-collector: what each file cmd_*.c offers to main.c,
 * and the one way all of them read their arguments.
 *
 * Exit codes: 0 done; 1 what the command says (analyze: an incident) or a
 * failure at work; 2 bad usage.
 */
#ifndef ASHIATO_COLLECTOR_CMD_H
#define ASHIATO_COLLECTOR_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CMD_OK = 0, CMD_FAILED = 1, CMD_USAGE = 2, CMD_GO_ON = -1 };

struct command {
	const char *name;		/* "analyze", "sensor add" */
	const char *arguments;		/* "CAPTURE... [--format text|json|html|csv]" */
	const char *summary;		/* one line */
	const char *help;		/* what --help says after the usage line */
	int (*run)(const struct command *self, int argc, char **argv);	/* arguments after the name */
};

/* Every command, sorted; a NULL name ends the list. */
extern const struct command commands[];

/* A flag takes no value: its own name is its value when it is given. The first two are false and true. */
enum cmd_need { CMD_OPTIONAL, CMD_REQUIRED, CMD_FLAG };

struct cmd_words;

/* An option with a value: "--data DIR" or "--data=DIR"; or a flag. */
struct cmd_option {
	const char *name;		/* "--data" */
	const char **value;		/* the last one given */
	struct cmd_words *all;		/* every one given, in order; may be NULL */
	enum cmd_need need;
};

/* Words that are no options. */
struct cmd_words {
	const char **word;		/* points into argv; caller's array of ${cap} */
	size_t n, cap;
	size_t min, max;		/* how many the command wants */
};

/* Read the arguments into ${options} and ${words}. CMD_GO_ON; or, with everything said, the code to exit with: --help, and
 * whatever is unknown, missing or too much. "--" ends the options. */
int cmd_parse(const struct command *self, int argc, char **argv, const struct cmd_option *options, size_t n_options,
	      struct cmd_words *words);

/* The same for a command whose only option is --data DIR, and which takes one word (${word} NULL: none). */
int cmd_parse_data(const struct command *self, int argc, char **argv, const char **dir, const char **word);

/* One line on standard error, "ashiato-collector: error: …"; gives CMD_FAILED or CMD_USAGE. */
int cmd_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cmd_misused(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Where a person's data lies: DIR/ashiato.db. Opened, never created: a collector must have been started there once.
 * NULL, with everything said, if not. */
struct store;
struct store *cmd_open_data(const char *dir);
#define CMD_DATABASE "ashiato.db"

/* "DIR/name" into a path of PATH_MAX bytes; false, with everything said, if it is too long. */
bool cmd_path(char *out, const char *dir, const char *name);

/* The last part of ${path}. */
const char *cmd_base_name(const char *path);

/* The JSON document in a file of at most 16 MiB; the caller drops it. NULL, with everything said. */
json_t *cmd_read_json(const char *path);

/* Run by main.c for the table. */
int cmd_analyze(const struct command *self, int argc, char **argv);
int cmd_serve(const struct command *self, int argc, char **argv);
int cmd_logs_add(const struct command *self, int argc, char **argv);
int cmd_logs_hosts(const struct command *self, int argc, char **argv);
int cmd_logs_import(const struct command *self, int argc, char **argv);
int cmd_logs_list(const struct command *self, int argc, char **argv);
int cmd_logs_offset(const struct command *self, int argc, char **argv);
int cmd_logs_remove(const struct command *self, int argc, char **argv);
int cmd_logs_sources(const struct command *self, int argc, char **argv);
int cmd_logs_xml(const struct command *self, int argc, char **argv);
int cmd_host_add(const struct command *self, int argc, char **argv);
int cmd_host_list(const struct command *self, int argc, char **argv);
int cmd_host_remove(const struct command *self, int argc, char **argv);
int cmd_report(const struct command *self, int argc, char **argv);
int cmd_rules_list(const struct command *self, int argc, char **argv);
int cmd_sensor_add(const struct command *self, int argc, char **argv);
int cmd_sensor_list(const struct command *self, int argc, char **argv);
int cmd_sensor_revoke(const struct command *self, int argc, char **argv);
int cmd_user_add(const struct command *self, int argc, char **argv);
int cmd_user_password(const struct command *self, int argc, char **argv);
int cmd_baseline_add(const struct command *self, int argc, char **argv);
int cmd_baseline_export(const struct command *self, int argc, char **argv);
int cmd_baseline_import(const struct command *self, int argc, char **argv);
int cmd_baseline_list(const struct command *self, int argc, char **argv);
int cmd_baseline_remove(const struct command *self, int argc, char **argv);

#endif
