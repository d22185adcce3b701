#include "sensor/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { FOREIGN_FROM = 0x40000000 };	/* the x32 numbers: other doors to the same calls */
#define THIS_MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
enum { FOREIGN_FROM = 0x7FFFFFFF };
#define THIS_MACHINE AUDIT_ARCH_AARCH64
#else
#error "name the AUDIT_ARCH of this machine"
#endif

/* No process has any use for these. */
static const unsigned beyond_self[] = {
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_process_mrelease,
	SYS_kcmp, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_migrate_pages, SYS_move_pages,
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_open_by_handle_at,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
	SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_personality,
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
	SYS_settimeofday, SYS_clock_settime, SYS_sethostname, SYS_setdomainname,
};

/* These reach for what is not there yet, or change what is there. */
static const unsigned beyond_folder[] = {
	SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_openat2,
	SYS_linkat, SYS_symlinkat, SYS_mkdirat, SYS_mknodat, SYS_fchmodat, SYS_fchmod, SYS_fchownat, SYS_fchown, SYS_umask, SYS_truncate,
	SYS_clone, SYS_clone3, SYS_memfd_create, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
	SYS_setpriority, SYS_ioprio_set, SYS_sched_setaffinity, SYS_sched_setattr, SYS_sched_setparam, SYS_sched_setscheduler, SYS_setpgid,
#ifdef SYS_open
	SYS_open, SYS_creat, SYS_unlink, SYS_rename, SYS_link, SYS_symlink, SYS_mkdir, SYS_rmdir, SYS_mknod, SYS_chmod, SYS_chown,
	SYS_lchown, SYS_fork, SYS_vfork,
#endif
};

static const unsigned beyond_open[] = {
	SYS_openat, SYS_unlinkat, SYS_renameat2,
#ifdef SYS_renameat
	SYS_renameat,
#endif
};

/* These name a process first, and are for this one only: abort(3) and getrlimit(2) need them. 0 is this process or an error. */
static const unsigned of_own_process[] = { SYS_tgkill, SYS_prlimit64 };

enum {
	N_SELF = sizeof(beyond_self) / sizeof(beyond_self[0]),
	N_FOLDER = sizeof(beyond_folder) / sizeof(beyond_folder[0]),
	N_OPEN = sizeof(beyond_open) / sizeof(beyond_open[0]),
	N_OWN = sizeof(of_own_process) / sizeof(of_own_process[0]),
	FRAME_STATEMENTS = 12,	/* those around the numbers */
	N_STATEMENTS = N_SELF + N_FOLDER + N_OPEN + N_OWN + FRAME_STATEMENTS,
};

/* A classic BPF program under way. */
struct program {
	struct sock_filter statements[N_STATEMENTS];
	unsigned short n;
};

static void add(struct program *p, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value)
{
	p->statements[p->n++] = (struct sock_filter){ code, if_true, if_false, value };
}

static void load(struct program *p, size_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void add_return(struct program *p, uint32_t verdict)
{
	add(p, BPF_RET | BPF_K, 0, 0, verdict);
}

/* How far each has to jump is known, and filled in, at the end. */
static void add_jumps(struct program *p, const unsigned *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, calls[i]);
}

/* Those from ${first} on and in front of ${behind} jump to what is added next. */
static void land_jumps(struct program *p, unsigned short first, unsigned short behind)
{
	for (unsigned short i = first; i < behind; i++)
		p->statements[i].jt = (uint8_t)(p->n - i - 1);
}

/* Load the machine, then the number, then the process it names (the kernel looks at the low half only, which is the first one on
 * these machines); what is not listed is allowed. */
static void write_program(struct program *p, enum confine_to reach, uint32_t own_process)
{
	unsigned short first, own, own_end;

	load(p, offsetof(struct seccomp_data, arch));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, THIS_MACHINE);
	add_return(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	first = p->n;
	add_jumps(p, beyond_self, N_SELF);
	if (reach >= CONFINE_TO_FOLDER)
		add_jumps(p, beyond_folder, N_FOLDER);
	if (reach >= CONFINE_TO_OPEN)
		add_jumps(p, beyond_open, N_OPEN);
	add(p, BPF_JMP | BPF_JGE | BPF_K, 0, 0, FOREIGN_FROM);
	own = p->n;
	if (reach >= CONFINE_TO_FOLDER)
		add_jumps(p, of_own_process, N_OWN);
	own_end = p->n;
	add_return(p, SECCOMP_RET_ALLOW);
	land_jumps(p, own, own_end);
	load(p, offsetof(struct seccomp_data, args[0]));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, own_process);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0);
	land_jumps(p, first, own);
	add_return(p, SECCOMP_RET_ERRNO | EPERM);
	add_return(p, SECCOMP_RET_ALLOW);
}

_Static_assert(N_STATEMENTS < 256, "a jump of BPF reaches 255 statements");

int confine(enum confine_to reach, char *error, size_t error_cap)
{
	struct program p = { .n = 0 };
	struct sock_fprog loaded = { .filter = p.statements };

	write_program(&p, reach, (uint32_t)getpid());
	loaded.len = p.n;
	/* A library may have started threads already: all of them. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &loaded) == 0)
		return 0;
	snprintf(error, error_cap, "confine this process: %s", strerror(errno));
	return -1;
}
