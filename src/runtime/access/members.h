/*
 * The types of members (members.def). A member of another type must not count
 * as one that is missing: it may be the very condition of a request.
 */
#ifndef TAILOR_RUNTIME_ACCESS_MEMBERS_H
#define TAILOR_RUNTIME_ACCESS_MEMBERS_H

#include "base/error.h"
#include "value/value.h"

/* INVALID, with its name, where V has a member of another type than
 * members.def says. Members that are not listed, and what is in members, are
 * not looked at. V without members is good. */
enum err members_check(const struct value *v, struct error *e);

/* As members_check(), of an item of a console's request: null is another type
 * also where vendors may send it. */
enum err members_check_item(const struct value *v, struct error *e);

#endif
