#include "collector/cmd.h"

#include "collector/store/store.h"
#include "proto/base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- saying it -------------------------------------------------------------------------------------------------------- */

enum { SENTENCE_BYTES = 512 };

static void say(const char *format, va_list args)
{
	char sentence[SENTENCE_BYTES];
	vsnprintf(sentence, sizeof sentence, format, args);
	log_error("%s", sentence);
}

int cmd_failed(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(format, args);
	va_end(args);
	return CMD_FAILED;
}

int cmd_misused(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(format, args);
	va_end(args);
	return CMD_USAGE;
}

static int print_help(const struct command *self)
{
	printf("usage: ashiato-collector %s %s\n\n%s.\n", self->name, self->arguments, self->summary);
	if (self->help[0] != '\0')
		printf("\n%s\n", self->help);
	return CMD_OK;
}

/* ---- arguments -------------------------------------------------------------------------------------------------------- */

/* The option that ${word} names, with its value if that stands after "=". */
static const struct cmd_option *option_of(const char *word, const struct cmd_option *options, size_t n, const char **value)
{
	size_t length = strcspn(word, "=");
	*value = word[length] == '=' ? word + length + 1 : NULL;
	for (size_t i = 0; i < n; i++)
		if (strlen(options[i].name) == length && strncmp(options[i].name, word, length) == 0)
			return &options[i];
	return NULL;
}

static int take_word(const struct command *self, const char *word, struct cmd_words *words)
{
	if (words->n == words->max || words->n == words->cap)
		return cmd_misused("%s: do not know what to do with %s; usage: ashiato-collector %s %s", self->name, word,
				   self->name, self->arguments);
	words->word[words->n++] = word;
	return CMD_GO_ON;
}

/* Take the option at argv[*i], moving past its value. */
static int take_option(const struct command *self, int argc, char **argv, int *i, const struct cmd_option *options, size_t n)
{
	const char *value;
	const struct cmd_option *o = option_of(argv[*i], options, n, &value);
	if (o == NULL)
		return cmd_misused("%s: there is no option %s; see ashiato-collector %s --help", self->name, argv[*i], self->name);
	if (o->need == CMD_FLAG && value != NULL)
		return cmd_misused("%s: %s takes no value", self->name, o->name);
	if (o->need == CMD_FLAG)
		value = o->name;
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL)
		return cmd_misused("%s: %s needs a value", self->name, o->name);
	*o->value = value;
	return o->all != NULL ? take_word(self, value, o->all) : CMD_GO_ON;
}

static int check_complete(const struct command *self, const struct cmd_option *options, size_t n, const struct cmd_words *words)
{
	for (size_t i = 0; i < n; i++)
		if (options[i].need == CMD_REQUIRED && *options[i].value == NULL)
			return cmd_misused("%s: %s is missing; usage: ashiato-collector %s %s", self->name, options[i].name,
					   self->name, self->arguments);
	if (words->n < words->min)
		return cmd_misused("%s: too few arguments; usage: ashiato-collector %s %s", self->name, self->name,
				   self->arguments);
	return CMD_GO_ON;
}

int cmd_parse(const struct command *self, int argc, char **argv, const struct cmd_option *options, size_t n_options,
	      struct cmd_words *words)
{
	bool only_words = false;
	for (int i = 0; i < argc; i++) {
		int code;
		if (!only_words && strcmp(argv[i], "--help") == 0)
			return print_help(self);
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			continue;
		}
		if (!only_words && strncmp(argv[i], "--", 2) == 0)
			code = take_option(self, argc, argv, &i, options, n_options);
		else
			code = take_word(self, argv[i], words);
		if (code != CMD_GO_ON)
			return code;
	}
	return check_complete(self, options, n_options, words);
}

int cmd_parse_data(const struct command *self, int argc, char **argv, const char **dir, const char **word)
{
	const struct cmd_option options[] = { { "--data", dir, NULL, true } };
	const size_t n = word != NULL;
	struct cmd_words words = { word, 0, n, n, n };
	return cmd_parse(self, argc, argv, options, 1, &words);
}

/* ---- files ------------------------------------------------------------------------------------------------------------ */

bool cmd_path(char *out, const char *dir, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return true;
	cmd_failed("%s: the path is too long", dir);
	return false;
}

struct store *cmd_open_data(const char *dir)
{
	char path[PATH_MAX];
	char error[256];
	if (!cmd_path(path, dir, CMD_DATABASE))
		return NULL;
	if (access(path, R_OK | W_OK) != 0) {
		cmd_failed("%s: %s; start the collector there once: ashiato-collector serve --data %s", path, strerror(errno),
			   dir);
		return NULL;
	}
	struct store *store = store_open(path, error, sizeof error);
	if (store == NULL)
		cmd_failed("%s", error);
	return store;
}

static char *read_all(FILE *file, const char *path, size_t max, size_t *n)
{
	char *text = malloc(max + 2);
	if (text == NULL) {
		cmd_failed("%s: out of memory", path);
		return NULL;
	}
	*n = fread(text, 1, max + 1, file);
	if (ferror(file))
		cmd_failed("read %s: %s", path, strerror(errno));
	else if (*n > max)
		cmd_failed("%s is larger than %zu bytes", path, max);
	else {
		text[*n] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

static char *read_file(const char *path, size_t max, size_t *n)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		cmd_failed("open %s: %s", path, strerror(errno));
		return NULL;
	}
	char *text = read_all(file, path, max, n);
	fclose(file);
	return text;
}

const char *cmd_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

json_t *cmd_read_json(const char *path)
{
	enum { JSON_MAX_BYTES = 16 * 1024 * 1024 };
	size_t n;
	char *text = read_file(path, JSON_MAX_BYTES, &n);
	if (text == NULL)
		return NULL;
	json_error_t where;
	json_t *document = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
	free(text);
	if (document == NULL)
		cmd_misused("%s, line %d: %s", path, where.line, where.text);
	return document;
}
