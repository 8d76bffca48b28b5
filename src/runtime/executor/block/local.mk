# What each kind of block does when a run comes to it, one file a kind or family.
# A kind is a row of src/workflow/document/kinds.def; its function here is
# found through executor/run.h.
libruntime_a_SOURCES += \
	%D%/action.c %D%/api.c %D%/circle.c %D%/formula.c %D%/if.c %D%/iterate.c \
	%D%/list.c %D%/map.c %D%/pages.c %D%/stop.c %D%/trigger.c \
	%D%/variables.c
