#include "script/script.h"

#include "embedded.inc"

const struct embedded_file *embedded_list(void)
{
	return embedded_files;
}
