/*
 * Answers to questions, as JSON: {WHAT:{KEY:VALUE}}. A key of null has no
 * record, one of a list has several; a key that is not there was not asked.
 */
#ifndef TAILOR_MAPPING_PLAN_ANSWERS_H
#define TAILOR_MAPPING_PLAN_ANSWERS_H

#include "mapping/scope.h"

/* What the object node AT of T knows of KEY of WHAT, its value in *VALUE;
 * RESOLVED_NOT where it says nothing. */
enum scope_resolved answers_find(const struct tape *t, uint32_t at,
                                 const char *what, const char *key,
                                 size_t key_len, struct node_ref *value);

#endif
