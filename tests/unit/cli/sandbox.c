/*
 * What a session and tailor-fetch have given up, tried from within: as if they
 * were taken over.
 * To see it fail: leave out seccomp_enter or landlock_enter in sandbox.c, or
 * add a call to a list in seccomp.c.
 */
#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

static char folder[64], store[80], secret[80], beside[80];
/* A terminal of the same account, as another session has one. */
static char terminal[64];
static int terminal_master = -1;
enum { PORT_OF_A_RUNTIME = 8443, PORT_OF_NO_RUNTIME = 9 };

static void
touch(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, "content", 7) == 7);
    close(fd);
}

static void
open_terminal(void)
{
    terminal_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(terminal_master >= 0);
    CHECK_INT(grantpt(terminal_master), 0);
    CHECK_INT(unlockpt(terminal_master), 0);
    CHECK_INT(ptsname_r(terminal_master, terminal, sizeof terminal), 0);
}

static void
set_up(void)
{
    open_terminal();
    snprintf(folder, sizeof folder, "/tmp/tailor-sandbox-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(store, sizeof store, "%s/s", folder);
    CHECK_INT(mkdir(store, 0700), 0);
    snprintf(store, sizeof store, "%s/s/store.db", folder);
    snprintf(secret, sizeof secret, "%s/write.token", folder);
    snprintf(beside, sizeof beside, "%s/s/manage.token", folder);
    touch(store);
    touch(secret);
    touch(beside);
}

static void
tear_down(void)
{
    char inner[80];
    unlink(store);
    unlink(secret);
    unlink(beside);
    snprintf(inner, sizeof inner, "%s/s/new", folder);
    unlink(inner);
    snprintf(inner, sizeof inner, "%s/s", folder);
    rmdir(inner);
    rmdir(folder);
    close(terminal_master);
}

/* The version of Landlock, by what the session says of it; 0 for none. */
static int
landlock_number(void)
{
    char what[64];
    int version = 0;
    sandbox_describe(what, sizeof what);
    sscanf(what, "landlock %d", &version);
    return version;
}

static bool
opens(const char *path, int flags)
{
    int fd = open(path, flags, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void *
nothing(void *context)
{
    return context;
}

static bool
starts_a_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

static bool
makes_a_socket(int domain)
{
    return socket(domain, SOCK_STREAM, 0) >= 0 || errno != EPERM;
}

/* A port that no runtime has: refused before anything is sent. */
static bool
reaches_port(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc = connect(fd, (struct sockaddr *)&to, sizeof to);
    bool refused_by_us = rc != 0 && errno == EACCES;
    close(fd);
    return !refused_by_us;
}

static bool
maps_what_it_can_write_and_run(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED;
}

/* Calls by number that no list of forbidden ones would know of. */
static bool
makes_a_strange_call(void)
{
    enum { IO_URING_SETUP = 425, SETXATTRAT = 463, REMOVEXATTRAT = 466 };
    char name[] = "user.x";
    return syscall(IO_URING_SETUP, 1, store) >= 0 || errno != EPERM ||
           syscall(SETXATTRAT, AT_FDCWD, store, 0, name, NULL, 0) == 0 ||
           errno != EPERM ||
           syscall(REMOVEXATTRAT, AT_FDCWD, store, 0, name) == 0 ||
           errno != EPERM || unshare(CLONE_NEWUSER) == 0 ||
           syscall(SYS_memfd_create, name, 0) >= 0 ||
           kill(getppid(), 0) == 0;
}

static bool
forks(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return pid > 0;
}

/* A call that has not come to its file: refused by the number. */
static bool
is_refused(long result)
{
    return result == -1 && errno == EPERM;
}

/* Every call that sets times, of a file that may be read or not, by name and
 * by descriptor. */
static bool
sets_times(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool refused = is_refused(syscall(SYS_utimensat, AT_FDCWD, path, NULL, 0));
    refused &= is_refused(syscall(SYS_utimensat, fd, NULL, NULL, 0));
#ifdef SYS_utime
    refused &= is_refused(syscall(SYS_utime, path, NULL));
    refused &= is_refused(syscall(SYS_utimes, path, NULL));
    refused &= is_refused(syscall(SYS_futimesat, AT_FDCWD, path, NULL));
    refused &= is_refused(syscall(SYS_futimesat, fd, NULL, NULL));
#endif
    if (fd >= 0)
        close(fd);
    return !refused;
}

static bool
sets_times_of_any(void)
{
    return sets_times(store) || sets_times(secret) || sets_times("/etc/passwd");
}

/* Signals by way of a file: to whom, which, and that there are some. */
static bool
has_signals_sent(void)
{
    int pair[2], on = 1;
    struct f_owner_ex owner = {F_OWNER_PID, getppid()};
    if (pipe(pair) != 0)
        return true;
    bool refused = is_refused(fcntl(pair[0], F_SETOWN, getppid()));
    refused &= is_refused(fcntl(pair[0], F_SETOWN_EX, &owner));
    refused &= is_refused(fcntl(pair[0], F_SETSIG, SIGKILL));
    refused &= is_refused(fcntl(pair[0], F_SETFL, O_ASYNC));
    refused &= is_refused(fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK));
    refused &= is_refused(ioctl(pair[0], FIOASYNC, &on));
    bool works = fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0 &&
                 (fcntl(pair[0], F_GETFL) & (O_NONBLOCK | O_ASYNC)) ==
                     O_NONBLOCK;
    close(pair[0]);
    close(pair[1]);
    return !refused || !works;
}

/* What no process may; each attempt that came out otherwise sets a bit. */
static int
attempts_of_all(void)
{
    int bad = 0;
    bad |= opens("/etc/shadow", O_RDONLY) << 0;
    bad |= opens("/dev/ptmx", O_RDWR) << 1;
    bad |= opens("/etc/ssh", O_RDONLY | O_DIRECTORY) << 2;
    bad |= makes_a_socket(AF_UNIX) << 3;
    bad |= maps_what_it_can_write_and_run() << 4;
    bad |= makes_a_strange_call() << 5;
    bad |= forks() << 6;
    bad |= has_signals_sent() << 7;
    bad |= sets_times_of_any() << 21;
    bad |= opens(terminal, O_RDWR | O_NOCTTY) << 22;
    bad |= opens(terminal, O_RDONLY | O_NOCTTY) << 23;
    bad |= opens(terminal, O_WRONLY | O_NOCTTY) << 24;
    return bad;
}

static int
attempts_of_session(bool read_only)
{
    char made[80];
    int bad = 0, pair[2];
    snprintf(made, sizeof made, "%s/s/new", folder);
    bad |= !opens(store, O_RDONLY) << 8;
    bad |= opens(secret, O_RDONLY) << 9;
    bad |= (opens(store, O_RDWR) == read_only) << 10;
    bad |= (opens(made, O_CREAT | O_WRONLY) == read_only) << 11;
    bad |= (unlink(made) == 0) == read_only ? 1 << 12 : 0;
    bad |= (makes_a_socket(AF_INET) || makes_a_socket(AF_INET6)) << 13;
    bad |= (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) << 19;
    bad |= starts_a_thread() << 14;
    bad |= (chmod(store, 0666) == 0 || rename(store, made) == 0) << 15;
    bad |= opens("/etc/resolv.conf", O_RDONLY) << 16;
    if (read_only) {
        bad |= (truncate(store, 0) == 0 || unlink(store) == 0) << 17;
        bad |= opens(beside, O_RDONLY) << 18;
    }
    return bad;
}

static int
attempts_of_fetch(void)
{
    int bad = 0;
    bad |= opens(store, O_RDONLY) << 8;
    bad |= !opens(secret, O_RDONLY) << 9;
    bad |= opens(secret, O_RDWR) << 10;
    bad |= opens(beside, O_RDONLY) << 11;
    bad |= !starts_a_thread() << 12;
    bad |= (landlock_number() >= 4 && reaches_port(PORT_OF_NO_RUNTIME)) << 13;
    bad |= !reaches_port(PORT_OF_A_RUNTIME) << 14;
    return bad;
}

static int
attempts(enum sandbox_kind kind)
{
    char *const argv[] = {(char[]){"/bin/false"}, NULL};
    int bad = attempts_of_all();
    bad |= kind == SANDBOX_FETCH ? attempts_of_fetch()
                                 : attempts_of_session(kind == SANDBOX_READER);
    execv(argv[0], argv); /* where it works, nothing is written */
    return bad;
}

/* What came out of the attempts in a child of KIND, 0 where all is well. */
static int
within(enum sandbox_kind kind)
{
    int status = -1;
    const uint16_t ports[] = {PORT_OF_A_RUNTIME};
    const char *const files[] = {secret};
    int bad = -1, result[2];
    struct sandbox s = {.kind = kind, .store = store};
    if (kind == SANDBOX_FETCH)
        s = (struct sandbox){.kind = kind,
                             .files = files,
                             .file_count = 1,
                             .ports = ports,
                             .port_count = 1};
    fflush(stdout);
    CHECK_INT(pipe(result), 0);
    pid_t pid = fork();
    if (pid == 0) {
        bad = sandbox_enter(&s, NULL) == ERR_OK ? attempts(kind) : 1 << 20;
        _exit(write(result[1], &bad, sizeof bad) != sizeof bad);
    }
    close(result[1]);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(read(result[0], &bad, sizeof bad), sizeof bad);
    close(result[0]);
    return WIFEXITED(status) ? bad : 1000 + status;
}

static bool
enforced(void)
{
    char what[64];
    sandbox_describe(what, sizeof what);
    printf("# this kernel: %s\n", what);
    return strncmp(what, "landlock", 8) == 0 && strstr(what, "seccomp");
}

static void
a_reader_can_write_nothing(void)
{
    set_up();
    if (enforced())
        CHECK_INT(within(SANDBOX_READER), 0);
    CHECK(opens(store, O_RDWR));
    CHECK(opens(terminal, O_RDWR | O_NOCTTY)); /* without a sandbox */
    tear_down();
}

static void
a_writer_reaches_its_store_alone(void)
{
    set_up();
    if (enforced())
        CHECK_INT(within(SANDBOX_WRITER), 0);
    tear_down();
}

static void
fetch_reaches_tokens_and_runtimes_alone(void)
{
    set_up();
    if (enforced())
        CHECK_INT(within(SANDBOX_FETCH), 0);
    tear_down();
}

void
test_cli_sandbox(void)
{
    static const struct test tests[] = {
        {"a reader can write nothing", a_reader_can_write_nothing},
        {"a writer reaches its store alone", a_writer_reaches_its_store_alone},
        {"tailor-fetch reaches tokens and runtimes alone",
         fetch_reaches_tokens_and_runtimes_alone},
        {NULL, NULL}};
    test_run("sandbox", tests);
    failed_tests += test_result();
}
