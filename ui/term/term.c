/* The terminal: modes and capabilities by curses, signals by descriptor. */
#include "ui/term/term.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/ending.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/term/input.h"
#include "ui/term/painter.h"

struct terminal {
    struct screen screen;
    struct term_options options;
    SCREEN *curses;
    int signals; /* signalfd */
    sigset_t old_mask;
    int old_stderr; /* -1: it was no terminal and stayed */
    bool pastes;    /* the terminal knows bracketed paste */
    int colours;
    struct painter painter;
    struct input input;
};

static const int own_signals[] = {SIGWINCH, SIGTSTP, SIGCONT,
                                  SIGHUP,   SIGINT,  SIGTERM};

static void
own_set(sigset_t *out)
{
    sigemptyset(out);
    for (size_t i = 0; i < sizeof own_signals / sizeof own_signals[0]; i++)
        sigaddset(out, own_signals[i]);
}

static void
send_raw(const char *bytes, size_t n)
{
    file_write_fd(STDOUT_FILENO, "terminal", bytes, n, NULL);
}

static void
send_text(const char *text)
{
    send_raw(text, strlen(text));
}

/* --- colours -------------------------------------------------------- */

/* The attributes that the terminal shows together with a colour. */
static unsigned
beside_colour(unsigned attributes)
{
    enum { UNDERLINE = 2, REVERSE = 4, DIM = 16, BOLD = 32 }; /* terminfo */
    int without = no_color_video > 0 ? no_color_video : 0;
    return attributes & ~((without & BOLD ? LOOK_BOLD : 0u) |
                          (without & DIM ? LOOK_DIM : 0u) |
                          (without & UNDERLINE ? LOOK_UNDERLINE : 0u) |
                          (without & REVERSE ? LOOK_REVERSE : 0u));
}

static void
term_theme(struct screen *s, enum theme theme)
{
    struct terminal *t = (struct terminal *)s;
    s->theme = theme;
    for (int style = 0; style < STYLE_COUNT; style++) {
        struct look look =
            theme_look(theme, (enum style)style, t->colours, t->options.thin);
        if (look.colour >= 0)
            look.attributes = beside_colour(look.attributes);
        t->painter.looks[style] = look;
    }
    t->painter.shown_valid = false;
}

static void
begin_colours(struct terminal *t)
{
    const char *no_colour = getenv("NO_COLOR");
    bool off =
        t->options.no_colour || t->options.thin || (no_colour && *no_colour);
    if (off || !has_colors() || start_color() == ERR ||
        use_default_colors() == ERR)
        return;
    t->colours = COLORS;
}

/* --- out ------------------------------------------------------------ */

/* The capability NAME without the pauses that old terminals needed; NULL where
 * there is none. */
static const char *
without_pauses(char *bytes)
{
    if (!bytes || bytes == (char *)-1) /* terminfo for "none" */
        return NULL;
    for (char *p = strstr(bytes, "$<"); p; p = strstr(p, "$<")) {
        char *end = strchr(p, '>');
        if (!end)
            break;
        memmove(p, end + 1, strlen(end + 1) + 1);
    }
    return bytes;
}

/* The end of all attributes. The other character set, which terminfo leaves
 * as well, is never entered here. */
static const char *
plain_bytes(void)
{
    const char *bytes = without_pauses(exit_attribute_mode);
    return bytes && strstr(bytes, "\033[m") ? "\033[m" : bytes;
}

/* An attribute, where the terminal can end it and gives it no cell. */
static const char *
attribute_bytes(char *bytes)
{
    return exit_attribute_mode && magic_cookie_glitch <= 0
               ? without_pauses(bytes)
               : NULL;
}

static const char *
filled_in(char *bytes, int a, int b)
{
    return bytes ? without_pauses(tparm(bytes, (long)a, (long)b, 0L, 0L, 0L, 0L,
                                        0L, 0L, 0L))
                 : NULL;
}

/* The whole screen as the region has a short form where all regions have the
 * usual one. */
