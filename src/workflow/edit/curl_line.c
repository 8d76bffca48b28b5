/* curl commands as fields. */
#include "workflow/edit/curl_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "workflow/edit/curl_find.h"
#include "workflow/edit/curl_plain.h"
#include "workflow/edit/curl_secrets.h"

enum { LEFT_OUT_MOST = 400, NAME_SHOWN = 40, PORT_MOST = 5 };

enum option_use {
    REQUEST,
    HEADER,
    DATA,
    JSON,
    URL,
    USER,
    BEARER,
    COOKIE,
    IGNORED_ARGUMENT,
    IGNORED,
    INSECURE
};

static const struct option {
    const char *name;
    char letter;
    enum option_use use;
} options[] = {
#define O(name, letter, use) {name, letter, use},
#include "workflow/edit/curl_options.def"
#undef O
};

/* What is read so far. */
struct reading {
    struct curl_line *c;
    const char *request; /* NULL: not said */
    const struct shell_word *data;
    bool several;      /* pieces of data: they are one text only for curl */
    bool has_url;      /* even one that is left out */
    struct buf values; /* names of the query whose values are left out */
    struct error *e;
};

/* --- what is left out ----------------------------------------------------- */

/* Adds NAME to LIST where it is not in it. */
static void
add_name(struct buf *list, const char *name)
{
    const char *text = buf_str(list), *at = text;
    size_t n = strlen(name);
    while ((at = strstr(at, name)) != NULL) {
        if ((at == text || at[-1] == ' ') && (at[n] == ',' || !at[n]))
            return;
        at++;
    }
    buf_addf(list, "%s%.*s", list->len ? ", " : "", NAME_SHOWN, name);
}

static void
leave_out(struct curl_line *c, const char *name)
{
    add_name(&c->left_out, name);
}

/* The call needs a credential of KIND; NAME (NULL: said elsewhere) held it. */
static void
need_credential(struct curl_line *c, const char *kind, const char *name)
{
    if (strcmp(c->auth, "none") == 0 || strcmp(c->auth, "header") == 0)
        c->auth = kind;
    if (name)
        leave_out(c, name);
}

/* True where W cannot be taken as it is: E says so. */
static bool
is_unfinished(struct reading *r, const struct shell_word *w, const char *what)
{
    bool hidden = text_first_hidden(w->text) != 0;
    size_t n = strlen(w->text);
    hidden = hidden || utf8_valid_prefix(w->text, n) != n;
    if (w->expands)
        error_set(r->e, ERR_INVALID,
                  "%s has a variable that a shell would fill in ($…): write "
                  "its value there",
                  what);
    else if (hidden)
        error_set(r->e, ERR_INVALID, "%s has an invisible character", what);
    return w->expands || hidden;
}

/* --- headers -------------------------------------------------------------- */

/* True where NAME is one of the N at NAMES, whatever its case. */
static bool
is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* True for headers that the runtime makes itself, or that say nothing to an
 * API. */
static bool
is_idle(const char *name)
{
    static const char *const names[] = {
        "content-type", "content-length", "host",       "user-agent",
        "referer",      "origin",         "connection", "accept-encoding"};
    return is_among(name, names, sizeof names / sizeof names[0]) ||
           strncasecmp(name, "sec-", 4) == 0;
}

static const char *
authorization_kind(const char *value)
{
    return strncasecmp(value, "basic ", 6) == 0    ? "basic"
           : strncasecmp(value, "bearer ", 7) == 0 ? "bearer"
                                                   : "header";
}

/* A header that is given again replaces the earlier one, whatever its case. */
static void
set_header(struct curl_line *c, const char *name, const char *value)
{
    for (size_t i = 0; i < value_size(c->headers); i++) {
        const char *earlier = value_key(c->headers, i, NULL);
        if (strcasecmp(earlier, name) == 0) {
            char *said = mem_printf("an earlier %s", earlier);
            leave_out(c, said);
            free(said);
            value_remove(c->headers, earlier);
            break;
        }
    }
    value_set_text(c->headers, name, value);
    add_name(&c->kept, name);
}

static enum err
take_header(struct reading *r, const struct shell_word *w)
{
    size_t colon = strcspn(w->text, ":");
    char *name = mem_strndup(w->text, colon);
    const char *value = w->text + colon + (w->text[colon] == ':');
    const char *shown = plain_name(name) ? name : "a header";
    enum err err = ERR_OK;
    value += strspn(value, " ");
    if (!w->text[colon] || !secret_is_header_name(name))
        err = error_set(r->e, ERR_INVALID,
                        "A header (-H) is not \"Name: value\"");
    else if (strcasecmp(name, "authorization") == 0)
        need_credential(r->c, authorization_kind(value), name);
    else if (secret_is_named(name) || secret_looks_like(value))
        need_credential(r->c, "header", shown);
    else if (is_idle(name) || !*value || !plain_header(name, value))
        leave_out(r->c, shown);
    else if (is_unfinished(r, w, "A header"))
        err = ERR_INVALID;
    else
        set_header(r->c, name, value);
    free(name);
    return err;
}

