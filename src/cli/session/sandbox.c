/* What a session gives up: Landlock and seccomp. */
#include "cli/session/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- Landlock ------------------------------------------------------------- */
/* Rights by number, since older headers name fewer: bits 0 to 12 are of
 * version 1, REFER of 2, TRUNCATE of 3. */
#define RIGHT_EXECUTE (UINT64_C(1) << 0)
#define RIGHT_WRITE_FILE (UINT64_C(1) << 1)
#define RIGHT_READ_FILE (UINT64_C(1) << 2)
#define RIGHT_READ_DIR (UINT64_C(1) << 3)
#define RIGHT_REMOVE_FILE (UINT64_C(1) << 5)
#define RIGHT_MAKE_REG (UINT64_C(1) << 8)
#define RIGHTS_1 ((UINT64_C(1) << 13) - 1)
#define RIGHT_REFER (UINT64_C(1) << 13)
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)

#define RIGHTS_OF_FILES                                                        \
    (RIGHT_EXECUTE | RIGHT_WRITE_FILE | RIGHT_READ_FILE | RIGHT_TRUNCATE)
#define READ (RIGHT_READ_FILE | RIGHT_READ_DIR)
#define WRITE                                                                  \
    (READ | RIGHT_WRITE_FILE | RIGHT_REMOVE_FILE | RIGHT_MAKE_REG |            \
     RIGHT_TRUNCATE)

/* What every session may read: libraries, zones, terminal descriptions,
 * certificates, names of hosts. */
static const char *const readable[] = {
    "/usr", "/etc", "/lib", "/lib64", "/dev", "/proc", "/run/systemd/resolve"};

static int
landlock_version(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, 0,
                     LANDLOCK_CREATE_RULESET_VERSION);
    return n < 0 ? 0 : (int)n;
}

static uint64_t
handled_rights(int version)
{
    return RIGHTS_1 | (version >= 2 ? RIGHT_REFER : 0) |
           (version >= 3 ? RIGHT_TRUNCATE : 0);
}

/* Allows RIGHTS below PATH; a path that is not there needs no rule. */
static enum err
allow(int ruleset, const char *path, uint64_t rights, uint64_t handled,
      struct error *e)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return ERR_OK;
    bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    struct landlock_path_beneath_attr rule = {
        .allowed_access =
            rights & handled & (folder ? UINT64_MAX : RIGHTS_OF_FILES),
        .parent_fd = fd};
    long rc = syscall(SYS_landlock_add_rule, ruleset,
                      LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
    return rc == 0 ? ERR_OK : error_errno(e, ERR_FAILED, "landlock: a rule");
}

static enum err
add_rules(int ruleset, const struct sandbox *s, uint64_t handled,
          struct error *e)
{
    char folder[PATH_MAX];
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < sizeof readable / sizeof *readable;
         i++)
        rc = allow(ruleset, readable[i], READ, handled, e);
    for (size_t i = 0; rc == ERR_OK && i < s->file_count; i++)
        rc = allow(ruleset, s->files[i], RIGHT_READ_FILE, handled, e);
    snprintf(folder, sizeof folder, "%s", s->store);
    if (rc == ERR_OK)
        rc = allow(ruleset, dirname(folder), s->read_only ? READ : WRITE,
                   handled, e);
    if (rc == ERR_OK)
        rc = allow(ruleset, "/dev/tty", READ | RIGHT_WRITE_FILE, handled, e);
    if (rc == ERR_OK)
        rc = allow(ruleset, "/dev/null", READ | RIGHT_WRITE_FILE, handled, e);
    return rc;
}

static enum err
enter_landlock(const struct sandbox *s, int version, struct error *e)
{
    uint64_t handled = handled_rights(version);
    struct landlock_ruleset_attr attr = {.handled_access_fs = handled};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr,
                          sizeof attr.handled_access_fs, 0);
    if (fd < 0)
        return error_errno(e, ERR_FAILED, "landlock: a ruleset");
    enum err rc = add_rules(fd, s, handled, e);
    if (rc == ERR_OK && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
        rc = error_errno(e, ERR_FAILED, "landlock");
    close(fd);
    return rc;
}

/* --- seccomp -------------------------------------------------------------- */
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0 /* none: no filter is known for it */
#endif

/* Calls that a reading session has no use for: starting programs, changing
 * files by ways that Landlock does not know, looking into others. */
static const uint32_t refused[] = {
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
#endif
    SYS_execve,
    SYS_execveat,
    SYS_truncate,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
};

enum { PROGRAM_MAX = 128, CLONE3 = 435, FCHMODAT2 = 452, X32 = 0x40000000 };

struct program {
    struct sock_filter at[PROGRAM_MAX];
    unsigned short count;
};

static void
add(struct program *p, struct sock_filter step)
{
    p->at[p->count++] = step;
}

/* The number NR ends with the error CODE. */
static void
refuse(struct program *p, uint32_t nr, uint32_t code)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1));
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                        SECCOMP_RET_ERRNO | code));
}

static void
make_program(struct program *p)
{
    const uint32_t nr = offsetof(struct seccomp_data, nr);
    const uint32_t arch = offsetof(struct seccomp_data, arch);
    const uint32_t flags = offsetof(struct seccomp_data, args);
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE,
                                        1, 0));
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL));
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1));
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                        SECCOMP_RET_ERRNO | EPERM));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        refuse(p, refused[i], EPERM);
    refuse(p, FCHMODAT2, EPERM);
    /* Its flags lie in memory: without it the C library takes clone. */
    refuse(p, CLONE3, ENOSYS);
    /* A thread is no process (a resolver may start one). */
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0,
                                        3));
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
                                        CLONE_THREAD, 1, 0));
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                        SECCOMP_RET_ERRNO | EPERM));
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

static enum err
enter_seccomp(struct error *e)
{
    struct program p = {.count = 0};
    if (ARCHITECTURE == 0)
        return ERR_OK;
    make_program(&p);
    struct sock_fprog program = {.len = p.count, .filter = p.at};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return error_errno(e, ERR_FAILED, "seccomp");
    return ERR_OK;
}

enum err
sandbox_enter(const struct sandbox *s, struct error *e)
{
    int version = landlock_version();
    enum err rc = ERR_OK;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_errno(e, ERR_FAILED, "no new privileges");
    if (version > 0)
        rc = enter_landlock(s, version, e);
    if (rc == ERR_OK && s->read_only)
        rc = enter_seccomp(e);
    return rc;
}

void
sandbox_describe(char *out, size_t size, bool read_only)
{
    int version = landlock_version();
    const char *filter = read_only && ARCHITECTURE != 0 ? ", seccomp" : "";
    if (version > 0)
        snprintf(out, size, "landlock %d%s", version, filter);
    else
        snprintf(out, size, "no landlock%s", filter);
}
