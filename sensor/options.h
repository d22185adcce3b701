/*
 * The command line of ashiato-sensor: what was asked for, checked as far as
 * that can be done without opening anything. Knows no file, device or socket.
 */
#ifndef ASHIATO_SENSOR_OPTIONS_H
#define ASHIATO_SENSOR_OPTIONS_H

#include "sensor/live.h"

#include <stdbool.h>
#include <stdio.h>

enum options_mode {
	OPTIONS_HELP,		/* --help */
	OPTIONS_VERSION,	/* --version */
	OPTIONS_LIST,		/* --list WHAT */
	OPTIONS_KEYGEN,		/* --keygen FILE */
	OPTIONS_PRINT,		/* files to events on standard output or in a folder */
	OPTIONS_LIVE,		/* a device, or files in its place, to a collector */
};

enum options_format { OPTIONS_JSON, OPTIONS_PROTO, OPTIONS_ZEEK, OPTIONS_ZEEK_JSON, OPTIONS_COMMANDS, OPTIONS_FORMATS };

/* As --format spells it; NULL past the last. */
const char *options_format_name(size_t format);

struct options {
	enum options_mode mode;
	enum options_format format;
	const char *device;		/* --interface */
	char **paths;			/* --read and what follows it; points into argv */
	size_t n_paths;
	const char *filter;		/* --filter */
	const char *out_dir;		/* --out; NULL: standard output */
	const char *site;		/* --site */
	const char *name;		/* --name; NULL: not stated */
	const char *list;		/* --list */
	const char *keygen;		/* --keygen */
	char error[256];
	bool is_paced;			/* --pace */
	bool is_rebased;		/* --rebase-time */
	struct live_options live;	/* --collector, --key, --collector-key, --spool, --spool-size, --health-every, --user; --extract,
					 * --extract-max, --threads; in its limits --memory and --hash */
};

/* Read ${argv}, which is used up: o->paths points into it. -1 and a sentence in o->error when it makes no sense. */
int options_read(struct options *o, int argc, char **argv);

/* The text of --help. */
void options_help(FILE *out);

#endif
