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

/* A sanitizer's report is a file that it opens when it has something to say, and its search for leaks is a process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANDBOX_IS_WATCHED = 1 };
#else
enum { SANDBOX_IS_WATCHED = 0 };
#endif

struct sandbox_user {
	bool is_other;	/* we are root and shall become it; else we stay who we are */
	uid_t uid;
	gid_t gid;
};

/* Who a process started by this one shall be: ${name} (NULL: "nobody") if we are root. -1 and a sentence if there is no such user. */
int sandbox_find(const char *name, struct sandbox_user *out, char *error, size_t error_cap);

/* Become ${user} without groups and capabilities, never to gain a right again, and unreadable to its other processes. -1 and a sentence. */
int sandbox_become(const struct sandbox_user *user, char *error, size_t error_cap);

/* Let ${folder}, an open directory that is root's, belong to ${user}, unless that is us. -1 and errno. */
int sandbox_hand_over(int folder, const struct sandbox_user *user);

/* From here on files can be made, written and removed in ${folder}, an open directory, and below, and no other file be opened, read
 * or executed anywhere, this folder's included (landlock(7)). After sandbox_become. -1 and a sentence where the kernel cannot. */
int sandbox_only_write_in(int folder, char *error, size_t error_cap);

/* From here on no process can be started. */
void sandbox_no_children(void);

#endif