static const char *
region_bytes(int top, int bottom)
{
    const char *bytes = filled_in(change_scroll_region, top, bottom);
    bool whole = top == 0 && bottom == LINES - 1;
    return bytes && whole && text_starts(bytes, "\033[1;") ? "\033[r" : bytes;
}

static const char *
sequence_bytes(enum sequence sequence, int a, int b)
{
    switch (sequence) {
    case SEQUENCE_CLEAR:
        return without_pauses(clear_screen);
    case SEQUENCE_PLACE:
        return filled_in(cursor_address, a, b);
    case SEQUENCE_ROW:
        return filled_in(row_address, a, 0);
    case SEQUENCE_COLUMN:
        return filled_in(column_address, a, 0);
    case SEQUENCE_RIGHT:
        return filled_in(parm_right_cursor, a, 0);
    case SEQUENCE_ERASE_END:
        return without_pauses(clr_eol);
    case SEQUENCE_ERASE:
        return filled_in(erase_chars, a, 0);
    case SEQUENCE_REGION:
        return region_bytes(a, b);
    case SEQUENCE_SCROLL_UP:
        return without_pauses(scroll_forward);
    case SEQUENCE_SCROLL_DOWN:
        return without_pauses(scroll_reverse);
    case SEQUENCE_PLAIN:
        return plain_bytes();
    case SEQUENCE_BOLD:
        return attribute_bytes(enter_bold_mode);
    case SEQUENCE_DIM:
        return attribute_bytes(enter_dim_mode);
    case SEQUENCE_UNDERLINE:
        return attribute_bytes(enter_underline_mode);
    case SEQUENCE_REVERSE:
        return attribute_bytes(enter_reverse_mode);
    case SEQUENCE_COLOUR:
        return filled_in(set_a_foreground, a, 0);
    }
    return NULL;
}

static void
term_paint(struct screen *s, const struct cells *cells)
{
    struct terminal *t = (struct terminal *)s;
    struct buf bytes;
    if (t->input.gone)
        return;
    buf_init_any(&bytes);
    painter_paint(&t->painter, cells, &bytes);
    send_raw(buf_str(&bytes), bytes.len);
    buf_clear(&bytes);
}

static void
term_repaint(struct screen *s)
{
    ((struct terminal *)s)->painter.shown_valid = false;
}

static enum err
term_copy(struct screen *s, const char *text, size_t n, struct error *e)
{
    (void)s;
    const char *name = termname();
    if (n > TERM_COPY_MOST)
        return error_set(e, ERR_TOO_BIG,
                         "copy: %zu bytes, terminals take %d (export it with "
                         "the command line)",
                         n, TERM_COPY_MOST);
    if (text_starts(name, "vt") || text_starts(name, "linux"))
        return error_set(e, ERR_REFUSED,
                         "copy: this terminal (%s) has no "
                         "clipboard",
                         name);
    char *coded = mem_alloc(base64_length(n) + 1);
    base64_encode(coded, text, n);
    send_text("\033]52;c;");
    send_text(coded);
    send_text("\a");
    if (text_starts(name, "tmux") || text_starts(name, "screen")) {
        send_text("\033Ptmux;\033\033]52;c;");
        send_text(coded);
        send_text("\a\033\\");
    }
    free(coded);
    return ERR_OK;
}

/* --- in ------------------------------------------------------------- */

static size_t
term_fds(struct screen *s, struct pollfd *fds)
{
    const struct terminal *t = (struct terminal *)s;
    fds[0] = (struct pollfd){t->signals, POLLIN, 0};
    if (t->input.gone)
        return 1;
    fds[1] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
    return 2;
}

static void
take_size(struct terminal *t)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
        size.ws_col == 0)
        return;
    resizeterm(size.ws_row, size.ws_col);
    t->screen.rows = size.ws_row;
    t->screen.cols = size.ws_col;
    term_repaint(&t->screen);
}

static void
set_pastes(const struct terminal *t, bool on)
{
    if (t->pastes && !t->input.gone)
        send_text(on ? "\033[?2004h" : "\033[?2004l");
}

static void
resume(struct terminal *t)
{
    reset_prog_mode();
    doupdate(); /* curses enters its screen again */
    keypad(stdscr, TRUE);
    set_pastes(t, true);
    take_size(t);
    term_repaint(&t->screen);
}

