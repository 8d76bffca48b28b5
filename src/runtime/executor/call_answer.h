/* The second half of a call: letting it out, and what its answer means. */
#ifndef TAILOR_RUNTIME_EXECUTOR_CALL_ANSWER_H
#define TAILOR_RUNTIME_EXECUTOR_CALL_ANSWER_H

#include "runtime/executor/call.h"
#include "runtime/outbound/secret.h"

/* After COMMIT: sends REQUEST for the step of FLYING; the answer is journaled
 * in a later tick and the run goes on. Takes what SECRET holds: the answer is
 * redacted with the credential that was sent, whatever becomes of it
 * meanwhile. */
void call_start(struct core *core, struct executor *executor,
                const struct flying *flying,
                const struct outbound_request *request, struct secret *secret);

#endif
