# demo: a store, a runtime and stand-ins on loopback with sample data.
noinst_LIBRARIES += libdemo.a
libdemo_a_SOURCES = %D%/demo.h %D%/install.c %D%/install.h %D%/isv.c \
	%D%/play_mapping.c %D%/play_tax.c %D%/process.c %D%/process.h %D%/run.c %D%/synthetic.c \
	%D%/synthetic.h %D%/world.c
