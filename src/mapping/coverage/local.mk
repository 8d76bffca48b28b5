# Help while mapping: fields of samples, unused fields, what others map.
# Reads samples and rows, changes nothing.
libmapping_a_SOURCES += \
	%D%/coverage.c %D%/coverage.h %D%/fields.c %D%/fields.h \
	%D%/suggestion.c %D%/suggestion.h