static void
term_suspend(struct screen *s)
{
    struct terminal *t = (struct terminal *)s;
    sigset_t stop, go;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigemptyset(&go);
    sigaddset(&go, SIGCONT);
    set_pastes(t, false);
    endwin();
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigtimedwait(&go, NULL, &(struct timespec){0, 0});
    resume(t);
}

/* The end was taken from the descriptor; what waits until then sees it. */
static void
keep_ending(struct terminal *t, int number)
{
    sigset_t others;
    own_set(&others);
    sigdelset(&others, SIGHUP);
    sigdelset(&others, SIGTERM);
    signalfd(t->signals, &others, SFD_NONBLOCK | SFD_CLOEXEC);
    ending_keep(number);
}

/* Takes one signal; true where it makes an event. */
static bool
next_signal(struct terminal *t, struct event *event)
{
    struct signalfd_siginfo info;
    while (read(t->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        switch (info.ssi_signo) {
        case SIGHUP:
        case SIGTERM:
            input_end(&t->input, info.ssi_signo == SIGHUP);
            keep_ending(t, (int)info.ssi_signo);
            return input_next(&t->input, event);
        case SIGINT:
            *event = (struct event){.kind = EVENT_KEY,
                                    .key = {KEY_KIND_CHAR, 'c', KEY_MOD_CTRL}};
            return true;
        case SIGTSTP:
            term_suspend(&t->screen);
            break;
        case SIGCONT:
            resume(t);
            break;
        default:
            take_size(t);
        }
        *event = (struct event){.kind = EVENT_RESIZE};
        return true;
    }
    return false;
}

static int
term_wait_ms(struct screen *s)
{
    return input_wait_ms(&((struct terminal *)s)->input);
}

static bool
term_next(struct screen *s, struct event *event)
{
    struct terminal *t = (struct terminal *)s;
    *event = (struct event){.kind = EVENT_KEY};
    return next_signal(t, event) || input_next(&t->input, event);
}

static bool
term_unfinished(struct screen *s)
{
    return input_unfinished(&((struct terminal *)s)->input);
}

static void
term_together(struct screen *s, struct together *out)
{
    input_together(&((struct terminal *)s)->input, out);
}

static int64_t
term_now_ms(struct screen *s)
{
    (void)s;
    return clock_monotonic_ms();
}

/* --- begin and end -------------------------------------------------- */

static void
learn_keys(struct terminal *t)
{
    static const struct {
        const char *name;
        enum key_kind kind;
    } capabilities[] = {
        {"kcuu1", KEY_KIND_UP},     {"kcud1", KEY_KIND_DOWN},
        {"kcub1", KEY_KIND_LEFT},   {"kcuf1", KEY_KIND_RIGHT},
        {"khome", KEY_KIND_HOME},   {"kend", KEY_KIND_END},
        {"kpp", KEY_KIND_PAGE_UP},  {"knp", KEY_KIND_PAGE_DOWN},
        {"kdch1", KEY_KIND_DELETE}, {"kich1", KEY_KIND_INSERT},
        {"kf1", KEY_KIND_F1},       {"kf2", KEY_KIND_F2},
        {"kf3", KEY_KIND_F3},       {"kf4", KEY_KIND_F4},
        {"kf5", KEY_KIND_F5},       {"kf6", KEY_KIND_F6},
        {"kf7", KEY_KIND_F7},       {"kf8", KEY_KIND_F8},
        {"kf9", KEY_KIND_F9},       {"kf10", KEY_KIND_F10},
        {"kf11", KEY_KIND_F11},     {"kf12", KEY_KIND_F12},
    };
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
        const char *bytes = tigetstr(capabilities[i].name);
        if (bytes && bytes != (const char *)-1) /* as terminfo says "none" */
            key_decoder_learn(&t->input.decoder, bytes,
                              (struct key){capabilities[i].kind, 0, 0});
    }
}

