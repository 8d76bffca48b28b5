/* Names that others give. */
#include "runtime/installed/name.h"

#include <string.h>

#include "base/text.h"

enum err
name_check(const char *name, const char *what, struct error *e)
{
    if (strlen(name) > NAME_MAX_BYTES)
        return error_set(e, ERR_INVALID, "%s: too long (at most %d bytes)",
                         what, NAME_MAX_BYTES);
    for (const unsigned char *p = (const unsigned char *)name; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            return error_set(e, ERR_INVALID, "%s: has a control character",
                             what);
    return ERR_OK;
}

enum err
name_check_user(const char *name, struct error *e)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return error_set(e, ERR_INVALID,
                         "username: \"%s\" cannot be part of an address", name);
    return name_check(name, "username", e);
}

enum err
name_check_new_user(const char *name, struct error *e)
{
    uint32_t cp = text_first_hidden(name);
    enum err err = name_check_user(name, e);
    if (err == ERR_OK && cp)
        err = error_set(e, ERR_INVALID,
                        "username: has an invisible character (U+%04X), so "
                        "that it would look like another name",
                        (unsigned)cp);
    return err;
}

enum err
name_read(const struct value *object, const char *key, const char **out,
          struct error *e)
{
    const struct value *v = value_get(object, key);
    *out = value_get_text(object, key);
    if (v && !*out && !value_is(v, VALUE_NULL))
        return error_set(e, ERR_INVALID, "%s: not a text", key);
    return *out ? name_check(*out, key, e) : ERR_OK;
}
