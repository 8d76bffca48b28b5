# The executor: accepted runs, their steps, and the journal that survives a crash.
# What single kinds of blocks do stands in block/; how a call is journaled,
# in call.c and call_answer.c; what an answer holds, in answer.c.
libruntime_a_SOURCES += \
	%D%/accept.c %D%/accept.h %D%/answer.c %D%/answer.h %D%/call.c %D%/call.h %D%/call_answer.c \
	%D%/call_answer.h %D%/call_others.c %D%/call_private.h %D%/credential.c %D%/credential.h %D%/compiled.c \
	%D%/compiled.h %D%/compiling.c %D%/crash.c %D%/end.c %D%/evaluation.c %D%/executor.c %D%/executor.h \
	%D%/executor_private.h %D%/gate.c %D%/key.c %D%/key.h %D%/lane.c %D%/load.c %D%/memory.c %D%/restored.c \
	%D%/retention.c %D%/retention.h %D%/run.h %D%/scope.c %D%/step.c %D%/sweep.c \
	%D%/waits.c %D%/walk.c