static void
begin_signals(struct terminal *t)
{
    sigset_t own;
    own_set(&own);
    sigprocmask(SIG_BLOCK, &own, &t->old_mask);
    t->signals = signalfd(-1, &own, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* What anything writes to stderr would garble the screen. */
static void
hide_stderr(struct terminal *t)
{
    t->old_stderr = -1;
    if (!isatty(STDERR_FILENO))
        return;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0)
        return;
    t->old_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

static void
begin_curses(struct terminal *t)
{
    struct painter_terminal terminal = {
        sequence_bytes, auto_right_margin && !eat_newline_glitch};
    painter_init(&t->painter, &terminal);
    doupdate(); /* curses enters its screen, and paints nothing later */
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    begin_colours(t);
    learn_keys(t);
    const char *name = termname();
    t->pastes = !text_starts(name, "vt") && !text_starts(name, "dumb");
    set_pastes(t, true);
    getmaxyx(stdscr, t->screen.rows, t->screen.cols);
    term_theme(&t->screen, t->options.theme);
}

static void
end_signals(struct terminal *t)
{
    struct signalfd_siginfo info;
    while (read(t->signals, &info, sizeof info) > 0)
        continue; /* what came while ending is no news any more */
    close(t->signals);
    ending_clear();
    sigprocmask(SIG_SETMASK, &t->old_mask, NULL);
}

static void
term_close(struct screen *s)
{
    struct terminal *t = (struct terminal *)s;
    set_pastes(t, false);
    endwin();
    delscreen(t->curses);
    end_signals(t);
    if (t->old_stderr >= 0) {
        dup2(t->old_stderr, STDERR_FILENO);
        close(t->old_stderr);
    }
    input_clear(&t->input);
    painter_clear(&t->painter);
    free(t);
}

static const struct screen_ops term_ops = {
    .fds = term_fds,
    .wait_ms = term_wait_ms,
    .next = term_next,
    .unfinished = term_unfinished,
    .together = term_together,
    .paint = term_paint,
    .repaint = term_repaint,
    .theme = term_theme,
    .copy = term_copy,
    .suspend = term_suspend,
    .now_ms = term_now_ms,
    .save = NULL,
    .close = term_close,
};

/* False for a terminal that only prints line after line, as TERM=dumb. */
static bool
can_place_cursor(void)
{
    const char *bytes = tigetstr("cup");
    return bytes && bytes != (const char *)-1;
}

/* Frees T, which curses does not know or cannot paint on. */
static enum err
refuse_terminal(struct terminal *t, struct error *e)
{
    const char *name = getenv("TERM");
    char *shown = text_visible_dup(name ? name : "");
    error_set(e, ERR_USAGE, "TERM=%s: %s (try TERM=xterm or vt100)", shown,
              t->curses ? "this terminal cannot place the cursor"
                        : "unknown terminal");
    free(shown);
    if (t->curses) {
        endwin();
        delscreen(t->curses);
    }
    end_signals(t);
    input_clear(&t->input);
    free(t);
    return ERR_USAGE;
}

enum err
term_open(const struct term_options *options, struct screen **out,
          struct error *e)
{
    setlocale(LC_ALL, "");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(e, ERR_USAGE,
                         "the console needs a terminal (use a command; "
                         "--help lists them)");
    struct terminal *t = mem_alloc(sizeof *t);
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    t->screen = (struct screen){&term_ops, 0, 0, options->ascii || !utf8,
                                THEME_DEFAULT};
    t->options = *options;
    input_init(&t->input, options->escape_ms > 0 ? options->escape_ms : 25);
    begin_signals(t);
    use_tioctl(TRUE);
    t->curses = newterm(NULL, stdout, stdin);
    if (!t->curses || !can_place_cursor())
        return refuse_terminal(t, e);
    hide_stderr(t);
    begin_curses(t);
    *out = &t->screen;
    return ERR_OK;
}

void
term_emergency(void)
{
    if (!stdscr || isendwin())
        return;
    send_text("\033[?2004l");
    endwin();
    /* stderr was hidden: the last sentence has to be seen. */
    dup2(STDOUT_FILENO, STDERR_FILENO);
}

const char *
term_library_version(void)
{
    const char *text = curses_version();
    const char *space = strchr(text, ' ');
    return space ? space + 1 : text;
}
