/* Files, ports and signals that a process may reach (Landlock). */
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox_private.h"

/* Rights by number, since older headers name fewer: bits 0 to 12 are of
 * version 1, REFER of 2, TRUNCATE of 3, IOCTL_DEV of 5. */
#define RIGHT_EXECUTE (UINT64_C(1) << 0)
#define RIGHT_WRITE_FILE (UINT64_C(1) << 1)
#define RIGHT_READ_FILE (UINT64_C(1) << 2)
#define RIGHT_READ_DIR (UINT64_C(1) << 3)
#define RIGHT_REMOVE_FILE (UINT64_C(1) << 5)
#define RIGHT_MAKE_REG (UINT64_C(1) << 8)
#define RIGHTS_1 ((UINT64_C(1) << 13) - 1)
#define RIGHT_REFER (UINT64_C(1) << 13)
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15)

#define RIGHTS_OF_FILES                                                        \
    (RIGHT_EXECUTE | RIGHT_WRITE_FILE | RIGHT_READ_FILE | RIGHT_TRUNCATE |     \
     RIGHT_IOCTL_DEV)
#define READ (RIGHT_READ_FILE | RIGHT_READ_DIR)
#define TERMINAL (RIGHT_READ_FILE | RIGHT_WRITE_FILE | RIGHT_IOCTL_DEV)
#define WRITE                                                                  \
    (READ | RIGHT_WRITE_FILE | RIGHT_REMOVE_FILE | RIGHT_MAKE_REG |            \
     RIGHT_TRUNCATE)

/* Version 4 adds ports, version 6 scopes. */
#define NET_BIND_TCP (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1)
enum { RULE_NET_PORT = 2, PORT_OF_DNS = 53 };

struct ruleset {
    uint64_t files, net, scoped;
};

struct net_rule {
    uint64_t allowed, port;
};

/* Programs and libraries, time zones, terminals, and who an account is.
 * Nothing else of /etc: tokens may lie there. */
static const char *const readable[] = {"/usr",
                                       "/lib",
                                       "/lib64",
                                       "/etc/group",
                                       "/etc/ld.so.cache",
                                       "/etc/localtime",
                                       "/etc/nsswitch.conf",
                                       "/etc/passwd",
                                       "/etc/terminfo",
                                       "/dev/urandom",
                                       "/proc/self"};

/* What finding the address of a host and checking its certificate read. */
static const char *const readable_of_network[] = {
    "/etc/ca-certificates", "/etc/gai.conf",  "/etc/host.conf",
    "/etc/hosts",           "/etc/protocols", "/etc/resolv.conf",
    "/etc/services",        "/etc/ssl",       "/run/systemd/resolve"};

int
landlock_version(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, 0,
                     LANDLOCK_CREATE_RULESET_VERSION);
    return n < 0 ? 0 : (int)n;
}

static struct ruleset
ruleset_of(int version)
{
    return (struct ruleset){
        .files = RIGHTS_1 | (version >= 2 ? RIGHT_REFER : 0) |
                 (version >= 3 ? RIGHT_TRUNCATE : 0) |
                 (version >= 5 ? RIGHT_IOCTL_DEV : 0),
        .net = version >= 4 ? NET_BIND_TCP | NET_CONNECT_TCP : 0,
        .scoped = version >= 6 ? SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL : 0};
}

/* How much of a struct ruleset a kernel of VERSION knows. */
static size_t
ruleset_size(int version)
{
    return sizeof(uint64_t) * (version >= 6 ? 3 : version >= 4 ? 2 : 1);
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

/* Allows reading the COUNT files and folders PATHS. */
static enum err
allow_reading(int ruleset, const char *const *paths, size_t count,
              uint64_t handled, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        err = allow(ruleset, paths[i], READ, handled, e);
    return err;
}

/* A writer makes and removes the journal, so it needs the folder; a reader
 * needs the files alone. */
static enum err
allow_store(int ruleset, const struct sandbox *s, uint64_t handled,
            struct error *e)
{
    static const char *const suffixes[] = {"", "-wake", "-sync"};
    char path[PATH_MAX];
    enum err err = ERR_OK;
    if (s->kind == SANDBOX_WRITER) {
        snprintf(path, sizeof path, "%s", s->store);
        return allow(ruleset, dirname(path), WRITE, handled, e);
    }
    for (size_t i = 0; err == ERR_OK && i < sizeof suffixes / sizeof *suffixes;
         i++) {
        snprintf(path, sizeof path, "%s%s", s->store, suffixes[i]);
        err = allow(ruleset, path, RIGHT_READ_FILE, handled, e);
    }
    return err;
}

/* What only sessions reach: the store and the terminal. */
static enum err
allow_session(int ruleset, const struct sandbox *s, uint64_t handled,
              struct error *e)
{
    enum err err = allow_store(ruleset, s, handled, e);
    if (err == ERR_OK)
        err = allow(ruleset, "/dev/tty", TERMINAL, handled, e);
    if (err == ERR_OK)
        err = allow(ruleset, "/dev/null", TERMINAL, handled, e);
    return err;
}

/* What only tailor-fetch reaches: CAs, tokens, and how hosts are found. */
static enum err
allow_fetch(int ruleset, const struct sandbox *s, uint64_t handled,
            struct error *e)
{
    enum err err = allow_reading(
        ruleset, readable_of_network,
        sizeof readable_of_network / sizeof *readable_of_network, handled, e);
    if (err == ERR_OK)
        err = allow_reading(ruleset, s->files, s->file_count, handled, e);
    return err;
}

static enum err
allow_files(int ruleset, const struct sandbox *s, uint64_t handled,
            struct error *e)
{
    if (s->kind == SANDBOX_SHEET)
        return ERR_OK;
    enum err err = allow_reading(
        ruleset, readable, sizeof readable / sizeof *readable, handled, e);
    if (err == ERR_OK)
        err = s->kind == SANDBOX_FETCH ? allow_fetch(ruleset, s, handled, e)
                                       : allow_session(ruleset, s, handled, e);
    return err;
}

static enum err
allow_port(int ruleset, uint16_t port, struct error *e)
{
    const struct net_rule rule = {NET_CONNECT_TCP, port};
    if (syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) == 0)
        return ERR_OK;
    return error_errno(e, ERR_FAILED, "landlock: a port");
}

/* A session has none. */
static enum err
allow_ports(int ruleset, const struct sandbox *s, struct error *e)
{
    enum err err =
        s->kind == SANDBOX_FETCH ? allow_port(ruleset, PORT_OF_DNS, e) : ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < s->port_count; i++)
        err = allow_port(ruleset, s->ports[i], e);
    return err;
}

enum err
landlock_enter(const struct sandbox *s, int version, struct error *e)
{
    const struct ruleset r = ruleset_of(version);
    int fd =
        (int)syscall(SYS_landlock_create_ruleset, &r, ruleset_size(version), 0);
    if (fd < 0)
        return error_errno(e, ERR_FAILED, "landlock: a ruleset");
    enum err err = allow_files(fd, s, r.files, e);
    if (err == ERR_OK && r.net)
        err = allow_ports(fd, s, e);
    if (err == ERR_OK && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
        err = error_errno(e, ERR_FAILED, "landlock");
    close(fd);
    return err;
}
