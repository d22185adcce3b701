/*
 * Native event files (.evtx), turned into event XML by libevtx.
 *
 * The library wants a file and reads it at will; it is large, and a file may
 * be forged. So it never runs in a process that serves: log_evtx_spawn starts
 * this program anew for one file, that process binds itself in memory and time
 * (log_evtx_print), opens that one file and writes XML into a pipe. What comes
 * out is read like any other log. A file received over the network is never
 * given to it.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_EVTX_H
#define ASHIATO_COLLECTOR_LOGS_EVTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* True if the ${n} bytes a file begins with are those of an .evtx. */
bool log_evtx_is_head(const void *bytes, size_t n);

/* Every record of the file ${path} as XML to ${out}; in place of one that cannot be read an <Event> of nothing but a sentence.
 * -1 and a sentence if it is no such file, or parts of it are damaged. Meant for a process of its own: log_evtx_bind first. */
int log_evtx_print(const char *path, FILE *out, char *error, size_t error_cap);

/* Bind this process: no more memory and processor time than a large event file needs. */
void log_evtx_bind(void);

/* Start "${program} logs xml ${path}"; a file descriptor to read its output from, and its id in ${pid}. -1 with errno. */
int log_evtx_spawn(const char *program, const char *path, pid_t *pid);

#endif
