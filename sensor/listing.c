#include "sensor/listing.h"

#include "sensor/auth/spnego.h"
#include "sensor/engine.h"
#include "sensor/file/kind.h"
#include "sensor/options.h"
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/operations.h"
#include "sensor/smb/compressed.h"
#include "sensor/smb/create_context.h"
#include "sensor/smb/ioctl.h"
#include "sensor/smb/negotiate.h"
#include "sensor/smb/nt_transact.h"
#include "sensor/smb/rap.h"
#include "sensor/smb/set_info.h"
#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"
#include "sensor/smb/transaction.h"
#include "sensor/smb/transaction2.h"
#include "sensor/zeek_logs.h"

#include <string.h>

/* ---- what there is to print with ---- */

/* One row: which table, its name in it, what is to be said of it (NULL: nothing). */
static void print_row(FILE *out, const char *table, const char *name, const char *said)
{
	fprintf(out, said != NULL ? "%-19s  %-28s  %s\n" : "%-19s  %s\n", table, name, said);
}

static void print_names(FILE *out, const char *table, const char *(*name_of)(size_t i))
{
	for (size_t i = 0; name_of(i) != NULL; i++)
		print_row(out, table, name_of(i), NULL);
}

static void print_commands(FILE *out, const char *table, const char *(*name_of)(size_t i, bool *is_read))
{
	const char *name;
	bool is_read;

	for (size_t i = 0; (name = name_of(i, &is_read)) != NULL; i++)
		print_row(out, table, name, is_read ? "read" : "followed");
}

/* ---- protocols ---- */

static const char *algorithm_name(size_t i)
{
	return i <= UINT16_MAX ? compressed_algorithm((uint16_t)i) : NULL;
}

/* Each operation whose arguments are read. */
static void print_decoders(FILE *out)
{
	size_t n;
	const struct interface *rows = interfaces_all(&n);

	for (size_t i = 0; i < n; i++) {
		const char *interface = operations_interface(&rows[i].uuid);

		for (const struct decoder *d = rows[i].decoders; interface != NULL && d->in != NULL; d++) {
			const struct operation *op = operations_find(&rows[i].uuid, d->opnum);

			print_row(out, "rpc arguments", interface, op != NULL && op->name != NULL ? op->name : "(no name)");
		}
	}
}

/* Each interface that has a name, and how many of its operations have one. */
static void print_interfaces(FILE *out)
{
	size_t n, n_named = 0;
	const struct operation *rows = operations_all(&n);
	char said[32];

	for (size_t i = 0; i < n; i++) {
		bool is_last = i + 1 == n || uuid_compare(&rows[i].interface_uuid, &rows[i + 1].interface_uuid) != 0;

		n_named += rows[i].name != NULL;
		if (!is_last)
			continue;
		snprintf(said, sizeof(said), "%zu operations", n_named);
		print_row(out, "rpc interface", rows[i].interface, said);
		n_named = 0;
	}
}

static void print_kinds(FILE *out)
{
	const struct kind *kind;

	for (size_t i = 0; (kind = kind_row(i)) != NULL; i++)
		print_row(out, "file kind", kind->name, kind->meaning);
}

static const char *zeek_log_name(size_t i)
{
	return i < n_zeek_logs ? zeek_logs[i].path : NULL;
}

static void print_protocols(FILE *out)
{
	print_names(out, "protocol", engine_protocol);
	print_names(out, "smb dialect", negotiate_known_dialect);
	print_commands(out, "smb1 command", smb1_command);
	print_commands(out, "smb2 command", smb2_command);
	print_names(out, "smb1 function", transaction_name);
	print_names(out, "smb1 rap call", rap_name);
	print_names(out, "smb1 function", transaction2_name);
	print_names(out, "smb1 function", nt_transact_name);
	print_names(out, "smb information", set_info_class);
	print_names(out, "smb control code", ioctl_name);
	print_names(out, "smb2 create context", create_context_name);
	print_names(out, "smb cipher", negotiate_known_cipher);
	print_names(out, "smb compression", algorithm_name);
	print_names(out, "auth mechanism", spnego_mechanism);
	print_interfaces(out);
	print_decoders(out);
	print_kinds(out);
	print_names(out, "format", options_format_name);
	print_names(out, "zeek log", zeek_log_name);
}

/* ---- the other tables ---- */

static void print_counters(FILE *out)
{
	static const char *const kinds[] = {
		[COUNT_OF_TRAFFIC] = "traffic", [COUNT_OF_MALFORMED] = "malformed", [COUNT_OF_LOSS] = "loss",
	};

	for (int i = 0; i < N_COUNTS; i++)
		fprintf(out, "%-22s %-10s %s\n", count_name(i), kinds[count_kind_of(i)], count_meaning(i));
}

static void print_operations(FILE *out)
{
	size_t n;
	const struct operation *all = operations_all(&n);

	for (size_t i = 0; i < n; i++)
		if (all[i].name != NULL)
			fprintf(out, "%-28s %5u %s\n", all[i].interface, (unsigned)all[i].opnum, all[i].name);
}

static const struct {
	const char *name;
	void (*print)(FILE *out);
} tables[] = {
	{ "counters", print_counters },
	{ "operations", print_operations },
	{ "protocols", print_protocols },
};

const char *listing_name(size_t i)
{
	return i < sizeof(tables) / sizeof(tables[0]) ? tables[i].name : NULL;
}

int listing_print(const char *name, FILE *out)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(name, tables[i].name) == 0) {
			tables[i].print(out);
			return 0;
		}
	return -1;
}