/* --- the URL -------------------------------------------------------------- */

/* The URL from AT on, without what comes before "@" in its authority. */
static const char *
without_user(struct curl_line *c, const char *at)
{
    size_t n = strcspn(at, "/?#");
    const char *host = at;
    for (size_t i = 0; i < n; i++) {
        if (at[i] == '@')
            host = at + i + 1;
    }
    if (host != at)
        need_credential(c, "basic", "the user of the URL");
    return host;
}

/* Appends NAME of the query, which JOIN joins to what is before it, and its
 * VALUE where that is plain. True where the name is. */
static bool
add_parameter(struct reading *r, const char *name, const char *value, char join,
              struct buf *out)
{
    bool secret = secret_is_named(name) || secret_looks_like(value);
    if (!plain_name(name) || (!*value && !plain_empty_name(name))) {
        leave_out(r->c, "a part of the query");
        return false;
    }
    buf_addf(out, "%c%s=", join, name);
    if (secret)
        need_credential(r->c, "header", NULL);
    if (!secret && plain_value(name, value)) {
        buf_adds(out, value);
        add_name(&r->c->kept, name);
    } else if (*value)
        add_name(&r->values, name);
    return true;
}

/* Appends the query at QUERY without what may be a secret in it: a part
 * without a name is one. */
static void
add_query(struct reading *r, const char *query, struct buf *out)
{
    char join = '?';
    for (size_t n; *query; query += n + (query[n] == '&')) {
        n = strcspn(query, "&");
        char *name = mem_strndup(query, n);
        size_t equals = strcspn(name, "=");
        bool named = name[equals] == '=';
        name[equals] = '\0';
        if (n > 0 && !named)
            leave_out(r->c, "a part of the query");
        else if (n > 0 && add_parameter(r, name, name + equals + 1, join, out))
            join = '&';
        explicit_bzero(name, n);
        free(name);
    }
}

/* Appends the path of N bytes at PATH without what may be a secret in it, as
 * in the addresses of webhooks. */
static void
add_path(struct curl_line *c, const char *path, size_t n, struct buf *out)
{
    size_t blanks, cut;
    plain_path(path, n, out, &c->steps, &blanks, &cut);
    if (blanks > 0)
        leave_out(c, blanks == 1 ? "a step of the path ({step})"
                                 : "steps of the path ({step})");
    if (cut > 0)
        leave_out(c, "what is behind \";\" in the path");
}

/* How many of the N bytes at HOST come before its port: what follows the last
 * ":" outside of [...] is one. */
static size_t
without_port(const char *host, size_t n)
{
    size_t digits = 0;
    while (digits < n && isdigit((unsigned char)host[n - digits - 1]))
        digits++;
    bool port = digits > 0 && digits <= PORT_MOST && digits < n &&
                host[n - digits - 1] == ':';
    return port ? n - digits - 1 : n;
}

/* True for N bytes at HOST that are a host and perhaps a port, and do not
 * look like a key. What stands behind its ":" may be a password. */
static bool
is_plain_host(const char *host, size_t n)
{
    char *name = mem_strndup(host, n);
    size_t end = without_port(host, n), i = 0;
    bool plain = end > 0 && !secret_looks_like(name);
    if (plain && *name == '[') { /* IPv6 */
        i = 1 + strspn(name + 1, "0123456789abcdefABCDEF:.");
        plain = i + 1 == end && name[i++] == ']';
    }
    for (; plain && i < end; i++)
        plain = isalnum((unsigned char)name[i]) || strchr(".-_", name[i]);
    explicit_bzero(name, n);
    free(name);
    return plain;
}

/* True where the URL from its HOST on, whose name and port are N bytes, is left
 * out. With an "@" behind the host, what looks like the host may be the
 * beginning of a user or a password with "/", "?" or "#" in it. */
static bool
hides_url(struct curl_line *c, const char *host, size_t n)
{
    bool plain = is_plain_host(host, n), at = strchr(host, '@') != NULL;
    if (at && !plain)
        need_credential(c, "basic", NULL);
    if (at)
        leave_out(c, "the URL (an @ is behind its host)");
    else if (!plain)
        leave_out(c, "the URL, whose host looks like a secret");
    return at || !plain;
}

