/*
 * LD_PRELOAD: makes the N-th system call of a kind fail, for files under a
 * folder. TAILOR_FAULT=KIND:NTH:ERRNO:HOW says what, TAILOR_FAULT_UNDER where,
 * and TAILOR_FAULT_LOG names a file that receives one line when it happens.
 * HOW is "once", "on" (and all that follow), or "after" (the call is made, and
 * then said to have failed). KIND "alloc" is malloc of everybody.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { WRITE, SYNC, RENAME, OPEN, UNLINK, TRUNCATE, READ, ALLOC, NONE };
enum how { ONCE, ON, AFTER };

static enum kind wanted = NONE;
static enum how how;
static int number;
static atomic_long left;
static char under[PATH_MAX], log_file[PATH_MAX];

__attribute__((constructor)) static void
start(void)
{
    static const char *const kinds[] = {"write", "sync",   "rename",
                                        "open",  "unlink", "truncate",
                                        "read",  "alloc"};
    char kind[16] = "", word[16] = "";
    long nth = 0;
    const char *s = getenv("TAILOR_FAULT");
    const char *folder = getenv("TAILOR_FAULT_UNDER");
    const char *log = getenv("TAILOR_FAULT_LOG");
    if (!s || !folder || !log ||
        sscanf(s, "%15[^:]:%ld:%d:%15s", kind, &nth, &number, word) != 4)
        return;
    snprintf(under, sizeof under, "%s", folder);
    snprintf(log_file, sizeof log_file, "%s", log);
    how = strcmp(word, "on") == 0      ? ON
          : strcmp(word, "after") == 0 ? AFTER
                                       : ONCE;
    atomic_store(&left, nth);
    for (int i = 0; i < NONE; i++)
        if (strcmp(kind, kinds[i]) == 0)
            wanted = (enum kind)i;
}

/* With the bare system calls: they are not ours. */
static void
tell(const char *what)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log_file,
                          O_WRONLY | O_CREAT | O_APPEND, 0600);
    syscall(SYS_write, fd, what, strlen(what));
    syscall(SYS_write, fd, "\n", 1);
    syscall(SYS_close, fd);
}

/* True where this call is the one; WHAT is its path. */
static int
strikes(enum kind kind, const char *what)
{
    if (kind != wanted)
        return 0;
    if (kind != ALLOC && strncmp(what, under, strlen(under)) != 0)
        return 0;
    long n = atomic_fetch_sub(&left, 1);
    if (n != 1 && !(how == ON && n < 1))
        return 0;
    if (n == 1)
        tell(what);
    return 1;
}

static int
strikes_fd(enum kind kind, int fd)
{
    char link[64], path[PATH_MAX];
    if (kind != wanted)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return strikes(kind, path);
}

/* The body of a wrapper: STRUCK says whether, CALL what is done else. */
#define FAIL_OR(struck, call)                                                  \
    do {                                                                       \
        if (!(struck))                                                         \
            return call;                                                       \
        if (how == AFTER)                                                      \
            (void)!(call);                                                     \
        errno = number;                                                        \
        return -1;                                                             \
    } while (0)

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t
read(int fd, void *p, size_t n)
{
    FAIL_OR(strikes_fd(READ, fd), REAL(read)(fd, p, n));
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
    FAIL_OR(strikes_fd(READ, fd), REAL(pread)(fd, p, n, at));
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
    FAIL_OR(strikes_fd(READ, fd), REAL(pread64)(fd, p, n, at));
}

ssize_t
write(int fd, const void *p, size_t n)
{
    FAIL_OR(strikes_fd(WRITE, fd), REAL(write)(fd, p, n));
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
    FAIL_OR(strikes_fd(WRITE, fd), REAL(pwrite)(fd, p, n, at));
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    FAIL_OR(strikes_fd(WRITE, fd), REAL(pwrite64)(fd, p, n, at));
}

int
fsync(int fd)
{
    FAIL_OR(strikes_fd(SYNC, fd), REAL(fsync)(fd));
}

int
fdatasync(int fd)
{
    FAIL_OR(strikes_fd(SYNC, fd), REAL(fdatasync)(fd));
}

int
ftruncate(int fd, off_t n)
{
    FAIL_OR(strikes_fd(TRUNCATE, fd), REAL(ftruncate)(fd, n));
}

int
ftruncate64(int fd, off64_t n)
{
    FAIL_OR(strikes_fd(TRUNCATE, fd), REAL(ftruncate64)(fd, n));
}

int
rename(const char *from, const char *to)
{
    FAIL_OR(strikes(RENAME, to), REAL(rename)(from, to));
}

int
unlink(const char *path)
{
    FAIL_OR(strikes(UNLINK, path), REAL(unlink)(path));
}

/* An open that "fails after" would leak what it opened: it just fails. */
#define OPEN_BODY(name, path, call)                                            \
    va_list ap;                                                                \
    mode_t mode = 0;                                                           \
    if (flags & (O_CREAT | O_TMPFILE)) {                                       \
        va_start(ap, flags);                                                   \
        mode = va_arg(ap, mode_t);                                             \
        va_end(ap);                                                            \
    }                                                                          \
    if (strikes(OPEN, path)) {                                                 \
        errno = number;                                                        \
        return -1;                                                             \
    }                                                                          \
    return call

int
open(const char *path, int flags, ...)
{
    OPEN_BODY(open, path, REAL(open)(path, flags, mode));
}

int
open64(const char *path, int flags, ...)
{
    OPEN_BODY(open64, path, REAL(open64)(path, flags, mode));
}

int
openat(int dir, const char *path, int flags, ...)
{
    OPEN_BODY(openat, path, REAL(openat)(dir, path, flags, mode));
}

/* --- memory, of the libraries too ----------------------------------------- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

/* The name service of glibc does not survive a lack of memory: it asserts, or
 * follows NULL (nss/nss_database.c). No fault strikes there. */
static _Thread_local int spared;

static int
no_memory(void)
{
    if (wanted != ALLOC || spared || !strikes(ALLOC, "memory"))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *
malloc(size_t n)
{
    return no_memory() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t count, size_t n)
{
    return no_memory() ? NULL : __libc_calloc(count, n);
}

void *
realloc(void *p, size_t n)
{
    return no_memory() ? NULL : __libc_realloc(p, n);
}

struct passwd *
getpwuid(uid_t uid)
{
    struct passwd *(*real)(uid_t) = REAL(getpwuid);
    spared++;
    struct passwd *found = real(uid);
    spared--;
    return found;
}
