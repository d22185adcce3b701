#include "sensor/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int sandbox_find(const char *name, struct sandbox_user *out, char *error, size_t error_cap)
{
	*out = (struct sandbox_user){ .is_other = false };
	if (geteuid() != 0)
		return 0;
	const struct passwd *entry = getpwnam(name ? name : "nobody");
	if (!entry) {
		snprintf(error, error_cap, "there is no user %s to run as: create it or name another (--user)", name ? name : "nobody");
		return -1;
	}
	*out = (struct sandbox_user){ .is_other = entry->pw_uid != 0, .uid = entry->pw_uid, .gid = entry->pw_gid };
	return 0;
}

/* capset(2) through the system call: the one use of it is not worth a library. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 }, { 0, 0, 0 } };
	return (int)syscall(SYS_capset, &head, none);
}

int sandbox_become(const struct sandbox_user *user, char *error, size_t error_cap)
{
	bool good = true;
	if (user->is_other)
		good = setgroups(0, NULL) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
		       setresuid(user->uid, user->uid, user->uid) == 0;
	good = good && drop_capabilities() == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
	if (good)
		return 0;
	snprintf(error, error_cap, "give up rights: %s", strerror(errno));
	return -1;
}

void sandbox_no_children(void)
{
	static const struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_NPROC, &none);
}
