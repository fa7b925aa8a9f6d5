#include "script/script.h"

#include "embedded.inc"

const struct embedded_file *embedded_list(void)
{
	return embedded_files;
}

const struct embedded_file *embedded_named(const char *name)
{
	const struct embedded_file *f = embedded_list();

	while (f->name != NULL && strcmp(f->name, name) != 0)
		f++;
	REQUIRE(f->name != NULL);
	return f;
}
