/* The types of members. */
#include "runtime/access/members.h"

#include <string.h>

enum member_type {
    TEXT,
    INTEGER,
    BOOLEAN,
    LIST,
    OBJECT,
    NULL_OR_TEXT,
    VENDOR_TEXT,
    VENDOR_LIST
};

static const struct {
    const char *name;
    enum member_type type;
} members[] = {
#define MEMBER(name, type) {#name, type},
#include "runtime/access/members.def"
#undef MEMBER
};

static const char *const words[] = {"a text", "an integer", "true or false",
                                    "a list", "an object",  "a text",
                                    "a text", "a list"};

/* A number that value_int_or() would take for a missing one is no integer. */
static bool
is_integer(const struct value *v)
{
    return value_is(v, VALUE_NUMBER) &&
           value_int_or(v, 0) == value_int_or(v, 1);
}

static bool
fits(const struct value *v, enum member_type type)
{
    switch (type) {
    case TEXT:
        return value_is(v, VALUE_STRING);
    case INTEGER:
        return is_integer(v);
    case BOOLEAN:
        return value_is(v, VALUE_TRUE) || value_is(v, VALUE_FALSE);
    case LIST:
        return value_is(v, VALUE_ARRAY);
    case OBJECT:
        return value_is(v, VALUE_OBJECT);
    case NULL_OR_TEXT:
        return value_is(v, VALUE_NULL) || value_is(v, VALUE_STRING);
    case VENDOR_TEXT:
        return value_is(v, VALUE_STRING);
    case VENDOR_LIST:
        return value_is(v, VALUE_ARRAY);
    }
    return false;
}

static bool
may_be_null(enum member_type type)
{
    return type == VENDOR_TEXT || type == VENDOR_LIST;
}

static enum err
check(const char *name, size_t n, const struct value *v, bool item,
      struct error *e)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strlen(members[i].name) == n &&
            memcmp(members[i].name, name, n) == 0 &&
            !fits(v, members[i].type) &&
            (item || !value_is(v, VALUE_NULL) || !may_be_null(members[i].type)))
            return error_set(e, ERR_INVALID, "%s: not %s", members[i].name,
                             words[members[i].type]);
    return ERR_OK;
}

static enum err
check_all(const struct value *v, bool item, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0;
         err == ERR_OK && value_is(v, VALUE_OBJECT) && i < value_size(v); i++) {
        size_t n;
        const char *name = value_key(v, i, &n);
        err = check(name, n, value_at(v, i), item, e);
    }
    return err;
}

enum err
members_check(const struct value *v, struct error *e)
{
    return check_all(v, false, e);
}

enum err
members_check_item(const struct value *v, struct error *e)
{
    return check_all(v, true, e);
}
