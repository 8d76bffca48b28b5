/* The system calls that are left to a process (seccomp). */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "sandbox/sandbox_private.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0 /* none: no list is known for it */
#endif

/* Calls that are allowed to all whatever their arguments are. What may be
 * opened is Landlock's business. */
static const uint32_t allowed[] = {
    /* files */
    SYS_read, SYS_readv, SYS_pread64, SYS_write, SYS_writev, SYS_openat,
    SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs,
    SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_lseek, SYS_getdents64,
    SYS_getcwd, SYS_dup, SYS_dup3, SYS_pipe2, SYS_fsync,
    SYS_fdatasync, SYS_fadvise64, SYS_close_range, SYS_umask, SYS_flock,
#ifdef SYS_open /* older names of the same, where the machine has them */
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2,
    SYS_poll, SYS_select, SYS_epoll_wait, SYS_getpgrp, SYS_alarm, SYS_time,
    SYS_arch_prctl,
#endif
    /* waiting */
    SYS_ppoll, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl,
    SYS_epoll_pwait, SYS_eventfd2, SYS_inotify_init1, SYS_inotify_add_watch,
    SYS_inotify_rm_watch, SYS_timerfd_create, SYS_timerfd_settime,
    SYS_timerfd_gettime, SYS_signalfd4, SYS_nanosleep, SYS_clock_nanosleep,
    SYS_restart_syscall, SYS_setitimer,
    /* the socket pair between a session and tailor-fetch */
    SYS_sendto,
    /* memory, signals */
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mincore, SYS_futex,
    SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_exit,
    SYS_exit_group, SYS_sched_yield, SYS_sched_getaffinity, SYS_membarrier,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_rt_sigpending, SYS_rt_sigtimedwait, SYS_rt_sigsuspend,
    SYS_sigaltstack,
    /* facts */
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
    SYS_getegid, SYS_getresuid, SYS_getresgid, SYS_getgroups, SYS_getpgid,
    SYS_getsid, SYS_getrusage, SYS_times, SYS_sysinfo, SYS_uname,
    SYS_getcpu, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
    SYS_getrandom,
};

/* What else changes a store. No call that sets times: Landlock lets all pass
 * that name a file. */
static const uint32_t writing[] = {
    SYS_pwrite64, SYS_ftruncate, SYS_fallocate, SYS_fchmod, SYS_fchown,
    SYS_unlinkat,
#ifdef SYS_unlink
    SYS_unlink,
#endif
};

/* What else reaches runtimes. */
static const uint32_t network[] = {
    SYS_connect, SYS_socketpair, SYS_getsockname, SYS_getpeername,
    SYS_getsockopt, SYS_setsockopt, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg,
    SYS_sendmmsg, SYS_recvmmsg, SYS_shutdown,
};

/* Which kinds of process a row is for. */
enum {
    FETCH = 1 << SANDBOX_FETCH,
    SHEET = 1 << SANDBOX_SHEET,
    ALL = SHEET | (SHEET - 1)
};

/* Calls of which one argument must have one of these values. */
enum { VALUES_MAX = 12 };
static const struct {
    unsigned kinds;
    uint32_t number;
    int argument;
    int count;
    uint32_t values[VALUES_MAX];
} chosen[] = {
    /* A socket of the machine itself reaches other programs' services. */
    {FETCH, SYS_socket, 0, 3, {AF_INET, AF_INET6, AF_NETLINK}},
    {FETCH, SYS_bind, 2, 1, {12}}, /* sizeof (struct sockaddr_nl) */
    /* The terminal: its size and modes, but no typing into it. */
    {ALL, SYS_ioctl, 1, 11, {TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ,
                             TCFLSH, TCSBRK, TCXONC, TIOCGPGRP, FIONREAD,
                             FIONBIO}},
    /* What add_set_flags() leaves: no owner of a file that gets signals. */
    {ALL, SYS_fcntl, 1, 11, {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
                             F_GETFL, F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK,
                             F_OFD_SETLK, F_OFD_SETLKW}},
    {ALL, SYS_prctl, 0, 3, {PR_SET_NAME, PR_GET_DUMPABLE, PR_SET_VMA}},
    {ALL, SYS_prlimit64, 2, 1, {0}}, /* reads limits */
};

/* Calls that depend on bits of one argument: REFUSED where all of BITS are
 * set, or (NEEDED) where they are not. */
