#include "sensor/confine.h"
#include "sensor/sandbox.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a process that was confined to ${reach} and then did ${act} ended, as by wait(2); -1 when that could not be made. */
static int status_of(enum confine_to reach, int (*act)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		char error[256];

		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(confine(reach, error, sizeof(error)) == 0 ? act() : 99);
	}
	return waitpid(child, &status, 0) == child ? status : -1;
}

/* What ${act} returned there; -1 when it did not. */
static int confined(enum confine_to reach, int (*act)(void))
{
	int status = status_of(reach, act);

	return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The signal that ended it; -1 when none did. */
static int killed(enum confine_to reach, int (*act)(void))
{
	int status = status_of(reach, act);

	return status >= 0 && WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

/* Each act returns its errno, 0 when it was allowed. */
static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : errno;
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 0 : errno;
}

static int start_program(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };

	execv("/bin/true", argv);
	return errno;
}

static int start_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0 ? 0 : errno;
}

static int do_ordinary_work(void)
{
	int ends[2];
	char byte = 'x';
	void *block = malloc(1 << 20);
	int done;

	done = block != NULL && pipe(ends) == 0 && write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1;
	free(block);
	return done ? 0 : errno;
}

/* Each reaches for the process that confined this one. */
static int kill_other(void)
{
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int kill_thread_of_other(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0 ? 0 : errno;
}

static int kill_thread(void)
{
	return syscall(SYS_tkill, getppid(), 0) == 0 ? 0 : errno;
}

static int queue_for_other(void)
{
	siginfo_t info = { .si_code = SI_QUEUE };

	return syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info) == 0 ? 0 : errno;
}

static int queue_for_thread_of_other(void)
{
	siginfo_t info = { .si_code = SI_QUEUE };

	return syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info) == 0 ? 0 : errno;
}

static int hold_other(void)
{
	return syscall(SYS_pidfd_open, getppid(), 0) >= 0 ? 0 : errno;
}

static int signal_what_is_held(void)
{
	return syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0) == 0 ? 0 : errno;
}

static int limit_other(void)
{
	return prlimit(getppid(), RLIMIT_NOFILE, NULL, &(struct rlimit){ 0 }) == 0 ? 0 : errno;
}

static int slow_other(void)
{
	return setpriority(PRIO_PROCESS, (id_t)getppid(), 19) == 0 ? 0 : errno;
}

static int look_into_other(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1 ? 0 : errno;
}

static int limit_itself(void)
{
	struct rlimit files;

	return prlimit(0, RLIMIT_NOFILE, NULL, &files) == 0 && prlimit(getpid(), RLIMIT_NOFILE, &files, NULL) == 0 ? 0 : errno;
}

static int raise_signal(void)
{
	return signal(SIGUSR1, SIG_IGN) != SIG_ERR && raise(SIGUSR1) == 0 ? 0 : errno;
}

static int abort_itself(void)
{
	abort();
}

Test(confine, no_other_process_is_reached_by_a_signal_a_limit_or_a_priority)
{
	static int (*const acts[])(void) = {
		kill_other, kill_thread_of_other, kill_thread, queue_for_other, queue_for_thread_of_other,
		hold_other, signal_what_is_held, limit_other, slow_other, look_into_other,
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		cr_expect_eq(confined(CONFINE_TO_OPEN, acts[i]), EPERM, "act %zu", i);
		cr_expect_eq(confined(CONFINE_TO_FOLDER, acts[i]), EPERM, "act %zu", i);
	}
}

Test(confine, who_is_confined_still_signals_and_limits_itself)
{
	cr_expect_eq(confined(CONFINE_TO_OPEN, limit_itself), 0);
	cr_expect_eq(confined(CONFINE_TO_OPEN, raise_signal), 0);
	cr_expect_eq(killed(CONFINE_TO_OPEN, abort_itself), SIGABRT);
}

Test(confine, nothing_new_can_be_opened_or_started_by_who_is_confined_to_what_is_open)
{
	cr_expect_eq(confined(CONFINE_TO_OPEN, open_file), EPERM);
	cr_expect_eq(confined(CONFINE_TO_OPEN, make_socket), EPERM);
	cr_expect_eq(confined(CONFINE_TO_OPEN, start_program), EPERM);
	cr_expect_eq(confined(CONFINE_TO_OPEN, start_process), EPERM);
	cr_expect_eq(confined(CONFINE_TO_OPEN, do_ordinary_work), 0);
}

Test(confine, who_is_confined_to_itself_opens_files_and_sockets_but_starts_no_program)
{
	cr_expect_eq(confined(CONFINE_TO_SELF, open_file), 0);
	cr_expect_eq(confined(CONFINE_TO_SELF, make_socket), 0);
	cr_expect_eq(confined(CONFINE_TO_SELF, start_program), EPERM);
	cr_expect_eq(confined(CONFINE_TO_SELF, do_ordinary_work), 0);
}

/* ---- to a folder ---- */

static int folder = -1;

static int make_file(void)
{
	int fd = openat(folder, "new", O_WRONLY | O_CREAT | O_EXCL, 0600);

	return fd >= 0 && write(fd, "x", 1) == 1 && renameat(folder, "new", folder, "renamed") == 0 && unlinkat(folder, "renamed", 0) == 0
		       ? 0
		       : errno;
}

static int read_file_in_it(void)
{
	return openat(folder, "old", O_RDONLY) >= 0 ? 0 : errno;
}

static int make_executable(void)
{
	int fd = openat(folder, "new", O_WRONLY | O_CREAT | O_EXCL, 0600);

	return fd >= 0 && fchmod(fd, 0700) == 0 ? 0 : errno;
}

static int make_elsewhere(void)
{
	return openat(folder, "../elsewhere", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0 ? 0 : errno;
}

/* As confined, held to the folder besides; 99 when the kernel cannot. */
static int held(int (*act)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		char error[256];

		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(sandbox_only_write_in(folder, error, sizeof(error)) == 0 && confine(CONFINE_TO_FOLDER, error, sizeof(error)) == 0
			      ? act()
			      : 99);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(confine, who_is_held_to_a_folder_makes_files_there_and_reads_none_anywhere)
{
	const char *path = scratch_path("folder");

	cr_assert_eq(mkdir(path, 0700), 0);
	folder = open(path, O_RDONLY | O_DIRECTORY);
	close(openat(folder, "old", O_WRONLY | O_CREAT, 0600));
	if (held(do_ordinary_work) == 99)
		cr_skip("this kernel has no Landlock");
	cr_expect_eq(held(make_file), 0);
	cr_expect_eq(held(read_file_in_it), EACCES);
	cr_expect_eq(held(make_elsewhere), EACCES);
	cr_expect_eq(held(open_file), EACCES);
	cr_expect_eq(held(make_executable), EPERM);
	cr_expect_eq(held(make_socket), EPERM);
	cr_expect_eq(held(start_program), EPERM);
	cr_expect_eq(held(start_process), EPERM);
}
