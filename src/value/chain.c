/* The running hash of a list of records. */
#include "value/chain.h"

#include "base/buf.h"

bool
chain_add(char hash[DIGEST_SIZE], const struct value *record, size_t most)
{
    struct buf text;
    bool whole;
    buf_init(&text, DIGEST_SIZE + most);
    buf_adds(&text, hash);
    value_write_canonical(&text, record);
    whole = !buf_failed(&text);
    digest_hex(hash, buf_str(&text), text.len);
    buf_clear(&text);
    return whole;
}