static const struct {
    unsigned kinds;
    uint32_t number;
    int argument;
    uint32_t bits;
    bool needed;
} masked[] = {
    {ALL, SYS_mmap, 2, PROT_WRITE | PROT_EXEC, false},
    {ALL, SYS_mprotect, 2, PROT_EXEC, false},
    {FETCH, SYS_clone, 0, CLONE_THREAD, true}, /* no process */
};

enum { PROGRAM_MAX = 512, CLONE3 = 435, X32 = 0x40000000 };

struct program {
    struct sock_filter at[PROGRAM_MAX];
    unsigned short count;
};

static void
add(struct program *p, struct sock_filter step)
{
    p->at[p->count++] = step;
}

static void
load(struct program *p, size_t offset)
{
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                        (uint32_t)offset));
}

/* The next N steps are for VALUE alone. */
static void
only_if(struct program *p, uint32_t value, uint8_t n)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0,
                                        n));
}

static void
end(struct program *p, uint32_t action)
{
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void
refuse(struct program *p, uint32_t code)
{
    end(p, SECCOMP_RET_ERRNO | code);
}

/* The low half of an argument; the kernel reads no more of those above. */
static size_t
argument_at(int n)
{
    return offsetof(struct seccomp_data, args) + (size_t)n * sizeof(uint64_t);
}

static void
add_chosen(struct program *p, size_t i)
{
    only_if(p, chosen[i].number, (uint8_t)(2 + 2 * chosen[i].count));
    load(p, argument_at(chosen[i].argument));
    for (int v = 0; v < chosen[i].count; v++) {
        only_if(p, chosen[i].values[v], 1);
        end(p, SECCOMP_RET_ALLOW);
    }
    refuse(p, EPERM);
}

static void
add_masked(struct program *p, size_t i)
{
    only_if(p, masked[i].number, 5);
    load(p, argument_at(masked[i].argument));
    add(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
                                        masked[i].bits));
    only_if(p, masked[i].bits, 1);
    end(p, masked[i].needed ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM);
    end(p, masked[i].needed ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ALLOW);
}

/* Signals to this process itself alone. */
static void
add_own_signals(struct program *p)
{
    only_if(p, SYS_tgkill, 4);
    load(p, argument_at(0));
    only_if(p, (uint32_t)getpid(), 1);
    end(p, SECCOMP_RET_ALLOW);
    refuse(p, EPERM);
}

/* The flags of a file, but for the one that sends signals. */
static void
add_set_flags(struct program *p)
{
    only_if(p, SYS_fcntl, 8);
    load(p, argument_at(1));
    only_if(p, F_SETFL, 5);
    load(p, argument_at(2));
    add(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_ASYNC));
    only_if(p, 0, 1);
    end(p, SECCOMP_RET_ALLOW);
    refuse(p, EPERM);
    load(p, offsetof(struct seccomp_data, nr));
}

static void
add_allowed(struct program *p, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        only_if(p, numbers[i], 1);
        end(p, SECCOMP_RET_ALLOW);
    }
}

static void
make_program(struct program *p, enum sandbox_kind kind)
{
    load(p, offsetof(struct seccomp_data, arch));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE,
                                        1, 0));
    end(p, SECCOMP_RET_KILL);
    load(p, offsetof(struct seccomp_data, nr));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1));
    refuse(p, EPERM);
    add_allowed(p, allowed, sizeof allowed / sizeof *allowed);
    if (kind == SANDBOX_WRITER)
        add_allowed(p, writing, sizeof writing / sizeof *writing);
    if (kind == SANDBOX_FETCH)
        add_allowed(p, network, sizeof network / sizeof *network);
    add_set_flags(p);
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (chosen[i].kinds & (1U << kind))
            add_chosen(p, i);
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++)
        if (masked[i].kinds & (1U << kind))
            add_masked(p, i);
    add_own_signals(p);
    /* Its flags lie in memory: without it the C library takes clone. */
    only_if(p, CLONE3, 1);
    refuse(p, ENOSYS);
    refuse(p, EPERM);
}

bool
seccomp_known(void)
{
    return ARCHITECTURE != 0;
}

enum err
seccomp_enter(enum sandbox_kind kind, struct error *e)
{
    struct program p = {.count = 0};
    make_program(&p, kind);
    struct sock_fprog program = {.len = p.count, .filter = p.at};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return error_errno(e, ERR_FAILED, "seccomp");
    return ERR_OK;
}
