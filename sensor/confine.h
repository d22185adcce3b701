/*
 * Which system calls a process may still make: a filter in the kernel
 * (seccomp(2)) that refuses, with EPERM, what the process has no use for and
 * an intruder in it would want. It stands behind giving up rights (sandbox.h),
 * not in its place. Knows numbers of system calls and nothing of what the
 * process is for.
 */
#ifndef ASHIATO_SENSOR_CONFINE_H
#define ASHIATO_SENSOR_CONFINE_H

#include <stddef.h>

/* Each refuses what those above it do, and more. */
enum confine_to {
	CONFINE_TO_SELF,	/* no program started, no look into other processes, nothing of the system changed */
	CONFINE_TO_FOLDER,	/* no socket or process beyond those there are, and no signal, limit or priority for any other process;
				 * files are made, renamed, removed, and keep their modes */
	CONFINE_TO_OPEN,	/* no file either */
};

/* Confine this process and what it starts for good; it must not be able to gain rights (PR_SET_NO_NEW_PRIVS). -1 and a sentence where
 * the kernel has no such filter; nothing is refused then. */
int confine(enum confine_to reach, char *error, size_t error_cap);

#endif
