/*
 * Forms: how a date or a number is written, said by a row for its source and
 * its target: date "M/D/YYYY" in America/New_York, number de, text, boolean.
 * What is not said is never guessed.
 */
#ifndef TAILOR_MAPPING_FORM_FORM_H
#define TAILOR_MAPPING_FORM_FORM_H

#include "base/buf.h"
#include "base/error.h"

struct form;

/* Compiles TEXT: TYPE ["FORMAT"] [in ZONE], where TYPE is date, datetime,
 * number with a locale, text or boolean. Errors: INVALID with what is expected.
 */
enum err form_compile(struct form **out, const char *text, struct error *e);
void form_free(struct form *f); /* NULL is OK */
size_t form_bytes(const struct form *f); /* of memory; 0 for NULL */

/* Why a value that is read by READ cannot be sent by SEND, or NULL. */
const char *form_mismatch(const struct form *read, const struct form *send);

/* Reads the N bytes of JSON at JSON by READ and appends it as JSON, written by
 * SEND, to OUT. One of the two may be NULL: then dates are ISO 8601 there and
 * numbers JSON. Errors: INVALID with the value and what to do. */
enum err form_apply(const struct form *read, const struct form *send,
                    const char *json, size_t n, struct buf *out,
                    struct error *e);

/* What a schema says of a target that its row says no form for. */
enum form_expected { EXPECT_ANY, EXPECT_DATE, EXPECT_NUMBER };

/* Refuses the N bytes of JSON at JSON where they are a text that is two dates,
 * or two numbers, and such a one is EXPECTED. Errors: INVALID with both. */
enum err form_check(enum form_expected expected, const char *json, size_t n,
                    struct error *e);

#endif
