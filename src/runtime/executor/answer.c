/* What the answer to a call holds: its text without secrets, what the block
 * gives, and the sentence of a failure. */
#include "runtime/executor/answer.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "value/pointer.h"

enum {
    SENTENCE_MAX = 2000,
    MEMBER_SHOWN = 300, /* bytes of a member in the sentence */
    BODY_SHOWN = 200,   /* bytes of the body where it has no such member */
    CHARSET_SIZE = 40
};

/* An answer that is being read. */
struct reading {
    const struct answer_rules *rules;
    const struct outbound_result *result;
    struct buf body;  /* UTF-8, redacted */
    struct tape tape; /* of it, where it is JSON */
    bool is_json;
};

/* --- the text ------------------------------------------------------------ */

/* The charset of "application/json; charset=X", "" where there is none. */
static void
read_charset(const char *type, char out[CHARSET_SIZE])
{
    const char *at = strcasestr(type, "charset=");
    size_t n = 0;
    for (at = at ? at + strlen("charset=") : ""; *at && *at != ';'; at++)
        if (!strchr("\"' \t", *at) && n < CHARSET_SIZE - 1)
            out[n++] = *at;
    out[n] = '\0';
}

/* BODY in UTF-8, read as CHARSET; unchanged where that is not known or the
 * bytes are not of it. */
static void
convert(struct buf *body, const char *charset)
{
    char piece[16384], *from = body->data;
    size_t left = body->len, failed = 0;
    struct buf out;
    iconv_t c = iconv_open("UTF-8", charset);
    if (c == (iconv_t)-1)
        return;
    buf_init(&out, RUN_OUTPUT_MAX);
    while (left && !failed) {
        char *to = piece;
        size_t room = sizeof piece, before = left;
        iconv(c, &from, &left, &to, &room);
        buf_add(&out, piece, sizeof piece - room);
        failed = left == before || buf_failed(&out);
    }
    iconv_close(c);
    if (failed) {
        buf_clear(&out);
        return;
    }
    buf_clear(body);
    *body = out;
}

/* Makes BODY UTF-8. A body that is valid UTF-8 is taken as UTF-8 whatever is
 * declared, because apps often declare a wrong charset; only UTF-16 and UTF-32
 * may look like valid UTF-8 by chance. */
static void
decode(struct buf *body, const char *content_type)
{
    static const char mark[] = "\xEF\xBB\xBF";
    char charset[CHARSET_SIZE];
    read_charset(content_type, charset);
    bool wide = strncasecmp(charset, "utf-16", 6) == 0 ||
                strncasecmp(charset, "utf-32", 6) == 0;
    if (*charset && body->len &&
        (wide || utf8_valid_prefix(body->data, body->len) < body->len))
        convert(body, charset);
    if (body->len >= 3 && memcmp(body->data, mark, 3) == 0) {
        memmove(body->data, body->data + 3, body->len - 3);
        buf_truncate(body, body->len - 3);
    }
}

/* --- the sentence of a failure ------------------------------------------- */

/* Appends the text or number at the JSON Pointer KEY of the connector; false
 * where there is none. */
static bool
find_member(const struct reading *r, const char *key, struct buf *out)
{
    const struct connector *c = r->rules->connector;
    const char *at = c ? value_get_text(connector_errors(c), key) : NULL;
    size_t node = at && r->is_json ? pointer_find(&r->tape, at) : SIZE_MAX;
    struct buf text;
    if (node == SIZE_MAX || (r->tape.nodes[node].type != VALUE_STRING &&
                             r->tape.nodes[node].type != VALUE_NUMBER))
        return false;
    buf_init(&text, RUN_OUTPUT_MAX);
    if (r->tape.nodes[node].type == VALUE_STRING)
        tape_string(&r->tape, (uint32_t)node, &text);
    else
        tape_write(&r->tape, (uint32_t)node, &text);
    text_visible(out, buf_str(&text),
                 text.len < MEMBER_SHOWN ? text.len : MEMBER_SHOWN);
    buf_clear(&text);
    return true;
}

static char *
write_failure(const struct reading *r)
{
    struct buf out, message, path;
    bool failed = r->result->status >= 400;
    buf_init(&out, 3 * SENTENCE_MAX);
    buf_init(&message, SENTENCE_MAX);
    buf_init(&path, SENTENCE_MAX);
    buf_addf(&out, "HTTP %d", r->result->status);
    if (failed && find_member(r, "message", &message)) {
        buf_adds(&out, ": ");
        buf_adds(&out, buf_str(&message));
    } else if (failed && r->body.len) {
        buf_adds(&out, ": ");
        text_visible(&out, r->body.data,
                     r->body.len < BODY_SHOWN ? r->body.len : BODY_SHOWN);
    }
    if (failed && find_member(r, "path", &path))
        buf_addf(&out, " (%s)", buf_str(&path));
    secret_redact(r->rules->secret, &out);
    buf_clear(&message);
    buf_clear(&path);
    return buf_take(&out);
}

/* --- what the block gives ------------------------------------------------ */

/* "https://host/cashSale/17" gives "17". */
static const char *
last_segment(const char *location)
{
    const char *at = strrchr(location, '/');
    return at ? at + 1 : location;
}

