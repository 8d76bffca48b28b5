# Plans: rows compiled into one walk over a record that writes the output.
# plan.h is the way in; the tree and its runs are private.
libmapping_a_SOURCES += \
	%D%/answers.c %D%/answers.h %D%/compile.c %D%/follow.c \
	%D%/keep.c %D%/lines.c %D%/members.c %D%/plan.h \
	%D%/questions.c %D%/questions.h %D%/read.c %D%/resolve.c \
	%D%/row_paths.c %D%/row_paths.h %D%/run.c %D%/run_private.h %D%/shape.c \
	%D%/stream.c %D%/stream.h %D%/treat.c %D%/tree.c %D%/tree.h
