/* Words of a call that say nothing about a customer (curl_words.def). */
#ifndef TAILOR_WORKFLOW_EDIT_CURL_WORDS_H
#define TAILOR_WORKFLOW_EDIT_CURL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum word_use { WORD_PATH, WORD_HEADER, WORD_MEDIA };

/* True where the N bytes at S are one word of USE, whatever its case. */
bool word_is_known(enum word_use use, const char *s, size_t n);

/* True where they are made of words of a path alone, each perhaps in the
 * plural, with nothing or one of - _ . between them: "salesOrders". */
bool word_is_made_of_known(const char *s, size_t n);

#endif