static enum err
take_url(struct reading *r, const struct shell_word *w)
{
    const char *text = w->text;
    struct buf out;
    if (r->has_url)
        return error_set(r->e, ERR_INVALID, "The line has two URLs");
    r->has_url = true;
    if (is_unfinished(r, w, "The URL"))
        return ERR_INVALID;
    if (strncasecmp(text, "https://", 8) != 0)
        return error_set(r->e, ERR_INVALID,
                         "The line has no URL that begins with https://");
    const char *host = without_user(r->c, text + 8);
    size_t name = strcspn(host, "/?#"), path = strcspn(host, "?#"),
           end = strcspn(host, "#");
    if (strpbrk(host, " \t\r\n\"<>") || name == 0)
        return error_set(r->e, ERR_INVALID, "The URL is not valid");
    if (hides_url(r->c, host, name))
        return ERR_OK;
    char *query = mem_strndup(host + path, end - path);
    buf_init_any(&out);
    buf_addf(&out, "https://%.*s", (int)name, host);
    add_path(r->c, host + name, path - name, &out);
    if (*query)
        add_query(r, query + 1, &out);
    explicit_bzero(query, strlen(query));
    free(query);
    free(r->c->url);
    r->c->url = buf_take(&out);
    return ERR_OK;
}

/* --- the body ------------------------------------------------------------- */

/* V without its values: texts are "text", numbers 0; of a list the first
 * element. What is a member's name but may be a secret is "{name}". */
static struct value *
shape_of(struct curl_line *c, const struct value *v)
{
    if (value_is(v, VALUE_ARRAY)) {
        struct value *list = value_array();
        if (value_size(v) > 0)
            value_append(list, shape_of(c, value_at(v, 0)));
        return list;
    }
    if (value_is(v, VALUE_OBJECT)) {
        struct value *object = value_object();
        for (size_t i = 0; i < value_size(v); i++) {
            const char *key = value_key(v, i, NULL);
            if (!plain_name(key)) {
                leave_out(c, "a name in the body ({name})");
                key = "{name}";
            }
            value_set(object, key, shape_of(c, value_at(v, i)));
        }
        return object;
    }
    return value_is(v, VALUE_STRING)   ? value_string("text")
           : value_is(v, VALUE_NUMBER) ? value_number("0", 1)
           : value_is(v, VALUE_NULL)   ? value_null()
                                       : value_bool(false);
}

/* Why a body that is no JSON object is left out; V: what it is as JSON, NULL
 * where it is none. */
static const char *
why_no_body(const struct shell_word *w, const struct value *v)
{
    return *w->text == '@'            ? "the body, which is in a file"
           : value_is(v, VALUE_ARRAY) ? "the body, which is a list"
           : v                        ? "the body, which is not a JSON object"
                                      : "the body, which is not JSON";
}

/* What the body looks like; one that is no JSON object, or in a file, is left
 * out. */
static void
take_body(struct reading *r)
{
    struct value *v = NULL;
    struct error ignored = {0};
    const struct shell_word *w = r->data;
    if (!w)
        return;
    if (!r->several && !w->expands && *w->text != '@')
        value_read(&v, w->text, strlen(w->text), &value_limits_document,
                   "the body", &ignored);
    if (v && value_is(v, VALUE_OBJECT))
        r->c->body = shape_of(r->c, v);
    else
        leave_out(r->c, why_no_body(w, v));
    error_clear(&ignored);
    value_free(v);
}

/* --- options -------------------------------------------------------------- */

static const struct option *
find_option(const char *name, char letter)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        const struct option *o = &options[i];
        if (letter ? o->letter == letter : strcmp(o->name, name) == 0)
            return o;
    }
    return NULL;
}

static enum err
use_option(struct reading *r, const struct option *o,
           const struct shell_word *argument)
{
    switch (o->use) {
    case REQUEST:
        r->request = argument->text;
        return ERR_OK;
    case HEADER:
        return take_header(r, argument);
    case DATA:
    case JSON:
        r->several = r->several || r->data;
        r->data = argument;
        return ERR_OK;
    case URL:
        return take_url(r, argument);
    case USER:
        need_credential(r->c, "basic", "-u");
        return ERR_OK;
    case BEARER:
        need_credential(r->c, "bearer", "the bearer token");
        return ERR_OK;
    case COOKIE:
        need_credential(r->c, "header", "-b");
        return ERR_OK;
    default:
        return ERR_OK;
    }
}

