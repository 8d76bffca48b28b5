# Integrations, workflows, connectors and samples as the vendor keeps them.
# What customers have installed stands in ../installation.
libmanager_a_SOURCES += \
	%D%/catalogue.c %D%/catalogue.h %D%/catalogue_private.h \
	%D%/connector.c %D%/integration_add.c %D%/publish.c %D%/purge.c %D%/purge.h %D%/redact.c %D%/redact.h \
	%D%/run_sample.c %D%/run_sample.h \
	%D%/secret_names.def %D%/sample.c \
	%D%/sample.h %D%/sample_expected.c %D%/sample_private.h \
	%D%/sheet.c %D%/sheet.h