/* Members of the output that the connector takes out of headers. */
static struct value *
header_members(const struct reading *r)
{
    const struct connector_action *action = r->rules->action;
    const struct value *rules = action ? action->result : NULL;
    struct value *members = value_object();
    for (size_t i = 0; i < value_size(rules); i++) {
        const char *header = value_get_text(value_at(rules, i), "header");
        const char *take = value_get_text(value_at(rules, i), "take");
        const char *from = r->result->location;
        struct buf text;
        if (!header || strcasecmp(header, "Location") != 0 || !*from)
            continue;
        if (take && strcmp(take, "lastSegment") == 0)
            from = last_segment(from);
        buf_init_any(&text);
        buf_adds(&text, from);
        secret_redact(r->rules->secret, &text);
        value_set_text(members, value_key(rules, i, NULL), buf_str(&text));
        buf_clear(&text);
    }
    return members;
}

/* Begins a member of the object in OUT. */
static void
add_member(struct buf *out, const char *key, size_t n)
{
    struct value *name = value_string_n(key, n);
    if (out->len > 1)
        buf_addc(out, ',');
    value_write(out, name);
    buf_addc(out, ':');
    value_free(name);
}

static void
write_body(const struct reading *r, struct buf *out)
{
    if (r->is_json) {
        tape_write(&r->tape, 0, out);
    } else {
        struct value *text = value_string_n(r->body.data, r->body.len);
        value_write(out, text);
        value_free(text);
    }
}

/* The members of the body but those of OTHERS. */
static void
write_members(const struct reading *r, const struct value *others,
              struct buf *out)
{
    const struct tape_node *nodes = r->tape.nodes;
    struct buf key;
    buf_init(&key, RUN_OUTPUT_MAX);
    for (uint32_t at = 1; at < nodes[0].next; at = nodes[at + 1].next) {
        buf_reset(&key);
        tape_string(&r->tape, at, &key);
        if (value_get_n(others, buf_str(&key), key.len))
            continue;
        add_member(out, buf_str(&key), key.len);
        tape_write(&r->tape, at + 1, out);
    }
    buf_clear(&key);
}

/* An action gives the app's answer, an api block status and body. */
static void
write_output(const struct reading *r, struct buf *out)
{
    struct value *others = header_members(r);
    bool is_action = r->rules->action;
    buf_addc(out, '{');
    if (!is_action) {
        add_member(out, "status", 6);
        buf_addf(out, "%d", r->result->status);
    }
    if (is_action && r->is_json && r->tape.nodes[0].type == VALUE_OBJECT) {
        write_members(r, others, out);
    } else if (r->body.len) {
        add_member(out, "body", 4);
        write_body(r, out);
    }
    for (size_t i = 0; i < value_size(others); i++) {
        size_t n = 0;
        const char *key = value_key(others, i, &n);
        add_member(out, key, n);
        value_write(out, value_at(others, i));
    }
    buf_addc(out, '}');
    value_free(others);
}

/* --- reading ------------------------------------------------------------- */

/* "application/json; charset=X" and "application/problem+json". */
static bool
says_json(const char *type)
{
    static const char json[] = "application/json", plus[] = "+json";
    size_t n = strcspn(type, "; \t");
    return (n == strlen(json) && strncasecmp(type, json, n) == 0) ||
           (n > strlen(plus) &&
            strncasecmp(type + n - strlen(plus), plus, strlen(plus)) == 0);
}

/* Reads the body as JSON. A block behind a call that said JSON and sent
 * something else would find nothing in it, without a word. */
static void
read_json(struct reading *r, struct answer *out)
{
    struct error why = {0};
    int status = r->result->status;
    r->is_json = r->body.len &&
                 tape_read(&r->tape, r->body.data, r->body.len,
                           &value_limits_event, "the answer", &why) == ERR_OK;
    if (r->body.len && !r->is_json && status >= 200 && status < 300 &&
        says_json(r->result->content_type))
        out->broken = mem_printf("HTTP %d, but %s", status, why.text);
}

static bool
is_stopped(const atomic_bool *stopped)
{
    return stopped && atomic_load(stopped);
}

void
answer_read(struct answer *out, const struct answer_rules *rules,
            const struct outbound_result *result, struct buf *body,
            const atomic_bool *stopped)
{
    struct reading r = {.rules = rules, .result = result, .body = *body};
    struct buf text;
    buf_init(body, body->max);
    buf_init(&text, RUN_OUTPUT_MAX);
    tape_init(&r.tape);
    if (!is_stopped(stopped))
        decode(&r.body, result->content_type);
    if (!is_stopped(stopped))
        secret_redact(rules->secret, &r.body);
    if (!is_stopped(stopped)) {
        read_json(&r, out);
        out->message = write_failure(&r);
        write_output(&r, &text);
    }
    tape_clear(&r.tape);
    buf_clear(&r.body);
    if (!is_stopped(stopped)) {
        out->is_read = true;
        out->output.set = output_read(&out->output, &text, NULL) == ERR_OK;
    }
    buf_clear(&text);
}

void
answer_clear(struct answer *a)
{
    free(a->message);
    free(a->broken);
    output_clear(&a->output);
    *a = (struct answer){0};
}
