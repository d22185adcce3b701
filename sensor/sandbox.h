/*
 * Giving up rights for good.
 *
 * Knows users, capabilities and process limits, and nothing of what the
 * process is for.
 */
#ifndef ASHIATO_SENSOR_SANDBOX_H
#define ASHIATO_SENSOR_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct sandbox_user {
	bool is_other;	/* we are root and shall become it; else we stay who we are */
	uid_t uid;
	gid_t gid;
};

/* Who a process started by this one shall be: ${name} (NULL: "nobody") if we are root. -1 and a sentence if there is no such user. */
int sandbox_find(const char *name, struct sandbox_user *out, char *error, size_t error_cap);

/* Become ${user} without groups and capabilities, never to gain a right again, and unreadable to its other processes. -1 and a sentence. */
int sandbox_become(const struct sandbox_user *user, char *error, size_t error_cap);

/* From here on no process can be started. */
void sandbox_no_children(void);

#endif
