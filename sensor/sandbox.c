#include "sensor/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

int sandbox_hand_over(int folder, const struct sandbox_user *user)
{
	struct stat st;
	if (!user->is_other || fstat(folder, &st) < 0 || st.st_uid != 0)
		return 0;
	return fchown(folder, user->uid, user->gid);
}

/* Everything that its first version knows, which is Linux 5.13's. */
static const struct landlock_ruleset_attr all_of_files = {
	.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
			     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
			     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
			     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
			     LANDLOCK_ACCESS_FS_MAKE_SYM,
};

int sandbox_only_write_in(int folder, char *error, size_t error_cap)
{
	const struct landlock_path_beneath_attr below = {
		.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE,
		.parent_fd = folder,
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all_of_files, sizeof all_of_files, 0);
	bool good = rules >= 0 && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0 &&
		    syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (!good)
		snprintf(error, error_cap, "hold this process to one folder: %s", strerror(errno));
	if (rules >= 0)
		close(rules);
	return good ? 0 : -1;
}

void sandbox_no_children(void)
{
	static const struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_NPROC, &none);
}
