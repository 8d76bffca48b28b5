# Mapping rows and their parts: target, source, and the paths a row reads.
# Knows nothing of how rows are run; that is ../plan.
libmapping_a_SOURCES += \
	%D%/changes.c %D%/changes.h %D%/constant.c %D%/constant.h %D%/list.c %D%/list.h %D%/lookup.c %D%/lookup.h %D%/members.c %D%/members.def \
	%D%/members.h %D%/rows.c %D%/rows.h %D%/source.c %D%/source.h \
	%D%/target.c %D%/target.h
