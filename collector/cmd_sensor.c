/*
 * sensor add, list, revoke: who may send events.
 */
#include "collector/cmd.h"

#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "proto/curve.h"

#include <stdio.h>
#include <string.h>

enum { ERROR_BYTES = 256 };

static int bad_name(const char *what, const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return cmd_misused("the name of a %s holds no control characters", what);
	if (name[0] == '\0' || strlen(name) >= SENSOR_NAME_BYTES)
		return cmd_misused("the name of a %s has from 1 to %d bytes", what, SENSOR_NAME_BYTES - 1);
	return CMD_OK;
}

static int enrol(const char *dir, const char *name, const char *site, const char *key)
{
	char error[ERROR_BYTES];
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	struct store_tx *tx = store_write(store);
	store_sensor_add(tx, name, site, key, clock_now_ns());
	store_audit(tx, "command line", "sensor.add", name, NULL, clock_now_ns());
	store_tx_changes(tx);
	int code = store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	store_close(store);
	if (code == CMD_OK)
		printf("enrolled sensor %s of site %s\n", name, site);
	return code;
}

int cmd_sensor_add(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *site = NULL, *key_text = NULL;
	const struct cmd_option options[] = {
		{ "--data", &dir, NULL, true },
		{ "--key", &key_text, NULL, true },
		{ "--site", &site, NULL, true },
	};
	const char *word[1];
	struct cmd_words name = { word, 0, 1, 1, 1 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &name);
	if (code != CMD_GO_ON)
		return code;
	char key[CURVE_Z85_CHARS + 1], error[ERROR_BYTES];
	if (bad_name("sensor", word[0]) != CMD_OK || bad_name("site", site) != CMD_OK)
		return CMD_USAGE;
	if (curve_load_public(key_text, key, error, sizeof error) != 0)
		return cmd_misused("--key: %s", error);
	return enrol(dir, word[0], site, key);
}

static const char *field(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));
	return text != NULL ? text : "-";
}

static void print_sensors(const json_t *rows)
{
	printf("%-20s %-16s %-42s %-10s %-6s %s\n", "NAME", "SITE", "PUBLIC KEY", "EVENTS", "LOST", "LAST SEEN");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		printf("%-20s %-16s %-42s %-10lld %-6lld %s\n", field(row, "name"), field(row, "site"), field(row, "public_key"),
		       (long long)json_integer_value(json_object_get(row, "events")),
		       (long long)json_integer_value(json_object_get(row, "lost")), field(row, "last_seen"));
	}
}

int cmd_sensor_list(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, NULL);
	if (code != CMD_GO_ON)
		return code;
	char error[ERROR_BYTES];
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(store);
	json_t *rows = store_list(tx, STORE_SENSORS, &all, NULL);
	code = store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	if (code == CMD_OK)
		print_sensors(rows);
	json_decref(rows);
	store_close(store);
	return code;
}

int cmd_sensor_revoke(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *name = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, &name);
	if (code != CMD_GO_ON)
		return code;
	char error[ERROR_BYTES];
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	struct store_tx *tx = store_write(store);
	if (!store_sensor_revoke(tx, name, clock_now_ns()))
		store_tx_fail(tx, "there is no sensor %s that may speak", name);
	store_audit(tx, "command line", "sensor.revoke", name, NULL, clock_now_ns());
	code = store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	store_close(store);
	return code;
}