/* An option that is not in the table: its name, never what it says. */
static enum err
refuse_option(struct reading *r, const char *text, bool is_long)
{
    size_t n = 0;
    while (is_long && n < NAME_SHOWN &&
           (islower((unsigned char)text[n]) || text[n] == '-'))
        n++;
    return error_set(r->e, ERR_INVALID,
                     "The curl option %s%.*s is not known here: remove it",
                     is_long ? "" : "-",
                     is_long ? (int)n : isalnum((unsigned char)*text) != 0,
                     text);
}

/* True for an option without an argument; says where it matters that it is not
 * done. */
static bool
is_flag(struct reading *r, const struct option *o)
{
    if (o->use == INSECURE)
        leave_out(r->c, "-k (certificates are always checked)");
    return o->use == IGNORED || o->use == INSECURE;
}

/* The argument of O: the rest of its word, or the word after it at *I. */
static enum err
argument_of(struct reading *r, const struct option *o,
            const struct shell_words *w, size_t *i, const char *rest)
{
    if (*rest) {
        memmove(w->items[*i].text, rest, strlen(rest) + 1);
        return use_option(r, o, &w->items[*i]);
    }
    if (*i + 1 == w->count)
        return error_set(r->e, ERR_INVALID,
                         "The line ends where the value of --%s is expected",
                         o->name);
    return use_option(r, o, &w->items[++*i]);
}

/* "-sSLXPOST": letters until one that has an argument. */
static enum err
take_letters(struct reading *r, const struct shell_words *w, size_t *i)
{
    const char *at = w->items[*i].text + 1;
    for (; *at; at++) {
        const struct option *o = find_option("", *at);
        if (!o)
            return refuse_option(r, at, false);
        if (!is_flag(r, o))
            return argument_of(r, o, w, i, at + 1);
    }
    return ERR_OK;
}

static enum err
take_word(struct reading *r, const struct shell_words *w, size_t *i)
{
    const struct shell_word *word = &w->items[*i];
    const char *text = word->text;
    if (text[strspn(text, " \r\n")] == '\0')
        return ERR_OK;
    if (*text != '-')
        return take_url(r, word);
    if (text[1] != '-')
        return take_letters(r, w, i);
    const struct option *o = find_option(text + 2, 0);
    if (!o)
        return refuse_option(r, text, true);
    return is_flag(r, o) ? ERR_OK : argument_of(r, o, w, i, "");
}

static enum err
take_method(struct reading *r)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH",
                                          "DELETE"};
    const char *wanted = r->request ? r->request : r->data ? "POST" : "GET";
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcasecmp(wanted, methods[i]) == 0) {
            r->c->method = methods[i];
            return ERR_OK;
        }
    }
    return error_set(r->e, ERR_INVALID,
                     "The method (-X) must be GET, POST, PUT, PATCH or DELETE");
}

static enum err
take_words(struct reading *r, const struct shell_words *w)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < w->count; i++)
        err = take_word(r, w, &i);
    if (!err)
        err = take_method(r);
    if (!err && !r->has_url)
        err = error_set(r->e, ERR_INVALID,
                        "The line has no URL that begins with https://");
    if (!err)
        take_body(r);
    if (!err && w->comment)
        leave_out(r->c, "the comment behind the line");
    return err;
}

enum err
curl_line_read(struct curl_line *c, const char *text, size_t n, struct error *e)
{
    struct reading r = {.c = c, .e = e};
    struct shell_words words = {.items = NULL};
    buf_init(&r.values, LEFT_OUT_MOST);
    *c = (struct curl_line){.method = "GET", .auth = "none"};
    c->url = mem_strdup("");
    c->headers = value_object();
    buf_init(&c->kept, LEFT_OUT_MOST);
    buf_init(&c->steps, LEFT_OUT_MOST);
    buf_init(&c->left_out, LEFT_OUT_MOST);
    if (n > CURL_LINE_MOST)
        return error_set(e, ERR_TOO_BIG,
                         "The curl line has %zu bytes, more than %d", n,
                         CURL_LINE_MOST);
    char *rest = curl_rest(text, &n);
    enum err err = shell_words_read(&words, rest, n, e);
    explicit_bzero(rest, n);
    free(rest);
    if (!err)
        err = take_words(&r, &words);
    if (r.values.len)
        buf_addf(&c->left_out, "%svalue of %s", c->left_out.len ? ", " : "",
                 buf_str(&r.values));
    buf_clear(&r.values);
    shell_words_clear(&words);
    return err;
}

void
curl_line_clear(struct curl_line *c)
{
    free(c->url);
    value_free(c->headers);
    value_free(c->body);
    buf_clear(&c->kept);
    buf_clear(&c->steps);
    buf_clear(&c->left_out);
}
