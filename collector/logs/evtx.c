#include "collector/logs/evtx.h"

#include <errno.h>
#include <fcntl.h>
#include <libevtx.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	XML_MAX = 1 << 20,		/* of one record */
	MEMORY_MIB = 1024,		/* a 4 GiB log is read in pieces; the library keeps some of its chunks */
	CPU_SECONDS = 3600,
};

static const char head[] = "ElfFile";	/* and its NUL */

bool log_evtx_is_head(const void *bytes, size_t n)
{
	return n >= sizeof head && memcmp(bytes, head, sizeof head) == 0;
}

void log_evtx_bind(void)
{
	const struct rlimit memory = { (rlim_t)MEMORY_MIB << 20, (rlim_t)MEMORY_MIB << 20 };
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS }, none = { 0, 0 };
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
}

static bool print_record(libevtx_record_t *record, char *xml, FILE *out)
{
	size_t n = 0;
	if (libevtx_record_get_utf8_xml_string_size(record, &n, NULL) != 1 || n == 0 || n > XML_MAX)
		return false;
	if (libevtx_record_get_utf8_xml_string(record, (uint8_t *)xml, n, NULL) != 1)
		return false;
	return fprintf(out, "%s\n", xml) > 0;
}

/* In the place of what cannot be read after record ${after}: an event that says nothing, which whoever reads the XML keeps aside. */
static size_t print_hole(FILE *out, int after)
{
	fprintf(out, "<Event>damaged: after record %d of the file</Event>\n", after);
	return 1;
}

/* True if numbers are missing before ${record}: a broken one takes the rest of its chunk with it. */
static bool follows_hole(libevtx_record_t *record, uint64_t *last_id)
{
	uint64_t id = 0, before = *last_id;
	if (record == NULL || libevtx_record_get_identifier(record, &id, NULL) != 1)
		return false;
	*last_id = id;
	return before != 0 && id != before + 1;
}

/* Recovered records are left out: they survive a clearing, and would make the log look whole from their time on. */
static size_t print_all(libevtx_file_t *file, char *xml, FILE *out)
{
	size_t bad = 0;
	uint64_t last_id = 0;
	int n = 0;
	libevtx_file_get_number_of_records(file, &n, NULL);
	bool is_damaged = libevtx_file_is_corrupted(file, NULL) == 1;
	for (int i = 0; i < n; i++) {
		libevtx_record_t *record = NULL;
		bool is_there = libevtx_file_get_record_by_index(file, i, &record, NULL) == 1;
		if (is_damaged && follows_hole(record, &last_id))
			bad += print_hole(out, i);
		if (!is_there || !print_record(record, xml, out)) {
			bad += print_hole(out, i);
			last_id = 0;	/* counted once */
		}
		if (record != NULL)
			libevtx_record_free(&record, NULL);
	}
	return bad;
}

/* A file that was cut off has no record that can be counted. */
static int print_file(libevtx_file_t *file, char *xml, FILE *out, char *error, size_t error_cap)
{
	size_t bad = print_all(file, xml, out);
	bool is_damaged = libevtx_file_is_corrupted(file, NULL) != 0;
	if (!is_damaged && bad == 0)
		return 0;
	snprintf(error, error_cap, "damaged or cut off: %zu records of it and whatever no longer shows are left out", bad);
	return -1;
}

int log_evtx_print(const char *path, FILE *out, char *error, size_t error_cap)
{
	libevtx_file_t *file = NULL;
	char *xml = malloc(XML_MAX);
	int result = -1;
	if (xml == NULL || libevtx_file_initialize(&file, NULL) != 1) {
		snprintf(error, error_cap, "out of memory");
	} else if (libevtx_file_open(file, path, libevtx_get_access_flags_read(), NULL) != 1) {
		snprintf(error, error_cap, "cannot be read as an event file (.evtx)");
	} else {
		result = print_file(file, xml, out, error, error_cap);
		libevtx_file_close(file, NULL);
	}
	if (file != NULL)
		libevtx_file_free(&file, NULL);
	free(xml);
	return result;
}

int log_evtx_spawn(const char *program, const char *path, pid_t *pid)
{
	extern char **environ;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	char name[] = "ashiato-collector", logs[] = "logs", xml[] = "xml";
	char *const argv[] = { name, logs, xml, (char *)(uintptr_t)path, NULL };
	int failed = posix_spawn(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (failed == 0)
		return ends[0];
	close(ends[0]);
	errno = failed;
	return -1;
}
